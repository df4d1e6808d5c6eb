//! Strips: columns of a picture, cut into segments that lie side by side in a vector's lanes.
//!
//! Lane l of an octet holds a column of segment l, so its neighbour in the picture lies in the same lane of the
//! next octet: a window slides along rows as it slides down columns, and no load is ever out of line.

use super::Kernel;
use super::octet::LANES;
use archmage::autoversion;
use std::ops::Range;

/// The samples of one column of each segment.
pub(super) type Samples = [u8; LANES];

/// The columns of a picture cut into strips so narrow that the rows in use stay in a second-level cache.
pub(super) fn strips<'a>(width: usize, kernel: &'a Kernel) -> impl Iterator<Item = Strip> + 'a {
    const WIDEST: usize = 512;
    let strip = width.div_ceil(width.div_ceil(WIDEST)).next_multiple_of(LANES);
    (0..width).step_by(strip).map(move |start| Strip::new(width, start..width.min(start + strip), kernel))
}

/// Some columns of a picture, with those that the window of a kernel reaches beside them.
#[derive(Clone, Debug)]
pub(super) struct Strip {
    columns: Range<usize>,
    /// Columns of a segment. The last segments have fewer, or none, where the strip's columns don't fill all.
    step: usize,
    /// Columns of a segment and of what the window reaches beside it: octets of a row before it is filtered.
    reach: usize,
    /// The columns under the window that lie within the picture.
    inner: Range<usize>,
    /// Places before `inner`.
    before: usize,
    /// For each place before and behind `inner`, in this order, the column that stands there.
    sources: Vec<usize>,
}

impl Strip {
    /// Of `columns` in rows of `width`, above 0.
    fn new(width: usize, columns: Range<usize>, kernel: &Kernel) -> Self {
        let (step, taps) = (columns.len().div_ceil(LANES), kernel.weights().len());
        let reach = step + taps - 1;
        let (from, to) = (columns.start, columns.start + step * LANES);
        let inner = from.saturating_sub(kernel.taps_before())..width.min(to + kernel.taps_behind());
        let before = kernel.taps_before().saturating_sub(from);
        // Places are counted as columns that begin `taps_before` before the picture. What rounds the last octets off
        // to whole blocks is never looked at.
        let places = from..from + step * (LANES - 1) + reach.next_multiple_of(BLOCK);
        let outer = places.filter(|place| !inner.contains(&place.wrapping_sub(kernel.taps_before())));
        let sources = outer.map(|place| reflected(place, kernel.taps_before(), width)).collect();
        Self { columns, step, reach, inner, before, sources }
    }

    /// Octets of a row.
    pub(super) fn step(&self) -> usize {
        self.step
    }

    /// Octets of a row that the window looks at.
    pub(super) fn reach(&self) -> usize {
        self.reach
    }

    /// The column of the picture that number `at` of a row's octets belongs to, if any does.
    pub(super) fn column(&self, at: usize) -> Option<usize> {
        let column = self.columns.start + at % LANES * self.step + at / LANES;
        self.columns.contains(&column).then_some(column)
    }

    /// Numbers of a row to which no column belongs.
    pub(super) fn empty(&self) -> Vec<usize> {
        (0..self.step * LANES).filter(|at| self.column(*at).is_none()).collect()
    }

    /// Lays out all that the window looks at in `row`, continued by its mirror image at both ends.
    pub(super) fn lay_out(&self, row: &[u8], laid_out: &mut LaidOut) {
        let padded = &mut laid_out.padded;
        padded.resize(self.inner.len() + self.sources.len(), 0);
        let (before, rest) = padded.split_at_mut(self.before);
        let (inner, behind) = rest.split_at_mut(self.inner.len());
        inner.copy_from_slice(&row[self.inner.clone()]);
        for (edge, source) in before.iter_mut().chain(behind).zip(&self.sources) {
            *edge = row[*source];
        }
        laid_out.samples.resize(self.reach.next_multiple_of(BLOCK), [0; LANES]);
        interleave(&laid_out.padded, self.step, &mut laid_out.samples);
        laid_out.samples.truncate(self.reach);
    }
}

