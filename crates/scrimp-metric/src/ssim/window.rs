//! The window slid over a picture: weighted means of several quantities round every pixel, row by row.

use super::Kernel;
use archmage::autoversion;

/// Values that one step of the inner loop takes; rows are padded to a multiple of it.
const LANES: usize = 8;

/// Slides a window down a picture. Each quantity (a sample, its square, ...) has one stripe of a row; all stripes
/// are padded by reflection, lie one behind the other and are filtered as one row, first along columns, then rows.
#[derive(Debug)]
pub(super) struct Window<'a> {
    weights: &'a [f64],
    taps_before: usize,
    taps_behind: usize,
    height: usize,
    /// For each place of a padded row, the pixel that stands there.
    columns: Vec<usize>,
    /// Values from one stripe to the next.
    stripe: usize,
    /// Values of a whole row of stripes, with room for the last chunk's taps.
    row: usize,
    /// The latest rows, as many as there are taps: row y lies at y modulo taps.
    rows: Vec<f64>,
    /// Rows put into `rows` so far.
    filled: usize,
    /// A row filtered along columns.
    between: Vec<f64>,
    /// Where the taps of the first value lie in `between`: 0, 1, 2, ...
    along_row: Vec<usize>,
    /// A row filtered both ways.
    filtered: Vec<f64>,
}

impl<'a> Window<'a> {
    /// A window for a picture of `width` x `height` pixels (both above 0) and `quantities` stripes.
    pub(super) fn new(kernel: &'a Kernel, (width, height): (usize, usize), quantities: usize) -> Self {
        let (taps_before, taps_behind) = (kernel.taps_before(), kernel.taps_behind());
        let padded = taps_before + width + taps_behind;
        let stripe = padded.next_multiple_of(LANES);
        let taps = kernel.weights().len();
        let row = quantities * stripe + taps.next_multiple_of(LANES);
        Self {
            weights: kernel.weights(),
            taps_before,
            taps_behind,
            height,
            columns: (0..padded).map(|place| reflected(place, taps_before, width)).collect(),
            stripe,
            row,
            rows: vec![0.0; taps * row],
            filled: 0,
            between: vec![0.0; row],
            along_row: (0..taps).collect(),
            filtered: vec![0.0; quantities * stripe],
        }
    }

    /// The weighted means round the pixels of row `y`: one stripe for each quantity, its first value that of
    /// the first pixel. Rows are to be asked for from the top down. `paint(row, columns, stripes)` writes the
    /// quantities of a row of the picture, for the pixels `columns`, into its stripes.
    pub(super) fn means(
        &mut self,
        y: usize,
        mut paint: impl FnMut(usize, &[usize], std::slice::ChunksExactMut<'_, f64>),
    ) -> std::slice::ChunksExact<'_, f64> {
        let (row, taps) = (self.row, self.weights.len());
        while self.filled < self.height.min(y + self.taps_behind + 1) {
            let start = self.filled % taps * row;
            let stripes = self.rows[start..start + row].chunks_exact_mut(self.stripe);
            paint(self.filled, &self.columns, stripes);
            self.filled += 1;
        }
        let starts = (0..taps).map(|tap| reflected(y + tap, self.taps_before, self.height) % taps * row);
        let starts: Vec<usize> = starts.collect();
        correlate(self.weights, &starts, &self.rows, &mut self.between);
        correlate(self.weights, &self.along_row, &self.between, &mut self.filtered);
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

/// `out[i]` = sum over taps of `weights[tap]` x `values[starts[tap] + i]`, for whole chunks of [`LANES`].
///
/// Multiplications and additions are done one by one and in this order on every machine, never fused.
#[autoversion]
fn correlate(weights: &[f64], starts: &[usize], values: &[f64], out: &mut [f64]) {
    let (out, _) = out.as_chunks_mut::<LANES>();
    let row =
        |start: &usize| values.get(*start..*start + out.len() * LANES).unwrap_or_default().as_chunks().0;
    let rows: Vec<&[[f64; LANES]]> = starts.iter().map(row).collect();
    // With the number of taps known when it is compiled, the usual window takes two thirds of the time.
    match (<&[f64; Kernel::WIDTH]>::try_from(weights), <&[_; Kernel::WIDTH]>::try_from(rows.as_slice())) {
        (Ok(weights), Ok(rows)) => add_up(weights, rows, out),
        _ => add_up(weights, &rows, out),
    }
}

/// `out[i]` = sum over taps of `weights[tap]` x `rows[tap][i]`.
#[inline(always)]
fn add_up(weights: &[f64], rows: &[&[[f64; LANES]]], out: &mut [[f64; LANES]]) {
    for (index, chunk) in out.iter_mut().enumerate() {
        let mut sums = [0.0; LANES];
        for (weight, row) in weights.iter().zip(rows) {
            let Some(values) = row.get(index) else { return };
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += weight * value;
            }
        }
        *chunk = sums;
    }
}
