//! What the viewer sees: samples turned to sRGB by the photo's own ICC profile, for the metric's eyes only.
//!
//! In 8 bits, so colours beyond sRGB are clipped to it and differences among them are not seen. The conversion is
//! pinned by a test: it decides scores, and these decide bytes (P8).

use crate::metadata::{self, Carried};
use crate::{Error, Photo, Unsupported};
use moxcms::{ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, TransformOptions};
use scrimp_jpeg::{Channels, Pixels};
use std::borrow::Cow;
use std::sync::Arc;

/// How a photo's samples become sRGB; made once for each photo.
pub(crate) enum ToSrgb {
    /// They are: no profile, or one that moves no colour by more than a level.
    AsIs,
    /// Each gray has another.
    Gray(Box<[u8; 256]>),
    /// Each colour has another.
    Colour(Arc<Transform8BitExecutor>),
}

/// A profile that moves no sample by more than this describes sRGB: cameras' and programs' versions of it differ by
/// rounding.
const ROUNDING: u8 = 1;

impl ToSrgb {
    /// The conversion that the photo's profile asks for.
    ///
    /// # Errors
    /// [`Unsupported::Profile`] for one that cannot be read or is for other kinds of samples.
    pub(crate) fn of(photo: &Photo) -> Result<Self, Unsupported> {
        Self::from_carried(&photo.riders.segments, photo.pixels.channels())
    }

    fn from_carried(carried: &[Carried], channels: Channels) -> Result<Self, Unsupported> {
        let Some(profile) = metadata::icc_profile(carried) else { return Ok(Self::AsIs) };
        let profile = profile.and_then(|profile| ColorProfile::new_from_slice(&profile).ok());
        let profile = profile.ok_or(Unsupported::Profile)?;
        let (space, layout) = match channels {
            Channels::Gray => (DataColorSpace::Gray, Layout::Gray),
            Channels::Rgb => (DataColorSpace::Rgb, Layout::Rgb),
        };
        if profile.color_space != space {
            return Err(Unsupported::Profile);
        }
        let srgb = ColorProfile::new_srgb();
        let options = TransformOptions::default();
        let transform = profile
            .create_transform_8bit(layout, &srgb, Layout::Rgb, options)
            .map_err(|_| Unsupported::Profile)?;
        match channels {
            Channels::Gray => Self::of_gray(&*transform),
            Channels::Rgb => Self::of_colour(transform),
        }
    }

    /// A gray is as bright as the sRGB gray that it becomes; its green says how bright that is, whatever the profile's
    /// white.
    fn of_gray(transform: &Transform8BitExecutor) -> Result<Self, Unsupported> {
        let grays: [u8; 256] = std::array::from_fn(|gray| gray as u8);
        let converted = convert(transform, &grays, 3)?;
        let greens: [u8; 256] = std::array::from_fn(|gray| converted[3 * gray + 1]);
        Ok(if is_rounding(&grays, &greens) { Self::AsIs } else { Self::Gray(Box::new(greens)) })
    }

    fn of_colour(transform: Arc<Transform8BitExecutor>) -> Result<Self, Unsupported> {
        let lattice = lattice();
        let converted = convert(&*transform, &lattice, 1)?;
        Ok(if is_rounding(&lattice, &converted) { Self::AsIs } else { Self::Colour(transform) })
    }

    /// The pixels in sRGB. They must be of the photo's kind, gray or colour.
    ///
    /// # Errors
    /// [`Error::Defect`] if they are not.
    pub(crate) fn apply<'a>(&self, pixels: &'a Pixels) -> Result<Cow<'a, Pixels>, Error> {
        let defect = |what: &str| Error::Defect(format!("colours cannot be converted: {what}"));
        let samples = match (self, pixels.channels()) {
            (Self::AsIs, _) => return Ok(Cow::Borrowed(pixels)),
            (Self::Gray(table), Channels::Gray) => {
                pixels.samples().iter().map(|gray| table[usize::from(*gray)]).collect()
            }
            (Self::Colour(transform), Channels::Rgb) => {
                convert(&**transform, pixels.samples(), 1).map_err(|error| defect(&error.to_string()))?
            }
            _ => return Err(defect("gray and colour are mixed up")),
        };
        Pixels::new(pixels.width(), pixels.height(), pixels.channels(), samples)
            .map(Cow::Owned)
            .map_err(|error| defect(&error.to_string()))
    }
}

/// The samples converted; each becomes as many as `growth` says.
fn convert(transform: &Transform8BitExecutor, samples: &[u8], growth: usize) -> Result<Vec<u8>, Unsupported> {
    let mut converted = vec![0; samples.len() * growth];
    transform.transform(samples, &mut converted).map_err(|_| Unsupported::Profile)?;
    Ok(converted)
}

fn is_rounding(before: &[u8], after: &[u8]) -> bool {
    before.iter().zip(after).all(|(before, after)| before.abs_diff(*after) <= ROUNDING)
}

/// Colours spread evenly over the cube, its corners included: 18 levels of each primary.
fn lattice() -> Vec<u8> {
    let levels = || (0..=255_u8).step_by(15);
    levels().flat_map(|r| levels().flat_map(move |g| levels().flat_map(move |b| [r, g, b]))).collect()
}

#[cfg(test)]
mod tests;
