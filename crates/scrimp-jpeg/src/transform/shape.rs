//! The sizes of a picture and of its components.

use crate::{Channels, Subsampling};

/// Samples a side of a block.
pub(crate) const BLOCK: usize = 8;

/// A picture's size and how its colour is sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Pixels a row.
    pub(crate) width: usize,
    /// Rows.
    pub(crate) height: usize,
    /// `Gray`: one component, else three.
    pub(crate) subsampling: Subsampling,
}

/// One component of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Component {
    /// Samples a row, without those that only fill the last block.
    pub(crate) width: usize,
    /// Rows of samples, likewise.
    pub(crate) height: usize,
    /// Rows of its samples for as many pixel rows as [`Shape::factors`] says down: 1 or 2.
    pub(crate) vertical: usize,
}

impl Component {
    /// Blocks in a row, and rows of them.
    pub(crate) const fn blocks(&self) -> (usize, usize) {
        (self.width.div_ceil(BLOCK), self.height.div_ceil(BLOCK))
    }
}

impl Shape {
    /// How many components there are: 1 or 3.
    pub(crate) const fn components(&self) -> usize {
        self.channels().count()
    }

    /// What the pixels are.
    pub(crate) const fn channels(&self) -> Channels {
        match self.subsampling {
            Subsampling::Gray => Channels::Gray,
            _ => Channels::Rgb,
        }
    }

    /// Pixels across and down that share a sample of chroma.
    pub(crate) const fn factors(&self) -> (usize, usize) {
        let (across, down) = self.subsampling.luma_factors();
        (across as usize, down as usize)
    }

    /// Component `at`: 0 is luma.
    pub(crate) const fn component(&self, at: usize) -> Component {
        let (across, down) = self.factors();
        if at == 0 {
            return Component { width: self.width, height: self.height, vertical: down };
        }
        Component { width: self.width.div_ceil(across), height: self.height.div_ceil(down), vertical: 1 }
    }

    /// Pixel rows of a band: the height of one chroma block.
    pub(crate) const fn band_rows(&self) -> usize {
        BLOCK * self.factors().1
    }

    /// Bands, the last of which may be lower.
    pub(crate) const fn bands(&self) -> usize {
        self.height.div_ceil(self.band_rows())
    }
}
