//! The exact scale: the blur as nine taps.
//!
//! Rows pass through: products, blur across into rings of sixteen rows, blur down eight rows at once,
//! errors, sums.

use super::fir::{BAND, Band, BlurAcross, Compare, Differences, RING, Ring};
use super::plane::{Planes, Work};
use super::pool::{ColumnSums, cell_side};
use super::pyramid::{MARGIN, REACH, Scale, pitch_of};
use crate::simd::{InstructionSet, Rows};

/// The candidate's part for one plane.
pub(super) struct Comparison<'a> {
    set: InstructionSet,
    scale: Scale,
    planes: Planes<'a>,
    /// The first row of the next band.
    top: usize,
    products: [Vec<f32>; 2],
    /// The original, differences, their squares, the sums of both pictures' squares: blurred across.
    rings: [Ring; 4],
    /// Differences as they are, with margins: the rows of the last two bands, row y in place y modulo 16.
    differences: Vec<f32>,
    /// Samples from one of them to the next.
    pitch: usize,
    sums: ColumnSums,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(set: InstructionSet, scale: Scale, planes: Planes<'a>) -> Self {
        let pitch = pitch_of(scale.width);
        Self {
            set,
            scale,
            planes,
            top: 0,
            products: [vec![0.0; pitch], vec![0.0; pitch]],
            rings: [(); 4].map(|()| Ring::new(scale.width)),
            differences: vec![0.0; RING * pitch],
            pitch,
            sums: ColumnSums::new(scale.width),
        }
    }

    fn blur_across(&mut self, y: usize, candidate: &[f32]) {
        let difference = &mut self.differences[y % RING * self.pitch..][..self.pitch];
        let [difference_squared, squares] = &mut self.products;
        let original = self.planes.original.row(y);
        self.set.run(Differences { original, candidate, difference, difference_squared, squares });
        let rows = [original, difference, difference_squared, squares];
        for (row, ring) in rows.into_iter().zip(&mut self.rings) {
            self.set.run(BlurAcross { y, row, ring });
        }
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

    fn compare(&mut self, band: Band) {
        let Planes { original, counted, .. } = &self.planes;
        // A band does not run over the end of the ring, since its top is a multiple of its height.
        let differences = &self.differences[band.top % RING * self.pitch + MARGIN..];
        self.set.run(Compare {
            band,
            counted: *counted,
            rings: &self.rings,
            differences: Rows { samples: differences, pitch: self.pitch },
            sample: original.rows(band.top).without_margin(MARGIN),
            sums: &mut self.sums,
        });
    }
}

impl Work for Comparison<'_> {
    fn take(&mut self, y: usize, row: &[f32]) {
        self.blur_across(y, row);
        self.finish_bands(y);
        let height = self.scale.height;
        if y + 1 == height {
            for below in height..height + BAND + REACH {
                self.rings.iter_mut().for_each(|ring| ring.clear(below));
                self.finish_bands(below);
            }
        }
    }
}
