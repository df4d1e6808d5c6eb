//! Numbers of bytes, as people write and read them.

use scrimp::{LimitKind, Limits};

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

/// A number of bytes: digits, or with K, M, G (powers of 1,000) or KiB, MiB, GiB.
///
/// # Errors
/// A sentence that says what form it takes.
pub fn parse_bytes(text: &str) -> Result<u64, String> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let form = || "a size is a number of bytes, or one with K, M, G, KiB, MiB or GiB".to_owned();
    let number: f64 = number.parse().map_err(|_| form())?;
    let factor: u64 = match unit.trim_start() {
        "" | "B" => 1,
        "K" | "k" | "KB" | "kB" => 1_000,
        "M" | "MB" => 1_000_000,
        "G" | "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err(form()),
    };
    let bytes = number * factor as f64;
    if bytes <= u64::MAX as f64 { Ok(bytes as u64) } else { Err("it is too large".to_owned()) }
}

/// The value of a limit: a whole number, or a number of bytes or pixels as [`parse_bytes`] reads them.
///
/// # Errors
/// A sentence that says what it takes.
pub fn parse_limit(which: LimitKind, text: &str) -> Result<u64, String> {
    let name = which.name();
    let value = match which {
        LimitKind::Time | LimitKind::Side | LimitKind::MetadataSegments => {
            text.parse().map_err(|_| format!("{name} is a whole number"))?
        }
        _ => parse_bytes(text)?,
    };
    if value == 0 {
        return Err(format!("{name} is at least 1"));
    }
    // No JPEG is longer, so the default is also the highest.
    let longest = Limits::default().side;
    if which == LimitKind::Side && value > longest {
        return Err(format!("a side has at most {longest} pixels in a JPEG"));
    }
    Ok(value)
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

    #[test]
    fn sizes_are_read_in_powers_of_1000_and_1024() {
        assert_eq!(parse_bytes("1500"), Ok(1500));
        assert_eq!(parse_bytes("2K"), Ok(2000));
        assert_eq!(parse_bytes("1.5M"), Ok(1_500_000));
        assert_eq!(parse_bytes("4GiB"), Ok(4 << 30));
        assert!(parse_bytes("4 parsecs").is_err());
        assert!(parse_bytes("").is_err());
        assert!(parse_bytes("-1").is_err());
        assert!(parse_bytes("99999999999G").is_err());
    }
}
