//! What the classic algorithm can be told.

use super::{Error, Filter};
use crate::Rollout;
pub use scrimp_metric::ssim::Centre;

/// All options; the default is the algorithm as it was published in 2017.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Classic {
    /// How the photo is made 400x400.
    pub resize: Filter,
    /// Where SSIM's window has its middle.
    pub kernel: Centre,
    /// What a quality has to reach.
    pub goal: Goal,
    /// Between which qualities to look.
    pub bounds: Bounds,
    /// Whether to look at all.
    pub switch: Switch,
}

impl Classic {
    /// What the published code answers today, with Pillow since 7 and pyssim on Python 3: bicubic, and the window
    /// half a tap late.
    #[must_use]
    pub fn today() -> Self {
        Self { resize: Filter::Bicubic, kernel: Centre::Shifted, ..Self::default() }
    }
}

/// Whether the quality follows the photo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Switch {
    /// Yes.
    #[default]
    On,
    /// No: every photo gets the upper bound.
    Off,
    /// For a share of the photos, drawn by the samples of the copy that is looked at; others get the upper bound.
    Rollout(Rollout),
}

/// The least share of the photo's own ceiling (its SSIM at quality 95) that passes: 0 to 1, by default 0.95.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Goal(f64);

impl Goal {
    /// A goal of `share`.
    ///
    /// # Errors
    /// [`Error::Goal`] outside 0 to 1.
    pub fn new(share: f64) -> Result<Self, Error> {
        if (0.0..=1.0).contains(&share) { Ok(Self(share)) } else { Err(Error::Goal { share }) }
    }

    /// The share, 0 to 1.
    #[must_use]
    pub const fn share(self) -> f64 {
        self.0
    }
}

impl Default for Goal {
    fn default() -> Self {
        Self(0.95)
    }
}

/// The lowest and the highest quality to consider, each from 1 to 100; by default 80 and 85.
///
/// Where the lowest is not below the highest, nothing is tried and the highest is the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bounds {
    lo: u8,
    hi: u8,
}

impl Bounds {
    /// Bounds of `lo` and `hi`.
    ///
    /// # Errors
    /// [`Error::Quality`] if one of them is not from 1 to 100.
    pub fn new(lo: u8, hi: u8) -> Result<Self, Error> {
        Ok(Self { lo: checked_quality(lo)?, hi: checked_quality(hi)? })
    }

    /// The lowest quality.
    #[must_use]
    pub const fn lo(self) -> u8 {
        self.lo
    }

    /// The highest quality.
    #[must_use]
    pub const fn hi(self) -> u8 {
        self.hi
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self { lo: 80, hi: 85 }
    }
}

/// `quality`, if it is from 1 to 100.
pub(super) fn checked_quality(quality: u8) -> Result<u8, Error> {
    if (1..=100).contains(&quality) { Ok(quality) } else { Err(Error::Quality { quality }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_range_is_refused() {
        for share in [-0.01, 1.01, f64::NAN, f64::INFINITY] {
            assert!(matches!(Goal::new(share), Err(Error::Goal { .. })), "{share}");
        }
        assert!([0.0, 0.97, 1.0].iter().all(|share| Goal::new(*share).is_ok()));
        assert!(matches!(Bounds::new(0, 85), Err(Error::Quality { quality: 0 })));
        assert!(matches!(Bounds::new(80, 101), Err(Error::Quality { quality: 101 })));
        assert!(Bounds::new(90, 80).is_ok() && Bounds::new(1, 100).is_ok());
    }
}
