//! The transform, done once: coefficients that are quantised again and again, each time giving the pixels that the
//! decoded file would have, without a file.

mod bands;
mod colour;
mod dct;
mod estimate;
mod forward;
mod mosaic;
mod plane;
mod quantise;
mod quantised;
mod shape;
mod weigh;

use crate::{Channels, Error, Pixels, Stop, Subsampling, TableSet};
use bands::{Finish, Source};
use quantise::{Division, quantise};
use std::num::NonZeroUsize;
use std::ops::Range;

pub use bands::{Band, Bands};
pub use mosaic::Mosaic;
pub(crate) use plane::{Group, LANES, Plane};
pub use quantise::Rounding;
pub use quantised::QuantisedCoefficients;
pub(crate) use shape::Shape;

/// The DCT coefficients of a picture before quantisation, in eighths: 2 bytes a sample, 6 bytes a pixel for 4:4:4 and
/// 3 for 4:2:0, the last blocks of each row filled up to eight.
#[derive(Clone, Debug)]
pub struct Coefficients {
    shape: Shape,
    /// Values times 8.
    planes: Vec<Plane>,
}

impl Coefficients {
    /// Transforms `pixels` as the encoder does, colour subsampled 4:2:0.
    #[must_use]
    pub fn new(pixels: &Pixels) -> Self {
        Self::subsampled(pixels, Subsampling::S420)
    }

    /// Transforms `pixels` as the encoder does. A gray picture has one component whatever `subsampling` says, and with
    /// [`Subsampling::Gray`] the colour of any other is dropped.
    #[must_use]
    pub fn subsampled(pixels: &Pixels, subsampling: Subsampling) -> Self {
        let shape = Self::shape_of(pixels, subsampling);
        // Never told to stop.
        let planes = forward::planes(pixels, shape, &|| false, |_| ()).unwrap_or_default();
        Self { shape, planes }
    }

    /// As [`Self::new`], and Y of each pixel, row by row, which is made on the way:
    /// `(19595 R + 38470 G + 7471 B + 32768) >> 16`, and the sample itself of a gray picture.
    #[must_use]
    pub fn with_luma(pixels: &Pixels) -> (Self, Vec<u8>) {
        let shape = Self::shape_of(pixels, Subsampling::S420);
        let mut luma = Vec::with_capacity(pixels.width() * pixels.height());
        let planes = forward::planes(pixels, shape, &|| false, |row| luma.extend_from_slice(row));
        // Never told to stop.
        (Self { shape, planes: planes.unwrap_or_default() }, luma)
    }

    /// As [`Self::subsampled`], but given up soon once `stop` says so, which is asked for each band.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn subsampled_unless(
        pixels: &Pixels,
        subsampling: Subsampling,
        stop: Stop<'_>,
    ) -> Result<Self, Error> {
        let shape = Self::shape_of(pixels, subsampling);
        let planes = forward::planes(pixels, shape, stop, |_| ()).ok_or(Error::Stopped)?;
        Ok(Self { shape, planes })
    }

    fn shape_of(pixels: &Pixels, subsampling: Subsampling) -> Shape {
        let subsampling = match pixels.channels() {
            Channels::Gray => Subsampling::Gray,
            Channels::Rgb => subsampling,
        };
        Shape { width: pixels.width(), height: pixels.height(), subsampling }
    }

    /// How chroma is sampled; `Gray` if there is one component.
    #[must_use]
    pub const fn subsampling(&self) -> Subsampling {
        self.shape.subsampling
    }

    /// How many bands there are.
    #[must_use]
    pub const fn band_count(&self) -> usize {
        self.shape.bands()
    }

    /// What a file with `tables` would hold; with [`Rounding::Nearest`] the very coefficients that [`crate::encode`]
    /// writes.
    #[must_use]
    pub fn quantise(&self, tables: &TableSet, rounding: Rounding) -> QuantisedCoefficients {
        let tables = &tables.components().map(|table| *table)[..self.planes.len()];
        let planes = self.planes.iter().zip(tables).map(|(plane, table)| {
            let division = Division::new(table, rounding);
            plane.map(|group| quantise(group, &division))
        });
        QuantisedCoefficients { shape: self.shape, planes: planes.collect(), tables: tables.to_vec() }
    }

    /// The pixels of `self.quantise(tables, rounding)`, without the memory for it.
    #[must_use]
    pub fn shown_at(&self, tables: &TableSet, rounding: Rounding) -> Pixels {
        bands::shown(&self.probe(tables, rounding))
    }

    /// [`Self::shown_at`] with [`Self::estimated_bytes`], for hardly more than either. The pixels are written to the
    /// memory of `room`, whatever is in it: that of the last picture, so that the system need not be asked for more.
    /// `threads` share the work, and change nothing of what comes out.
    #[must_use]
    pub fn shown_and_estimated(
        &self,
        tables: &TableSet,
        rounding: Rounding,
        room: Vec<u8>,
        threads: NonZeroUsize,
    ) -> (Pixels, usize) {
        let (pixels, tally) = bands::shown_in(&self.probe(tables, rounding), room, threads);
        (pixels, self.bytes_of(tally))
    }

    /// [`Self::shown_at`] band by band: those of numbers `range` out of [`Self::band_count`].
    #[must_use]
    pub fn bands_at(&self, tables: &TableSet, rounding: Rounding, range: Range<usize>) -> Bands<'_> {
        Bands::new(self.probe(tables, rounding), Finish::Shown, range)
    }

    /// All bands in gray, one sample a pixel, as the picture looks once encoded with `tables` (rounding to nearest) and
    /// decoded again: bit for bit what [`crate::encode`] and [`crate::decode`] give, colour turned to gray by
    /// `(19595 R + 38470 G + 7471 B + 32768) >> 16`.
    #[must_use]
    pub fn gray_bands_at(&self, tables: &TableSet) -> Bands<'_> {
        Bands::new(self.probe(tables, Rounding::Nearest), Finish::Gray, 0..self.band_count())
    }

    fn probe(&self, tables: &TableSet, rounding: Rounding) -> Source<'_> {
        Source::Probe(self, Box::new(tables.components().map(|table| Division::new(table, rounding))))
    }
}
