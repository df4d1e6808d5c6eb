//! What is kept of one plane of the original, and what is done with a plane of the candidate.

use super::pool::CellSums;
use super::pyramid::{Scale, pitch_of};
use super::recursive::AHEAD;
use super::weights::Counted;
use crate::simd::{Lanes, WIDEST};

/// Rows of a piece, and columns.
pub(crate) const PIECE: usize = WIDEST;
/// Where row 0 stands in the first row of pieces: such that each block of the standard scale is one.
const OFFSET: usize = PIECE - AHEAD;

/// How many pieces ahead of the one that is read the next is asked for: what follows in a row of pieces is fetched too late
/// without, at the cost of a tenth of a comparison.
pub(crate) const FETCHED_AHEAD: usize = 4;

/// Sixteen rows of sixteen columns.
pub(crate) type Piece = [[f32; PIECE]; PIECE];

/// One plane of a strip of the original at one scale: 4 bytes a pixel.
///
/// A piece's rows stand together, since they are read together: row after row would be as many streams of memory as a
/// piece has rows, too many to be fetched ahead.
#[derive(Debug)]
pub(crate) struct PlaneReference {
    /// Pieces in a row, margins included.
    across: usize,
    /// Row by row; zeros outside the picture.
    pieces: Vec<Piece>,
}

impl PlaneReference {
    pub(crate) fn new(scale: Scale) -> Self {
        let across = pitch_of(scale.width) / PIECE;
        // A blur down reads a piece below the one that the last row is in.
        let down = (scale.height + OFFSET).div_ceil(PIECE) + 1;
        Self { across, pieces: vec![[[0.0; PIECE]; PIECE]; across * down] }
    }

    /// Takes row `y`, with its margins.
    pub(crate) fn keep(&mut self, y: usize, row: &[f32]) {
        let place = (y + OFFSET) % PIECE;
        let pieces = &mut self.pieces[(y + OFFSET) / PIECE * self.across..][..self.across];
        for (piece, samples) in pieces.iter_mut().zip(row.as_chunks().0) {
            piece[place] = *samples;
        }
    }

    /// The number of the row of pieces that row `y` is in.
    pub(crate) const fn block_of(y: usize) -> usize {
        (y + OFFSET) / PIECE
    }

    /// A row of pieces, margins included.
    pub(crate) fn block(&self, block: usize) -> &[Piece] {
        &self.pieces[block * self.across..][..self.across]
    }

    /// A vector of row `y`, from a column on, which are counted from the left margin on.
    #[inline(always)]
    pub(crate) fn at<L: Lanes>(&self, lanes: L, y: usize, column: usize) -> L::Vector {
        let piece = &self.pieces[(y + OFFSET) / PIECE * self.across + column / PIECE];
        lanes.load(&piece[(y + OFFSET) % PIECE][column % PIECE..])
    }

    /// A vector of sixteen rows, the first of them `reach` above row `y`: at most [`AHEAD`]. Zeros stand for rows outside
    /// the picture.
    #[inline(always)]
    pub(crate) fn rows<L: Lanes>(
        &self,
        lanes: L,
        (y, reach): (usize, usize),
        column: usize,
    ) -> [L::Vector; PIECE] {
        let first = y + OFFSET - reach;
        let upper = first / PIECE * self.across + column / PIECE;
        let pieces = [&self.pieces[upper], &self.pieces[upper + self.across]];
        let ahead = [upper, upper + self.across].map(|piece| self.pieces.get(piece + FETCHED_AHEAD));
        let mut rows = [lanes.splat(0.0); PIECE];
        for (row, vector) in rows.iter_mut().enumerate() {
            let place = first % PIECE + row;
            if let Some(piece) = ahead[place / PIECE] {
                lanes.fetch(&piece[place % PIECE]);
            }
            *vector = lanes.load(&pieces[place / PIECE][place % PIECE][column % PIECE..]);
        }
        rows
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
