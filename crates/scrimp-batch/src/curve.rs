//! What a photo comes to at any goal, from a few goals that were tried.

use libm::{exp, log};
use scrimp::{Error, Goal, Kept, Metric, MinSaving, Outcome};
use serde::{Deserialize, Serialize};

/// A photo's way from damage to bytes: what a job writes of it at a few goals, in SSIMULACRA2 points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    input_bytes: usize,
    /// The lowest goal at which a JPEG is left alone that has lost as much before; none if it is at none.
    lost: Option<f64>,
    /// The highest goal first.
    points: Vec<Point>,
}

/// What is there after the job at a goal.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Point {
    goal: f64,
    bytes: usize,
    /// Whether the photo was quantised anew; else its bytes do not depend on the goal.
    is_anew: bool,
    /// Of a photo that was quantised anew, the JPEG quality; none where that was not written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quality: Option<f64>,
    /// In the same way, the score of its worst cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    floor: Option<f64>,
}

impl Curve {
    /// The goals between which curves run: above nothing more is to be gained, below nothing is worth looking at.
    pub(crate) const GOALS: (f64, f64) = (30.0, 95.0);

    /// Goals tried below the first at which the photo is quantised anew, each allowing so many times the damage of the
    /// one before.
    const STEPS: u8 = 4;

    /// Tries some goals. `shrink` makes the outcome at a goal, and the bytes that are there then.
    ///
    /// # Errors
    /// The first of `shrink`.
    pub(crate) fn measure(
        input_bytes: usize,
        mut shrink: impl FnMut(Goal) -> Result<(Outcome, usize), Error>,
    ) -> Result<Self, Error> {
        let (lowest, highest) = Self::GOALS;
        let mut curve = Self { input_bytes, lost: None, points: Vec::new() };
        let mut is_settled = curve.try_goal(highest, &mut shrink)?;
        let mut top = highest;
        if let Some(lost) = curve.lost.filter(|lost| *lost <= highest) {
            // As high as it may be and still not be left alone.
            top = (lost * 10.0 - 1.0).ceil() / 10.0;
            is_settled |= top < lowest || curve.try_goal(top, &mut shrink)?;
        }
        for step in 1..=Self::STEPS {
            let part = f64::from(step) / f64::from(Self::STEPS);
            let damage = exp(log(damage(top)) * (1.0 - part) + log(damage(lowest)) * part);
            let goal = (10.0 * (HIGHEST - damage)).round() / 10.0;
            is_settled = is_settled || curve.try_goal(goal, &mut shrink)?;
        }
        Ok(curve)
    }

    /// Adds the point of a goal; tells if those of all lower ones are the same.
    fn try_goal(
        &mut self,
        value: f64,
        shrink: &mut impl FnMut(Goal) -> Result<(Outcome, usize), Error>,
    ) -> Result<bool, Error> {
        let wrong = |error: scrimp::GoalError| Error::Defect(error.to_string());
        let (outcome, bytes) = shrink(Goal::new(Metric::Ssimulacra2, value).map_err(wrong)?)?;
        let decision = outcome.decision();
        self.lost = decision.blind.map(lost_at);
        let anew = decision.setting.filter(|setting| !setting.is_source());
        let (quality, floor) = (anew.map(|setting| setting.quality), anew.and(decision.floor));
        self.points.push(Point { goal: value, bytes, is_anew: anew.is_some(), quality, floor });
        Ok(matches!(outcome, Outcome::Kept(reason, _) if !depends_on_goal(&reason)))
    }

    /// The photo's bytes before.
    pub(crate) const fn input_bytes(&self) -> usize {
        self.input_bytes
    }

    /// About what is there after the job at a goal, in bytes.
    pub(crate) fn bytes_at(&self, goal: f64, min_saving: MinSaving) -> f64 {
        self.anew_at(goal, min_saving).unwrap_or(self.left_at(goal) as f64)
    }

    /// What is there where the photo is not quantised anew: itself, or its own coefficients written better.
    fn left_at(&self, goal: f64) -> usize {
        let above = self.points.iter().rev().find(|point| point.goal >= goal);
        above.filter(|above| !above.is_anew).map_or(self.input_bytes, |above| above.bytes)
    }

