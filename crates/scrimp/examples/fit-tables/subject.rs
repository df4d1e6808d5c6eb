//! A piece of a photo, prepared to be quantised and scored.

use scrimp::{Channels, Metric, Options, Photo, Pixels, Subsampling};
use scrimp_jpeg::{Coding, Coefficients, Rounding, TableSet};
use scrimp_metric::{ImageView, Reference};
use std::error::Error;
use std::fs;
use std::path::Path;

/// Pixels a side of a piece.
const SIDE: usize = 256;
/// Photos of more pixels give two pieces.
const LARGE: usize = 1_000_000;
/// Bytes of a file that no table changes: markers, headers, Huffman and quantisation tables.
const FIXED_BYTES: usize = 250;

/// A piece of a photo.
pub(crate) struct Subject {
    reference: Reference,
    coefficients: Coefficients,
}

/// What one setting comes to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) bytes: f64,
    pub(crate) score: f64,
}

impl Subject {
    /// The pieces of the photo in a file: from the middle, or left and right of it; none of a
    /// gray one.
    pub(crate) fn of_photo(path: &Path, subsampling: Subsampling) -> Result<Vec<Self>, Box<dyn Error>> {
        let photo = Photo::read(&fs::read(path)?, &Options::default())?;
        let pixels = photo.pixels();
        if pixels.channels() == Channels::Gray {
            return Ok(Vec::new());
        }
        let (width, height) = (pixels.width(), pixels.height());
        let quarters: &[usize] = if width * height > LARGE { &[1, 3] } else { &[2] };
        let piece = |quarter: &usize| -> Result<Self, Box<dyn Error>> {
            let left = (width * quarter / 4).saturating_sub(SIDE / 2);
            let piece = cut(pixels, left, height.saturating_sub(SIDE) / 2)?;
            Ok(Self {
                reference: Reference::new(Metric::Ssimulacra2Exact, view(&piece)?)?,
                coefficients: Coefficients::subsampled(&piece, subsampling),
            })
        };
        quarters.iter().map(piece).collect()
    }

    /// Writes the piece with `tables` and scores it.
    pub(crate) fn measure(&self, tables: &TableSet) -> Measured {
        let quantised = self.coefficients.quantise(tables, Rounding::Weighed);
        let shown = quantised.shown();
        let file = scrimp_jpeg::write_coefficients(&quantised, Coding::Progressive);
        let score = view(&shown).ok().and_then(|view| self.reference.score(view).ok());
        Measured {
            bytes: file.map_or(f64::NAN, |file| (file.len() - FIXED_BYTES.min(file.len() - 1)) as f64),
            score: score.map_or(f64::NAN, |score| score.value()),
        }
    }
}

fn cut(pixels: &Pixels, left: usize, top: usize) -> Result<Pixels, Box<dyn Error>> {
    let (width, height) = (SIDE.min(pixels.width() - left), SIDE.min(pixels.height() - top));
    let channels = pixels.channels().count();
    let rows = pixels.samples().chunks_exact(pixels.stride()).skip(top).take(height);
    let samples = rows.flat_map(|row| &row[left * channels..][..width * channels]).copied().collect();
    Ok(Pixels::new(width, height, pixels.channels(), samples)?)
}

fn view(pixels: &Pixels) -> Result<ImageView<'_>, scrimp_metric::Error> {
    ImageView::new(pixels.width(), pixels.height(), scrimp_metric::Channels::Rgb, pixels.samples())
}
