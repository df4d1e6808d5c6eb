//! Pixels as a metric takes them.

use crate::Error;

/// How many samples a pixel has, and what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channels {
    /// One sample: luma.
    Gray,
    /// Three samples: red, green, blue.
    Rgb,
}

impl Channels {
    /// Samples a pixel: 1 or 3.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::Rgb => 3,
        }
    }
}

/// A picture that somebody else owns: sRGB samples of 8 or 16 bits, row by row without padding, channels interleaved.
#[derive(Clone, Copy, Debug)]
pub struct ImageView<'a> {
    width: usize,
    height: usize,
    channels: Channels,
    samples: Samples<'a>,
}

/// The samples of a picture, row by row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Samples<'a> {
    /// 0 to 255.
    Eight(&'a [u8]),
    /// 0 to 65,535.
    Sixteen(&'a [u16]),
}

impl Samples<'_> {
    const fn len(&self) -> usize {
        match self {
            Self::Eight(samples) => samples.len(),
            Self::Sixteen(samples) => samples.len(),
        }
    }
}

impl<'a> ImageView<'a> {
    /// Looks at `samples` as a picture of `width` x `height` pixels.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there are exactly width x height x channels samples and neither side is zero.
    pub fn new(width: usize, height: usize, channels: Channels, samples: &'a [u8]) -> Result<Self, Error> {
        Self::of(width, height, channels, Samples::Eight(samples))
    }

    /// Looks at `samples`, 0 to 65,535, as a picture of `width` x `height` pixels. 257 times an 8-bit sample is the
    /// same light, to the bit. SSIM, which is defined on 8 bits, takes the nearest gray of these.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn new_16(
        width: usize,
        height: usize,
        channels: Channels,
        samples: &'a [u16],
    ) -> Result<Self, Error> {
        Self::of(width, height, channels, Samples::Sixteen(samples))
    }

    fn of(width: usize, height: usize, channels: Channels, samples: Samples<'a>) -> Result<Self, Error> {
        let needed = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(channels.count()));
        if width == 0 || height == 0 || needed != Some(samples.len()) {
            let (channels, samples) = (channels.count(), samples.len());
            return Err(Error::Shape { width, height, channels, needed, samples });
        }
        Ok(Self { width, height, channels, samples })
    }

    /// As [`Self::new`], for samples whose number is known to be right.
    #[cfg(test)]
    pub(crate) fn whole(size: (usize, usize), channels: Channels, samples: &'a [u8]) -> Self {
        Self::whole_of(size, channels, Samples::Eight(samples))
    }

    /// As [`Self::new`] or [`Self::new_16`], for samples whose number is known to be right.
    pub(crate) fn whole_of(
        (width, height): (usize, usize),
        channels: Channels,
        samples: Samples<'a>,
    ) -> Self {
        debug_assert_eq!(samples.len(), width * height * channels.count());
        Self { width, height, channels, samples }
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

    /// What the samples mean.
    #[must_use]
    pub const fn channels(&self) -> Channels {
        self.channels
    }

    /// The samples, row by row.
    pub(crate) const fn samples(&self) -> Samples<'a> {
        self.samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_has_exactly_the_samples_it_needs() {
        assert!(ImageView::new(2, 3, Channels::Gray, &[0; 6]).is_ok());
        assert!(ImageView::new(2, 3, Channels::Rgb, &[0; 18]).is_ok());
        assert!(ImageView::new_16(2, 3, Channels::Rgb, &[0; 18]).is_ok());
        assert!(ImageView::new_16(2, 3, Channels::Rgb, &[0; 17]).is_err());
        for (width, height, count) in [(2, 3, 5), (2, 3, 7), (0, 3, 0), (3, 0, 0), (usize::MAX, 2, 4)] {
            let samples = vec![0; count];
            assert!(matches!(
                ImageView::new(width, height, Channels::Gray, &samples),
                Err(Error::Shape { .. })
            ));
        }
    }
}
