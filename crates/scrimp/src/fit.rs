//! The search for the best score within a number of bytes: a pure loop, as [`crate::search`] is one for the fewest bytes
//! at a score.
//!
//! Within a family, files grow with quality, but for small wobble. The loop holds a bracket, the finest file known to
//! fit below the coarsest known not to, and ends when the two are neighbours: one step finer does not fit. Estimates of
//! size lead the way; only files that were written decide.

use crate::search::{Family, Probe, Setting};
use scrimp_jpeg::Quality;

/// What the loop asks for.
pub(crate) trait Sizes<E> {
    /// The size that the file of `setting` will have, about.
    fn estimate(&mut self, setting: Setting) -> Result<usize, E>;

    /// The file of `setting`: its own size and score.
    fn file(&mut self, setting: Setting) -> Result<Probe, E>;
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fit {
    /// The file with the best score among those that fit.
    Best(Probe),
    /// Nothing fits: the smallest file there is.
    Never(Probe),
}

/// Writes files until the finest that fits is known for every family; none without a family.
///
/// # Errors
/// Whatever `sizes` fails with.
pub(crate) fn fit<E>(families: &[Family], limit: usize, sizes: &mut impl Sizes<E>) -> Result<Option<Fit>, E> {
    let mut found: Option<Fit> = None;
    for family in families {
        let next = finest(family, limit, sizes)?;
        found = Some(found.map_or(next, |best| better(best, next)));
    }
    Ok(found)
}

fn better(a: Fit, b: Fit) -> Fit {
    let b_is_better = match (a, b) {
        (Fit::Best(a), Fit::Best(b)) => (b.score.value(), a.bytes) > (a.score.value(), b.bytes),
        (Fit::Never(a), Fit::Never(b)) => b.bytes < a.bytes,
        (Fit::Never(_), Fit::Best(_)) => true,
        (Fit::Best(_), Fit::Never(_)) => false,
    };
    if b_is_better { b } else { a }
}

/// The finest file of a family that fits.
fn finest<E>(family: &Family, limit: usize, sizes: &mut impl Sizes<E>) -> Result<Fit, E> {
    let (mut low, mut high) = (Quality::MIN.quarters() - 1, Quality::MAX.quarters() + 1);
    let (mut fits, mut too_large) = (None, None);
    let mut step = 1;
    while high - low > 1 {
        let estimated = finest_by_estimate(family, (low, high), limit, sizes)?;
        // Where the estimates put it beside a bound, the bound's neighbour is tried, and for as long as they go on to be
        // wrong the one two, four... steps away.
        let (guess, wrong_if_it_fits) = if estimated == low {
            ((low + step).min(high - 1), Some(true))
        } else if estimated == high - 1 && too_large.is_some() {
            ((high - step).max(low + 1), Some(false))
        } else {
            (estimated, None)
        };
        let probe = sizes.file(family.at(Quality::from_quarters(guess)))?;
        let does_fit = probe.bytes <= limit;
        step = if wrong_if_it_fits == Some(does_fit) { step * 2 } else { 1 };
        if does_fit {
            (low, fits) = (guess, Some(probe));
        } else {
            (high, too_large) = (guess, Some(probe));
        }
    }
    match (fits, too_large) {
        (Some(fits), _) => Ok(Fit::Best(fits)),
        (None, Some(smallest)) => Ok(Fit::Never(smallest)),
        // There is always a quality between the bounds at first.
        (None, None) => sizes.file(family.at(Quality::MIN)).map(Fit::Never),
    }
}

/// The finest quality between the two, both excluded, that fits by its estimate; the lower bound if none does.
fn finest_by_estimate<E>(
    family: &Family,
    (mut low, mut high): (i32, i32),
    limit: usize,
    sizes: &mut impl Sizes<E>,
) -> Result<i32, E> {
    while high - low > 1 {
        let middle = (low + high) / 2;
        if sizes.estimate(family.at(Quality::from_quarters(middle)))? <= limit {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Effort;
    use crate::search::Scale;
    use scrimp_jpeg::{Subsampling, TableFamily};
    use scrimp_metric::Metric;
    use std::convert::Infallible;

    /// Files whose size is a function of quarters of quality; estimates are off by a factor.
    struct Table<F> {
        bytes: F,
        off: f64,
        written: Vec<i32>,
    }

    impl<F: Fn(Setting) -> usize> Sizes<Infallible> for Table<F> {
        fn estimate(&mut self, setting: Setting) -> Result<usize, Infallible> {
            Ok(((self.bytes)(setting) as f64 * self.off) as usize)
        }

        fn file(&mut self, setting: Setting) -> Result<Probe, Infallible> {
            let quarters = setting.quality.quarters();
            self.written.push(quarters);
            let points = f64::from(quarters) / 4.0 - if is_halved(setting) { 2.0 } else { 0.0 };
            let score = Metric::Ssimulacra2.score_of(points).unwrap();
            let bytes = (self.bytes)(setting);
            Ok(Probe { setting, scale: Scale::File, bytes, score, worst: None })
        }
    }

    fn is_halved(setting: Setting) -> bool {
        setting.subsampling == Subsampling::S420
    }

    fn family(subsampling: Subsampling) -> Family {
        let start = Quality::from_quarters(300);
        Family { subsampling, tables: TableFamily::Klein, effort: Effort::Default, start }
    }

    fn squared(setting: Setting) -> usize {
        let quarters = setting.quality.quarters() as usize;
        quarters * quarters * if is_halved(setting) { 1 } else { 2 }
    }

    fn run(families: &[Family], limit: usize, off: f64) -> (Fit, Vec<i32>) {
        let mut table = Table { bytes: squared, off, written: Vec::new() };
        let fit = fit(families, limit, &mut table).unwrap().unwrap();
        (fit, table.written)
    }

    #[test]
    fn one_step_finer_does_not_fit_however_wrong_the_estimates_are() {
        for off in [1.0, 0.9, 1.1, 0.5, 2.0, 0.0, 1e6] {
            let (found, written) = run(&[family(Subsampling::S420)], 250 * 250 + 1, off);
            let Fit::Best(best) = found else { panic!("{found:?}") };
            assert_eq!(best.setting.quality.quarters(), 250, "off by {off}");
            assert!(written.contains(&251), "off by {off}: {written:?}");
            assert!(written.len() <= if (0.9..=1.1).contains(&off) { 25 } else { 40 }, "{written:?}");
        }
        assert_eq!(run(&[family(Subsampling::S420)], 250 * 250, 1.0).1, [250, 251]);
    }

    #[test]
    fn the_family_with_the_better_score_wins() {
        let families = [family(Subsampling::S444), family(Subsampling::S420)];
        let (Fit::Best(best), _) = run(&families, 200 * 200, 1.0) else { panic!() };
        assert!(is_halved(best.setting) && best.bytes <= 200 * 200);
        let (Fit::Best(best), _) = run(&families, usize::MAX, 1.0) else { panic!() };
        assert_eq!((best.setting.subsampling, best.setting.quality), (Subsampling::S444, Quality::MAX));
    }

    #[test]
    fn where_nothing_fits_the_smallest_is_told() {
        let families = [family(Subsampling::S444), family(Subsampling::S420)];
        let (Fit::Never(smallest), _) = run(&families, 3, 1.0) else { panic!() };
        assert_eq!((smallest.bytes, smallest.setting.quality), (16, Quality::MIN));
        assert!(
            fit::<Infallible>(&[], 3, &mut Table { bytes: squared, off: 1.0, written: Vec::new() })
                .unwrap()
                .is_none()
        );
    }
}
