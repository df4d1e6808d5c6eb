//! Decoded pixels.

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

/// A picture: 8-bit samples, row by row without padding, channels interleaved.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixels {
    width: usize,
    height: usize,
    channels: Channels,
    samples: Vec<u8>,
}

impl Pixels {
    /// The longest side that the library takes.
    pub const MAX_SIDE: usize = 65_500;

    /// A picture of `width` x `height` pixels.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there are exactly width x height x channels samples and each side is from 1 to
    /// [`Self::MAX_SIDE`].
    pub fn new(width: usize, height: usize, channels: Channels, samples: Vec<u8>) -> Result<Self, Error> {
        let sides = 1..=Self::MAX_SIDE;
        let needed = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(channels.count()));
        if !sides.contains(&width) || !sides.contains(&height) || needed != Some(samples.len()) {
            let (channels, samples) = (channels.count(), samples.len());
            return Err(Error::Shape { width, height, channels, samples });
        }
        Ok(Self { width, height, channels, samples })
    }

    /// A picture whose samples are known to fit.
    pub(crate) const fn of(width: usize, height: usize, channels: Channels, samples: Vec<u8>) -> Self {
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
    #[must_use]
    pub fn samples(&self) -> &[u8] {
        &self.samples
    }

    /// The samples, row by row, and with them their memory.
    #[must_use]
    pub fn into_samples(self) -> Vec<u8> {
        self.samples
    }

    /// Samples a row.
    #[must_use]
    pub const fn stride(&self) -> usize {
        self.width * self.channels.count()
    }
}

impl std::fmt::Debug for Pixels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pixels({}x{} {:?})", self.width, self.height, self.channels)
    }
}
