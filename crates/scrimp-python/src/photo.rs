//! Photos from Python: the bytes of a file, or pixels.

use crate::error::Failure;
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use scrimp::{Alpha, Channels, Limits, Metadata, Raster, Samples, Source};

/// A photo as Python has it.
#[derive(FromPyObject)]
pub(crate) enum Photo {
    File(PyBackedBytes),
    Picture(Picture),
}

/// Pixels in Python's memory, as python/scrimp/_pixels.py describes them.
#[derive(FromPyObject)]
pub(crate) struct Picture {
    width: usize,
    height: usize,
    bands: String,
    depth: u8,
    is_big_endian: bool,
    samples: PyBuffer<u8>,
    icc: Option<Vec<u8>>,
    exif: Option<Vec<u8>>,
    xmp: Option<Vec<u8>>,
    comment: Option<Vec<u8>>,
    density: Option<(u32, u32)>,
}

/// A photo that other threads of Python can no longer change.
pub(crate) enum Taken {
    File(PyBackedBytes),
    Raster(Raster, Metadata),
}

impl Photo {
    /// Takes the photo; pixels are copied once, if the limits allow them.
    pub(crate) fn take(self, py: Python<'_>, limits: &Limits) -> Result<Taken, Failure> {
        match self {
            Self::File(bytes) => Ok(Taken::File(bytes)),
            Self::Picture(picture) => picture.take(py, limits),
        }
    }
}

impl Taken {
    pub(crate) fn with<T>(self, look: impl FnOnce(Source<'_>) -> T) -> T {
        match self {
            Self::File(bytes) => look(Source::File(&bytes)),
            Self::Raster(raster, metadata) => look(Source::Raster(raster, metadata)),
        }
    }
}

impl Picture {
    fn take(self, py: Python<'_>, limits: &Limits) -> Result<Taken, Failure> {
        limits.check_size(self.width as u64, self.height as u64)?;
        let (channels, alpha) = match self.bands.as_str() {
            "L" => (Channels::Gray, Alpha::None),
            "LA" => (Channels::Gray, Alpha::Straight),
            "RGBA" => (Channels::Rgb, Alpha::Straight),
            _ => (Channels::Rgb, Alpha::None),
        };
        let samples = self.samples(py)?;
        let raster = Raster::new(self.width, self.height, channels, alpha, samples)?;
        let mut metadata = Metadata::default();
        metadata.icc = self.icc;
        metadata.exif = self.exif;
        metadata.xmp = self.xmp;
        metadata.comment = self.comment;
        metadata.density = self.density;
        Ok(Taken::Raster(raster, metadata))
    }

    fn samples(&self, py: Python<'_>) -> Result<Samples, Failure> {
        let bytes = self.samples.to_vec(py).map_err(Failure::of_option)?;
        Ok(match (self.depth, self.bands.as_str()) {
            (16, _) => {
                let number = if self.is_big_endian { u16::from_be_bytes } else { u16::from_le_bytes };
                Samples::Sixteen(bytes.as_chunks().0.iter().map(|sample| number(*sample)).collect())
            }
            (_, "RGBX") => {
                let pixels: Vec<_> = bytes.as_chunks().0.iter().map(|[r, g, b, _]| [*r, *g, *b]).collect();
                Samples::Eight(pixels.into_flattened())
            }
            _ => Samples::Eight(bytes),
        })
    }
}
