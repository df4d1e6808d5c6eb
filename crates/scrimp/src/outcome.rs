//! What became of a photo.

use crate::riders::Riders;
use crate::{Decision, Goal, GoalRecord, MinSaving, RolloutRecord};
use scrimp_metric::Metric;
use std::fmt;

/// What became of a photo.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A smaller JPEG whose own bytes reach the goal.
    Saved(Shrunk),
    /// The input is best left as it is.
    Kept(Kept, Decision),
    /// The goal or the size is out of reach: the best attempt. Of a JPEG only where its size is limited: it is itself
    /// a passing candidate.
    BestEffort(Shrunk),
}

impl Outcome {
    /// How it came about.
    #[must_use]
    pub const fn decision(&self) -> &Decision {
        match self {
            Self::Saved(shrunk) | Self::BestEffort(shrunk) => &shrunk.decision,
            Self::Kept(_, decision) => decision,
        }
    }

    /// The new JPEG, if there is one.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Saved(shrunk) | Self::BestEffort(shrunk) => Some(&shrunk.bytes),
            Self::Kept(..) => None,
        }
    }

    /// The same, with what is to be told of the riders of a new file.
    pub(crate) fn with_riders(self, riders: &Riders) -> Self {
        match self {
            Self::Saved(shrunk) => Self::Saved(shrunk.with_riders(riders)),
            Self::BestEffort(shrunk) => Self::BestEffort(shrunk.with_riders(riders)),
            Self::Kept(..) => self,
        }
    }

    /// The same, of a photo with this part in a rollout.
    pub(crate) fn in_rollout(mut self, record: RolloutRecord) -> Self {
        match &mut self {
            Self::Saved(Shrunk { decision, .. })
            | Self::BestEffort(Shrunk { decision, .. })
            | Self::Kept(_, decision) => {
                decision.rollout = Some(record);
            }
        }
        self
    }

    /// A stable word for the kind: `saved`, `kept` or `best_effort`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Saved(_) => "saved",
            Self::Kept(..) => "kept",
            Self::BestEffort(_) => "best_effort",
        }
    }

    /// A stable word for the reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Saved(shrunk) if shrunk.decision.damage.is_some() => "salvaged",
            Self::Saved(shrunk) if shrunk.decision.is_only_stripped => "stripped",
            Self::Saved(shrunk) if shrunk.decision.goal.value.is_none() => "max_bytes_met",
            Self::Saved(_) => "goal_met",
            Self::Kept(reason, _) => reason.code(),
            Self::BestEffort(shrunk) if shrunk.is_too_large() => "max_bytes_out_of_reach",
            Self::BestEffort(_) => "goal_out_of_reach",
        }
    }

    /// The reason as a sentence.
    #[must_use]
    pub fn reason(&self) -> String {
        let reason = self.reason_of_outcome();
        if self.decision().credentials_broken {
            reason + "; its content credentials no longer hold"
        } else {
            reason
        }
    }

    fn reason_of_outcome(&self) -> String {
        match self {
            Self::Saved(Shrunk { decision: Decision { damage: Some(damage), .. }, .. }) => {
                format!("it is damaged ({damage}), and only what can be read of it was written")
            }
            Self::Saved(Shrunk { decision, .. }) if decision.is_only_stripped => {
                "the very same picture, without what was to be stripped".to_owned()
            }
            Self::Saved(Shrunk { decision, .. })
                if decision.setting.is_some_and(|setting| setting.is_source()) =>
            {
                "the very same picture, written better".to_owned()
            }
            Self::Saved(shrunk) => match shrunk.decision.error_bound {
                None => format!("the written bytes score {}", shrunk.shown_score()),
                Some(bound) => format!(
                    "the written bytes score about {} against the original that nobody has, give or take {}",
                    shrunk.shown_score(),
                    shrunk.decision.goal.show(bound)
                ),
            },
            Self::Kept(reason, _) => reason.to_string(),
            Self::BestEffort(shrunk) => match &shrunk.decision.damage {
                Some(damage) => format!("{}; and it is damaged ({damage})", shrunk.shortfall()),
                None => shrunk.shortfall(),
            },
        }
    }
}

/// A new JPEG and how it came about.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// How it came about.
    pub decision: Decision,
}

impl Shrunk {
    /// The same, with what is to be told of the riders.
    pub(crate) fn with_riders(mut self, riders: &Riders) -> Self {
        self.decision.credentials_broken = riders.had_credentials;
        self
    }

    /// The score of these very bytes, decoded, in the goal's metric, unit and direction.
    #[must_use]
    pub const fn score(&self) -> Option<f64> {
        self.decision.score
    }

    fn shown_score(&self) -> String {
        self.decision.goal.show(self.score().unwrap_or(f64::NAN))
    }

    const fn is_too_large(&self) -> bool {
        matches!(self.decision.goal.max_bytes, Some(limit) if self.bytes.len() as u64 > limit)
    }

    /// What a best effort falls short of.
    fn shortfall(&self) -> String {
        let GoalRecord { metric, value, max_bytes, .. } = self.decision.goal;
        let within = max_bytes.map_or_else(String::new, |limit| format!(" within {limit} bytes"));
        if self.is_too_large() {
            return format!("no setting makes a file{within}; the smallest has {}", self.bytes.len());
        }
        let value = value.map_or_else(String::new, |value| format!(" {value}"));
        format!("no setting reaches {metric}{value}{within}; the best one scores {}", self.shown_score())
    }
}

