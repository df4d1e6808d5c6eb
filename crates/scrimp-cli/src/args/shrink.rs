//! The arguments of `scrimp shrink`.

use super::{
    GoalArguments, LimitArguments, ProfileArguments, RolloutArguments, RuleArguments, SelectionArguments,
    StoreArguments,
};
use crate::size;
use clap::{Args, ValueEnum, ValueHint};
use scrimp::{CountFrom, Effort, Goal, MinSaving, SizeLimit, Strip};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Save photos as the smallest JPEGs that reach the goal
///
/// JPEG, PNG, WebP, TIFF, BMP and GIF are read. The score is measured on the very bytes that are written. EXIF, ICC
/// and other segments are carried over. What is no JPEG becomes one when you name it together with an output file; in a
/// folder only if it is photo-like (over 300 KiB and over 65,536 colours).
#[derive(Debug, Args)]
pub(crate) struct ShrinkArguments {
    /// Photos and folders; - is standard input; s3://BUCKET/PREFIX is what stands below it in an object store
    #[arg(required_unless_present = "manifest", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// Where to write: a folder if it is one, ends in / or takes several photos, else a file; - is standard output; s3://BUCKET/PREFIX
    #[arg(short, long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) output: Option<PathBuf>,

    /// Replace the photos themselves: JPEGs that get smaller, each in one step and with all that its file has
    #[arg(long, conflicts_with_all = ["output", "overwrite", "follow_links"])]
    pub(crate) in_place: bool,

    /// Copy each photo into this folder before it is replaced in place; an earlier backup is never replaced
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) backup: Option<PathBuf>,

    /// Replace photos that have several names (hard links) too; the other names keep the old file
    #[arg(long)]
    pub(crate) split_hard_links: bool,

    #[command(flatten)]
    pub(crate) goal: GoalArguments,

    /// Take the goal from this profile, which scrimp calibrate has written
    #[arg(long, value_name = "FILE.toml", value_hint = ValueHint::FilePath)]
    #[arg(conflicts_with_all = ["look", "goal", "floor", "save"])]
    pub(crate) profile: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) of_profile: ProfileArguments,

    #[command(flatten)]
    pub(crate) rule: RuleArguments,

    #[command(flatten)]
    pub(crate) rollout: RolloutArguments,

    /// What photos are held to that --rollout leaves out, or all with --shadow: a name as for --look, or METRIC=VALUE [default: high]
    #[arg(long, value_name = "NAME|METRIC=VALUE", value_parser = Goal::named)]
    pub(crate) control: Option<Goal>,

    /// The most bytes an output may have, for example 200K; without --look or --goal the best score within
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    pub(crate) max_bytes: Option<u64>,

    /// Find the one goal, in SSIMULACRA2 points, that saves about so much of all photos together with the least damage, show
    /// what others would save, and go on with it if that is confirmed
    #[arg(long, value_name = "PCT", value_parser = saving)]
    #[arg(conflicts_with_all = ["look", "goal", "floor", "max_bytes", "from"])]
    pub(crate) save: Option<f64>,

    /// Go on with the goal that --save has found without asking
    #[arg(long, requires = "save")]
    pub(crate) yes: bool,

    /// What the goal counts from: the photo as it is, or the original that a JPEG was once made of, whose loss is
    /// estimated
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = FromName::Source)]
    pub(crate) from: FromName,

    /// How hard to look for the smallest file: fast tries the likeliest settings alone, max also the scans' order and
    /// all tables
    #[arg(long, value_name = "HOW", default_value = "default")]
    pub(crate) effort: EffortName,

    /// Leave a photo as it is unless it gets smaller by this many percent, 0 to 99
    #[arg(long, value_name = "PCT", default_value = "3")]
    pub(crate) min_saving: MinSaving,

    /// Leave metadata out: gps, thumbnail, comments or all-but-icc, several parted by commas; without a name
    /// all-but-icc. ICC profile and orientation always stay
    #[arg(long, value_name = "WHAT", num_args = 0..=1, require_equals = true, value_delimiter = ',')]
    #[arg(default_missing_value = "all-but-icc", value_parser = strip)]
    pub(crate) strip: Vec<Strip>,

    /// Write baseline JPEGs, for decoders that cannot read progressive ones; some percent larger
    #[arg(long)]
    pub(crate) baseline: bool,

    /// Shrink photos with content credentials (C2PA) too, which then no longer hold
    #[arg(long)]
    pub(crate) break_credentials: bool,

    /// Replace outputs that are there already
    #[arg(long)]
    pub(crate) overwrite: bool,

    /// What stands behind transparent pixels: #RRGGBB, white or black; without it a photo with such pixels is refused
    #[arg(long, value_name = "COLOUR", value_parser = scrimp::parse_colour)]
    pub(crate) background: Option<[u8; 3]>,

    /// Take the first picture of a file that holds several frames or pages, which is refused otherwise
    #[arg(long)]
    pub(crate) first_frame: bool,

    /// Write what can be read of a damaged JPEG, which is refused otherwise; needs -o
    #[arg(long, requires = "output")]
    pub(crate) salvage: bool,

    /// Threads in all, 1 to 1024: a photo each, or several for the last ones [default: as many as the machine runs at once]
    #[arg(short, long, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<NonZeroUsize>,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    #[command(flatten)]
    pub(crate) selection: SelectionArguments,

    #[command(flatten)]
    pub(crate) of_stores: StoreArguments,

    /// Leave out what an earlier run has done by the same settings and is still as it was then, by the job's ledger
    #[arg(long)]
    pub(crate) resume: bool,

    /// Write down what is done in this file, for --resume [with --resume: one named by the job in the user's state folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) ledger: Option<PathBuf>,

    /// Do all the work and write nothing; without -o as if --in-place were given
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Tell of failures alone: no line for each photo, no progress, no sum
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,

    /// Write a page to look at: what became of the photos, and the worst spot of each before and after; an earlier
    /// report is replaced
    #[arg(long, value_name = "FILE.html", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,

    /// Print one JSON object a line for each photo (on standard error if the photo goes to standard output)
    #[arg(long)]
    pub(crate) json: bool,
}

