//! Numbers of bytes, as people read them.

/// A number of bytes in three digits.
#[must_use]
pub fn show_bytes(bytes: u64) -> String {
    let bytes = bytes as f64;
    match bytes {
        ..1e3 => format!("{bytes} B"),
        ..1e6 => format!("{:.*} kB", digits(bytes / 1e3), bytes / 1e3),
        ..1e9 => format!("{:.*} MB", digits(bytes / 1e6), bytes / 1e6),
        _ => format!("{:.*} GB", digits(bytes / 1e9), bytes / 1e9),
    }
}

/// Digits behind the point, so that there are three in all.
fn digits(value: f64) -> usize {
    match value {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_in_three_digits() {
        assert_eq!(show_bytes(0), "0 B");
        assert_eq!(show_bytes(999), "999 B");
        assert_eq!(show_bytes(1_234), "1.23 kB");
        assert_eq!(show_bytes(56_789), "56.8 kB");
        assert_eq!(show_bytes(987_654_321), "988 MB");
    }
}
