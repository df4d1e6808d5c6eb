//! On how many photos something new is tried.

use crate::exit::UsageError;
use clap::Args;
use scrimp::Rollout;
use scrimp_batch::profile::AUTO;

/// On how many photos something new is tried.
#[derive(Debug, Args)]
pub(crate) struct RolloutArguments {
    /// Try it on this share of the photos first, as 1%: drawn by their content, so the same ones in every run, and apart
    /// for each --class. scrimp summary compares them with the others
    #[arg(long, value_name = "PCT")]
    rollout: Option<Rollout>,

    /// Only tell, in --json, what would have become of the photos that it is to be tried on; without --rollout all
    #[arg(long)]
    shadow: bool,
}

impl RolloutArguments {
    /// Of photos of this class, where one is named.
    pub(crate) fn of_class(&self, class: Option<&str>) -> Option<Rollout> {
        let rollout = Rollout::asked(self.rollout, self.shadow)?;
        // Classes that are found by themselves share one draw.
        let class = class.filter(|class| *class != AUTO);
        Some(class.map_or(rollout, |class| rollout.of_class(class)))
    }
}

/// For a rollout that has nothing to try.
pub(crate) fn nothing_to_try() -> UsageError {
    UsageError(
        "--rollout and --shadow need a goal to try that is not that of the other photos: name one with --goal, --look or \
         --profile, or theirs with --control"
            .to_owned(),
    )
}
