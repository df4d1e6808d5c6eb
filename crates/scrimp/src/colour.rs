//! What the viewer sees: samples turned to sRGB by the photo's own ICC profile, for the metric's eyes only.
//!
//! In 8 bits, so colours beyond sRGB are clipped to it and differences among them are not seen. The conversion is
//! pinned by a test: it decides scores, and these decide bytes (P8).

pub(crate) mod inks;

use crate::deep::Deep;
use crate::metadata::{self, Carried};
use crate::prober::{channels_of, defect, view};
use crate::watch::Watch;
use crate::{Error, Photo, Unsupported};
use moxcms::{ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, TransformOptions};
use scrimp_jpeg::{Channels, Pixels};
use scrimp_metric::ImageView;
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

/// Samples that are converted between two looks at the clock: whole pixels of any kind, some milliseconds.
const PIECE: usize = 3 << 16;

impl ToSrgb {
    /// The conversion that the photo's profile asks for.
    ///
    /// # Errors
    /// [`Unsupported::Profile`] for one that cannot be read or is for other kinds of samples.
    pub(crate) fn of(photo: &Photo) -> Result<Self, Unsupported> {
        Self::from_carried(&photo.riders.segments, photo.pixels.channels())
    }

    fn from_carried(carried: &[Carried], channels: Channels) -> Result<Self, Unsupported> {
        let Some(profile) = profile_of(carried)? else { return Ok(Self::AsIs) };
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

    /// The photo itself in sRGB, from all the bits that it has.
    ///
    /// # Errors
    /// [`Error::Unsupported`] as [`Self::of`].
    pub(crate) fn original<'a>(&self, photo: &'a Photo, watch: &Watch<'_>) -> Result<Seen<'a>, Error> {
        let Some(deep) = &photo.deep else {
            return self.apply_watched(&photo.pixels, watch).map(Seen::Eight);
        };
        if matches!(self, Self::AsIs) {
            return Ok(Seen::Sixteen(Cow::Borrowed(deep)));
        }
        let unreadable = || Error::Unsupported(Unsupported::Profile);
        let profile = profile_of(&photo.riders.segments).map_err(Error::Unsupported)?;
        let (layout, growth) = match deep.channels() {
            Channels::Gray => (Layout::Gray, 3),
            Channels::Rgb => (Layout::Rgb, 1),
        };
        let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
        let transform =
            profile.ok_or_else(unreadable)?.create_transform_16bit(layout, &srgb, Layout::Rgb, options);
        let transform = transform.map_err(|_| unreadable())?;
        let mut converted = vec![0; deep.samples().len() * growth];
        let pieces = deep.samples().chunks(PIECE).zip(converted.chunks_mut(PIECE * growth));
        for (samples, converted) in pieces {
            watch.check()?;
            transform.transform(samples, converted).map_err(|_| unreadable())?;
        }
        if growth == 3 {
            // A gray is as bright as its green, as in 8 bits.
            converted = converted.as_chunks::<3>().0.iter().map(|[_, green, _]| *green).collect();
        }
        Ok(Seen::Sixteen(Cow::Owned(deep.with_samples(converted))))
    }

    /// The pixels in sRGB, of few. They must be of the photo's kind, gray or colour.
    ///
    /// # Errors
    /// [`Error::Defect`] if they are not.
    pub(crate) fn apply<'a>(&self, pixels: &'a Pixels) -> Result<Cow<'a, Pixels>, Error> {
        self.apply_while(pixels, || Ok(()))
    }

    /// The same of a whole photo.
    ///
    /// # Errors
    /// As [`Self::apply`], and those of [`Watch::check`].
    pub(crate) fn apply_watched<'a>(
        &self,
        pixels: &'a Pixels,
        watch: &Watch<'_>,
    ) -> Result<Cow<'a, Pixels>, Error> {
        self.apply_while(pixels, || watch.check())
    }

    fn apply_while<'a>(
        &self,
        pixels: &'a Pixels,
        check: impl Fn() -> Result<(), Error>,
    ) -> Result<Cow<'a, Pixels>, Error> {
        let defect = |what: &str| Error::Defect(format!("colours cannot be converted: {what}"));
        let samples = match (self, pixels.channels()) {
            (Self::AsIs, _) => return Ok(Cow::Borrowed(pixels)),
            (Self::Gray(table), Channels::Gray) => {
                pixels.samples().iter().map(|gray| table[usize::from(*gray)]).collect()
            }
            (Self::Colour(transform), Channels::Rgb) => {
                let mut converted = Vec::with_capacity(pixels.samples().len());
                for samples in pixels.samples().chunks(PIECE) {
                    check()?;
                    let piece =
                        convert(&**transform, samples, 1).map_err(|error| defect(&error.to_string()))?;
                    converted.extend_from_slice(&piece);
                }
                converted
            }
            _ => return Err(defect("gray and colour are mixed up")),
        };
        Pixels::new(pixels.width(), pixels.height(), pixels.channels(), samples)
            .map(Cow::Owned)
            .map_err(|error| defect(&error.to_string()))
    }
}

/// A photo in sRGB, of as many bits as it needs.
pub(crate) enum Seen<'a> {
    Eight(Cow<'a, Pixels>),
    Sixteen(Cow<'a, Deep>),
}

impl Seen<'_> {
    /// As the metric takes it.
    pub(crate) fn view(&self) -> Result<ImageView<'_>, Error> {
        match self {
            Self::Eight(pixels) => view(pixels),
            Self::Sixteen(deep) => {
                let (width, height) = deep.size();
                ImageView::new_16(width, height, channels_of(deep.channels()), deep.samples()).map_err(defect)
            }
        }
    }

    pub(crate) fn into_owned(self) -> Seen<'static> {
        match self {
            Self::Eight(pixels) => Seen::Eight(Cow::Owned(pixels.into_owned())),
            Self::Sixteen(deep) => Seen::Sixteen(Cow::Owned(deep.into_owned())),
        }
    }

    /// Width and height.
    pub(crate) fn size(&self) -> (usize, usize) {
        match self {
            Self::Eight(pixels) => (pixels.width(), pixels.height()),
            Self::Sixteen(deep) => deep.size(),
        }
    }

    pub(crate) fn channels(&self) -> Channels {
        match self {
            Self::Eight(pixels) => pixels.channels(),
            Self::Sixteen(deep) => deep.channels(),
        }
    }

    /// A gray picture with its one sample three times.
    pub(crate) fn in_colour(self) -> Result<Seen<'static>, Error> {
        match self.into_owned() {
            Seen::Sixteen(deep) => Ok(Seen::Sixteen(Cow::Owned(deep.into_owned().in_colour()))),
            Seen::Eight(pixels) if pixels.channels() == Channels::Gray => {
                let samples = pixels.samples().iter().flat_map(|sample| [*sample; 3]).collect();
                let pixels = Pixels::new(pixels.width(), pixels.height(), Channels::Rgb, samples);
                pixels.map(Cow::Owned).map(Seen::Eight).map_err(defect)
            }
            colour => Ok(colour),
        }
    }
}

/// The ICC profile that the segments carry, if they do.
fn profile_of(carried: &[Carried]) -> Result<Option<ColorProfile>, Unsupported> {
    let Some(profile) = metadata::icc_profile(carried) else { return Ok(None) };
    let profile = profile.and_then(|profile| ColorProfile::new_from_slice(&profile).ok());
    profile.map(Some).ok_or(Unsupported::Profile)
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
