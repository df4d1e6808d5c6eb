//! Coefficients that come for the first time: DC by differences, AC by runs of zeros.

use super::pass::{Row, State};
use super::scan::Scan;
use super::significance;
use super::tokens::{Pen, Position, ZRL};
use crate::layout::ZIGZAG;
use crate::transform::{Group, LANES};
use archmage::autoversion;

/// The DC coefficients of a row of blocks (T.81 G.1.2.1).
#[autoversion]
pub(super) fn code_dc(row: &Row<'_>, scan: &Scan, state: &mut State, pen: Pen<'_>) -> Position {
    let mut pen = pen;
    let (mut previous, mut beyond) = (state.previous, 0);
    let values = row.groups.iter().flat_map(|group| &group[0]).take(row.blocks);
    for value in values {
        let value = i32::from(*value) >> scan.after;
        let difference = value - previous;
        previous = value;
        let magnitude = difference.unsigned_abs();
        // Differences have a digit more than what is told apart (T.81 table F.1).
        beyond |= magnitude >> 1;
        let (digits, bits) = digits(magnitude, difference);
        pen.symbol(digits as u8, bits, digits);
    }
    state.previous = previous;
    state.magnitudes |= beyond;
    pen.end()
}

/// The AC coefficients of the scan's band of a row of blocks (T.81 G.1.2.2).
#[autoversion]
pub(super) fn code_ac(row: &Row<'_>, scan: &Scan, state: &mut State, pen: Pen<'_>) -> Position {
    let mut pen = pen;
    let bound = (1 << scan.after) - 1;
    for (at, group) in row.groups.iter().enumerate() {
        let significant = significance::over(group, scan, bound);
        for (lane, significant) in significant.into_iter().enumerate().take(row.blocks - at * LANES) {
            code_block((group, lane), significant, scan, (state, &mut pen));
        }
    }
    pen.end()
}

/// One block, of which those bits of the band are set whose coefficients are not zero without the last bits.
#[inline(always)]
fn code_block(
    (group, lane): (&Group, usize),
    mut significant: u64,
    scan: &Scan,
    (state, pen): (&mut State, &mut Pen<'_>),
) {
    if significant != 0 {
        state.run.end(pen);
    }
    let mut next = u32::from(scan.first);
    while significant != 0 {
        let at = significant.trailing_zeros();
        significant &= significant - 1;
        let mut zeros = at - next;
        next = at + 1;
        while zeros > 15 {
            pen.symbol(ZRL, 0, 0);
            zeros -= 16;
        }
        let value = i32::from(group[usize::from(ZIGZAG[at as usize & 63] & 63)][lane & (LANES - 1)]);
        // Without the last bits by rounding to zero (T.81 G.1.2.2).
        let magnitude = value.unsigned_abs() >> scan.after;
        state.magnitudes |= magnitude;
        let (digits, bits) = digits(magnitude, value);
        pen.symbol((zeros << 4 | digits) as u8, bits, digits);
    }
    if next <= u32::from(scan.last) {
        state.run.add(0, 0, pen);
    }
}

/// How many digits a magnitude has, and these; those of a negative value are inverted (T.81 F.1.2.1).
#[inline(always)]
const fn digits(magnitude: u32, value: i32) -> (u32, u32) {
    let digits = u32::BITS - magnitude.leading_zeros();
    (digits, (magnitude ^ (value >> 31) as u32) & ((1 << digits) - 1))
}
