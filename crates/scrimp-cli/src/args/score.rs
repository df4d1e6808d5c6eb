//! The arguments of `scrimp score`.

use super::LimitArguments;
use clap::{Args, ValueHint};
use scrimp::Metric;
use scrimp_batch::Overwrite;
use std::path::PathBuf;

/// Tell how much alike two files look
///
/// Prints the score of CANDIDATE against ORIGINAL, two photos of the same size in pixels. Higher is
/// better, but for Butteraugli, which is a distance; in SSIMULACRA2, 100 is identical, 90 hardly to be told apart side by side, 70 high, 50 medium quality.
#[derive(Debug, Args)]
pub(crate) struct ScoreArguments {
    /// The original
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) original: PathBuf,

    /// What is compared with it
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) candidate: PathBuf,

    /// Also draw where they differ: a PNG of the original under the colours of its regions' scores
    #[arg(long, value_name = "FILE.png", value_hint = ValueHint::FilePath)]
    pub(crate) map: Option<PathBuf>,

    /// Replace the map if it is there already
    #[arg(long, requires = "map")]
    overwrite: bool,

    /// The metric
    #[arg(long, value_name = "NAME", default_value = Metric::Ssimulacra2.name(), value_parser = metric)]
    pub(crate) metric: Metric,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
impl ScoreArguments {
    pub(crate) fn overwrite(&self) -> Overwrite {
        if self.overwrite { Overwrite::Always } else { Overwrite::Never }
    }
}
pub(super) fn metric(name: &str) -> Result<Metric, String> {
    let known: Vec<_> = Metric::ALL.iter().map(|metric| metric.name()).collect();
    Metric::from_name(name).ok_or_else(|| format!("the metrics are: {}", known.join(", ")))
}
