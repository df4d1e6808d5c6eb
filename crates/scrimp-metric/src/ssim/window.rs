//! The window slid over a strip: weighted means of several quantities round every pixel, some rows at a time.

use super::Kernel;
use super::octet::Octet;
use super::strip::{Strip, reflected};
use archmage::autoversion;
use std::array;
use std::slice::{ChunksExact, ChunksExactMut};

/// Rows, or columns, that are filtered together: each value is loaded once for all of them.
pub(super) const TOGETHER: usize = 4;

/// Slides a window down a strip. Each quantity (a sample, its square, ...) has one stripe of a row; the stripes lie one
/// behind the other, each is filtered along itself once, and then all as one row along columns.
pub(super) struct Window<'a> {
    kernel: &'a Kernel,
    height: usize,
    /// Octets from one stripe to the next, before it is filtered along itself and after.
    stripes: [usize; 2],
    /// A row as it was painted.
    painted: Vec<Octet>,
    /// The latest rows filtered along themselves, as many as are looked at together: row y lies y modulo their number
    /// rows behind the first.
    rows: Vec<Octet>,
    /// Rows put into `rows` so far.
    filled: usize,
    /// Where in `rows` the row begins that stands under each tap for the first of the rows that are filtered together,
    /// and so on.
    down: Vec<usize>,
    /// Rows filtered both ways.
    filtered: Vec<Octet>,
}

impl<'a> Window<'a> {
    /// A window for a strip of a picture of `height` (above 0) and `quantities` stripes.
    pub(super) fn new(kernel: &'a Kernel, (strip, height): (&Strip, usize), quantities: usize) -> Self {
        let looked_at = kernel.weights().len() + TOGETHER - 1;
        let stripes = [strip.reach(), strip.step()];
        let [painted, row] = stripes.map(|stripe| quantities * stripe);
        let octets = |count| vec![Octet::default(); count];
        Self {
            kernel,
            height,
            stripes,
            painted: octets(painted),
            rows: octets(looked_at * row),
            filled: 0,
            down: vec![0; looked_at],
            filtered: octets(TOGETHER * row),
        }
    }

    /// The weighted means round the pixels of row `y` and the three below it: the stripes of row `y`, then those of the
    /// next. Rows are to be asked for from the top down; what is told of rows below the picture means nothing.
    /// `paint(row, stripes)` writes the quantities of a row of the picture into its stripes.
    pub(super) fn means(
        &mut self,
        y: usize,
        mut paint: impl FnMut(usize, &mut [Octet]),
    ) -> ChunksExact<'_, Octet> {
        let (weights, looked_at) = (self.kernel.weights(), self.down.len());
        let row = self.rows.len() / looked_at;
        let [painted, filtered] = self.stripes;
        while self.filled < self.height.min(y + self.kernel.taps_behind() + TOGETHER) {
            paint(self.filled, &mut self.painted);
            let place = &mut self.rows[self.filled % looked_at * row..][..row];
            filter_across(weights, self.painted.chunks_exact(painted), place.chunks_exact_mut(filtered));
            self.filled += 1;
        }
        for (place, start) in self.down.iter_mut().enumerate() {
            *start = reflected(y + place, self.kernel.taps_before(), self.height) % looked_at * row;
        }
        filter_down(weights, (&self.rows, &self.down), &mut self.filtered);
        self.filtered.chunks_exact(filtered)
    }
}

/// Filters rows that begin at `starts` in `values` along columns, into [`TOGETHER`] rows one behind the other.
#[autoversion]
fn filter_down(weights: &[f64], (values, starts): (&[Octet], &[usize]), out: &mut [Octet]) {
    let row = out.len() / TOGETHER;
    // With the number of taps known when it is compiled, the usual window takes a fraction of the time.
    if let Ok(weights) = <&[f64; Kernel::WIDTH]>::try_from(weights)
        && let Ok(starts) = <&[usize; Kernel::WIDTH + TOGETHER - 1]>::try_from(starts)
    {
        let weights = weights.map(Octet::of);
        let rows = starts.map(|start| &values[start..start + row]);
        let mut out = rows_of(out, row);
        for at in 0..row {
            // Each is loaded once.
            let mut values = [Octet::default(); Kernel::WIDTH + TOGETHER - 1];
            for (value, row) in values.iter_mut().zip(&rows) {
                *value = row[at];
            }
            let sums = sums_together(&weights, &values);
            for (out, sum) in out.iter_mut().zip(sums) {
                out[at] = sum;
            }
        }
        return;
    }
    for (index, out) in out.chunks_exact_mut(row).enumerate() {
        out.fill(Octet::default());
        for (weight, start) in weights.iter().zip(&starts[index..]) {
            for (sum, value) in out.iter_mut().zip(&values[*start..]) {
                sum.add_weighted(*weight, *value);
            }
        }
    }
}

/// The rows that lie one behind the other.
#[inline(always)]
fn rows_of(all: &mut [Octet], row: usize) -> [&mut [Octet]; TOGETHER] {
    let mut rows = all.chunks_exact_mut(row);
    array::from_fn(|_| rows.next().unwrap_or_default())
}

/// Filters each stripe along itself.
#[autoversion]
fn filter_across(weights: &[f64], stripes: ChunksExact<'_, Octet>, out: ChunksExactMut<'_, Octet>) {
    if let Ok(weights) = <&[f64; Kernel::WIDTH]>::try_from(weights) {
        let in_all_lanes = weights.map(Octet::of);
        for (stripe, out) in stripes.zip(out) {
            let places = stripe.windows(Kernel::WIDTH + TOGETHER - 1).step_by(TOGETHER);
            let (fours, rest) = out.as_chunks_mut::<TOGETHER>();
            let done = fours.len() * TOGETHER;
            for (four, places) in fours.iter_mut().zip(places) {
                *four = sums_together(&in_all_lanes, places);
            }
            for (sum, places) in rest.iter_mut().zip(stripe[done..].windows(Kernel::WIDTH)) {
                *sum = weighted(weights, places);
            }
        }
        return;
    }
    for (stripe, out) in stripes.zip(out) {
        for (sum, places) in out.iter_mut().zip(stripe.windows(weights.len())) {
            *sum = weighted(weights, places);
        }
    }
}

/// The weighted sums of the values from the first on, from the second on, and so on; each weight in all lanes, so that a
/// vector holds it.
///
/// Multiplication and addition are fused, and the order is that of the taps, on every machine.
#[inline(always)]
fn sums_together<const TAPS: usize>(weights: &[Octet; TAPS], values: &[Octet]) -> [Octet; TOGETHER] {
    let mut sums = [Octet::default(); TOGETHER];
    for (index, sum) in sums.iter_mut().enumerate() {
        for (tap, weight) in weights.iter().enumerate() {
            sum.add_product(*weight, values[index + tap]);
        }
    }
    sums
}

#[inline(always)]
fn weighted(weights: &[f64], places: &[Octet]) -> Octet {
    let mut sum = Octet::default();
    for (weight, value) in weights.iter().zip(places) {
        sum.add_weighted(*weight, *value);
    }
    sum
}
