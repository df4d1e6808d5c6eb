//! The arguments of `scrimp calibrate`.

use super::classic::ClassicWorldArguments;
use super::score::metric;
use super::shrink::jobs;
use super::{LimitArguments, RuleArguments, SelectionArguments};
use clap::{Args, ValueHint};
use scrimp::{Metric, MinSaving, Quality};
use scrimp_batch::calibrate::Aim;
use scrimp_batch::profile::AUTO;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Find the goal for a class of photos from photos of yours
///
/// Each photo is measured once; from that follows the one goal that brings the aim about, with what it may come to for
/// other photos of the class. It goes into a profile, which scrimp shrink --profile and scrimp classic --profile take.
/// Originals tell the most: photos as they are uploaded, before anything was saved of them.
#[derive(Debug, Args)]
pub(crate) struct CalibrateArguments {
    /// Photos of the class, and folders of them
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// The name of the class; photo, screenshot, line_art, scan and dark_noisy are found by themselves later on
    #[arg(long, value_name = "NAME", value_parser = class)]
    pub(crate) class: String,

    /// What the goal is to bring about: half (half of the photos can do with less than the usual quality), save=30% (of the
    /// bytes of all photos together), no-worse-than=jpeg:85 (photos come out no worse than at this fixed quality), score=80
    /// (this goal itself)
    #[arg(long, value_name = "AIM")]
    pub(crate) aim: Aim,

    /// The profile; other classes that it has stay
    #[arg(short, long, value_name = "PROFILE.toml", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,

    /// The metric of the goal
    #[arg(long, value_name = "NAME", default_value = Metric::Ssimulacra2.name(), value_parser = metric)]
    pub(crate) metric: Metric,

    /// Calibrate the algorithm of 2017 instead, whose goal is a share of SSIM
    #[arg(long, conflicts_with_all = ["metric", "subsampling", "other_formats"])]
    pub(crate) classic: bool,

    #[command(flatten)]
    pub(crate) world: ClassicWorldArguments,

    /// The quality at which such photos are saved today, for half; --classic goes by --hi
    #[arg(long, value_name = "QUALITY", default_value = "85", value_parser = quality)]
    pub(crate) usual: Quality,

    /// Of how many photos in a hundred no-worse-than is to hold
    #[arg(long, value_name = "PCT", default_value = "95", value_parser = percent)]
    pub(crate) percentile: f64,

    /// The least saving with which photos will be shrunk
    #[arg(long, value_name = "PCT", default_value = "3")]
    pub(crate) min_saving: MinSaving,

    #[command(flatten)]
    pub(crate) rule: RuleArguments,

    /// Photos that are measured at once, 1 to 1024 [default: as many as the machine runs at once]
    #[arg(short, long, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<NonZeroUsize>,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    #[command(flatten)]
    pub(crate) selection: SelectionArguments,

    /// Leave out what an earlier run has measured and is still as it was, by the job's ledger
    #[arg(long)]
    pub(crate) resume: bool,

    /// Write down what is measured in this file, for --resume [with --resume: one named by the job in the user's state folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) ledger: Option<PathBuf>,

    /// Write a page to look at: all curves with the goal among them, what other goals would bring, and the photos that suffer
    /// most, before and after; an earlier report is replaced
    #[arg(long, value_name = "FILE.html", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,

    /// Leave the photos that suffer most out of the page, so that it can go where the photos must not: it then holds no
    /// picture and no name
    #[arg(long, requires = "report")]
    pub(crate) no_pictures: bool,

    /// Tell of failures alone
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,

    /// Print what is written for the class as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

fn class(text: &str) -> Result<String, String> {
    match text {
        "" => Err("a class has a name".to_owned()),
        AUTO => {
            Err("photos are found to be of a class where a goal is applied, not where it is made".to_owned())
        }
        name => Ok(name.to_owned()),
    }
}

fn quality(text: &str) -> Result<Quality, String> {
    let quality = text.parse().ok().and_then(Quality::new);
    quality.ok_or_else(|| "a quality is a number from 1 to 100".to_owned())
}

fn percent(text: &str) -> Result<f64, String> {
    let percent = text.strip_suffix('%').unwrap_or(text).parse().ok();
    let percent = percent.filter(|percent: &f64| *percent > 0.0 && *percent <= 100.0);
    percent.ok_or_else(|| "this is above 0 and at most 100 percent".to_owned())
}
