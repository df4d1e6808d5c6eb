//! The goal of a class of photos, from measurements of some of them.

mod aim;
mod figures;
mod outlook;
mod resample;

pub use aim::{Aim, AimError};
pub use figures::{Figures, PhotoFigures};
pub(crate) use outlook::Outlook;
pub use resample::Interval;

use crate::{Gauge, Measured, Trade};
use resample::{intervals, quantile};
use scrimp::classic::{Classic, ClassicCurve, Goal as Share};
use scrimp::{Metric, MinSaving, Quality};

/// Photos of a class, and what their goal is to bring about.
#[derive(Clone, Debug)]
pub struct Calibration {
    scale: Scale,
    aim: Aim,
    /// Of how many photos a promise about each is to hold, 0 to 1.
    share: f64,
    min_saving: MinSaving,
    photos: Vec<Traits>,
}

/// What goals are counted in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// The score of a metric, in its own unit.
    Metric(Metric),
    /// SSIM relative to the ceiling, as the classic algorithm has it.
    Classic(Classic),
}

/// What counts of a photo.
#[derive(Clone, Debug)]
struct Traits {
    /// Its bytes: those of its file, or with the classic algorithm at the highest quality.
    before: f64,
    /// Its bytes at each goal of the grid; none where they are not known.
    after: Vec<f64>,
    /// The highest goal at which it is what the aim speaks of, higher being better.
    own: f64,
}

/// A goal, and what is to be expected of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibrated {
    /// In the unit of the scale.
    pub goal: f64,
    /// What other photos would have led to.
    pub goal_interval: Interval,
    /// What the aim is about: of [`Aim::Half`] the share of photos that can do with less, of [`Aim::Save`] the share of bytes
    /// that is saved, of the others the share of photos that come out as well as they should; 0 to 1.
    pub figure: f64,
    /// What it may be for other photos.
    pub figure_interval: Interval,
    /// The share of bytes that is saved, 0 to 1; none where it is not known.
    pub saving: Option<f64>,
    /// What it may be for other photos.
    pub saving_interval: Option<Interval>,
}

/// Why there is no goal.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CalibrateError {
    /// Too few photos.
    #[error("{0} photos could be measured; it takes at least {LEAST_PHOTOS} to calibrate a class")]
    TooFew(usize),
    /// More is to be saved than can be.
    #[error("even the lowest goal saves only about {:.1} %; ask for less", 100.0 * .0)]
    SavesTooLittle(f64),
    /// What is saved is only known by SSIMULACRA2 and of the classic algorithm.
    #[error("what a goal saves is only known in SSIMULACRA2 points; aim for something else with {}", .0.name())]
    NoSizes(Metric),
    /// A quality outside the bounds.
    #[error("the classic algorithm looks at qualities {lo} to {hi} alone; {quality} is none of them")]
    OutOfBounds {
        /// The quality asked for.
        quality: f64,
        /// The lowest.
        lo: u8,
        /// The highest.
        hi: u8,
    },
    /// The goal that was asked for is none.
    #[error("{0}")]
    Goal(String),
}

/// With fewer nothing can be said.
const LEAST_PHOTOS: usize = 10;

impl Calibration {
    /// No photos yet. `share` is of how many photos a promise about each is to hold, 0 to 1.
    ///
    /// # Errors
    /// [`CalibrateError`] if the aim makes no sense on the scale.
    pub fn new(scale: Scale, aim: Aim, share: f64, min_saving: MinSaving) -> Result<Self, CalibrateError> {
        match (scale, aim) {
            (Scale::Metric(metric), Aim::Save(_)) if metric != Metric::Ssimulacra2 => {
                return Err(CalibrateError::NoSizes(metric));
            }
            (Scale::Metric(metric), Aim::Score(value)) => {
                let goal = scrimp::Goal::new(metric, value);
                goal.map_err(|error| CalibrateError::Goal(error.to_string()))?;
            }
            (Scale::Classic(_), Aim::Score(value)) => {
                Share::new(value).map_err(|error| CalibrateError::Goal(error.to_string()))?;
            }
            (Scale::Classic(classic), Aim::NoWorseThan(quality)) => {
                let (quality, lo, hi) = (quality.value(), classic.bounds.lo(), classic.bounds.hi());
                let is_looked_at =
                    quality.fract() == 0.0 && (f64::from(lo)..=f64::from(hi)).contains(&quality);
                if !is_looked_at {
                    return Err(CalibrateError::OutOfBounds { quality, lo, hi });
                }
            }
            _ => {}
        }
        Ok(Self { scale, aim, share, min_saving, photos: Vec::new() })
    }

