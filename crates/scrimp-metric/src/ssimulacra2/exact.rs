//! The exact scale: the blur as nine taps.
//!
//! Of the candidate sixteen rows are kept; as soon as eight rows have all that reaches into them, they are blurred and
//! compared at once.

use super::fir::{BAND, Band, Blurred, Compare, Ring, room};
use super::plane::{Planes, Work};
use super::pool::{ColumnSums, cell_side};
use super::pyramid::{REACH, Scale};
use crate::simd::InstructionSet;

/// The candidate's part for one plane.
pub(super) struct Comparison<'a> {
    set: InstructionSet,
    scale: Scale,
    planes: Planes<'a>,
    /// The first row of the next band.
    top: usize,
    candidate: Ring,
    blurred: Box<Blurred>,
    sums: ColumnSums,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(set: InstructionSet, scale: Scale, planes: Planes<'a>) -> Self {
        let (candidate, sums) = (Ring::new(scale.width), ColumnSums::new(scale.width));
        Self { set, scale, planes, top: 0, candidate, blurred: room(), sums }
    }

    fn compare(&mut self, band: Band) {
        self.set.run(Compare {
            band,
            counted: self.planes.counted,
            columns: self.scale.width,
            original: self.planes.original,
            candidate: &self.candidate,
            blurred: &mut self.blurred,
            sums: &mut self.sums,
        });
    }

    /// Finishes the bands into which no row after `y` reaches.
    fn finish_bands(&mut self, y: usize) {
        let (cell, height) = (cell_side(self.scale.index), self.scale.height);
        let step = BAND.min(cell);
        while self.top < height && self.top + BAND + REACH <= y + 1 {
            let bottom = (self.top + step).min(height);
            self.compare(Band { top: self.top, rows: bottom - self.top });
            if bottom.is_multiple_of(cell) || bottom == height {
                self.planes.cells.collect(self.top, &mut self.sums);
            }
            self.top += step;
        }
    }
}

impl Work for Comparison<'_> {
    fn take(&mut self, y: usize, row: &[f32]) {
        self.candidate.put(y, row);
        self.finish_bands(y);
        let height = self.scale.height;
        if y + 1 == height {
            for below in height..height + BAND + REACH {
                self.candidate.clear(below);
                self.finish_bands(below);
            }
        }
    }
}
