//! The arguments of `scrimp classic`.

use super::{LimitArguments, ProfileArguments, RolloutArguments};
use crate::exit::UsageError;
use clap::{Args, ValueEnum, ValueHint};
use scrimp::classic::{Bounds, Centre, Classic, Filter};
use scrimp_batch::Overwrite;
use std::path::PathBuf;

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

    #[command(flatten)]
    pub(crate) world: ClassicWorldArguments,

    /// The least SSIM relative to that of quality 95, 0 to 1
    #[arg(long, value_name = "SHARE", default_value = "0.95")]
    pub(crate) goal: f64,

    /// Take all of these from this profile, which scrimp calibrate has written
    #[arg(long, value_name = "FILE.toml", value_hint = ValueHint::FilePath)]
    #[arg(conflicts_with_all = ["goal", "lo", "hi", "resize", "kernel"])]
    pub(crate) profile: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) of_profile: ProfileArguments,

    /// Switch the choice off: the answer is the highest quality
    #[arg(long, conflicts_with_all = ["rollout", "shadow"])]
    pub(crate) off: bool,

    #[command(flatten)]
    pub(crate) rollout: RolloutArguments,

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
/// What the algorithm goes by, but for its goal.
#[derive(Debug, Args)]
pub(crate) struct ClassicWorldArguments {
    /// How the classic algorithm makes the photo 400x400: Pillow's filter of this name
    #[arg(long, value_name = "FILTER", default_value = "nearest")]
    resize: ResizeName,

    /// Whether the window of its SSIM is centred on its pixel, or half a pixel off as pyssim's is on Python 3
    #[arg(long, value_name = "KERNEL", default_value = "centred")]
    kernel: KernelName,

    /// The lowest quality that it considers, 1 to 100
    #[arg(long, value_name = "QUALITY", default_value = "80", value_parser = quality)]
    lo: u8,

    /// The highest quality that it considers, 1 to 100
    #[arg(long, value_name = "QUALITY", default_value = "85", value_parser = quality)]
    hi: u8,
}

impl ClassicWorldArguments {
    /// The algorithm with its default goal.
    pub(crate) fn classic(&self) -> Result<Classic, UsageError> {
        let mut classic = Classic::default();
        classic.resize = self.resize.into();
        classic.kernel = self.kernel.into();
        classic.bounds = Bounds::new(self.lo, self.hi).map_err(|error| UsageError(error.to_string()))?;
        Ok(classic)
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
fn quality(text: &str) -> Result<u8, String> {
    let quality = text.parse().ok().filter(|quality| Bounds::new(*quality, *quality).is_ok());
    quality.ok_or_else(|| "a quality is a whole number from 1 to 100".to_owned())
}
