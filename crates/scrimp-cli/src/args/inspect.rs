//! The arguments of `scrimp inspect`.

use super::LimitArguments;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Tell what a photo is, what rides along, and how size and score depend on quality
#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    /// The photo; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) photo: PathBuf,

    /// Write a page to look at: what the photo is, its curve, what shrink would make of it, and where that differs; an
    /// earlier report is replaced
    #[arg(long, value_name = "FILE.html", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
