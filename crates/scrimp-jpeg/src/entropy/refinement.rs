//! One bit more of AC coefficients (T.81 G.1.2.3).
//!
//! Those that were zero so far are told by runs of zeros, as for the first time, and become 1 or -1. The others have a
//! correction bit each, which comes behind the next symbol of the block that counts the zeros round it.

use super::pass::{Row, State};
use super::scan::Scan;
use super::significance;
use super::tokens::{Pen, Position, ZRL};
use crate::transform::LANES;
use archmage::autoversion;

/// What is to be known of a block, a bit for each coefficient of the band in zigzag order.
#[derive(Clone, Copy)]
struct Block {
    /// Not zero until now.
    known: u64,
    /// Not zero from now on.
    new: u64,
    /// Whose bit of this scan is set.
    odd: u64,
    positive: u64,
}

/// A row of blocks.
#[autoversion]
pub(super) fn code(row: &Row<'_>, scan: &Scan, state: &mut State, pen: Pen<'_>) -> Position {
    let mut pen = pen;
    let bound = (1 << scan.after) - 1;
    for (at, group) in row.groups.iter().enumerate() {
        let present = significance::over(group, scan, bound);
        let known = significance::over(group, scan, 2 * bound + 1);
        let odd = significance::bits(group, scan, |value| value.unsigned_abs() >> scan.after & 1 != 0);
        let positive = significance::bits(group, scan, |value| value > 0);
        for lane in 0..LANES.min(row.blocks - at * LANES) {
            let new = present[lane] & !known[lane];
            let block = Block { known: known[lane], new, odd: odd[lane], positive: positive[lane] };
            block.code(scan, state, &mut pen);
        }
    }
    pen.end()
}

impl Block {
    #[inline(always)]
    fn code(mut self, scan: &Scan, state: &mut State, pen: &mut Pen<'_>) {
        let mut waiting = self.corrections();
        let mut next = u32::from(scan.first);
        if self.new != 0 {
            state.run.end(pen);
        }
        while self.new != 0 {
            let at = self.new.trailing_zeros();
            self.new &= self.new - 1;
            let between = self.known & below(at) & !below(next);
            let mut told = between.count_ones();
            let mut zeros = at - next - told;
            if zeros > 15 {
                (zeros, told) = long_run(between, next..at, &mut waiting, pen);
            }
            pen.symbol((zeros << 4) as u8 | 1, (self.positive >> at) as u32 & 1, 1);
            pen.corrections(waiting.take(told), told);
            next = at + 1;
        }
        if next <= u32::from(scan.last) {
            state.run.add(waiting.bits, waiting.count, pen);
        }
    }

    /// The bits of what isn't zero so far, one behind the other.
    #[inline(always)]
    fn corrections(&self) -> Waiting {
        let (mut bits, mut left) = (0, self.known);
        while left != 0 {
            bits = bits << 1 | (self.odd >> left.trailing_zeros() & 1);
            left &= left - 1;
        }
        Waiting { bits, count: self.known.count_ones() }
    }
}

/// Correction bits of a block that are still to be written: the lowest so many, the first one on top.
struct Waiting {
    bits: u64,
    count: u32,
}

impl Waiting {
    /// The next, with those before them on top.
    #[inline(always)]
    const fn take(&mut self, count: u32) -> u64 {
        self.count -= count;
        self.bits >> self.count
    }
}

/// Codes zeros in `places` by sixteens, until there are fewer: how many these are, and how many correction bits come
/// with them. Where the sixteenth is followed by other zeros, a symbol waits for the next coefficient that isn't, for
/// its correction bits end before that.
fn long_run(
    mut between: u64,
    places: std::ops::Range<u32>,
    waiting: &mut Waiting,
    pen: &mut Pen<'_>,
) -> (u32, u32) {
    let (mut zeros, mut told, mut next) = (0, 0, places.start);
    loop {
        let at = if between == 0 { places.end } else { between.trailing_zeros() };
        zeros += at - next;
        next = at + 1;
        while zeros > 15 {
            pen.symbol(ZRL, 0, 0);
            pen.corrections(waiting.take(told), told);
            told = 0;
            zeros -= 16;
        }
        if between == 0 {
            return (zeros, told);
        }
        told += 1;
        between &= between - 1;
    }
}

/// The bits below one.
#[inline(always)]
const fn below(at: u32) -> u64 {
    (1 << at) - 1
}