/// Why a photo is left as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kept {
    /// Nothing that passes is smaller by the least saving.
    NothingSmallerPasses {
        /// What was to be reached.
        goal: Goal,
        /// What was to be saved at least.
        min_saving: MinSaving,
    },
    /// It has no more bytes than asked for.
    Fits {
        /// The most that it may have.
        limit: u64,
    },
    /// It has lost as much before as the goal allows: the blind score, an estimate from the file alone, lies at the
    /// goal or below, or above by no more than it may be wrong.
    AlreadyAtGoal {
        /// What was to be reached.
        goal: Goal,
        /// The blind score, in the goal's unit and direction.
        blind: f64,
    },
    /// The file that was found would be made smaller once more by the next run.
    WouldNotSettle,
    /// The goal counts from the original, and nothing tells what the photo has lost of it.
    LossUnknown,
    /// It is no JPEG and does not look like a photo.
    NotPhotoLike,
    /// It is no JPEG, and none was to be made of it.
    NotAJpeg,
    /// It is the first of several pictures in one file, whose index cannot be read or is wrong.
    MultiPicture,
    /// Its gain map is not where its XMP says, or would not be in a new file.
    GainMap,
    /// Its video is not where its XMP says, or would not be in a new file.
    MotionPhoto,
    /// There are bytes behind the end of the image, and something seems to tell where in the file they stand.
    TrailingData {
        /// How many.
        bytes: usize,
    },
    /// It carries a C2PA credential, which any change breaks.
    ContentCredentials,
    /// It has layers beyond what JPEG decoders read (JPEG XT), which are added to its very pixels.
    ExtensionLayer,
    /// It carries metadata that does not fit into a JPEG's segments.
    MetadataTooLong,
    /// It is no JPEG, and some of its pixels are transparent.
    Alpha,
    /// It is no JPEG, and it holds several frames or pages.
    Frames,
    /// It is a CMYK JPEG, whose colours are not measured here: only its own coefficients are written better, where that
    /// saves enough.
    Cmyk,
    /// Its ICC profile cannot be read or is for other kinds of samples: what people see cannot be measured.
    Profile,
}

impl Kept {
    /// A stable word for the reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NothingSmallerPasses { .. } => "nothing_smaller_passes",
            Self::Fits { .. } => "fits",
            Self::AlreadyAtGoal { .. } => "already_at_goal",
            Self::WouldNotSettle => "would_not_settle",
            Self::LossUnknown => "loss_unknown",
            Self::NotPhotoLike => "not_photo_like",
            Self::NotAJpeg => "not_a_jpeg",
            Self::MultiPicture => "multi_picture",
            Self::GainMap => "gain_map",
            Self::MotionPhoto => "motion_photo",
            Self::TrailingData { .. } => "trailing_data",
            Self::ContentCredentials => "content_credentials",
            Self::ExtensionLayer => "extension_layer",
            Self::MetadataTooLong => "metadata_too_long",
            Self::Alpha => "alpha",
            Self::Frames => "frames",
            Self::Cmyk => "cmyk",
            Self::Profile => "profile",
        }
    }
}

/// A goal as people read it.
struct GoalText(Goal);

impl fmt::Display for GoalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0.metric() {
            Metric::Ssimulacra2 => "SSIMULACRA2",
            other => other.name(),
        };
        write!(f, "{name} {}", self.0.value())
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingSmallerPasses { goal, min_saving } => {
                let (goal, least) = (GoalText(*goal), min_saving.value());
                write!(f, "no JPEG that reaches {goal} saves the least {least} %")
            }
            Self::AlreadyAtGoal { goal, blind } => {
                let (blind, goal) = (GoalRecord::show_in(goal.metric(), *blind), GoalText(*goal));
                write!(f, "it has lost as much before as {goal} allows: about {blind} is left of its original")
            }
            Self::WouldNotSettle => {
                f.write_str("its smaller JPEG would be made smaller once more by the next run, and lose each time")
            }
            Self::LossUnknown => f.write_str("nothing tells what it has lost of the original that the goal counts from"),
            Self::Fits { limit } => write!(f, "it has no more than {limit} bytes already"),
            Self::NotPhotoLike => f.write_str(
                "it is no JPEG and not photo-like (over 300 KiB and 65,536 colours); name it with an output file to convert it all the same",
            ),
            Self::NotAJpeg => f.write_str(
                "it is a sound photo but no JPEG, which no JPEG replaces; convert it with -o",
            ),
            Self::MultiPicture => {
                f.write_str("it holds several pictures, and its index of them cannot be brought up to date")
            }
            Self::GainMap => f.write_str(
                "it has a gain map whose place its XMP tells in a way that would not hold in a new file",
            ),
            Self::MotionPhoto => {
                f.write_str("it has a video whose place its XMP tells in a way that would not hold in a new file")
            }
            Self::TrailingData { bytes } => {
                let unit = if *bytes == 1 { "byte" } else { "bytes" };
                write!(f, "{bytes} {unit} behind the image: something tells where, and that would not hold in a new file")
            }
            Self::ContentCredentials => f.write_str(
                "it has content credentials (C2PA), which any change would break; to shrink it all the same, allow that",
            ),
            Self::ExtensionLayer => {
                f.write_str("it is a JPEG XT, whose further layers are only right on its own pixels")
            }
            Self::MetadataTooLong => f.write_str("it carries metadata too long for a JPEG's segments"),
            Self::Alpha => f.write_str(
                "some of its pixels are transparent, and a JPEG has no transparency; to convert it, say what is behind them",
            ),
            Self::Frames => f.write_str("it holds several frames or pages, and a JPEG does not; to convert it, take the first"),
            Self::Cmyk => f.write_str(
                "its colours are CMYK, which are not measured, and writing the very same picture better saves too little",
            ),
            Self::Profile => f.write_str(
                "its ICC profile cannot be read or is not for its kind of pixels, so what people see of it cannot be measured",
            ),
        }
    }
}
