//! Numbers of bytes, as people write and read them.

pub(crate) use scrimp_batch::show_bytes as show;

/// A number of bytes: digits, or with K, M, G (powers of 1,000) or KiB, MiB, GiB.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_powers_of_1000_and_1024() {
        assert_eq!(parse("1500"), Ok(1500));
        assert_eq!(parse("2K"), Ok(2000));
        assert_eq!(parse("1.5M"), Ok(1_500_000));
        assert_eq!(parse("4GiB"), Ok(4 << 30));
        assert!(parse("4 parsecs").is_err());
        assert!(parse("").is_err());
        assert!(parse("-1").is_err());
        assert!(parse("99999999999G").is_err());
    }
}
