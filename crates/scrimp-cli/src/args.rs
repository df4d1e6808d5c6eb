//! The arguments. What a doc comment says here is what `--help` and the manual page say.

use crate::exit::UsageError;
use crate::size;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use scrimp::classic::{Bounds, Centre, Filter};
use scrimp::{
    CountFrom, Effort, Floor, Goal, LimitKind, Limits, Look, Metric, MinSaving, Options, SizeLimit, Strip,
};
use scrimp_batch::Overwrite;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Saves every photo as the smallest JPEG that still looks the same, and proves it
///
/// Each photo gets its own quality: the lowest at which the written file, decoded again, still reaches the goal in
/// a perceptual metric. A photo that gains nothing is left as it is.
///
///   scrimp shrink holiday.jpg -o smaller.jpg     one photo
///   scrimp shrink photos/ -o smaller/            a folder
///   scrimp score original.png smaller.jpg        how much alike two files look
///
/// Exit codes: 0 all done (kept photos count as done); 1 some photo failed, was refused or missed its goal, the
/// rest is done; 2 wrong usage; 130 and 143 interrupted.
#[derive(Debug, Parser)]
#[command(name = "scrimp", version, verbatim_doc_comment, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Shrink(ShrinkArguments),
    Score(ScoreArguments),
    Inspect(InspectArguments),
    Classic(ClassicArguments),
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

/// Save photos as the smallest JPEGs that reach the goal
///
/// JPEG, PNG, WebP, TIFF, BMP and GIF are read. The score is measured on the very bytes that are written. EXIF, ICC
/// and other segments are carried over. What is no JPEG becomes one when you name it together with an output file; in a
/// folder only if it is photo-like (over 300 KiB and over 65,536 colours).
#[derive(Debug, Args)]
pub(crate) struct ShrinkArguments {
    /// Photos and folders; - is standard input
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// Where to write: a folder if it is one, ends in / or takes several photos, else a file; - is standard output
    #[arg(short, long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) output: Option<PathBuf>,

    /// Replace the photos themselves: JPEGs that get smaller, each in one step and with all that its file has
    #[arg(long, conflicts_with_all = ["output", "overwrite"])]
    pub(crate) in_place: bool,

    /// Copy each photo into this folder before it is replaced in place; an earlier backup is never replaced
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) backup: Option<PathBuf>,

    /// Replace photos that have several names (hard links) too; the other names keep the old file
    #[arg(long)]
    pub(crate) split_hard_links: bool,

    #[command(flatten)]
    pub(crate) goal: GoalArguments,

    /// The most bytes an output may have, for example 200K; without --look or --goal the best score within
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    pub(crate) max_bytes: Option<u64>,

    /// What the goal counts from: the photo as it is, or the original that a JPEG was once made of, whose loss is
    /// estimated
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = FromName::Source)]
    pub(crate) from: FromName,

    /// How hard to look for the smallest file: fast tries the likeliest settings alone, max also the scans' order and
    /// all tables
    #[arg(long, value_name = "HOW", default_value = "default")]
    pub(crate) effort: EffortName,

    /// Leave a photo as it is unless it gets smaller by this many percent, 0 to 99
    #[arg(long, value_name = "PCT", default_value = "3", value_parser = min_saving)]
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
    #[arg(long, value_name = "COLOUR", value_parser = colour)]
    pub(crate) background: Option<[u8; 3]>,

    /// Take the first picture of a file that holds several frames or pages, which is refused otherwise
    #[arg(long)]
    pub(crate) first_frame: bool,

    /// Write what can be read of a damaged JPEG, which is refused otherwise; needs -o
    #[arg(long, requires = "output")]
    pub(crate) salvage: bool,

    /// Threads, 1 to 1024 [default: as many as the machine runs at once]
    #[arg(short, long, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<NonZeroUsize>,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    /// Print one JSON object a line for each photo (on standard error if the photo goes to standard output)
    #[arg(long)]
    pub(crate) json: bool,
}

impl ShrinkArguments {
    /// A size alone asks for the best score within; with a goal it is a limit.
    pub(crate) fn size_limit(&self) -> SizeLimit {
        match self.max_bytes {
            None => SizeLimit::None,
            Some(bytes) if self.goal.is_given() => SizeLimit::AtMost(bytes),
            Some(bytes) => SizeLimit::Fill(bytes),
        }
    }
}

/// What to reach.
#[derive(Debug, Args)]
pub(crate) struct GoalArguments {
    /// What to reach, by name, in SSIMULACRA2 points: archive 90, high 80, web 70, thumb 60
    /// [default: high]
    #[arg(long, value_name = "NAME", conflicts_with = "goal")]
    look: Option<LookName>,