    /// The bytes of the photo quantised anew; none where it is not.
    fn anew_at(&self, goal: f64, min_saving: MinSaving) -> Option<f64> {
        let above = self.points.iter().rev().find(|point| point.goal >= goal);
        let below = self.points.iter().find(|point| point.goal <= goal);
        let is_left_alone = self.lost.is_some_and(|lost| goal >= lost);
        match (above, below) {
            (Some(above), Some(below)) if above.is_anew && below.is_anew => Some(between(below, above, goal)),
            (Some(above), _) if above.is_anew => Some(above.bytes as f64),
            (_, Some(below)) if below.is_anew && !is_left_alone => {
                let bytes = self.beyond(below, goal);
                let is_enough =
                    bytes <= min_saving.ceiling(self.input_bytes) as f64 && bytes < self.left_at(goal) as f64;
                is_enough.then_some(bytes)
            }
            _ => None,
        }
    }

    /// About the JPEG quality of the photo quantised anew at a goal; none where it is not, or nobody wrote it down.
    pub(crate) fn quality_at(&self, goal: f64, min_saving: MinSaving) -> Option<f64> {
        self.anew_at(goal, min_saving)?;
        self.along(goal, |point| point.quality)
    }

    /// About the score of its worst cell, in the same way.
    pub(crate) fn floor_at(&self, goal: f64, min_saving: MinSaving) -> Option<f64> {
        self.anew_at(goal, min_saving)?;
        self.along(goal, |point| point.floor)
    }

    /// What lies between two points on a line.
    fn along(&self, goal: f64, of: impl Fn(&Point) -> Option<f64>) -> Option<f64> {
        let known = || self.points.iter().filter_map(|point| Some((point.goal, of(point)?)));
        let above = known().filter(|(at, _)| *at >= goal).last();
        let below = known().find(|(at, _)| *at <= goal);
        match (above, below) {
            (Some((high, above)), Some((low, below))) if high > low => {
                Some(below + (above - below) * (goal - low) / (high - low))
            }
            (above, below) => above.or(below).map(|(_, value)| value),
        }
    }

    /// The bytes at a goal above the highest at which the photo was quantised anew: as they grew below.
    fn beyond(&self, highest: &Point, goal: f64) -> f64 {
        let below = self.points.iter().find(|point| point.goal < highest.goal && point.is_anew);
        below.map_or(highest.bytes as f64, |below| between(below, highest, goal))
    }
}

/// The score of identical pictures.
const HIGHEST: f64 = 100.0;

/// What a goal allows to be lost.
fn damage(goal: f64) -> f64 {
    HIGHEST - goal
}

/// Bytes fall nearly as a power of the damage, so that their logarithms lie on a line.
fn between(low: &Point, high: &Point, goal: f64) -> f64 {
    if low.goal >= high.goal {
        return high.bytes as f64;
    }
    let along = |goal: f64| log(damage(low.goal) / damage(goal));
    let part = along(goal) / along(high.goal);
    let (least, most) = (log(low.bytes.max(1) as f64), log(high.bytes.max(1) as f64));
    exp(least + part * (most - least))
}

/// The lowest goal at which a JPEG of this blind score is left alone: those from which it lies at most an eighth of what
/// the goal lies below 100 above (docs/manual.md, what a photo has lost before).
fn lost_at(blind: f64) -> f64 {
    const MARGIN: f64 = 1.0 / 8.0;
    // blind <= goal + MARGIN (100 - goal)
    (blind - 100.0 * MARGIN) / (1.0 - MARGIN)
}

