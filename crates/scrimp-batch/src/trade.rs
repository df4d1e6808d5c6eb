//! Bytes against damage over many photos: the one goal that saves so much of all of them.

use crate::curve::Curve;
use scrimp::MinSaving;

/// What many photos come to at every goal.
#[derive(Clone, Debug)]
pub struct Trade {
    photos: usize,
    before: f64,
    /// Bytes at each goal, in tenths of a point from the lowest.
    after: Vec<f64>,
    min_saving: MinSaving,
}

impl Trade {
    /// Goals between which one is looked for.
    pub const GOALS: (f64, f64) = Curve::GOALS;
    /// How many: one for each tenth of a point.
    pub(crate) const STEPS: usize = ((Self::GOALS.1 - Self::GOALS.0) * 10.0) as usize + 1;

    /// The goal of a step.
    pub(crate) fn goal_at(step: usize) -> f64 {
        (Self::GOALS.0 * 10.0 + step as f64) / 10.0
    }

    /// The step that is nearest to a goal.
    pub(crate) fn step_of(goal: f64) -> usize {
        (((goal - Self::GOALS.0) * 10.0).round().max(0.0) as usize).min(Self::STEPS - 1)
    }

    /// No photos yet. A photo that saves less than the least saving stays as it is.
    #[must_use]
    pub fn with(min_saving: MinSaving) -> Self {
        Self { photos: 0, before: 0.0, after: vec![0.0; Self::STEPS], min_saving }
    }

    /// Adds a photo with its curve.
    pub fn add(&mut self, curve: &Curve) {
        let min_saving = self.min_saving;
        self.add_sizes(curve.input_bytes() as f64, |goal| curve.bytes_at(goal, min_saving));
    }

    /// Adds a photo of so many bytes that stays as it is.
    pub fn add_kept(&mut self, bytes: usize) {
        self.add_sizes(bytes as f64, |_| bytes as f64);
    }

    /// What a photo with this curve comes to at each goal, in bytes.
    pub(crate) fn ladder(curve: &Curve, min_saving: MinSaving) -> Vec<f64> {
        (0..Self::STEPS).map(|step| curve.bytes_at(Self::goal_at(step), min_saving)).collect()
    }

    fn add_sizes(&mut self, before: f64, after: impl Fn(f64) -> f64) {
        self.photos += 1;
        self.before += before;
        self.after.iter_mut().enumerate().for_each(|(step, sum)| *sum += after(Self::goal_at(step)));
    }

    /// How many photos there are.
    #[must_use]
    pub const fn photos(&self) -> usize {
        self.photos
    }

    /// What the photos have before, in bytes.
    #[must_use]
    pub const fn bytes_before(&self) -> f64 {
        self.before
    }

    /// About what they have at a goal, in bytes. Goals count in tenths of a point within [`Self::GOALS`].
    #[must_use]
    pub fn bytes_at(&self, goal: f64) -> f64 {
        self.after[Self::step_of(goal)]
    }

    /// The part that is about saved at a goal, 0 to 1.
    #[must_use]
    pub fn saving_at(&self, goal: f64) -> f64 {
        if self.before > 0.0 { 1.0 - self.bytes_at(goal) / self.before } else { 0.0 }
    }

    /// The highest goal, in tenths of a point, at which about so much is saved; none if it cannot be within
    /// [`Self::GOALS`].
    #[must_use]
    pub fn goal_for(&self, saving: f64) -> Option<f64> {
        // A lower goal seldom saves less, where it leaves more photos alone: so every one is looked at.
        (0..Self::STEPS).rev().map(Self::goal_at).find(|goal| self.saving_at(*goal) >= saving)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use libm::exp;

    /// Photos whose bytes fall to a tenth from the highest goal to the lowest.
    fn trade() -> Trade {
        let mut trade = Trade::with(MinSaving::default());
        for number in 1..20 {
            let size = 1000.0 * f64::from(number);
            trade.add_sizes(size, |goal| size * exp((goal - 95.0) / 65.0 * std::f64::consts::LN_10));
        }
        trade
    }

    #[test]
    fn the_goal_found_is_the_highest_that_saves_enough() {
        let trade = trade();
        for saving in [0.1, 0.3, 0.5, 0.8] {
            let goal = trade.goal_for(saving).unwrap();
            assert!(trade.saving_at(goal) >= saving && trade.saving_at(goal + 0.1) < saving, "{goal}");
        }
        assert_eq!((trade.goal_for(0.95), trade.photos()), (None, 19));
    }

    #[test]
    fn goals_are_tenths_from_end_to_end() {
        let trade = trade();
        assert_eq!((Trade::goal_at(0), Trade::goal_at(trade.after.len() - 1)), Trade::GOALS);
        assert_eq!(Trade::goal_at(Trade::step_of(79.3)), 79.3);
        assert!((trade.bytes_at(95.0) - trade.bytes_before()).abs() < 1e-6);
    }

    #[test]
    fn nothing_saves_nothing() {
        let none = Trade::with(MinSaving::default());
        assert_eq!((none.saving_at(80.0), none.goal_for(0.1)), (0.0, None));
    }
}