/// A row of samples as a [`Strip`] lays it out.
#[derive(Default)]
pub(super) struct LaidOut {
    pub(super) samples: Vec<Samples>,
    padded: Vec<u8>,
}

/// Columns of a segment that change places with lanes together, eight of them in each of a vector's lanes.
const BLOCK: usize = LANES * LANES;

/// Writes segments, of which each begins `step` places behind the one before, side by side; as many places of each as
/// `interleaved` has, a multiple of [`BLOCK`].
#[autoversion]
fn interleave(places: &[u8], step: usize, interleaved: &mut [Samples]) {
    for (block, columns) in interleaved.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
        let mut rows = [[0; LANES]; LANES];
        for (lane, row) in rows.iter_mut().enumerate() {
            let places = &places[lane * step + block * BLOCK..][..BLOCK];
            for (eight, bytes) in row.iter_mut().zip(places.as_chunks().0) {
                *eight = u64::from_le_bytes(*bytes);
            }
        }
        transpose(&mut rows);
        for (part, columns) in columns.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            for (column, row) in columns.iter_mut().zip(&rows) {
                *column = row[part].to_le_bytes();
            }
        }
    }
}

/// Turns rows of bytes into columns, in squares of eight by eight bytes, of which eight lie side by side: quarters of
/// 4x4 bytes change places, then 2x2, then single bytes (Warren, Hacker's Delight, 2nd edition, section 7-3, for bits).
#[inline(always)]
fn transpose(rows: &mut [[u64; LANES]; LANES]) {
    const ROUNDS: [(usize, u64); 3] =
        [(4, 0x0000_0000_ffff_ffff), (2, 0x0000_ffff_0000_ffff), (1, 0x00ff_00ff_00ff_00ff)];
    for (distance, mask) in ROUNDS {
        for upper in (0..LANES).filter(|row| row & distance == 0) {
            let (above, below) = rows.split_at_mut(upper + distance);
            for (upper, lower) in above[upper].iter_mut().zip(&mut below[0]) {
                let changed = ((*upper >> (8 * distance)) ^ *lower) & mask;
                *lower ^= changed;
                *upper ^= changed << (8 * distance);
            }
        }
    }
}

/// The index, out of `count`, that stands at `place - before` when a row is continued by its mirror image
/// (`d c b a | a b c d | d c b a`) as often as needed.
pub(super) fn reflected(place: usize, before: usize, count: usize) -> usize {
    if (before..before + count).contains(&place) {
        // Nearly always so: spare the divisions.
        return place - before;
    }
    let period = 2 * count;
    let at = (place + period - before % period) % period;
    at.min(period - 1 - at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ssim::Centre;

    #[test]
    fn every_column_lies_in_one_lane_between_its_neighbours() {
        for width in (1..40).chain([399, 400, 511, 512, 513, 1030]) {
            let kernel = Kernel::of_wang(Centre::Centred);
            let row: Vec<u8> = (0..width).map(|column| (column * 7 % 251) as u8).collect();
            let (mut seen, mut laid_out) = (vec![0; width], LaidOut::default());
            for strip in strips(width, &kernel) {
                strip.lay_out(&row, &mut laid_out);
                assert_eq!(laid_out.samples.len(), strip.reach());
                let mut empty = strip.empty();
                for at in 0..strip.step() * LANES {
                    let Some(column) = strip.column(at) else {
                        empty.retain(|place| *place != at);
                        continue;
                    };
                    seen[column] += 1;
                    for tap in 0..11 {
                        let expected = row[reflected(column + tap, 5, width)];
                        assert_eq!(
                            laid_out.samples[at / LANES + tap][at % LANES],
                            expected,
                            "{width}: {column}, {tap}"
                        );
                    }
                }
                assert!(empty.is_empty());
            }
            assert_eq!(seen, vec![1; width]);
        }
    }
}
