//! What goals bring, for people to choose by.

use super::{Calibration, Scale};
use crate::{Measured, Trade};
use scrimp::classic::Goal as Share;
use scrimp::{Metric, MinSaving};

/// What a goal brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Outlook {
    /// In the unit of the scale.
    pub(crate) goal: f64,
    /// The share of bytes that is saved; none where it is not known.
    pub(crate) saving: Option<f64>,
    /// What the aim is about, as [`super::Calibrated::figure`].
    pub(crate) figure: f64,
}

impl Calibration {
    /// What counts as the unit of goals.
    pub(crate) const fn scale(&self) -> Scale {
        self.scale
    }

    /// What a goal, in the unit of the scale, brings.
    pub(crate) fn outlook(&self, goal: f64) -> Outlook {
        let (all, inner) = (self.all(), self.scale.inner(goal));
        let saving = self.saving(&all, self.scale.step_of(inner));
        Outlook { goal, saving, figure: self.figure(&all, inner) }
    }

    /// One step laxer, the goal itself, and one step stricter.
    pub(crate) fn around(&self, goal: f64) -> [Outlook; 3] {
        let (inner, step) = (self.scale.inner(goal), self.scale.stride());
        let beside = |by: f64| self.outlook(self.scale.shown(self.scale.rounded(inner + by)));
        [beside(-step), self.outlook(goal), beside(step)]
    }

    /// Goals and the share of bytes that each saves, the laxest first; empty where sizes are not known.
    pub(crate) fn savings(&self) -> Vec<(f64, f64)> {
        let all = self.all();
        let at = |step| Some((self.scale.shown(self.scale.goal_at(step)), self.saving(&all, step)?));
        (0..self.scale.steps()).filter_map(at).collect()
    }

    fn all(&self) -> Vec<usize> {
        (0..self.photos()).collect()
    }
}

impl Scale {
    /// As much as makes a difference that people would think about.
    const fn stride(self) -> f64 {
        match self {
            Self::Metric(Metric::Ssim) => 0.001,
            Self::Metric(Metric::Butteraugli | Metric::Butteraugli3Norm) => 0.1,
            Self::Metric(_) => 1.0,
            Self::Classic(_) => 0.005,
        }
    }

    /// A photo's curve: with SSIMULACRA2 the share of its bytes that is left at goals, with the classic algorithm the share of
    /// the ceiling at qualities; empty where there is none.
    pub(crate) fn curve(self, photo: &Measured, min_saving: MinSaving) -> Vec<(f64, f64)> {
        match (self, &photo.curve, &photo.classic) {
            (Self::Metric(_), Some(curve), _) => {
                let (lowest, highest) = Trade::GOALS;
                let left = |goal: f64| curve.bytes_at(goal, min_saving) / curve.input_bytes().max(1) as f64;
                let goals = (lowest as u32..=highest as u32).map(f64::from);
                goals.map(|goal| (goal, left(goal))).collect()
            }
            (Self::Classic(_), _, Some(steps)) => {
                let curve = steps.curve();
                curve.steps.iter().map(|step| f64::from(step.quality)).zip(curve.shares()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The JPEG quality that a photo comes to at a goal; none where it stays as it is, or that is not known.
    pub(crate) fn quality(self, photo: &Measured, goal: f64, min_saving: MinSaving) -> Option<f64> {
        match self {
            Self::Metric(_) => photo.curve.as_ref().and_then(|curve| curve.quality_at(goal, min_saving)),
            Self::Classic(_) => self.decided(photo, goal).map(|(quality, _)| quality),
        }
    }

    /// How well a photo comes out at a goal where it comes out worst; higher is better.
    pub(crate) fn worst(self, photo: &Measured, goal: f64, min_saving: MinSaving) -> Option<f64> {
        match self {
            Self::Metric(metric) => match &photo.curve {
                Some(curve) => curve.floor_at(goal, min_saving),
                // Nothing is known but what a fixed quality does to it.
                None => photo.fixed.and_then(|fixed| metric.score_of(fixed.score)).map(|score| score.value()),
            },
            Self::Classic(_) => self.decided(photo, goal).map(|(_, share)| share),
        }
    }

    /// What the classic algorithm answers: quality, and share of the ceiling.
    fn decided(self, photo: &Measured, goal: f64) -> Option<(f64, f64)> {
        let Self::Classic(mut classic) = self else { return None };
        classic.goal = Share::new(goal.clamp(0.0, 1.0)).ok()?;
        let curve = photo.classic.as_ref()?.curve();
        let step = curve.decide(&classic)?;
        Some((f64::from(step.quality), step.ssim / curve.ceiling))
    }
}
