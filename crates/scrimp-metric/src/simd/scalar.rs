//! One lane, for machines without any of the others; also what the others are tested against.

use super::{Lanes, Rows, RowsMut};

/// Plain code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalar;

impl Lanes for Scalar {
    type Vector = f32;
    const WIDTH: usize = 1;

    #[inline(always)]
    fn splat(self, value: f32) -> f32 {
        value
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> f32 {
        from[0]
    }

    #[inline(always)]
    fn store(self, vector: f32, to: &mut [f32]) {
        to[0] = vector;
    }

    #[inline(always)]
    fn add(self, a: f32, b: f32) -> f32 {
        a + b
    }

    #[inline(always)]
    fn sub(self, a: f32, b: f32) -> f32 {
        a - b
    }

    #[inline(always)]
    fn mul(self, a: f32, b: f32) -> f32 {
        a * b
    }

    #[inline(always)]
    fn div(self, a: f32, b: f32) -> f32 {
        a / b
    }

    #[inline(always)]
    fn max(self, a: f32, b: f32) -> f32 {
        if a > b { a } else { b }
    }

    #[inline(always)]
    fn abs(self, a: f32) -> f32 {
        a.abs()
    }

    #[inline(always)]
    fn mul_add(self, a: f32, b: f32, c: f32) -> f32 {
        a.mul_add(b, c)
    }

    #[inline(always)]
    fn neg_mul_add(self, a: f32, b: f32, c: f32) -> f32 {
        (-a).mul_add(b, c)
    }

    #[inline(always)]
    fn neg_mul_sub(self, a: f32, b: f32, c: f32) -> f32 {
        (-a).mul_add(b, -c)
    }

    #[inline(always)]
    fn seed_from_exponent(self, a: f32, offset: i32, factor: i32) -> f32 {
        let exponent = (a.to_bits() >> 23) as i32;
        f32::from_bits(offset.wrapping_sub(exponent.wrapping_mul(factor)) as u32)
    }

    #[inline(always)]
    fn even_odd(self, a: f32, b: f32) -> (f32, f32) {
        (a, b)
    }

    #[inline(always)]
    fn transpose(self, from: Rows<'_>, to: RowsMut<'_>) {
        to.samples[0] = from.samples[0];
    }
}
