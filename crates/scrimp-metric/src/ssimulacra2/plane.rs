//! What is kept of one plane of the original, and what is done with a plane's rows.

use super::Evaluation;
use super::pool::CellSums;
use super::pyramid::{MARGIN, Scale, pitch_of};
use super::weights::Counted;
use crate::simd::{Rows, WIDEST};

/// One plane of the original at one scale: 4 bytes a pixel, 12 on the standard scale. Each row has its
/// margins, zero in `sample`.
#[derive(Debug)]
pub(crate) struct PlaneReference {
    pub(crate) pitch: usize,
    /// With rows of zeros below, to be read as a block.
    pub(crate) sample: Vec<f32>,
    /// The blurred samples; on the standard scale only.
    pub(crate) mean: Vec<f32>,
    /// The blurred squares less the square of the mean; on the standard scale only.
    pub(crate) variance: Vec<f32>,
}

impl PlaneReference {
    pub(crate) fn new(scale: Scale, evaluation: Evaluation) -> Self {
        let pitch = pitch_of(scale.width);
        let plane = |rows: usize| vec![0.0; pitch * rows];
        let blurred = match evaluation {
            Evaluation::Standard => scale.height,
            Evaluation::Exact => 0,
        };
        Self { pitch, sample: plane(scale.height + WIDEST), mean: plane(blurred), variance: plane(blurred) }
    }

    /// Where the first pixel of row `y` stands in each of the three.
    pub(crate) fn place(&self, y: usize) -> usize {
        y * self.pitch + MARGIN
    }

    /// The samples of row `y`, with the margins.
    pub(crate) fn row(&self, y: usize) -> &[f32] {
        &self.sample[y * self.pitch..][..self.pitch]
    }

    /// The samples from row `y` on, without the margin before the first.
    pub(crate) fn rows(&self, y: usize) -> Rows<'_> {
        Rows { samples: &self.sample[self.place(y)..], pitch: self.pitch }
    }
}

/// The original's plane, what counts of it, and where its errors go.
pub(crate) struct Planes<'a> {
    pub(crate) original: &'a PlaneReference,
    pub(crate) counted: Counted,
    pub(crate) cells: &'a mut CellSums,
}

/// What is done with one plane's rows.
pub(crate) trait Work {
    /// Row `y`, with its margins. Rows come from the top, each once; with the last the work is done.
    fn take(&mut self, y: usize, row: &[f32]);
}

/// Keeps samples.
pub(crate) struct Keep<'a>(pub(crate) &'a mut PlaneReference);

impl Work for Keep<'_> {
    fn take(&mut self, y: usize, row: &[f32]) {
        self.0.sample[y * self.0.pitch..][..row.len()].copy_from_slice(row);
    }
}
