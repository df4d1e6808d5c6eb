//! What the caller asks for.

use crate::class::{ClassRule, ClassRules};
use crate::{Coding, Effort, Goal, Limits, Look, Rollout, Strip};
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// How one photo is to be shrunk.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// What the written file must reach.
    pub goal: Goal,
    /// What holds instead where the photo is of one of these classes; by default of none.
    pub class_rules: ClassRules,
    /// On which photos these goals are tried; by default on all.
    pub rollout: Option<Rollout>,
    /// What a photo is held to that the rollout leaves out; by default as [`Look::default`].
    pub control: ClassRule,
    /// What is asked of the output's size besides.
    pub size: SizeLimit,
    /// What the goal counts from.
    pub from: CountFrom,
    /// A saving below this leaves the input as it is.
    pub min_saving: MinSaving,
    /// How hard the smallest file is looked for.
    pub effort: Effort,
    /// Which chroma subsampling may be tried.
    pub chroma: Chroma,
    /// Which photos that are no JPEGs become one.
    pub convert: Convert,
    /// The same, where `convert` leaves it open ([`Convert::Open`]).
    pub others: OtherFormats,
    /// In which order the output's coefficients are written.
    pub coding: Coding,
    /// What of the metadata is left out.
    pub strip: Vec<Strip>,
    /// What becomes of a photo with content credentials.
    pub credentials: Credentials,
    /// Bounds for the photo.
    pub limits: Limits,
    /// What stands behind transparent pixels, as red, green and blue; without it a photo with such pixels is refused.
    pub background: Option<[u8; 3]>,
    /// Which picture of a file that holds several frames or pages.
    pub frames: Frames,
    /// What becomes of damaged photos.
    pub damage: Damage,
    /// How many threads share the work on the photo, or as many of them as there is memory for. Default 1; the bytes are the
    /// same for any number.
    pub threads: NonZeroUsize,
    /// What pictures are taken for people to judge the result by.
    pub show: Show,
    /// Set it to `true` from anywhere, and the work ends soon with [`crate::Error::Interrupted`].
    pub interrupt: Option<Arc<AtomicBool>>,
}

impl Options {
    /// Everything by default but the look.
    #[must_use]
    pub fn look(look: Look) -> Self {
        Self {
            goal: look.goal(),
            class_rules: ClassRules::default(),
            rollout: None,
            control: ClassRule::of_goal(Look::default().goal()),
            size: SizeLimit::default(),
            from: CountFrom::default(),
            min_saving: MinSaving::default(),
            effort: Effort::default(),
            chroma: Chroma::default(),
            convert: Convert::default(),
            others: OtherFormats::default(),
            coding: Coding::Progressive,
            strip: Vec::new(),
            credentials: Credentials::default(),
            limits: Limits::default(),
            background: None,
            frames: Frames::default(),
            damage: Damage::default(),
            threads: NonZeroUsize::MIN,
            show: Show::default(),
            interrupt: None,
        }
    }
}

impl Options {
    /// How files are written: at most effort the order of progressive scans is found by trial.
    pub(crate) const fn coding(&self) -> Coding {
        match (self.coding, self.effort) {
            (Coding::Progressive, Effort::Max) => Coding::ProgressiveSearched,
            (coding, _) => coding,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::look(Look::default())
    }
}

/// What a goal counts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CountFrom {
    /// The photo as it came in: what it has lost before is not counted, and the score is proved.
    #[default]
    Source,
    /// The original that a JPEG was once made of, and that nobody has: the score is estimated from the file alone. A
    /// photo of another format is its own original.
    Original,
}

impl CountFrom {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Source, Self::Original];

    /// Its name in options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Original => "original",
        }
    }
}

/// Which picture of a file that holds several frames or pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Frames {
    /// Such a file is refused.
    #[default]
    Single,
    /// The first; of an animated PNG the still picture that other programs show.
    First,
}

/// Of what pictures are taken while it is at hand: [`crate::Decision::views`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Show {
    /// Of nothing.
    #[default]
    Nothing,
    /// Of the photo.
    Photo,
    /// Of the photo, and of the result where that is another picture.
    PhotoAndResult,
}

/// What becomes of damaged photos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Damage {
    /// They are refused: a new file would make the damage permanent and hide it.
    #[default]
    Refuse,
    /// What can be read of a JPEG becomes the photo.
    Salvage,
}

/// Which photos that are no JPEGs become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Convert {
    /// All: the caller asked for a JPEG.
    #[default]
    Always,
    /// As [`Options::others`] says: nobody named this photo.
    Open,
    /// None: a photo of another format is looked at, and stays.
    Never,
}

/// Which photos of other formats become JPEGs where nobody named them one by one, as in folders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OtherFormats {
    /// Those that are photo-like: over 300 KiB of file and over 2^16 colours.
    #[default]
    PhotoLike,
    /// All.
    Convert,
    /// None: they stay as they are.
    Keep,
}

