//! The arguments. What a doc comment says here is what `--help` and the manual page say.

mod calibrate;
mod classic;
mod goal;
mod inspect;
mod ledger;
mod limits;
mod profile;
mod rollout;
mod rule;
mod score;
mod selection;
mod serve;
mod shard;
mod shrink;
mod stores;
mod summary;

pub(crate) use calibrate::CalibrateArguments;
pub(crate) use classic::ClassicArguments;
pub(crate) use goal::GoalArguments;
pub(crate) use inspect::InspectArguments;
pub(crate) use ledger::LedgerCommand;
pub(crate) use limits::LimitArguments;
pub(crate) use profile::ProfileArguments;
pub(crate) use rollout::{RolloutArguments, nothing_to_try};
pub(crate) use rule::RuleArguments;
pub(crate) use score::ScoreArguments;
pub(crate) use selection::SelectionArguments;
pub(crate) use serve::{LogForm, ServeArguments};
pub(crate) use shard::ShardArguments;
pub(crate) use shrink::ShrinkArguments;
pub(crate) use stores::StoreArguments;
pub(crate) use summary::SummaryArguments;

use clap::{Parser, Subcommand};
use clap_complete::Shell;

/// Saves every photo as the smallest JPEG that still looks the same, and proves it
///
/// Each photo gets its own quality: the lowest at which the written file,
/// decoded again, still reaches the goal in a perceptual metric. A photo that
/// gains nothing is left as it is.
///
///   scrimp shrink holiday.jpg -o smaller.jpg     one photo
///   scrimp shrink photos/ -o smaller/            a folder
///   scrimp shrink s3://big/ -o s3://small/       a bucket
///   scrimp score original.png smaller.jpg        how much alike two files look
///
/// Exit codes: 0 all done (kept photos count as done); 1 some photo failed,
/// was refused or missed its goal, the rest is done; 2 wrong usage; 129, 130
/// and 143 interrupted.
#[derive(Debug, Parser)]
#[command(name = "scrimp", version, verbatim_doc_comment, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Shrink(Box<ShrinkArguments>),
    Score(ScoreArguments),
    Inspect(InspectArguments),
    Classic(ClassicArguments),
    Calibrate(Box<CalibrateArguments>),
    Serve(ServeArguments),
    Shard(ShardArguments),
    Summary(SummaryArguments),
    /// Look at what --resume goes by, or forget it
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Tell what this program and machine have: version, instruction sets, limits, places
    Doctor,
    /// Print a script that completes scrimp's arguments in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print a manual page, for example: scrimp man | man -l -
    Man {
        /// The command that the page is about; the program itself if there is none
        command: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }
}
