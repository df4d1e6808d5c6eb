//! How values are spread, without holding each of them.

use std::collections::BTreeMap;

/// Counts of values, each rounded to a multiple of a step.
#[derive(Clone, Debug)]
pub(super) struct Distribution {
    step: f64,
    counts: BTreeMap<i64, u64>,
    total: u64,
}

/// Values from `from` to below `to`, the last bin's `to` included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bin {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) count: u64,
}

impl Distribution {
    /// Nothing so far. Values are told apart if they differ by `step`.
    pub(super) const fn of_steps(step: f64) -> Self {
        Self { step, counts: BTreeMap::new(), total: 0 }
    }

    pub(super) fn add(&mut self, value: f64) {
        if value.is_finite() {
            *self.counts.entry((value / self.step).round() as i64).or_default() += 1;
            self.total += 1;
        }
    }

    /// The value below which this share of all lies, 0 to 1; none of nothing.
    pub(super) fn quantile(&self, share: f64) -> Option<f64> {
        let rank = (share * self.total.saturating_sub(1) as f64).round() as u64;
        let mut passed = 0;
        let found = self.counts.iter().find(|(_, count)| {
            passed += **count;
            passed > rank
        });
        found.map(|(key, _)| *key as f64 * self.step)
    }

    /// All values in bins of one width, a round number: of thousands about 20, of fewer as many as still show a shape,
    /// and never over 40.
    pub(super) fn bins(&self) -> Vec<Bin> {
        let (Some(least), Some(most)) = (self.quantile(0.0), self.quantile(1.0)) else { return Vec::new() };
        let wanted = match self.total {
            0..30 => 6.0,
            30..300 => 10.0,
            300..3000 => 15.0,
            _ => 20.0,
        };
        let width = round_width((most - least) / wanted).max(self.step);
        let first = (least / width + 1e-9).floor();
        let count = ((most / width + 1e-9).floor() - first) as usize + 1;
        let mut bins: Vec<_> = (0..count)
            .map(|index| {
                let from = (first + index as f64) * width;
                Bin { from, to: from + width, count: 0 }
            })
            .collect();
        for (key, count) in &self.counts {
            let place = (*key as f64 * self.step / width + 1e-9).floor() - first;
            let index = (place as usize).min(bins.len() - 1);
            bins[index].count += count;
        }
        bins
    }
}

/// The least of 1, 2 and 5 times powers of ten that is no less.
pub(super) fn round_width(width: f64) -> f64 {
    if width <= 0.0 {
        return 0.0;
    }
    let magnitude = 10_f64.powi(width.log10().floor() as i32);
    let times = [1.0, 2.0, 5.0, 10.0].into_iter().find(|times| times * magnitude >= width * (1.0 - 1e-9));
    times.unwrap_or(10.0) * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = f64>) -> Distribution {
        let mut distribution = Distribution::of_steps(0.01);
        values.into_iter().for_each(|value| distribution.add(value));
        distribution
    }

    #[test]
    fn every_value_is_in_one_bin_of_a_round_width() {
        for (values, width) in [
            ((0..=1000).map(|value| f64::from(value) / 10.0).collect::<Vec<_>>(), 10.0),
            ((0..50).map(|value| 80.0 + f64::from(value) / 100.0).collect(), 0.05),
            ((-3000..=3000).map(f64::from).collect(), 500.0),
            ((0..8).map(|value| f64::from(value * value)).collect(), 10.0),
        ] {
            let bins = of(values.iter().copied()).bins();
            assert!((2..=40).contains(&bins.len()), "{}", bins.len());
            assert_eq!(bins.iter().map(|bin| bin.count).sum::<u64>(), values.len() as u64);
            for bin in &bins {
                assert!((bin.to - bin.from - width).abs() < 1e-9, "{bin:?}");
                let inside = |value: &&f64| (bin.from - 1e-9..bin.to - 1e-9).contains(*value);
                assert_eq!(values.iter().filter(inside).count() as u64, bin.count, "{bin:?}");
            }
        }
    }

    #[test]
    fn equal_values_are_one_bin_and_nothing_is_none() {
        let bins = of([80.0; 7]).bins();
        assert_eq!((bins.len(), bins[0].count), (1, 7));
        assert!(of([]).bins().is_empty() && of([f64::NAN]).bins().is_empty());
        assert_eq!(of([]).quantile(0.5), None);
    }

    #[test]
    fn quantiles_are_values_of_their_rank() {
        let distribution = of((0..101).map(f64::from));
        for share in [0.0, 0.25, 0.5, 1.0] {
            assert_eq!(distribution.quantile(share), Some(100.0 * share));
        }
    }
}
