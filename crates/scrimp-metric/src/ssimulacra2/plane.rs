//! What is kept of one plane of the original, and what is done with a plane of the candidate.

use super::pool::CellSums;
use super::pyramid::{Scale, pitch_of};
use super::weights::Counted;
use crate::simd::{Rows, WIDEST};

/// One plane of a strip of the original at one scale: 4 bytes a pixel.
#[derive(Debug)]
pub(crate) struct PlaneReference {
    pitch: usize,
    /// Rows with their margins, and rows of zeros below, to be read as a block.
    samples: Vec<f32>,
}

impl PlaneReference {
    pub(crate) fn new(scale: Scale) -> Self {
        let pitch = pitch_of(scale.width);
        Self { pitch, samples: vec![0.0; pitch * (scale.height + WIDEST)] }
    }

    /// The samples of row `y`, with the margins.
    pub(crate) fn row(&self, y: usize) -> &[f32] {
        &self.samples[y * self.pitch..][..self.pitch]
    }

    /// The samples from row `y` on, with the margins.
    pub(crate) fn rows(&self, y: usize) -> Rows<'_> {
        Rows { samples: &self.samples[y * self.pitch..], pitch: self.pitch }
    }

    /// Takes row `y`, with its margins.
    pub(crate) fn keep(&mut self, y: usize, row: &[f32]) {
        self.samples[y * self.pitch..][..row.len()].copy_from_slice(row);
    }
}

/// The original's plane, what counts of it, and where its errors go.
pub(crate) struct Planes<'a> {
    pub(crate) original: &'a PlaneReference,
    pub(crate) counted: Counted,
    pub(crate) cells: &'a mut CellSums,
}

/// What is done with the rows of one plane of a strip of the candidate.
pub(crate) trait Work {
    /// Row `y`, with its margins. Rows come from the top, each once; with the last the work is done.
    fn take(&mut self, y: usize, row: &[f32]);
}
