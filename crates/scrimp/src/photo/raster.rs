//! A still picture as its decoder gives it, made into what a JPEG can hold.

use crate::deep::{Deep, rounded};
use crate::{Error, Unsupported};
use scrimp_jpeg::{Channels, Pixels};
use std::borrow::Cow;
use std::fmt;

/// A picture in memory, as a decoder or a program has it: row by row without padding, channels interleaved.
#[derive(Clone)]
pub struct Raster {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Without alpha, which stands behind them in each pixel.
    pub(super) channels: Channels,
    pub(super) alpha: Alpha,
    pub(super) samples: Samples,
}

/// Samples of 8 or 16 bits, from 0 to the highest number that they can hold.
#[derive(Clone)]
pub enum Samples {
    /// 0 to 255.
    Eight(Vec<u8>),
    /// 0 to 65,535.
    Sixteen(Vec<u16>),
}

impl Samples {
    const fn count(&self) -> usize {
        match self {
            Self::Eight(samples) => samples.len(),
            Self::Sixteen(samples) => samples.len(),
        }
    }

    const fn bytes_each(&self) -> usize {
        match self {
            Self::Eight(_) => 1,
            Self::Sixteen(_) => 2,
        }
    }
}

/// How transparency is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alpha {
    /// It is not.
    None,
    /// By one more sample behind those of a pixel, 0 where it is transparent. Colours are as they are.
    Straight,
    /// By the same sample; colours are multiplied by it.
    Premultiplied,
}

impl Raster {
    /// A picture of `width` x `height` pixels.
    ///
    /// # Errors
    /// [`Error::Damaged`] unless there are exactly width x height x channels samples, alpha counted as one more.
    pub fn new(
        width: usize,
        height: usize,
        channels: Channels,
        alpha: Alpha,
        samples: Samples,
    ) -> Result<Self, Error> {
        let raster = Self { width, height, channels, alpha, samples };
        raster.check_length().map(|()| raster)
    }

    /// Pixels a row.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// The bytes of its samples.
    pub(crate) const fn size(&self) -> usize {
        self.samples.count() * self.samples.bytes_each()
    }

    /// Its samples as bytes, those of 16 bits with the lower one first.
    pub(crate) fn content(&self) -> Cow<'_, [u8]> {
        match &self.samples {
            Samples::Eight(samples) => Cow::Borrowed(samples),
            Samples::Sixteen(samples) => samples.iter().flat_map(|sample| sample.to_le_bytes()).collect(),
        }
    }

    /// That there are as many samples as the size says.
    pub(super) fn check_length(&self) -> Result<(), Error> {
        let count = self.channels.count() + usize::from(self.alpha != Alpha::None);
        let needed = self.width.checked_mul(self.height).and_then(|pixels| pixels.checked_mul(count));
        if needed == Some(self.samples.count()) {
            Ok(())
        } else {
            Err(Error::Damaged("it has more or fewer samples than its size needs".into()))
        }
    }

    /// The picture on the background, in 8 bits, and in 16 where 8 cannot hold it.
    pub(super) fn flatten(self, background: Option<[u8; 3]>) -> Result<(Pixels, Option<Deep>), Error> {
        let Self { width, height, channels, alpha, samples } = self;
        let pixels = |channels, samples| {
            Pixels::new(width, height, channels, samples).map_err(|error| Error::Defect(error.to_string()))
        };
        match samples {
            Samples::Eight(samples) => {
                let (channels, samples) = flat(samples, channels, alpha, background)?;
                Ok((pixels(channels, samples)?, None))
            }
            Samples::Sixteen(samples) => {
                let (channels, samples) = flat(samples, channels, alpha, background)?;
                let pixels = pixels(channels, samples.iter().map(|sample| rounded(*sample)).collect())?;
                let deep = Deep::new(&pixels, samples);
                Ok((pixels, deep))
            }
        }
    }
}

impl fmt::Debug for Raster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = 8 * self.samples.bytes_each();
        write!(f, "Raster({}x{} {:?} {:?} {bits} bits)", self.width, self.height, self.channels, self.alpha)
    }
}

/// A sample of some width.
trait Sample: Copy + PartialEq {
    /// The highest.
    const FULL: Self;
    fn wide(self) -> u32;
    /// The sample of this value, at most [`Self::FULL`].
    fn narrow(value: u32) -> Self;
    fn of_8_bits(sample: u8) -> Self;
}

impl Sample for u8 {
    const FULL: Self = Self::MAX;
    fn wide(self) -> u32 {
        self.into()
    }
    fn narrow(value: u32) -> Self {
        value.min(255) as Self
    }
    fn of_8_bits(sample: u8) -> Self {
        sample
    }
}

