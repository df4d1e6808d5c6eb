//! Sums of errors: down columns, then over cells, then over the picture. The order of the additions depends
//! on the picture's size alone.

use super::pyramid::{Scale, pitch_of};
use super::weights::{Counted, Means, POOLS};
use crate::map::CELL;
use crate::simd::Lanes;
use core::ops::Range;

/// The errors of one place of one plane.
pub(crate) struct Errors<V> {
    /// 1 - SSIM, at least 0.
    pub(crate) ssim: V,
    /// Above 0 for an artifact (an edge that the original has not), below for a loss of detail.
    pub(crate) edge: V,
}

/// What errors are pooled into, one vector for each of a plane's [`POOLS`].
#[derive(Clone, Copy)]
pub(crate) struct Pools<V>([V; POOLS]);

impl<V: Copy> Pools<V> {
    #[inline(always)]
    pub(crate) fn add<L: Lanes<Vector = V>>(&mut self, lanes: L, counted: Counted, errors: Errors<V>) {
        let [ssim, artifact, detail, ssim4, artifact4, detail4] = &mut self.0;
        if let Some(means) = counted.ssim {
            *ssim4 = lanes.add(*ssim4, fourth(lanes, errors.ssim));
            if means == Means::Both {
                *ssim = lanes.add(*ssim, errors.ssim);
            }
        }
        if let Some(means) = counted.edges {
            let zero = lanes.splat(0.0);
            let gained = lanes.max(errors.edge, zero);
            let lost = lanes.max(lanes.sub(zero, errors.edge), zero);
            *artifact4 = lanes.add(*artifact4, fourth(lanes, gained));
            *detail4 = lanes.add(*detail4, fourth(lanes, lost));
            if means == Means::Both {
                *artifact = lanes.add(*artifact, gained);
                *detail = lanes.add(*detail, lost);
            }
        }
    }
}

#[inline(always)]
fn fourth<L: Lanes>(lanes: L, error: L::Vector) -> L::Vector {
    let square = lanes.mul(error, error);
    lanes.mul(square, square)
}

/// Sums of errors down each column over the rows of one row of cells. At most [`CELL`] terms each, so 32-bit
/// floats hold them within 4e-6 of themselves.
pub(crate) struct ColumnSums {
    pitch: usize,
    sums: Vec<f32>,
}

impl ColumnSums {
    pub(crate) fn new(width: usize) -> Self {
        let pitch = pitch_of(width);
        Self { pitch, sums: vec![0.0; POOLS * pitch] }
    }

    /// The sums of the columns from the `at`th on.
    #[inline(always)]
    pub(crate) fn load<L: Lanes>(&self, lanes: L, at: usize) -> Pools<L::Vector> {
        let mut pools = [lanes.splat(0.0); POOLS];
        for (pool, vector) in pools.iter_mut().enumerate() {
            *vector = lanes.load(&self.sums[pool * self.pitch + at..]);
        }
        Pools(pools)
    }

    /// Writes back what [`Self::load`] gave, with more added.
    #[inline(always)]
    pub(crate) fn store<L: Lanes>(&mut self, lanes: L, at: usize, pools: Pools<L::Vector>) {
        for (pool, vector) in pools.0.into_iter().enumerate() {
            lanes.store(vector, &mut self.sums[pool * self.pitch + at..]);
        }
    }
}

/// Sums of errors over each cell of a plane.
#[derive(Clone, Debug)]
pub(crate) struct CellSums {
    side: usize,
    /// Pixels in a row.
    width: usize,
    /// Cells in a row.
    across: usize,
    cells: Vec<[f64; POOLS]>,
}

impl CellSums {
    /// For a plane of this scale.
    pub(crate) fn new(scale: Scale) -> Self {
        let side = cell_side(scale.index);
        let across = scale.width.div_ceil(side);
        let cells = vec![[0.0; POOLS]; across * scale.height.div_ceil(side)];
        Self { side, width: scale.width, across, cells }
    }

    /// Moves the sums of the row of cells that row `y` of pixels runs through from columns to cells.
    pub(crate) fn collect(&mut self, y: usize, from: &mut ColumnSums) {
        let first = y / self.side * self.across;
        for (pool, sums) in from.sums.chunks_exact(from.pitch).enumerate() {
            for (cell, part) in sums[..self.width].chunks(self.side).enumerate() {
                self.cells[first + cell][pool] += sum(part);
            }
        }
        from.sums.fill(0.0);
    }

    /// Takes over the sums of a strip that begins at this column of cells.
    pub(crate) fn take_strip(&mut self, first: usize, strip: &Self) {
        let rows = self.cells.chunks_exact_mut(self.across).zip(strip.cells.chunks_exact(strip.across));
        for (row, of_strip) in rows {
            row[first..first + strip.across].copy_from_slice(of_strip);
        }
    }

    /// Sums over all cells.
    pub(crate) fn total(&self) -> [f64; POOLS] {
        self.sum(0..self.across, 0..self.cells.len() / self.across)
    }

    /// Sums over the cells in these columns and rows of cells.
    pub(crate) fn sum(&self, columns: Range<usize>, rows: Range<usize>) -> [f64; POOLS] {
        let mut total = [0.0; POOLS];
        for row in rows {
            for cell in &self.cells[row * self.across..][columns.clone()] {
                for (total, sum) in total.iter_mut().zip(cell) {
                    *total += sum;
                }
            }
        }
        total
    }

    /// The cells that belong to cell `index` of `count` along a side of so many pixels at this scale, and how
    /// many of those pixels they take. The last cell takes all that are left.
    pub(crate) fn along(&self, (index, count): (usize, usize), side: usize) -> (Range<usize>, usize) {
        let end = if index + 1 == count { side.div_ceil(self.side) } else { index + 1 };
        (index..end, (end * self.side).min(side) - index * self.side)
    }
}

/// The side of a cell at this scale, in that scale's pixels: it covers the same part of the picture at each.
pub(crate) const fn cell_side(scale: usize) -> usize {
    CELL >> scale
}

/// The sum in 64-bit floats, four terms at a time.
fn sum(terms: &[f32]) -> f64 {
    let (fours, rest) = terms.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, term) in sums.iter_mut().zip(four) {
            *sum += f64::from(*term);
        }
    }
    let rest: f64 = rest.iter().map(|term| f64::from(*term)).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}