    /// What is to be measured of each photo, whose usual quality would be `usual`.
    #[must_use]
    pub const fn gauge(&self, usual: Quality) -> Gauge {
        match (self.scale, self.aim) {
            (Scale::Classic(classic), _) => Gauge::Classic(classic),
            (Scale::Metric(_), Aim::NoWorseThan(quality)) => Gauge::Fixed(quality),
            (Scale::Metric(_), _) => Gauge::Fixed(usual),
        }
    }

    /// Adds a photo, by what [`Self::gauge`] measured of it.
    pub fn add(&mut self, measured: &Measured) {
        let traits = match (self.scale, measured) {
            (Scale::Metric(metric), Measured { fixed: Some(fixed), curve, .. }) => {
                let ladder = curve.as_ref().map(|curve| Trade::ladder(curve, self.min_saving));
                metric.score_of(fixed.score).map(|score| Traits {
                    before: measured.input_bytes as f64,
                    after: ladder.unwrap_or_default(),
                    own: score.value(),
                })
            }
            (Scale::Classic(classic), Measured { classic: Some(steps), .. }) => {
                self.classic_traits(&steps.curve(), classic)
            }
            _ => None,
        };
        self.photos.extend(traits);
    }

    fn classic_traits(&self, curve: &ClassicCurve, classic: Classic) -> Option<Traits> {
        let decide = |share: f64| {
            let mut classic = classic;
            classic.goal = Share::new(share.clamp(0.0, 1.0)).ok()?;
            curve.decide(&classic)
        };
        let highest = classic.bounds.hi();
        let at = |quality: u8| curve.steps.iter().find(|step| step.quality == quality);
        let own = match self.aim {
            Aim::NoWorseThan(quality) => at(quality.value() as u8)?.ssim / curve.ceiling,
            // Where it last gets less than the highest quality.
            _ => {
                let is_less = |share: &f64| decide(*share).is_some_and(|step| step.quality < highest);
                curve.shares().filter(is_less).fold(0.0, f64::max)
            }
        };
        let after = self.scale.grid().map(|share| decide(share).map(|step| step.bytes as f64));
        Some(Traits { before: at(highest)?.bytes as f64, after: after.collect::<Option<_>>()?, own })
    }

    /// How many photos there are.
    #[must_use]
    pub fn photos(&self) -> usize {
        self.photos.len()
    }

    /// The goal that brings the aim about.
    ///
    /// # Errors
    /// [`CalibrateError`] if there is none.
    pub fn goal(&self) -> Result<Calibrated, CalibrateError> {
        let count = self.photos.len();
        if count < LEAST_PHOTOS {
            return Err(CalibrateError::TooFew(count));
        }
        let all: Vec<_> = (0..count).collect();
        let too_little = || CalibrateError::SavesTooLittle(self.saving(&all, 0).unwrap_or_default());
        let goal = self.goal_of(&all).ok_or_else(too_little)?;
        let saving = self.saving(&all, self.scale.step_of(goal));
        let figures = |choice: &[usize], other: &[usize]| {
            // A set that cannot save so much saves what it can.
            let chosen = self.goal_of(choice).unwrap_or(self.scale.goal_at(0));
            let saving = self.saving(other, self.scale.step_of(goal)).unwrap_or_default();
            Some([chosen, self.figure(other, chosen), saving])
        };
        let [goal_interval, figure_interval, saving_interval] =
            intervals(count, figures).ok_or(CalibrateError::TooFew(count))?;
        Ok(Calibrated {
            goal: self.scale.shown(goal),
            goal_interval: self.scale.shown_interval(goal_interval),
            figure: self.figure(&all, goal),
            figure_interval,
            saving,
            saving_interval: saving.map(|_| saving_interval),
        })
    }

