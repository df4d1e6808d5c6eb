//! Arguments for photos in object stores.

use clap::{Args, ValueHint};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(next_help_heading = "Object stores")]
pub(crate) struct StoreArguments {
    /// Shrink what this lists into a store or folder, -o: a shard that scrimp shard has made, a folder of such, or another list of
    /// photos. Bare names in it are taken as those in PATH
    #[arg(long, value_name = "FILE|DIR|URL", value_hint = ValueHint::AnyPath)]
    pub(crate) manifest: Option<PathBuf>,

    /// Of a folder of shards take the one of this number, from 0 on: what JOB_COMPLETION_INDEX tells in an indexed job of Kubernetes
    #[arg(long, value_name = "N", requires = "manifest")]
    pub(crate) index: Option<usize>,

    /// Write here, last of all, what became of each photo of a shard; a shard that has its results is done
    #[arg(long, value_name = "DIR|URL", value_hint = ValueHint::AnyPath)]
    pub(crate) results: Option<PathBuf>,
}
