//! What a class of photos is held to beside its goal.

use clap::Args;
use scrimp::{Chroma, OtherFormats};

/// What a class of photos is held to beside its goal.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct RuleArguments {
    /// Which chroma subsampling may be tried: any, or keep: colours stay as fine as they came [default: any]
    #[arg(long, value_name = "any|keep", value_parser = chroma)]
    pub(crate) subsampling: Option<Chroma>,

    /// What becomes of PNGs and other formats in folders: photo-like ones become JPEGs (over 300 KiB and over 65,536 colours), all
    /// do (convert), or none (keep) [default: photo-like]
    #[arg(long, value_name = "photo-like|convert|keep", value_parser = other_formats)]
    pub(crate) other_formats: Option<OtherFormats>,
}

fn chroma(name: &str) -> Result<Chroma, String> {
    Chroma::from_name(name).ok_or_else(|| "it is any or keep".to_owned())
}

fn other_formats(name: &str) -> Result<OtherFormats, String> {
    OtherFormats::from_name(name).ok_or_else(|| "it is photo-like, convert or keep".to_owned())
}
