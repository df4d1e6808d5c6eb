//! Pictures of 16 bits a sample: what the metric looks at, while a JPEG is made of their rounding to 8.

use scrimp_jpeg::{Channels, Pixels};
use std::fmt;

/// A picture of 16 bits a sample that 8 bits cannot hold.
#[derive(Clone)]
pub(crate) struct Deep {
    width: usize,
    height: usize,
    channels: Channels,
    samples: Vec<u16>,
}

impl Deep {
    /// The picture of these samples, row by row; none if 8 bits hold it.
    pub(crate) fn new(pixels: &Pixels, samples: Vec<u16>) -> Option<Self> {
        debug_assert_eq!(samples.len(), pixels.samples().len());
        let (width, height, channels) = (pixels.width(), pixels.height(), pixels.channels());
        samples.iter().any(|sample| sample % 257 != 0).then_some(Self { width, height, channels, samples })
    }

    /// Width and height.
    pub(crate) const fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    pub(crate) const fn channels(&self) -> Channels {
        self.channels
    }

    pub(crate) fn samples(&self) -> &[u16] {
        &self.samples
    }

    /// The same picture with other samples, as many.
    pub(crate) fn with_samples(&self, samples: Vec<u16>) -> Self {
        Self { samples, ..*self }
    }

    /// A gray picture with its one sample three times.
    pub(crate) fn in_colour(self) -> Self {
        match self.channels {
            Channels::Rgb => self,
            Channels::Gray => {
                let samples = self.samples.iter().flat_map(|sample| [*sample; 3]).collect();
                Self { channels: Channels::Rgb, samples, ..self }
            }
        }
    }
}

impl fmt::Debug for Deep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deep({}x{} {:?})", self.width, self.height, self.channels)
    }
}

/// The 8-bit sample nearest to a 16-bit one.
pub(crate) fn rounded(sample: u16) -> u8 {
    ((u32::from(sample) + 128) / 257) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_8_bits() {
        for sample in 0..=255 {
            assert_eq!(rounded(257 * u16::from(sample)), sample);
        }
        assert_eq!([128, 129, 385, 386].map(rounded), [0, 1, 1, 2]);
    }
}
