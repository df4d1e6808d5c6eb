//! Quantised coefficients: all that a file holds of its picture.

use super::Coefficients;
use super::bands::{self, Bands, Finish, Source};
use super::plane::Plane;
use super::quantise::{dequantise, is_within_range};
use super::shape::Shape;
use crate::{Pixels, QuantTable, Subsampling};
use std::ops::Range;

/// The coefficients that a JPEG file holds, with the tables that they were divided by: 2 bytes a sample, 6 bytes a
/// pixel for 4:4:4 and 3 for 4:2:0, the last blocks of each row filled up to eight.
///
/// The pixels of a file depend on nothing else. [`crate::write_coefficients`] makes a file of them and
/// [`crate::read_coefficients`] takes them out of one; both are lossless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedCoefficients {
    pub(crate) shape: Shape,
    /// One for each component.
    pub(crate) tables: Vec<QuantTable>,
    pub(crate) planes: Vec<Plane>,
}

impl QuantisedCoefficients {
    /// Pixels a row.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.shape.width
    }

    /// Rows of pixels.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.shape.height
    }

    /// How chroma is sampled; `Gray` if there is one component.
    #[must_use]
    pub const fn subsampling(&self) -> Subsampling {
        self.shape.subsampling
    }

    /// The table of each component: one, or those of Y, Cb and Cr.
    #[must_use]
    pub fn tables(&self) -> &[QuantTable] {
        &self.tables
    }

    /// Blocks across and down of a component (0 is Y, 1 Cb, 2 Cr), those left out that only fill up an MCU;
    /// `None` if there is no such component.
    #[must_use]
    pub fn blocks(&self, component: usize) -> Option<(usize, usize)> {
        self.planes.get(component).map(|plane| (plane.blocks_across(), plane.blocks_down()))
    }

    /// The 64 coefficients, row by row and not zigzag, of the block in column `x` of row `y`; `None` if there is no
    /// such block.
    #[must_use]
    pub fn block(&self, component: usize, x: usize, y: usize) -> Option<[i16; 64]> {
        let (across, down) = self.blocks(component)?;
        (x < across && y < down).then(|| self.planes[component].block(x, y))
    }

    /// Replaces a block, as [`Self::block`] gives it; does nothing if there is no such block. A file can hold -1023 to
    /// 1023, DC -1024 to 1023.
    pub fn set_block(&mut self, component: usize, x: usize, y: usize, block: &[i16; 64]) {
        if self.blocks(component).is_some_and(|(across, down)| x < across && y < down) {
            self.planes[component].set_block(x, y, block);
        }
    }

    /// The pixels, bit for bit as libjpeg-turbo's default decoder shows them, if [`Self::is_within_8_bit_range`].
    #[must_use]
    pub fn shown(&self) -> Pixels {
        bands::shown(&Source::Quantised(self))
    }

    /// [`Self::shown`] band by band: those of numbers `range` out of [`Self::band_count`].
    #[must_use]
    pub fn bands(&self, range: Range<usize>) -> Bands<'_> {
        Bands::new(Source::Quantised(self), Finish::Shown, range)
    }

    /// How many bands there are.
    #[must_use]
    pub const fn band_count(&self) -> usize {
        self.shape.bands()
    }

    /// The coefficients to quantise anew without a way through pixels: each times its divisor. Those that no 8-bit
    /// sample can give are held within -3968 to 3968.
    #[must_use]
    pub fn dequantise(&self) -> Coefficients {
        let planes = self.planes.iter().zip(&self.tables);
        let planes = planes.map(|(plane, table)| plane.map(|group| dequantise(group, table.divisors())));
        Coefficients { shape: self.shape, planes: planes.collect() }
    }

    /// Whether every decoder with libjpeg-turbo's accurate inverse DCT shows these alike, in SIMD and in C.
    ///
    /// So it is where 8-bit samples were transformed and quantised. Beyond what these can give, its SIMD code (sums of
    /// 16 bits) and its C code (samples wrap round) differ from each other, and [`Self::shown`] may differ from both:
    /// such a file is to be decoded by the library. A sufficient condition: it may refuse what is just beyond.
    #[must_use]
    pub fn is_within_8_bit_range(&self) -> bool {
        self.planes
            .iter()
            .zip(&self.tables)
            .all(|(plane, table)| plane.groups().iter().all(|group| is_within_range(group, table.divisors())))
    }
}