    /// The goal of some of the photos, higher being better; none if no goal saves enough.
    fn goal_of(&self, set: &[usize]) -> Option<f64> {
        let own = |share: f64| {
            let mut own: Vec<_> = set.iter().map(|photo| self.photos[*photo].own).collect();
            own.sort_by(f64::total_cmp);
            quantile(&own, share)
        };
        match self.aim {
            Aim::Half => Some(self.scale.rounded(own(0.5))),
            Aim::NoWorseThan(_) => Some(self.scale.rounded_up(own(self.share))),
            Aim::Save(share) => {
                let saves_enough =
                    |step: &usize| self.saving(set, *step).is_some_and(|saving| saving >= share);
                (0..self.scale.steps()).rev().find(saves_enough).map(|step| self.scale.goal_at(step))
            }
            Aim::Score(value) => Some(self.scale.inner(value)),
        }
    }

    /// What the aim is about, at this goal.
    fn figure(&self, set: &[usize], goal: f64) -> f64 {
        let share_of = |is_so: &dyn Fn(&Traits) -> bool| {
            set.iter().filter(|photo| is_so(&self.photos[**photo])).count() as f64 / set.len() as f64
        };
        match self.aim {
            Aim::Half => share_of(&|photo| photo.own >= goal),
            Aim::NoWorseThan(_) => share_of(&|photo| photo.own <= goal),
            Aim::Save(_) => self.saving(set, self.scale.step_of(goal)).unwrap_or_default(),
            Aim::Score(_) => 1.0,
        }
    }

    /// The share of bytes that is saved of some of the photos at a step of the grid.
    fn saving(&self, set: &[usize], step: usize) -> Option<f64> {
        let (mut before, mut after) = (0.0, 0.0);
        for photo in set {
            before += self.photos[*photo].before;
            after += self.photos[*photo].after.get(step)?;
        }
        (before > 0.0).then(|| 1.0 - after / before)
    }
}

impl Scale {
    /// The share is told in steps of so much.
    const SHARES: usize = 2000;

    /// The goals at which sizes are known, the lowest first.
    fn grid(self) -> impl Iterator<Item = f64> {
        (0..self.steps()).map(move |step| self.goal_at(step))
    }

    const fn steps(self) -> usize {
        match self {
            Self::Metric(_) => Trade::STEPS,
            Self::Classic(_) => Self::SHARES + 1,
        }
    }

    fn goal_at(self, step: usize) -> f64 {
        match self {
            Self::Metric(_) => Trade::goal_at(step),
            Self::Classic(_) => step as f64 / Self::SHARES as f64,
        }
    }

    fn step_of(self, goal: f64) -> usize {
        let step = match self {
            Self::Metric(_) => Trade::step_of(goal),
            Self::Classic(_) => (goal * Self::SHARES as f64).round() as usize,
        };
        step.min(self.steps() - 1)
    }

    /// Goals of a unit that are told apart.
    const fn precision(self) -> f64 {
        match self {
            Self::Metric(Metric::Ssimulacra2 | Metric::Ssimulacra2Exact) => 10.0,
            Self::Metric(Metric::Butteraugli | Metric::Butteraugli3Norm) => 1e3,
            Self::Metric(_) => 1e4,
            Self::Classic(_) => Self::SHARES as f64,
        }
    }

    fn rounded(self, goal: f64) -> f64 {
        (goal * self.precision()).round() / self.precision()
    }

    /// The next that is not lower.
    fn rounded_up(self, goal: f64) -> f64 {
        (goal * self.precision()).ceil() / self.precision()
    }

    /// A goal in its own unit, as one of which more is better.
    fn inner(self, goal: f64) -> f64 {
        match self {
            Self::Metric(metric) => metric.score_of(goal).map_or(goal, |score| score.value()),
            Self::Classic(_) => goal,
        }
    }

    /// The other way round.
    fn shown(self, goal: f64) -> f64 {
        match self {
            Self::Metric(metric) => scrimp::Score::new(goal).map_or(goal, |score| metric.value_of(score)),
            Self::Classic(_) => goal,
        }
    }

    fn shown_interval(self, Interval(low, high): Interval) -> Interval {
        let (one, other) = (self.shown(low), self.shown(high));
        Interval(one.min(other), one.max(other))
    }
}

#[cfg(test)]
mod tests;
