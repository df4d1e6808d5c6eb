//! The arguments of `scrimp summary`.

use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Tell what many photos came to, of any number of runs and machines
#[derive(Debug, Args)]
pub(crate) struct SummaryArguments {
    /// Results of shards (Parquet), what `shrink --json` printed, or folders of such files (.parquet, .jsonl, .ndjson, .json); s3://BUCKET/PREFIX with results of shards;
    /// - is JSON on standard input
    #[arg(value_name = "RESULTS", value_hint = ValueHint::AnyPath, required = true)]
    pub(crate) results: Vec<PathBuf>,

    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
