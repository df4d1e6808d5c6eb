//! A new goal that is tried on a share of the photos before all are held to it.

use crate::{
    ClassRule, ClassRules, Convert, Decision, Error, GoalRecord, Options, Outcome, SettingRecord, Show,
    Shrunk,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;
use std::time::{Duration, Instant};
use twox_hash::XxHash3_64;

/// Which photos something new is tried on: a share of them, drawn by their content. So it is the same photos on every
/// machine and in every run, and with a larger share the same ones and more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rollout {
    /// Of a million photos.
    millionth_parts: u32,
    /// Each class has a draw of its own.
    seed: u64,
    is_shadow: bool,
}

/// Why a share is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a share is written in percent, 0% to 100%, as 1% or 0.05%, of which the least is 0.0001%, not {0:?}"
)]
pub struct ShareError(String);

const MILLION: u32 = 1_000_000;

impl Rollout {
    /// All photos.
    pub const ALL: Self = Self { millionth_parts: MILLION, seed: 0, is_shadow: false };

    /// What options ask for: a share, and whether it is only told what would become of it, without a share of all; none
    /// where neither is asked.
    #[must_use]
    pub fn asked(share: Option<Self>, is_shadow: bool) -> Option<Self> {
        let rollout = share.or(is_shadow.then_some(Self::ALL))?;
        Some(Self { is_shadow, ..rollout })
    }

    /// The same share of photos of this class, drawn apart from those of others.
    #[must_use]
    pub fn of_class(self, name: &str) -> Self {
        Self { seed: XxHash3_64::oneshot(name.as_bytes()), ..self }
    }

    /// The same, but that for the photos that are drawn it is only told what would have become of them.
    #[must_use]
    pub const fn in_shadow(self) -> Self {
        Self { is_shadow: true, ..self }
    }

    /// The share, 0 to 1.
    #[must_use]
    pub fn share(self) -> f64 {
        f64::from(self.millionth_parts) / f64::from(MILLION)
    }

    /// Whether it is only told what would have become of the photos that are drawn.
    #[must_use]
    pub const fn is_shadow(self) -> bool {
        self.is_shadow
    }

    /// Whether a photo with this content is drawn.
    #[must_use]
    pub fn draws(self, content: &[u8]) -> bool {
        let hash = XxHash3_64::oneshot_with_seed(self.seed, content);
        // The hash as a part of all hashes.
        (u128::from(hash) * u128::from(MILLION)) >> 64 < u128::from(self.millionth_parts)
    }

    /// What the output of a photo with this content is made by.
    #[must_use]
    pub fn arm(self, content: &[u8]) -> Arm {
        self.draw(content).arm
    }

    /// What comes to a photo with this content.
    pub(crate) fn draw(self, content: &[u8]) -> Draw {
        let is_drawn = self.draws(content);
        let arm = if is_drawn && !self.is_shadow { Arm::Treatment } else { Arm::Control };
        Draw { arm, is_told: is_drawn && self.is_shadow }
    }
}

/// What comes to a photo in a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Draw {
    /// By what its output is made.
    pub(crate) arm: Arm,
    /// Whether it is told, too, what would have become of it by what is tried.
    pub(crate) is_told: bool,
}

impl FromStr for Rollout {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let percent = text.trim().strip_suffix('%').and_then(|number| number.trim_end().parse::<f64>().ok());
        let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
        let percent = percent.ok_or_else(|| ShareError(text.to_owned()))?;
        // Below 100 x 10,000, and none of it negative.
        let millionth_parts = (percent * 1e4).round() as u32;
        // A share that is not none must not come to none in silence.
        if millionth_parts == 0 && percent > 0.0 {
            return Err(ShareError(text.to_owned()));
        }
        Ok(Self { millionth_parts, ..Self::ALL })
    }
}

/// By what an output is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// By what is tried.
    Treatment,
    /// By what holds without it.
    Control,
}

impl Arm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Treatment, Self::Control];

    /// The word, as in the JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Treatment => "treatment",
            Self::Control => "control",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|arm| arm.name() == name)
    }
}

impl fmt::Display for Arm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A photo's part in a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RolloutRecord {
    /// By what its output is made.
    pub arm: Arm,
    /// What would have become of it by what is tried; none where it was not drawn, or that was done.
    pub shadow: Option<Shadow>,
}

