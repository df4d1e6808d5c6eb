//! Eight numbers that lie in a vector.

use bytemuck::{Pod, Zeroable};

/// Numbers of an octet, and segments of a strip.
pub(super) const LANES: usize = 8;

/// A value of one column of each segment of a strip, in a cache line of its own: no load touches two of them.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C, align(64))]
pub(super) struct Octet([f64; LANES]);

impl Octet {
    /// The same number in each lane.
    #[inline(always)]
    pub(super) fn of(number: f64) -> Self {
        Self([number; LANES])
    }

    /// Adds the products of two, lane by lane, each rounded once.
    #[inline(always)]
    pub(super) fn add_product(&mut self, weight: Self, value: Self) {
        for lane in 0..LANES {
            self.0[lane] = weight.0[lane].mul_add(value.0[lane], self.0[lane]);
        }
    }

    /// Adds `weight` times `value`, rounded once.
    #[inline(always)]
    pub(super) fn add_weighted(&mut self, weight: f64, value: Self) {
        self.add_product(Self::of(weight), value);
    }

    /// The numbers of octets, one after the other.
    pub(super) fn numbers(octets: &[Self]) -> &[f64] {
        bytemuck::cast_slice(octets)
    }

    pub(super) fn numbers_mut(octets: &mut [Self]) -> &mut [f64] {
        bytemuck::cast_slice_mut(octets)
    }
}
