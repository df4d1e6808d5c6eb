//! Bytes against damage over many photos: the one goal that saves so much of all of them.
//!
//! Each photo's curve is measured once, at ten qualities; every goal's saving then follows from the curves alone. The
//! curves are those of 4:2:0 and one family of tables, so a job saves as a rule somewhat more than they tell.

use crate::Record;
use libm::{exp, log};
use scrimp::{Convert, DEFAULT_DEPTH, Decision, Error, Format, Kept, MinSaving, Options, Outcome, Photo};

/// Measures the curve of a photo instead of shrinking it: an [`crate::Engine`] for runs without effect. The record's
/// probes are the curve, in SSIMULACRA2; there are none of a photo that stays as it is in any case.
///
/// # Errors
/// As [`scrimp::shrink`].
pub fn curve(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
    let mut decision = Decision::nothing_tried(options);
    if may_become_smaller(bytes, options)? {
        let inspection = scrimp::inspect(bytes, options)?;
        (decision.probes, decision.blind) = (inspection.curve, inspection.blind);
    }
    let reason = Kept::NothingSmallerPasses { goal: options.goal, min_saving: options.min_saving };
    Ok(Outcome::Kept(reason, decision))
}

/// Whether it is a JPEG, or of another format and to become one.
fn may_become_smaller(bytes: &[u8], options: &Options) -> Result<bool, Error> {
    Ok(match (Format::sniff(bytes), options.convert) {
        (Some(Format::Jpeg), _) | (_, Convert::Always) => true,
        (_, Convert::Never) => false,
        (_, Convert::PhotoLike) => Photo::read(bytes, options)?.is_photo_like(bytes.len()),
    })
}

/// A photo's way from damage to bytes.
#[derive(Clone, Debug, PartialEq)]
struct Curve {
    input_bytes: f64,
    /// A JPEG that has lost as much as a goal allows is left alone at it; this is the highest such goal.
    lost: Option<f64>,
    /// The highest goal at which each setting passes, and its bytes; both rising.
    points: Vec<(f64, f64)>,
}

/// The curves of many photos.
#[derive(Clone, Debug, Default)]
pub struct Trade {
    curves: Vec<Curve>,
    min_saving: MinSaving,
}

impl Trade {
    /// Goals between which one is looked for: above nothing more is to be gained, below nothing is worth looking at.
    pub const GOALS: (f64, f64) = (30.0, 95.0);

    /// No photos yet. A photo that saves less than the least saving stays as it is.
    #[must_use]
    pub fn with(min_saving: MinSaving) -> Self {
        Self { curves: Vec::new(), min_saving }
    }

    /// Adds a photo whose record has the curve as its probes.
    pub fn add(&mut self, record: &Record) {
        let mut points: Vec<_> =
            record.probes.iter().map(|probe| (reach(probe.score, probe.floor), probe.bytes as f64)).collect();
        // Small wobble makes a coarser setting reach further than a finer one, which then is of no use.
        points.sort_by(|one, other| one.1.total_cmp(&other.1));
        let mut highest = f64::MIN;
        points.retain(|(reach, _)| {
            let is_higher = *reach > highest;
            highest = highest.max(*reach);
            is_higher
        });
        let lost = record.blind.map(lost_at);
        self.curves.push(Curve { input_bytes: record.input_bytes as f64, lost, points });
    }

    /// How many photos there are.
    #[must_use]
    pub fn photos(&self) -> usize {
        self.curves.len()
    }

    /// What the photos have before, in bytes.
    #[must_use]
    pub fn bytes_before(&self) -> f64 {
        self.curves.iter().map(|curve| curve.input_bytes).sum()
    }

    /// About what they have at a goal, in bytes.
    #[must_use]
    pub fn bytes_at(&self, goal: f64) -> f64 {
        self.curves.iter().map(|curve| curve.bytes_at(goal, self.min_saving)).sum()
    }

    /// The part that is about saved at a goal, 0 to 1.
    #[must_use]
    pub fn saving_at(&self, goal: f64) -> f64 {
        let before = self.bytes_before();
        if before > 0.0 { 1.0 - self.bytes_at(goal) / before } else { 0.0 }
    }

    /// The highest goal, in tenths of a point, at which about so much is saved; none if it cannot be within
    /// [`Self::GOALS`].
    #[must_use]
    pub fn goal_for(&self, saving: f64) -> Option<f64> {
        let tenths = |goal: f64| (goal * 10.0).round() as i32;
        // A lower goal seldom saves less, where it leaves more photos alone: so every one is looked at.
        let (lowest, highest) = (tenths(Self::GOALS.0), tenths(Self::GOALS.1));
        (lowest..=highest)
            .rev()
            .map(|tenth| f64::from(tenth) / 10.0)
            .find(|goal| self.saving_at(*goal) >= saving)
    }
}

