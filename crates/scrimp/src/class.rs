//! What kind of picture a photo is, by what its pixels look like.
//!
//! A few numbers are measured on a part of the picture ([`Traits`]) and held against thresholds, each with its
//! reason beside it; `docs/classes.md` tells how well that does, and `examples/class-study.rs` draws it up anew. What is not
//! clearly something else is a photo.

mod block;
mod rules;
mod traits;

pub use rules::{ClassRule, ClassRules};
pub use traits::Traits;

use scrimp_jpeg::Pixels;
use serde::Serialize;
use std::fmt;

/// A kind of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// What a camera saw, and all that is not clearly something else.
    Photo,
    /// A picture of a screen: windows, text and pictures among each other.
    Screenshot,
    /// Line art and text, drawn by a program.
    LineArt,
    /// A page as a scanner saw it.
    Scan,
    /// A dark or noisy photo.
    DarkNoisy,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Photo, Self::Screenshot, Self::LineArt, Self::Scan, Self::DarkNoisy];

    /// The class of a picture.
    #[must_use]
    pub fn of(pixels: &Pixels) -> Self {
        Traits::of(pixels).map_or(Self::Photo, |traits| traits.class())
    }

    /// Its name in profiles and options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Screenshot => "screenshot",
            Self::LineArt => "line_art",
            Self::Scan => "scan",
            Self::DarkNoisy => "dark_noisy",
        }
    }

    /// The class of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Of a drawing or a screen so much is flat at least, and of the rest so much drawn. Of the corpus' photos none has both:
/// the flattest, a baby before white and one masked with red, have 0.07 and 0.03 of their rest drawn, and those that have
/// more have 0.08 that is flat at most; photos cut out before white come to 0.21. Screens have 0.31 and more, saved as JPEGs too.
const FLAT: f64 = 0.15;
const DRAWN: f64 = 0.25;
/// Of a screen so much of what is not flat lies at long straight edges; a page of large letters comes to 0.023.
const RULED: f64 = 0.025;
/// Of a page so much is paper alone, and of what has ink on it so much shows paper too. In photos what is dark hides what
/// is bright: at most 0.74 of the corpus' and the made ones' show it, and only without paper.
const PAPER: f64 = 0.3;
const TEXT: f64 = 0.85;
/// What is black and white alone comes from a scanner or a fax: programs smooth the rims of what they draw.
const BILEVEL: f64 = 0.995;
/// Half of a dark photo lies below this luma, 0 to 255.
const DARK: f64 = 40.0;
/// Levels of noise in a noisy photo. The corpus' grainiest subject, sand in the sun, is taken for 6.
const NOISY: f64 = 8.0;

impl Traits {
    /// The class of a picture with these.
    #[must_use]
    pub fn class(&self) -> Class {
        if self.is_page() && (self.bilevel >= BILEVEL || !self.is_drawn()) {
            Class::Scan
        } else if self.is_drawn() {
            if self.ruled >= RULED { Class::Screenshot } else { Class::LineArt }
        } else if self.light < DARK || self.noise > NOISY {
            Class::DarkNoisy
        } else {
            Class::Photo
        }
    }

    fn is_drawn(&self) -> bool {
        self.flat >= FLAT && self.drawn >= DRAWN
    }

    fn is_page(&self) -> bool {
        self.paper >= PAPER && self.text >= TEXT
    }

    /// What decided, for people.
    #[must_use]
    pub fn reason(&self) -> String {
        let percent = |share: f64| format!("{:.0} %", 100.0 * share);
        let Self { flat, drawn, ruled, noise, light, paper, text, .. } = *self;
        match self.class() {
            Class::Scan => {
                format!("{} is bare paper, which shows through {} of the ink", percent(paper), percent(text))
            }
            Class::Screenshot | Class::LineArt => format!(
                "{} is flat, {} of the rest drawn, {} along rulers",
                percent(flat),
                percent(drawn),
                percent(ruled)
            ),
            Class::DarkNoisy => {
                format!("half of it is darker than {light:.0} of 255, noise {noise:.1} levels")
            }
            Class::Photo => format!(
                "{} is flat, {} of the rest drawn; half of it is darker than {light:.0} of 255, noise {noise:.1} levels",
                percent(flat),
                percent(drawn)
            ),
        }
    }
}

#[cfg(test)]
mod tests;
