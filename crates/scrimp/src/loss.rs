//! What a photo had lost before it came in, and what follows for its goal.

use crate::search::Brief;
use crate::watch::Watch;
use crate::{CountFrom, Decision, Error, Kept, Options, Photo, SizeLimit, blind};
use scrimp_metric::Score;

/// What a photo had lost before it came in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Loss {
    /// It was not asked, or the photo is its own original.
    None,
    /// A JPEG's score against its unknown original, estimated from the file alone.
    Blind(Score),
    /// It is a JPEG, and nothing tells.
    Unknown,
}

impl Loss {
    /// What `photo`, which came in as `bytes`, had lost.
    pub(crate) fn of(
        photo: &Photo,
        bytes: &[u8],
        options: &Options,
        watch: &Watch<'_>,
    ) -> Result<Self, Error> {
        // Where a size alone is asked for no goal is at stake.
        let is_asked = options.from == CountFrom::Original || !matches!(options.size, SizeLimit::Fill(_));
        if !photo.is_sound_jpeg() || !is_asked {
            return Ok(Self::None);
        }
        let blind = blind::of_photo(photo, bytes, options.goal.metric(), watch)?;
        Ok(blind.map_or(Self::Unknown, Self::Blind))
    }

    /// Why the photo is not to be quantised again, if so.
    pub(crate) fn reason_to_keep(self, input_bytes: usize, options: &Options) -> Option<Kept> {
        match self {
            // A size is to be kept to whatever is lost.
            _ if options.size.is_passed_by(input_bytes) => None,
            Self::Blind(blind) if is_at_goal(blind, options) => {
                let blind = options.goal.metric().value_of(blind);
                Some(Kept::AlreadyAtGoal { goal: options.goal, blind })
            }
            Self::Unknown if options.from == CountFrom::Original => Some(Kept::LossUnknown),
            _ => None,
        }
    }

    /// What is to be reached against the photo for the goal to be reached against what it counts from. Losses are
    /// added up, which is the worst case: the second quantisation undoes nothing of the first.
    pub(crate) fn raise(self, brief: Brief, options: &Options) -> Brief {
        let lost = self.counted(options);
        let raised = |score: Score| Score::new(score.value() + lost).unwrap_or(score);
        Brief { goal: raised(brief.goal), floor: brief.floor.map(raised), ..brief }
    }

    /// Writes what was found into the record, and turns its scores into those against what the goal counts from.
    pub(crate) fn tell(self, decision: Decision, options: &Options) -> Decision {
        let metric = options.goal.metric();
        let Self::Blind(blind) = self else { return decision };
        let decision = Decision { blind: Some(metric.value_of(blind)), ..decision };
        if options.from == CountFrom::Source {
            return decision;
        }
        let lost = self.counted(options);
        let lowered = |value: f64| {
            let score = metric.score_of(value).and_then(|score| Score::new(score.value() - lost));
            score.map(|score| metric.value_of(score))
        };
        Decision {
            score: decision.score.and_then(lowered),
            floor: decision.floor.and_then(lowered),
            proof: "estimated",
            error_bound: Some(blind::error_bound(blind, metric)),
            ..decision
        }
    }

    /// The points lost that the goal counts.
    fn counted(self, options: &Options) -> f64 {
        match self {
            Self::Blind(blind) if options.from == CountFrom::Original => {
                (options.goal.metric().of_identical().value() - blind.value()).max(0.0)
            }
            _ => 0.0,
        }
    }
}

/// Whether a JPEG of this blind score is left unquantised: it lies at the goal or below, or above by no more than it
/// may be wrong.
pub(crate) fn is_at_goal(blind: Score, options: &Options) -> bool {
    let goal = &options.goal;
    blind.value() <= goal.score().value() + blind::margin(goal)
}
