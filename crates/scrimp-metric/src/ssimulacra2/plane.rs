//! What is kept of one plane of the original.

use super::Evaluation;
use super::pool::CellSums;
use super::pyramid::{Columns, MARGIN, pitch_of};
use super::weights::Counted;
use crate::simd::{Rows, WIDEST};

/// One plane of the original at one scale: 4 bytes a pixel, 12 on the standard scale. Each row has its margins, zero in `sample`.
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
    pub(crate) fn new((width, height): (usize, usize), evaluation: Evaluation) -> Self {
        let pitch = pitch_of(width);
        let plane = |rows: usize| vec![0.0; pitch * rows];
        let blurred = match evaluation {
            Evaluation::Standard => height,
            Evaluation::Exact => 0,
        };
        Self { pitch, sample: plane(height + WIDEST), mean: plane(blurred), variance: plane(blurred) }
    }

    /// Where the pixel in row `y` of the first of these columns stands in each of the three.
    pub(crate) fn place(&self, y: usize, columns: Columns) -> usize {
        y * self.pitch + MARGIN + columns.first
    }

    /// The samples of row `y` in these columns, with the margins.
    pub(crate) fn row(&self, y: usize, columns: Columns) -> &[f32] {
        &self.sample[y * self.pitch + columns.first..][..pitch_of(columns.count)]
    }

    /// The samples from row `y` on, without the margin before the first.
    pub(crate) fn rows(&self, y: usize) -> Rows<'_> {
        Rows { samples: &self.sample[y * self.pitch + MARGIN..], pitch: self.pitch }
    }

    /// Keeps row `y` of these columns; `row` has margins.
    pub(crate) fn keep(&mut self, y: usize, columns: Columns, row: &[f32]) {
        let at = self.place(y, columns);
        self.sample[at..at + columns.count].copy_from_slice(&row[MARGIN..MARGIN + columns.count]);
    }
}

/// The original's plane, what counts of it, and where its errors go.
pub(crate) struct Planes<'a> {
    pub(crate) original: &'a PlaneReference,
    pub(crate) counted: Counted,
    pub(crate) cells: &'a mut CellSums,
}