impl Curve {
    fn bytes_at(&self, goal: f64, min_saving: MinSaving) -> f64 {
        let is_left_alone = self.lost.is_some_and(|lost| goal >= lost);
        let ceiling = min_saving.ceiling(self.input_bytes as usize) as f64;
        let bytes = if is_left_alone { None } else { self.bytes_of(goal) };
        bytes.filter(|bytes| *bytes <= ceiling).unwrap_or(self.input_bytes)
    }

    /// Bytes are interpolated by their logarithm, which is nearly straight over score; and so they go on beyond the finest
    /// setting measured.
    fn bytes_of(&self, goal: f64) -> Option<f64> {
        let above = self.points.iter().position(|(reach, _)| *reach >= goal);
        let above = above.unwrap_or(self.points.len().checked_sub(1)?);
        let (high, most) = self.points[above];
        let Some((low, least)) = above.checked_sub(1).map(|below| self.points[below]) else {
            // Nothing coarser was measured; of a single point nothing finer is known either.
            return (goal <= high).then_some(most);
        };
        let part = (goal - low) / (high - low);
        Some(exp(log(least) + part * (log(most) - log(least))))
    }
}

/// The highest goal that a file of this score and worst cell reaches, with the default floor.
fn reach(score: f64, floor: Option<f64>) -> f64 {
    // The floor of a goal g is g - DEPTH (100 - g).
    let by_floor = floor.map_or(f64::MAX, |floor| (floor + 100.0 * DEFAULT_DEPTH) / (1.0 + DEFAULT_DEPTH));
    score.min(by_floor)
}

/// The lowest goal at which a JPEG of this blind score is left alone: those from which it lies at most an eighth of what
/// the goal lies below 100 above (docs/manual.md, what a photo has lost before).
fn lost_at(blind: f64) -> f64 {
    const MARGIN: f64 = 1.0 / 8.0;
    // blind <= goal + MARGIN (100 - goal)
    (blind - 100.0 * MARGIN) / (1.0 - MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(input_bytes: f64, lost: Option<f64>, points: &[(f64, f64)]) -> Curve {
        Curve { input_bytes, lost, points: points.to_vec() }
    }

    fn trade(curves: Vec<Curve>) -> Trade {
        Trade { curves, min_saving: MinSaving::default() }
    }

    #[test]
    fn a_goal_costs_what_the_curve_says_between_its_points() {
        let curve = photo(1000.0, None, &[(50.0, 100.0), (70.0, 200.0), (90.0, 800.0)]);
        let trade = trade(vec![curve]);
        assert!((trade.bytes_at(70.0) - 200.0).abs() < 1e-9);
        assert!((trade.bytes_at(80.0) - 400.0).abs() < 1e-9, "the geometric mean");
        assert_eq!(trade.bytes_at(40.0), 100.0, "nothing coarser was measured");
        assert!((trade.bytes_at(91.0) - 857.4).abs() < 0.1, "the last piece goes on");
        assert_eq!(trade.bytes_at(94.0), 1000.0, "to where nothing is saved");
    }

    #[test]
    fn the_goal_found_is_the_highest_that_saves_enough() {
        let photos = (1..20).map(|number| {
            let size = 1000.0 * f64::from(number);
            photo(
                size,
                None,
                &[(40.0, 0.1 * size), (60.0, 0.3 * size), (80.0, 0.7 * size), (95.0, 1.5 * size)],
            )
        });
        let trade = trade(photos.collect());
        for saving in [0.1, 0.3, 0.5, 0.8] {
            let goal = trade.goal_for(saving).unwrap();
            assert!(trade.saving_at(goal) >= saving && trade.saving_at(goal + 0.1) < saving, "{goal}");
        }
        assert_eq!(trade.goal_for(0.95), None);
    }

    #[test]
    fn a_photo_that_has_lost_enough_or_saves_too_little_stays() {
        let lost = photo(1000.0, Some(75.0), &[(60.0, 300.0), (80.0, 600.0)]);
        assert_eq!(lost.bytes_at(76.0, MinSaving::default()), 1000.0);
        assert!(lost.bytes_at(74.0, MinSaving::default()) < 600.0);
        let little = photo(1000.0, None, &[(60.0, 980.0)]);
        assert_eq!(little.bytes_at(60.0, MinSaving::default()), 1000.0);
        assert!((lost_at(82.5) - 80.0).abs() < 1e-9, "2.5 points at 80");
    }

    #[test]
    fn the_floor_of_a_goal_can_hold_a_setting_back() {
        assert_eq!(reach(80.0, Some(70.0)), 80.0);
        assert_eq!(reach(80.0, None), 80.0);
        // 65 is the floor of 80.
        assert!((reach(90.0, Some(65.0)) - 80.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_saves_nothing() {
        let none = trade(Vec::new());
        assert_eq!((none.saving_at(80.0), none.goal_for(0.1)), (0.0, None));
    }
}