impl Sample for u16 {
    const FULL: Self = Self::MAX;
    fn wide(self) -> u32 {
        self.into()
    }
    fn narrow(value: u32) -> Self {
        value.min(65_535) as Self
    }
    fn of_8_bits(sample: u8) -> Self {
        257 * Self::from(sample)
    }
}

/// The samples without alpha.
fn flat<T: Sample>(
    mut samples: Vec<T>,
    channels: Channels,
    alpha: Alpha,
    background: Option<[u8; 3]>,
) -> Result<(Channels, Vec<T>), Error> {
    if alpha == Alpha::None {
        return Ok((channels, samples));
    }
    let count = channels.count();
    let pixel = count + 1;
    // An alpha channel that says nothing is nothing lost: screenshots have one as a rule.
    if samples.chunks_exact(pixel).any(|pixel| pixel[count] != T::FULL) {
        let background = background.ok_or(Error::Unsupported(Unsupported::Alpha))?;
        return Ok(on_background(&samples, channels, alpha, background));
    }
    let pixels = samples.len() / pixel;
    for index in 0..pixels {
        samples.copy_within(index * pixel..index * pixel + count, index * count);
    }
    samples.truncate(pixels * count);
    Ok((channels, samples))
}

/// Blends in the samples' own scale, as browsers do. Gray stays gray on a gray background.
fn on_background<T: Sample>(
    samples: &[T],
    channels: Channels,
    alpha: Alpha,
    background: [u8; 3],
) -> (Channels, Vec<T>) {
    let is_gray = channels == Channels::Gray && background == [background[0]; 3];
    let shown = if is_gray { Channels::Gray } else { Channels::Rgb };
    let full = T::FULL.wide();
    let count = channels.count();
    let blend = |pixel: &[T], at: usize| {
        let (sample, alpha_of_pixel) = (pixel[at.min(count - 1)].wide(), pixel[count].wide());
        let behind = T::of_8_bits(background[at]).wide() * (full - alpha_of_pixel);
        // Products of two samples and a rounding half fit into 32 bits.
        T::narrow(match alpha {
            Alpha::Premultiplied => sample + (behind + full / 2) / full,
            Alpha::None | Alpha::Straight => (sample * alpha_of_pixel + behind + full / 2) / full,
        })
    };
    let blended =
        samples.chunks_exact(count + 1).flat_map(|pixel| (0..shown.count()).map(move |at| blend(pixel, at)));
    (shown, blended.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raster(alpha: Alpha, channels: Channels, samples: Samples) -> Raster {
        Raster { width: 2, height: 1, channels, alpha, samples }
    }

    #[test]
    fn a_transparent_pixel_shows_its_background() {
        let samples = || Samples::Eight(vec![200, 100, 0, 255, 200, 100, 0, 51]);
        let refused = raster(Alpha::Straight, Channels::Rgb, samples()).flatten(None);
        assert_eq!(refused.err(), Some(Error::Unsupported(Unsupported::Alpha)));
        let flatten = |alpha| {
            let (pixels, deep) = raster(alpha, Channels::Rgb, samples()).flatten(Some([0, 0, 255])).unwrap();
            assert!(deep.is_none());
            pixels.samples().to_vec()
        };
        assert_eq!(flatten(Alpha::Straight), [200, 100, 0, 40, 20, 204]);
        assert_eq!(flatten(Alpha::Premultiplied), [200, 100, 0, 200, 100, 204]);
    }

    #[test]
    fn gray_stays_gray_on_gray_alone() {
        let samples = || Samples::Sixteen(vec![0, 65_535, 65_535, 0]);
        let on = |background| {
            let (pixels, _) =
                raster(Alpha::Straight, Channels::Gray, samples()).flatten(Some(background)).unwrap();
            pixels.samples().to_vec()
        };
        assert_eq!(on([9, 9, 9]), [0, 9]);
        assert_eq!(on([1, 2, 3]), [0, 0, 0, 1, 2, 3]);
    }

    #[test]
    fn opaque_alpha_is_none() {
        let samples = Samples::Sixteen(vec![257, 65_535, 514, 65_535]);
        let (pixels, deep) = raster(Alpha::Straight, Channels::Gray, samples).flatten(None).unwrap();
        assert_eq!((pixels.samples(), deep.is_none()), ([1, 2].as_slice(), true));
        let samples = Samples::Sixteen(vec![258, 65_535, 514, 65_535]);
        let (_, deep) = raster(Alpha::Straight, Channels::Gray, samples).flatten(None).unwrap();
        assert_eq!(deep.unwrap().samples(), [258, 514]);
    }
}
