//! The arguments of `scrimp shard`.

use clap::{Args, ValueHint, builder::RangedU64ValueParser};
use scrimp_batch::store::Shard;
use std::path::PathBuf;

/// Cut a list of photos into shards, for many machines to work on
///
/// Each shard is a Parquet file, shard-000000.parquet and on, and a piece of
/// work that is done as a whole. The same list gives the same files, so a cut
/// that was broken off is gone on with; shards of another list stay, and are
/// told.
///
///   scrimp shard photos.txt -o shards/
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ShardArguments {
    /// The list: text with a name or URL on each line; .csv with a column key, and etag and size if they are known;
    /// .parquet with the same columns; - is text on standard input; s3://BUCKET/PREFIX/ is what stands below it. Of several, each goes on where the one before ends
    #[arg(value_name = "MANIFEST", value_hint = ValueHint::FilePath, required = true)]
    pub(crate) manifests: Vec<PathBuf>,

    /// The folder, or prefix of a store, that the shards are written to
    #[arg(short, long, value_name = "FOLDER|URL", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,

    /// Photos of a shard, up to 100000; the last one has what is left
    #[arg(long, value_name = "NUMBER", default_value_t = Shard::USUAL,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=Shard::MOST as u64))]
    pub(crate) rows: usize,

    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