    /// What to reach: METRIC=VALUE, for example ssimulacra2=75
    #[arg(long, value_name = "METRIC=VALUE")]
    goal: Option<Goal>,

    /// The least score of any region of 64x64 pixels, or none [default: for SSIMULACRA2 three quarters as
    /// far below the goal as the goal lies below 100, for others none]
    #[arg(long, value_name = "V|none", allow_negative_numbers = true)]
    floor: Option<Floor>,
}

impl GoalArguments {
    /// Whether a goal was named.
    const fn is_given(&self) -> bool {
        self.look.is_some() || self.goal.is_some() || self.floor.is_some()
    }

    pub(crate) fn goal(&self) -> Result<Goal, UsageError> {
        let look = self.look.map(Look::from).unwrap_or_default();
        let goal = self.goal.unwrap_or_else(|| look.goal());
        goal.with_floor(self.floor.unwrap_or_default()).map_err(|error| UsageError(error.to_string()))
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

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LookName {
    Archive,
    High,
    Web,
    Thumb,
}

impl From<LookName> for Look {
    fn from(name: LookName) -> Self {
        match name {
            LookName::Archive => Self::Archive,
            LookName::High => Self::High,
            LookName::Web => Self::Web,
            LookName::Thumb => Self::Thumb,
        }
    }
}

/// Bounds.
#[derive(Debug, Args)]
pub(crate) struct LimitArguments {
    /// Memory that all photos in hand may take together, for example 4G at least 64M [default: half of
    /// the machine's]
    #[arg(long, value_name = "SIZE", value_parser = memory)]
    pub(crate) memory: Option<u64>,

    /// Raise or lower a limit for each photo: pixels (200M), side (65500), file-bytes (512M), scan-pixels (2G),
    /// metadata-bytes (64M), metadata-segments (2000), memory (--memory), time (60 seconds)
    #[arg(long = "limit", value_name = "NAME=VALUE", value_parser = limit)]
    limits: Vec<(LimitKind, u64)>,
}

impl LimitArguments {
    /// The memory for all photos together.
    pub(crate) fn memory(&self) -> u64 {
        self.memory.unwrap_or_else(crate::machine::half_of_memory)
    }

    /// The default options within these limits.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default();
        let mut limits = Limits::default();
        limits.memory = self.memory();
        for (which, value) in &self.limits {
            *limits.get_mut(*which) = *value;
        }
        options.limits = limits;
        options
    }
}

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

/// Tell what a photo is, what rides along, and how size and score depend on quality
#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    /// The photo; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) photo: PathBuf,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Choose a quality as the algorithm published in 2017 did
///
/// The photo is resized to 400x400, and the JPEG quality is bisected for the lowest at which SSIM stays at or above
/// the goal, relative to what quality 95 gives. The defaults are the published world; --resize bicubic --kernel
/// shifted is what the same Python does with the libraries of today.
#[derive(Debug, Args)]
pub(crate) struct ClassicArguments {
    /// Photos
    #[arg(required = true, value_name = "PHOTO", value_hint = ValueHint::FilePath)]
    pub(crate) photos: Vec<PathBuf>,

    /// How the photo becomes 400x400: Pillow's filter of this name
    #[arg(long, value_name = "FILTER", default_value = "nearest")]
    pub(crate) resize: ResizeName,

    /// Whether SSIM's window is centred on its pixel, or half a pixel off as pyssim's is on Python 3
    #[arg(long, value_name = "KERNEL", default_value = "centred")]
    pub(crate) kernel: KernelName,

    /// The least SSIM relative to that of quality 95, 0 to 1
    #[arg(long, value_name = "SHARE", default_value = "0.95")]
    pub(crate) goal: f64,

    /// The lowest quality, 1 to 100
    #[arg(long, value_name = "QUALITY", default_value = "80", value_parser = quality)]
    pub(crate) lo: u8,

    /// The highest quality, 1 to 100
    #[arg(long, value_name = "QUALITY", default_value = "85", value_parser = quality)]
    pub(crate) hi: u8,

    /// Switch the choice off: the answer is the highest quality
    #[arg(long)]
    pub(crate) off: bool,

    /// Also write the photo at the chosen quality into this folder
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: Option<PathBuf>,