/// What would have become of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Shadow {
    /// `saved`, `kept`, `best_effort` or `refused`.
    pub outcome: &'static str,
    /// A stable word for the reason.
    pub code: &'static str,
    /// What it would have been held to; none where it did not come to that.
    pub goal: Option<GoalRecord>,
    /// Bytes of the output; none where there would have been none.
    pub output_bytes: Option<usize>,
    /// Its score.
    pub score: Option<f64>,
    /// The score of its worst cell.
    pub floor: Option<f64>,
    /// How it would have been encoded.
    pub setting: Option<SettingRecord>,
}

impl Shadow {
    /// Of a photo of so many bytes; nothing of what is tried may harm it.
    ///
    /// # Errors
    /// [`Error::Interrupted`] alone.
    fn of(outcome: Result<Outcome, Error>, input_bytes: usize, convert: Convert) -> Result<Self, Error> {
        let outcome = match outcome {
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            Err(error) => return Ok(Self::refused(&error)),
            Ok(outcome) => outcome,
        };
        let Decision { goal, score, floor, setting, .. } = *outcome.decision();
        let bytes = match &outcome {
            // Of what was salvaged it may be larger.
            Outcome::Saved(Shrunk { bytes, .. }) => Some(bytes.len()),
            Outcome::BestEffort(Shrunk { bytes, .. }) => {
                Some(bytes.len()).filter(|bytes| convert != Convert::Never && *bytes < input_bytes)
            }
            Outcome::Kept(..) => None,
        };
        Ok(Self {
            outcome: outcome.name(),
            code: outcome.code(),
            goal: Some(goal),
            output_bytes: bytes,
            score,
            floor,
            setting,
        })
    }

    const fn refused(error: &Error) -> Self {
        let (outcome, code) = ("refused", error.code());
        Self { outcome, code, goal: None, output_bytes: None, score: None, floor: None, setting: None }
    }
}

impl Options {
    /// That a rollout has nothing to try: with the same goal and rules on both sides there would be nothing to compare.
    #[must_use]
    pub fn has_nothing_to_try(&self) -> bool {
        let tried = ClassRule { goal: self.goal, chroma: self.chroma, others: self.others };
        let is_same = tried == self.control && self.class_rules.is_empty();
        self.rollout.is_some() && (is_same || matches!(self.size, crate::SizeLimit::Fill(_)))
    }

    /// What a photo with this content is held to: as they are, or by the control.
    #[must_use]
    pub fn of_arm(&self, content: &[u8]) -> Cow<'_, Self> {
        match self.rollout.map(|rollout| rollout.arm(content)) {
            Some(Arm::Control) => Cow::Owned(self.of_control()),
            Some(Arm::Treatment) | None => Cow::Borrowed(self),
        }
    }

    /// What holds for photos that a rollout leaves out.
    fn of_control(&self) -> Self {
        let mut options = Self { class_rules: ClassRules::default(), rollout: None, ..self.clone() };
        self.control.apply(&mut options);
        options
    }

    /// What is tried, only to be told of, in the time that the control has left.
    fn in_shadow(&self, spent: Duration) -> Self {
        let mut options = Self { rollout: None, show: Show::Nothing, ..self.clone() };
        options.limits.time = options.limits.time.saturating_sub(spent.as_secs());
        options
    }
}

/// Shrinks a photo as its rollout has it, if there is one; `shrink` does so by the options that it is given, twice where
/// both arms are to be told of. Any file is smaller than that of a photo that has none (`input_bytes`).
pub(crate) fn by_arm(
    options: &Options,
    draw: Option<Draw>,
    input_bytes: usize,
    mut shrink: impl FnMut(&Options) -> Result<Outcome, Error>,
) -> Result<Outcome, Error> {
    let Some(Draw { arm, is_told }) = draw else { return shrink(options) };
    let (outcome, shadow) = match arm {
        Arm::Treatment => (shrink(options)?, None),
        Arm::Control => {
            let begun = Instant::now();
            let outcome = shrink(&options.of_control())?;
            let shadow = is_told.then(|| {
                let options = options.in_shadow(begun.elapsed());
                // A defect in what is tried is no reason to lose what is there already.
                let tried = catch_unwind(AssertUnwindSafe(|| shrink(&options)));
                let tried = tried.unwrap_or_else(|_| Err(Error::Defect("it panicked".to_owned())));
                Shadow::of(tried, input_bytes, options.convert)
            });
            (outcome, shadow.transpose()?)
        }
    };
    Ok(outcome.in_rollout(RolloutRecord { arm, shadow }))
}

#[cfg(test)]
mod tests;
