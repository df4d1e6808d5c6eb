//! How files grow with quality: their bytes go about with the reciprocal of what their divisors are multiplied by.

/// By how much of it, on most photos: 0.7 to 1.05 on the corpus between qualities of 60 and 95, 2026-11-22.
const USUAL: f64 = 0.85;
/// By how much at most, with something to spare.
const MOST: f64 = 1.3;

/// What the bytes at one quality are multiplied by at another, as a rule; both in quarters.
pub(super) fn usual(from: f64, to: f64) -> f64 {
    growth((from, to), USUAL)
}

/// The least that it can be where quality falls by so many quarters.
pub(super) fn least(from: f64, fall: f64) -> f64 {
    growth((from, from - fall), MOST)
}

fn growth((from, to): (f64, f64), share: f64) -> f64 {
    // Far away a line is wrong, but a size is still a size.
    (1.0 + share * (percentage(from) / percentage(to) - 1.0)).max(0.1)
}

/// What divisors are multiplied by, as libjpeg does it (`jpeg_quality_scaling`); where all of them would come to 1, the
/// greatest of these.
fn percentage(quarters: f64) -> f64 {
    /// Tables begin at about 16.
    const ALL_ONES: f64 = 6.0;
    let quality = (quarters / 4.0).max(1.0);
    if quality < 50.0 { 5000.0 / quality } else { (200.0 - 2.0 * quality).max(ALL_ONES) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_grows_by_one_percent_a_quarter_at_80_and_by_four_at_95() {
        assert!((1.009..1.012).contains(&usual(320.0, 321.0)));
        assert!((1.035..1.05).contains(&usual(380.0, 381.0)));
        assert!((0.94..0.96).contains(&usual(160.0, 150.0)));
    }

    #[test]
    fn sizes_stay_sizes_however_far_they_are_told() {
        for (from, to) in [(400.0, 4.0), (4.0, 400.0), (300.0, -50.0), (300.0, 900.0)] {
            assert!((0.05..1e4).contains(&usual(from, to)));
        }
        assert!(least(320.0, 8.0) < usual(320.0, 312.0) && least(320.0, 1e6) > 0.0);
        assert_eq!(least(320.0, 0.0), 1.0);
    }
}