    /// Replace outputs that are there already
    #[arg(long, requires = "output")]
    overwrite: bool,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    /// Print one JSON object a line for each photo
    #[arg(long)]
    pub(crate) json: bool,
}

impl ScoreArguments {
    pub(crate) fn overwrite(&self) -> Overwrite {
        if self.overwrite { Overwrite::Always } else { Overwrite::Never }
    }
}

impl ClassicArguments {
    pub(crate) fn overwrite(&self) -> Overwrite {
        if self.overwrite { Overwrite::Always } else { Overwrite::Never }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ResizeName {
    Nearest,
    Bicubic,
}

impl From<ResizeName> for Filter {
    fn from(name: ResizeName) -> Self {
        match name {
            ResizeName::Nearest => Self::Nearest,
            ResizeName::Bicubic => Self::Bicubic,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KernelName {
    Centred,
    Shifted,
}

impl From<KernelName> for Centre {
    fn from(name: KernelName) -> Self {
        match name {
            KernelName::Centred => Self::Centred,
            KernelName::Shifted => Self::Shifted,
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

fn min_saving(text: &str) -> Result<MinSaving, String> {
    let percent = text.strip_suffix('%').unwrap_or(text).parse().ok().and_then(MinSaving::percent);
    percent.ok_or_else(|| "a saving lies between 0 and 99 percent".to_owned())
}

fn strip(name: &str) -> Result<Strip, String> {
    let known: Vec<_> = Strip::ALL.iter().map(|group| group.name()).collect();
    Strip::from_name(name).ok_or_else(|| format!("what can be stripped: {}", known.join(", ")))
}

fn colour(text: &str) -> Result<[u8; 3], String> {
    let digits = match text {
        "white" => "ffffff",
        "black" => "000000",
        other => other.strip_prefix('#').unwrap_or(other),
    };
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6 && digits.is_ascii());
    let [_, colour @ ..] = number
        .filter(|_| !digits.starts_with('+'))
        .ok_or_else(|| "a colour is white, black or written #RRGGBB".to_owned())?
        .to_be_bytes();
    Ok(colour)
}

fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse().ok().and_then(NonZeroUsize::new).filter(|number| number.get() <= 1024);
    number.ok_or_else(|| "there can be 1 to 1024 threads".to_owned())
}

fn quality(text: &str) -> Result<u8, String> {
    let quality = text.parse().ok().filter(|quality| Bounds::new(*quality, *quality).is_ok());
    quality.ok_or_else(|| "a quality is a whole number from 1 to 100".to_owned())
}

fn memory(text: &str) -> Result<u64, String> {
    // Room for one small photo: with less, nothing could be done.
    const LEAST: u64 = 64_000_000;
    let bytes = size::parse(text)?;
    if bytes < LEAST { Err("it takes at least 64M to work on a photo".to_owned()) } else { Ok(bytes) }
}

fn metric(name: &str) -> Result<Metric, String> {
    let known: Vec<_> = Metric::ALL.iter().map(|metric| metric.name()).collect();
    Metric::from_name(name).ok_or_else(|| format!("the metrics are: {}", known.join(", ")))
}

fn limit(text: &str) -> Result<(LimitKind, u64), String> {
    let names: Vec<_> = LimitKind::ALL.iter().map(|which| which.name()).collect();
    let form = || format!("a limit is written NAME=VALUE; the names are {}", names.join(", "));
    let (name, value) = text.split_once('=').ok_or_else(form)?;
    let which = LimitKind::ALL.iter().copied().find(|which| which.name() == name).ok_or_else(form)?;
    let value = size::parse(value)?;
    // No JPEG is longer, so the default is also the highest.
    let longest = Limits::default().side;
    if which == LimitKind::Side && value > longest {
        return Err(format!("a side has at most {longest} pixels in a JPEG"));
    }
    Ok((which, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_colour_is_six_digits_or_a_name() {
        assert_eq!(colour("#0a1BfF"), Ok([10, 27, 255]));
        assert_eq!((colour("white"), colour("000000")), (Ok([255; 3]), Ok([0; 3])));
        for wrong in ["", "#fff", "red", "+fffff", "#ffffff0", "é0000"] {
            assert!(colour(wrong).unwrap_err().contains("#RRGGBB"), "{wrong}");
        }
    }

    #[test]
    fn a_limit_is_raised_by_its_name() {
        assert_eq!(limit("pixels=400M"), Ok((LimitKind::Pixels, 400_000_000)));
        assert!(limit("beauty=1").unwrap_err().contains("scan-pixels"));
        assert!(limit("pixels").is_err());
        assert_eq!(limit("side=65500"), Ok((LimitKind::Side, 65_500)));
        assert!(limit("side=70000").unwrap_err().contains("65500"));
    }
}
