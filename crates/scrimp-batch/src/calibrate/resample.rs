//! How far a figure may lie off: the bootstrap.
//!
//! Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7(1), 1979: sets of the same size are
//! drawn from the one there is, each photo as often as chance has it, and what a figure comes to over these is taken for
//! what it comes to over other sets of such photos.

use serde::{Deserialize, Serialize};

/// Between these lies a figure in 19 of 20 sets of as many such photos.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval(pub f64, pub f64);

/// Sets that are drawn.
const SETS: usize = 400;
/// Of the chances: the same photos give the same intervals.
const SEED: u64 = 95;

/// What figures come to over sets of the numbers below `count`, of which `figures` gets two at a time: one to choose by, and
/// another one to apply the choice to. None where one set has none.
pub(super) fn intervals<const N: usize>(
    count: usize,
    mut figures: impl FnMut(&[usize], &[usize]) -> Option<[f64; N]>,
) -> Option<[Interval; N]> {
    let mut chance = fastrand::Rng::with_seed(SEED);
    let mut draw = || (0..count).map(|_| chance.usize(..count)).collect::<Vec<_>>();
    let mut found = [(); N].map(|()| Vec::with_capacity(SETS));
    for _ in 0..SETS {
        let of_set = figures(&draw(), &draw())?;
        for (found, figure) in found.iter_mut().zip(of_set) {
            found.push(figure);
        }
    }
    Some(found.map(|mut found| {
        found.sort_by(f64::total_cmp);
        Interval(quantile(&found, 0.025), quantile(&found, 0.975))
    }))
}

/// The value below which so much of `sorted`, which is not empty, lies; 0 to 1.
pub(super) fn quantile(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted[((part * last as f64).round() as usize).min(last)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_known_as_well_as_its_standard_error_says() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 20)).collect();
        let mean = |set: &[usize]| set.iter().map(|i| values[*i]).sum::<f64>() / set.len() as f64;
        let [of_choice, of_both] =
            intervals(values.len(), |one, other| Some([mean(one), mean(one) - mean(other)])).unwrap();
        // The standard deviation of 0 to 19 is 5.77, of a mean of 400 of them 0.288.
        for (Interval(low, high), error, middle) in [(of_choice, 0.288, 9.5), (of_both, 0.408, 0.0)] {
            assert!((low - (middle - 1.96 * error)).abs() < 0.15, "{low}");
            assert!((high - (middle + 1.96 * error)).abs() < 0.15, "{high}");
        }
    }

    #[test]
    fn quantiles_run_from_the_least_to_the_most() {
        let sorted = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!([0.0, 0.5, 0.95, 1.0].map(|part| quantile(&sorted, part)), [1.0, 3.0, 5.0, 5.0]);
        assert_eq!(quantile(&[7.0], 0.3), 7.0);
    }
}