impl OtherFormats {
    /// All of them.
    pub const ALL: &[Self] = &[Self::PhotoLike, Self::Convert, Self::Keep];

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.name() == name)
    }

    /// Its name in options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PhotoLike => "photo-like",
            Self::Convert => "convert",
            Self::Keep => "keep",
        }
    }
}

/// Which chroma subsampling may be tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Chroma {
    /// Whichever gives the smallest file that reaches the goal.
    #[default]
    Any,
    /// That of the photo: colours have as many samples as they came with.
    Keep,
}

impl Chroma {
    /// Both.
    pub const ALL: &[Self] = &[Self::Any, Self::Keep];

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.name() == name)
    }

    /// Its name in options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Keep => "keep",
        }
    }
}

/// What becomes of a photo with content credentials (C2PA), which vouch for its very bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Credentials {
    /// It is left as it is.
    #[default]
    Respect,
    /// It is shrunk. A JPEG's credentials are carried over, and no longer hold.
    Break,
}

/// What is asked of the output's size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SizeLimit {
    /// Nothing but that it be smaller than the input.
    #[default]
    None,
    /// The smallest file that reaches the goal; where that has more than so many bytes, the best score within them.
    AtMost(u64),
    /// The best score within so many bytes in the goal's metric; the goal's value and floor do not count.
    Fill(u64),
}

impl SizeLimit {
    /// The limit in bytes.
    #[must_use]
    pub const fn bytes(self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::AtMost(bytes) | Self::Fill(bytes) => Some(bytes),
        }
    }

    /// Whether a file of so many bytes is too large.
    #[must_use]
    pub fn is_passed_by(self, bytes: usize) -> bool {
        self.bytes().is_some_and(|limit| bytes as u64 > limit)
    }
}

/// The least part of the input's size that must be saved, in percent from 0 to 99.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct MinSaving(f64);

impl MinSaving {
    /// `None` outside 0 to 99.
    #[must_use]
    pub fn percent(value: f64) -> Option<Self> {
        (0.0..=99.0).contains(&value).then_some(Self(value))
    }

    /// The percentage.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }

    /// The most bytes that an output may have: less than the input in any case.
    #[must_use]
    pub fn ceiling(self, input_bytes: usize) -> usize {
        let kept = (100.0 - self.0) / 100.0;
        ((input_bytes as f64 * kept).floor() as usize).min(input_bytes.saturating_sub(1))
    }
}

/// What is wrong with an option that was given as a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionError {
    /// Not a least saving.
    #[error("a saving lies between 0 and 99 percent")]
    MinSaving,
    /// Not a colour.
    #[error("a colour is white, black or written #RRGGBB")]
    Colour,
}

impl FromStr for MinSaving {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, OptionError> {
        let percent = text.strip_suffix('%').unwrap_or(text).parse().ok().and_then(Self::percent);
        percent.ok_or(OptionError::MinSaving)
    }
}

/// Red, green and blue of a colour that is `white`, `black` or written `#RRGGBB`, with or without the sign.
///
/// # Errors
/// [`OptionError::Colour`] for everything else.
pub fn parse_colour(text: &str) -> Result<[u8; 3], OptionError> {
    let digits = match text {
        "white" => "ffffff",
        "black" => "000000",
        other => other.strip_prefix('#').unwrap_or(other),
    };
    let is_plain = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_plain).ok_or(OptionError::Colour)?;
    let [_, colour @ ..] = number.to_be_bytes();
    Ok(colour)
}

impl Default for MinSaving {
    /// 3 %.
    fn default() -> Self {
        Self(3.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_saving_is_a_ceiling_below_the_input() {
        assert_eq!(MinSaving::default().ceiling(1000), 970);
        assert_eq!(MinSaving::percent(0.0).unwrap().ceiling(1000), 999);
        assert_eq!(MinSaving::percent(0.0).unwrap().ceiling(0), 0);
        assert_eq!(MinSaving::percent(-1.0), None);
        assert_eq!(MinSaving::percent(f64::NAN), None);
    }

    #[test]
    fn a_least_saving_is_read_with_and_without_its_sign() {
        assert_eq!("3".parse(), Ok(MinSaving::default()));
        assert_eq!("12.5%".parse::<MinSaving>().map(MinSaving::value), Ok(12.5));
        for wrong in ["", "-1", "100", "NaN", "three"] {
            assert_eq!(wrong.parse::<MinSaving>(), Err(OptionError::MinSaving), "{wrong}");
        }
    }

    #[test]
    fn a_colour_is_six_digits_or_a_name() {
        assert_eq!(parse_colour("#0a1BfF"), Ok([10, 27, 255]));
        assert_eq!((parse_colour("white"), parse_colour("000000")), (Ok([255; 3]), Ok([0; 3])));
        for wrong in ["", "#fff", "red", "+fffff", "#ffffff0", "é0000"] {
            assert_eq!(parse_colour(wrong), Err(OptionError::Colour), "{wrong}");
        }
    }
}
