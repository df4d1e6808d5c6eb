//! The window slid over a picture: weighted means of several quantities round every pixel, row by row.

use super::Kernel;
use archmage::autoversion;
use std::ops::Range;
use std::slice::{ChunksExact, ChunksExactMut};

/// Values that one step of the inner loop takes; rows are padded to a multiple of it.
const LANES: usize = 16;

/// A gray picture whose rows are continued by their mirror image at both ends, as far as a window reaches.
#[derive(Clone, Debug)]
pub(super) struct Padded {
    stride: usize,
    reach: usize,
    samples: Vec<u8>,
}

impl Padded {
    /// Pads `width` x `height` samples, both above 0, for `kernel`.
    pub(super) fn new(samples: &[u8], width: usize, kernel: &Kernel) -> Self {
        let reach = kernel.weights().len() - 1;
        let stride = width + reach;
        let before = kernel.taps_before();
        let edges: Vec<usize> = (0..before).chain(before + width..stride).collect();
        let sources: Vec<usize> = edges.iter().map(|place| reflected(*place, before, width)).collect();
        let mut padded = vec![0; samples.len() / width * stride];
        for (row, padded) in samples.chunks_exact(width).zip(padded.chunks_exact_mut(stride)) {
            padded[before..][..width].copy_from_slice(row);
            for (edge, source) in edges.iter().zip(&sources) {
                padded[*edge] = row[*source];
            }
        }
        Self { stride, reach, samples: padded }
    }

    /// All that a window looks at in row `y` for the pixels of `columns`.
    pub(super) fn row(&self, y: usize, columns: &Range<usize>) -> &[u8] {
        &self.samples[y * self.stride..][columns.start..columns.end + self.reach]
    }
}

/// The columns of a picture cut into strips so narrow that the rows in use stay in the first-level cache.
pub(super) fn strips(width: usize) -> impl Iterator<Item = Range<usize>> {
    const WIDEST: usize = 136;
    let strip = width.div_ceil(width.div_ceil(WIDEST));
    (0..width).step_by(strip).map(move |start| start..width.min(start + strip))
}

/// Slides a window down a strip. Each quantity (a sample, its square, ...) has one stripe of a row; the stripes lie one
/// behind the other and are filtered as one row, first along columns, then along the row.
#[derive(Debug)]
pub(super) struct Window<'a> {
    kernel: &'a Kernel,
    height: usize,
    /// Values from one stripe to the next.
    stripe: usize,
    /// Values of a whole row of stripes, with room for the last chunk's taps.
    row: usize,
    /// The latest rows, as many as there are taps: row y lies at y modulo taps.
    rows: Vec<f64>,
    /// Rows put into `rows` so far.
    filled: usize,
    /// Where in `rows` the row under each tap begins.
    down: Vec<usize>,
    /// Where in `between` the values under each tap begin: 0, 1, 2, ...
    across: Vec<usize>,
    /// A row filtered along columns.
    between: Vec<f64>,
    /// A row filtered both ways.
    filtered: Vec<f64>,
}

impl<'a> Window<'a> {
    /// A window for a strip of `width` x `height` pixels (both above 0) and `quantities` stripes.
    pub(super) fn new(kernel: &'a Kernel, (width, height): (usize, usize), quantities: usize) -> Self {
        let taps = kernel.weights().len();
        let stripe = (width + taps - 1).next_multiple_of(LANES);
        let row = quantities * stripe + taps.next_multiple_of(LANES);
        Self {
            kernel,
            height,
            stripe,
            row,
            rows: vec![0.0; taps * row],
            filled: 0,
            down: vec![0; taps],
            across: (0..taps).collect(),
            between: vec![0.0; row],
            filtered: vec![0.0; quantities * stripe],
        }
    }

    /// The weighted means round the pixels of row `y`: one stripe for each quantity, its first value that of
    /// the strip's first pixel. Rows are to be asked for from the top down. `paint(row, stripes)` writes the quantities
    /// of a row of the picture into its stripes.
    pub(super) fn means(
        &mut self,
        y: usize,
        mut paint: impl FnMut(usize, ChunksExactMut<'_, f64>),
    ) -> ChunksExact<'_, f64> {
        let (weights, row) = (self.kernel.weights(), self.row);
        let taps = weights.len();
        while self.filled < self.height.min(y + self.kernel.taps_behind() + 1) {
            let start = self.filled % taps * row;
            paint(self.filled, self.rows[start..start + row].chunks_exact_mut(self.stripe));
            self.filled += 1;
        }
        for (tap, start) in self.down.iter_mut().enumerate() {
            *start = reflected(y + tap, self.kernel.taps_before(), self.height) % taps * row;
        }
        correlate((weights, &self.down), &self.rows, &mut self.between);
        correlate((weights, &self.across), &self.between, &mut self.filtered);
        self.filtered.chunks_exact(self.stripe)
    }
}

/// The index, out of `count`, that stands at `place - before` when a row is continued by its mirror image
/// (`d c b a | a b c d | d c b a`) as often as needed.
fn reflected(place: usize, before: usize, count: usize) -> usize {
    let period = 2 * count;
    let at = (place + period - before % period) % period;
    at.min(period - 1 - at)
}

/// `out[i]` = sum over taps of `weights[tap]` x `values[starts[tap] + i]`.
///
/// Multiplications and additions are done one by one and in this order on every machine, never fused.
#[autoversion]
fn correlate((weights, starts): (&[f64], &[usize]), values: &[f64], out: &mut [f64]) {
    // With the number of taps known when it is compiled, the usual window takes a fraction of the time.
    match (<&[f64; Kernel::WIDTH]>::try_from(weights), <&[usize; Kernel::WIDTH]>::try_from(starts)) {
        (Ok(weights), Ok(starts)) => add_up(weights, starts.map(|start| &values[start..]), out),
        _ => {
            out.fill(0.0);
            for (weight, start) in weights.iter().zip(starts) {
                for (sum, value) in out.iter_mut().zip(&values[*start..]) {
                    *sum += weight * value;
                }
            }
        }
    }
}

/// `out[i]` = sum over taps of `weights[tap]` x `rows[tap][i]`, for whole chunks of [`LANES`].
#[inline(always)]
fn add_up<const TAPS: usize>(weights: &[f64; TAPS], rows: [&[f64]; TAPS], out: &mut [f64]) {
    let (out, _) = out.as_chunks_mut::<LANES>();
    // All of one length, so that the loop needs to check none.
    let rows = rows.map(|row| &row.as_chunks::<LANES>().0[..out.len()]);
    for (index, chunk) in out.iter_mut().enumerate() {
        let mut sums = [0.0; LANES];
        for (weight, row) in weights.iter().zip(rows) {
            for (sum, value) in sums.iter_mut().zip(row[index]) {
                *sum += weight * value;
            }
        }
        *chunk = sums;
    }
}