/// Whether a photo that is kept for this reason may be saved at a lower goal.
const fn depends_on_goal(reason: &Kept) -> bool {
    matches!(reason, Kept::NothingSmallerPasses { .. } | Kept::AlreadyAtGoal { .. } | Kept::WouldNotSettle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scrimp::{Decision, Options};

    fn curve(lost: Option<f64>, points: &[(f64, usize, bool)]) -> Curve {
        let point = |&(goal, bytes, is_anew)| Point { goal, bytes, is_anew, quality: None, floor: None };
        let points = points.iter().map(point);
        Curve { input_bytes: 1000, lost, points: points.collect() }
    }

    fn bytes_at(curve: &Curve, goal: f64) -> f64 {
        curve.bytes_at(goal, MinSaving::default())
    }

    #[test]
    fn a_goal_costs_what_the_curve_says_between_its_points() {
        let curve = curve(None, &[(90.0, 800, true), (70.0, 200, true), (50.0, 100, true)]);
        assert_eq!(bytes_at(&curve, 70.0), 200.0);
        let between = 100.0 - (10.0_f64 * 30.0).sqrt();
        assert!((bytes_at(&curve, between) - 400.0).abs() < 1e-9, "geometric means of damage and bytes");
        assert_eq!(bytes_at(&curve, 40.0), 100.0, "nothing coarser was measured");
        assert!((bytes_at(&curve, 91.0) - 913.8).abs() < 0.1, "the last piece goes on");
        assert_eq!(bytes_at(&curve, 94.0), 1000.0, "to where nothing is saved");
    }

    #[test]
    fn a_photo_that_has_lost_enough_is_what_is_left_of_it() {
        let lost = curve(Some(75.0), &[(95.0, 930, false), (74.0, 500, true), (30.0, 100, true)]);
        assert_eq!(bytes_at(&lost, 76.0), 930.0, "written better");
        assert!((500.0..540.0).contains(&bytes_at(&lost, 74.9)));
        assert!((lost_at(82.5) - 80.0).abs() < 1e-9, "2.5 points at 80");
    }

    #[test]
    fn quality_and_worst_cell_lie_between_those_of_the_points() {
        let mut known = curve(None, &[(90.0, 800, true), (70.0, 200, true), (50.0, 100, true)]);
        let quality = |curve: &Curve, goal: f64| curve.quality_at(goal, MinSaving::default());
        assert_eq!(quality(&known, 70.0), None, "nobody wrote it down");
        known.points[0].quality = Some(92.0);
        known.points[1].quality = Some(80.0);
        known.points[2].floor = Some(10.0);
        assert_eq!((quality(&known, 85.0), quality(&known, 70.0)), (Some(89.0), Some(80.0)));
        assert_eq!((quality(&known, 91.0), quality(&known, 40.0)), (Some(92.0), Some(80.0)));
        assert_eq!(quality(&known, 95.0), None, "it stays as it is");
        assert_eq!(known.floor_at(60.0, MinSaving::default()), Some(10.0));
        known.lost = Some(75.0);
        known.points[0] = Point { is_anew: false, quality: None, ..known.points[0] };
        assert_eq!((quality(&known, 80.0), quality(&known, 72.0)), (None, Some(80.0)), "left alone above");
    }

    #[test]
    fn a_photo_that_is_kept_at_any_goal_stays() {
        let kept = curve(None, &[(95.0, 1000, false)]);
        assert_eq!((bytes_at(&kept, 95.0), bytes_at(&kept, 30.0)), (1000.0, 1000.0));
        let unsettled = curve(None, &[(80.0, 600, true), (60.0, 1000, false), (30.0, 200, true)]);
        assert_eq!(bytes_at(&unsettled, 70.0), 600.0);
        assert_eq!(curve(None, &[]).bytes_at(50.0, MinSaving::default()), 1000.0);
    }

    /// An engine for the goals that a curve asks for: kept above `lost`, or everywhere for a reason that holds for all.
    fn asked(blind: Option<f64>, reason: Kept) -> Vec<f64> {
        let mut goals = Vec::new();
        let curve = Curve::measure(1000, |goal| {
            goals.push(goal.value());
            let mut decision = Decision::nothing_tried(&Options::default());
            decision.blind = blind;
            Ok((Outcome::Kept(reason, decision), 1000))
        });
        assert_eq!(curve.unwrap().points.len(), goals.len());
        goals
    }

    #[test]
    fn no_goal_is_tried_that_tells_nothing() {
        let reason = Kept::WouldNotSettle;
        assert_eq!(asked(None, reason), [95.0, 90.3, 81.3, 63.8, 30.0]);
        assert_eq!(asked(None, Kept::NotPhotoLike), [95.0]);
        // It is left alone from 80.05 on.
        assert_eq!(asked(Some(82.543_75), reason), [95.0, 80.0, 72.6, 62.6, 48.8, 30.0]);
        assert_eq!(asked(Some(30.0), reason), [95.0]);
    }
}
