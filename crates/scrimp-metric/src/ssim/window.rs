//! The window slid over a picture: weighted means of several quantities round every pixel, row by row.

use super::Kernel;
use archmage::autoversion;
use std::ops::Range;
use std::slice::{ChunksExact, ChunksExactMut};

/// Values that one step of the inner loop takes; rows are padded to a multiple of it.
const LANES: usize = 16;
/// Bytes in a line of the cache.
const CACHE_LINE: usize = 64;

/// Continues rows by their mirror image at both ends, as far as the window of a strip reaches.
#[derive(Debug)]
pub(super) struct Edges {
    /// The columns under the window that lie within the picture.
    inner: Range<usize>,
    /// Places before `inner`.
    before: usize,
    /// For each place before and behind `inner`, in this order, the column that stands there.
    sources: Vec<usize>,
}

impl Edges {
    /// For the pixels of `columns` in rows of `width`, above 0.
    pub(super) fn new(width: usize, columns: &Range<usize>, kernel: &Kernel) -> Self {
        let taps_before = kernel.taps_before();
        let inner = columns.start.saturating_sub(taps_before)..width.min(columns.end + kernel.taps_behind());
        let before = taps_before.saturating_sub(columns.start);
        // Places are counted as columns that begin `taps_before` before the picture.
        let places = columns.start..columns.end + kernel.weights().len() - 1;
        let outer = places.filter(|place| !inner.contains(&place.wrapping_sub(taps_before)));
        let sources = outer.map(|place| reflected(place, taps_before, width)).collect();
        Self { inner, before, sources }
    }

    /// How many samples the window looks at in a row.
    pub(super) fn places(&self) -> usize {
        self.inner.len() + self.sources.len()
    }

    /// Writes all that the window looks at in `row` to `padded`, of [`Self::places`] samples.
    pub(super) fn pad(&self, row: &[u8], padded: &mut [u8]) {
        let (before, rest) = padded.split_at_mut(self.before);
        let (inner, behind) = rest.split_at_mut(self.inner.len());
        inner.copy_from_slice(&row[self.inner.clone()]);
        for (edge, source) in before.iter_mut().chain(behind).zip(&self.sources) {
            *edge = row[*source];
        }
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
    /// The latest rows, as many as there are taps: row y lies at `first` and y modulo taps rows behind it.
    rows: Vec<f64>,
    /// Where in `rows` the first one begins: at a cache line, or else every load would touch two of them.
    first: usize,
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
        let rows = vec![0.0; taps * row + LANES];
        let first = rows.as_ptr().align_offset(CACHE_LINE).min(LANES);
        Self {
            kernel,
            height,
            stripe,
            row,
            rows,
            first,
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
            let start = self.first + self.filled % taps * row;
            paint(self.filled, self.rows[start..start + row].chunks_exact_mut(self.stripe));
            self.filled += 1;
        }
        for (tap, start) in self.down.iter_mut().enumerate() {
            let at = reflected(y + tap, self.kernel.taps_before(), self.height);
            *start = self.first + at % taps * row;
        }
        correlate((weights, &self.down), &self.rows, &mut self.between);
        correlate((weights, &self.across), &self.between, &mut self.filtered);
        self.filtered.chunks_exact(self.stripe)
    }
}

/// The index, out of `count`, that stands at `place - before` when a row is continued by its mirror image
/// (`d c b a | a b c d | d c b a`) as often as needed.
fn reflected(place: usize, before: usize, count: usize) -> usize {
    if (before..before + count).contains(&place) {
        // Nearly always so: spare the divisions.
        return place - before;
    }
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
        (Ok(weights), Ok(starts)) => {
            // Twice as many at once where there are as many: each weight is then spread over the lanes half as often.
            let wide = out.len() / (2 * LANES) * (2 * LANES);
            let (wide_out, rest) = out.split_at_mut(wide);
            add_up::<{ Kernel::WIDTH }, { 2 * LANES }>(weights, starts, values, wide_out);
            add_up::<{ Kernel::WIDTH }, LANES>(weights, starts, &values[wide..], rest);
        }
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

/// [`correlate`] for whole chunks of `AT_ONCE`.
#[inline(always)]
fn add_up<const TAPS: usize, const AT_ONCE: usize>(
    weights: &[f64; TAPS],
    starts: &[usize; TAPS],
    values: &[f64],
    out: &mut [f64],
) {
    let (out, _) = out.as_chunks_mut::<AT_ONCE>();
    let mut rows = [&[[0.0; AT_ONCE]; 0][..]; TAPS];
    for (row, start) in rows.iter_mut().zip(starts) {
        // All of one length, so that the loop needs to check none.
        *row = &values[*start..].as_chunks().0[..out.len()];
    }
    for (index, chunk) in out.iter_mut().enumerate() {
        let mut sums = [0.0; AT_ONCE];
        for (weight, row) in weights.iter().zip(rows) {
            for (sum, value) in sums.iter_mut().zip(&row[index]) {
                *sum += weight * value;
            }
        }
        *chunk = sums;
    }
}
