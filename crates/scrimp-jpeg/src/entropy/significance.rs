//! What is to be known of each coefficient of eight blocks, as bits in zigzag order: a bit of a number is found faster
//! than a value that isn't zero.

use super::scan::Scan;
use crate::layout::ZIGZAG;
use crate::transform::{Group, LANES};

/// Places that are looked at together: as many as a lane's value has bits.
const TOGETHER: usize = 16;

/// For each block a bit for each coefficient of the scan's band of which `says` is true. It is asked of all, lane by
/// lane, so it should be of what compilers make vectors of.
#[inline(always)]
pub(super) fn bits(group: &Group, scan: &Scan, says: impl Fn(i16) -> bool) -> [u64; LANES] {
    let mut bits = [0; LANES];
    for (part, places) in ZIGZAG.as_chunks::<TOGETHER>().0.iter().enumerate() {
        let start = part * TOGETHER;
        if start > usize::from(scan.last) || start + TOGETHER <= usize::from(scan.first) {
            continue;
        }
        let mut found = [0_u16; LANES];
        // Shifted place by place: it keeps compilers from making vectors of places, of which each lies elsewhere.
        for place in places.iter().rev() {
            let values = &group[usize::from(place & 63)];
            for (found, value) in found.iter_mut().zip(values) {
                *found = *found << 1 | u16::from(says(*value));
            }
        }
        for (bits, found) in bits.iter_mut().zip(found) {
            *bits |= (u64::from(found) << start) & scan.band();
        }
    }
    bits
}

/// The bits of coefficients whose magnitude is over `bound`.
#[inline(always)]
pub(super) fn over(group: &Group, scan: &Scan, bound: i16) -> [u64; LANES] {
    bits(group, scan, |value| (value > bound) | (value < -bound))
}
