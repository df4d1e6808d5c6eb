//! What to reach.

use crate::exit::UsageError;
use clap::{Args, ValueEnum};
use scrimp::{Floor, Goal, Look};

/// What to reach.
#[derive(Debug, Args)]
pub(crate) struct GoalArguments {
    /// What to reach, by name, in SSIMULACRA2 points: archive 90, high 80, web 70, thumb 60
    /// [default: high]
    #[arg(long, value_name = "NAME", conflicts_with = "goal")]
    look: Option<LookName>,

    /// What to reach: METRIC=VALUE, for example ssimulacra2=75
    #[arg(long, value_name = "METRIC=VALUE")]
    goal: Option<Goal>,

    /// The least score of any region of 64x64 pixels, or none [default: for SSIMULACRA2 three quarters as
    /// far below the goal as the goal lies below 100, for others none]
    #[arg(long, value_name = "V|none", allow_negative_numbers = true)]
    floor: Option<Floor>,
}

impl GoalArguments {
    /// Whether a goal was named.
    pub(crate) const fn is_given(&self) -> bool {
        self.look.is_some() || self.goal.is_some() || self.floor.is_some()
    }

    pub(crate) fn goal(&self) -> Result<Goal, UsageError> {
        let look = self.look.map(Look::from).unwrap_or_default();
        let goal = self.goal.unwrap_or_else(|| look.goal());
        goal.with_floor(self.floor.unwrap_or_default()).map_err(|error| UsageError(error.to_string()))
    }
}
#[derive(Clone, Copy, Debug, ValueEnum)]
enum LookName {
    Archive,
    High,
    Web,
    Thumb,
}

impl From<LookName> for Look {
    fn from(name: LookName) -> Self {
        match name {
            LookName::Archive => Self::Archive,
            LookName::High => Self::High,
            LookName::Web => Self::Web,
            LookName::Thumb => Self::Thumb,
        }
    }
}