impl ShrinkArguments {
    /// A size alone asks for the best score within; with a goal it is a limit.
    pub(crate) fn size_limit(&self) -> SizeLimit {
        match self.max_bytes {
            None => SizeLimit::None,
            Some(bytes) if self.goal.is_given() || self.profile.is_some() => SizeLimit::AtMost(bytes),
            Some(bytes) => SizeLimit::Fill(bytes),
        }
    }
}
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EffortName {
    Fast,
    Default,
    Max,
}

impl From<EffortName> for Effort {
    fn from(name: EffortName) -> Self {
        match name {
            EffortName::Fast => Self::Fast,
            EffortName::Default => Self::Default,
            EffortName::Max => Self::Max,
        }
    }
}

/// What a goal counts from.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FromName {
    /// The photo as it came in; the score is proved
    Source,
    /// The unknown original of a JPEG; the score is estimated
    Original,
}

impl From<FromName> for CountFrom {
    fn from(name: FromName) -> Self {
        match name {
            FromName::Source => Self::Source,
            FromName::Original => Self::Original,
        }
    }
}

fn saving(text: &str) -> Result<f64, String> {
    let percent = text.strip_suffix('%').unwrap_or(text).parse().ok();
    let percent = percent.filter(|percent: &f64| *percent > 0.0 && *percent < 100.0);
    percent.ok_or_else(|| "a saving lies between 0 and 100 percent".to_owned())
}

fn strip(name: &str) -> Result<Strip, String> {
    let known: Vec<_> = Strip::ALL.iter().map(|group| group.name()).collect();
    Strip::from_name(name).ok_or_else(|| format!("what can be stripped: {}", known.join(", ")))
}

pub(super) fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse().ok().and_then(NonZeroUsize::new).filter(|number| number.get() <= 1024);
    number.ok_or_else(|| "there can be 1 to 1024 threads".to_owned())
}
