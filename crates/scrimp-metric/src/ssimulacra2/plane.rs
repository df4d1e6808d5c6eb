//! What is kept of one plane of the original, and what is done with a plane's rows.

use super::Evaluation;
use super::pool::CellSums;
use super::pyramid::{Scale, pitch_of};
use super::weights::Counted;
use crate::simd::{Rows, WIDEST};

/// Columns of a piece.
pub(crate) const PIECE_WIDTH: usize = 2 * WIDEST;
/// Rows of a piece.
pub(crate) const PIECE_HEIGHT: usize = WIDEST;

/// One plane of a strip of the original at one scale: 4 bytes a pixel, 8 on the standard scale.
#[derive(Debug)]
pub(crate) struct PlaneReference {
    pub(crate) pitch: usize,
    /// Pieces in a row.
    across: usize,
    /// Rows with their margins, and rows of zeros below, to be read as a block.
    pub(crate) sample: Vec<f32>,
    /// The blurred samples, in pieces (see [`Self::piece`]); on the standard scale only.
    pub(crate) mean: Vec<f32>,
}

impl PlaneReference {
    pub(crate) fn new(scale: Scale, evaluation: Evaluation) -> Self {
        let pitch = pitch_of(scale.width);
        let across = scale.width.div_ceil(PIECE_WIDTH);
        let pieces = match evaluation {
            Evaluation::Standard => across * scale.height.div_ceil(PIECE_HEIGHT),
            Evaluation::Exact => 0,
        };
        let sample = vec![0.0; pitch * (scale.height + WIDEST)];
        Self { pitch, sample, across, mean: vec![0.0; pieces * PIECE_WIDTH * PIECE_HEIGHT] }
    }

    /// Where row `y` of the piece of columns that begins at `x` stands among means.
    ///
    /// A piece's rows stand together, since they are written and read together: row after row would be as
    /// many streams of memory as a piece has rows, too many to be fetched ahead.
    pub(crate) fn piece(&self, x: usize, y: usize) -> usize {
        let piece = y / PIECE_HEIGHT * self.across + x / PIECE_WIDTH;
        (piece * PIECE_HEIGHT + y % PIECE_HEIGHT) * PIECE_WIDTH
    }

    /// The samples of row `y`, with the margins.
    pub(crate) fn row(&self, y: usize) -> &[f32] {
        &self.sample[y * self.pitch..][..self.pitch]
    }

    /// The samples from row `y` on, with the margins.
    pub(crate) fn rows(&self, y: usize) -> Rows<'_> {
        Rows { samples: &self.sample[y * self.pitch..], pitch: self.pitch }
    }
}

/// The original's plane, what counts of it, and where its errors go.
pub(crate) struct Planes<'a> {
    pub(crate) original: &'a PlaneReference,
    pub(crate) counted: Counted,
    pub(crate) cells: &'a mut CellSums,
}

/// What is done with the rows of one plane of a strip.
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
