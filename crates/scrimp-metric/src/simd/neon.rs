//! NEON, which every 64-bit ARM has.
#![allow(unsafe_code)]

use super::{Kernel, Lanes, Rows, RowsMut};
use core::arch::aarch64::*;

/// Proof that the machine has NEON: [`Self::detect`] alone makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Neon(());

impl Neon {
    pub(super) fn detect() -> Option<Self> {
        std::arch::is_aarch64_feature_detected!("neon").then_some(Self(()))
    }

    pub(super) fn run(self, kernel: impl Kernel) {
        #[target_feature(enable = "neon")]
        fn instance(lanes: Neon, kernel: impl Kernel) {
            kernel.run(lanes);
        }
        // SAFETY: `self` is proof that the machine has these instructions.
        unsafe { instance(self, kernel) }
    }
}

/// Methods that are one instruction each.
macro_rules! instructions {
    ($($method:ident($($operand:ident),+) = $instruction:ident($($given:ident),+);)+) => {$(
        #[inline(always)]
        fn $method(self, $($operand: Self::Vector),+) -> Self::Vector {
            // SAFETY: `self` is proof that the machine has the instruction; it touches no memory.
            unsafe { $instruction($($given),+) }
        }
    )+};
}

impl Lanes for Neon {
    type Vector = float32x4_t;
    const WIDTH: usize = 4;

    instructions! {
        add(a, b) = vaddq_f32(a, b);
        sub(a, b) = vsubq_f32(a, b);
        mul(a, b) = vmulq_f32(a, b);
        div(a, b) = vdivq_f32(a, b);
        max(a, b) = vmaxq_f32(a, b);
        abs(a) = vabsq_f32(a);
        mul_add(a, b, c) = vfmaq_f32(c, a, b);
        neg_mul_add(a, b, c) = vfmsq_f32(c, a, b);
    }

    #[inline(always)]
    fn neg_mul_sub(self, a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        unsafe { vfmsq_f32(vnegq_f32(c), a, b) }
    }

    #[inline(always)]
    fn splat(self, value: f32) -> float32x4_t {
        // SAFETY: `self` is proof that the machine has the instruction.
        unsafe { vdupq_n_f32(value) }
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> float32x4_t {
        // SAFETY: the slice of 4 floats holds the 16 bytes read.
        unsafe { vld1q_f32(from[..Self::WIDTH].as_ptr()) }
    }

    #[inline(always)]
    fn store(self, vector: float32x4_t, to: &mut [f32]) {
        // SAFETY: the slice of 4 floats holds the 16 bytes written.
        unsafe { vst1q_f32(to[..Self::WIDTH].as_mut_ptr(), vector) }
    }

    #[inline(always)]
    fn seed_from_exponent(self, a: float32x4_t, offset: i32, factor: i32) -> float32x4_t {
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        unsafe {
            let exponent = vreinterpretq_s32_u32(vshrq_n_u32::<23>(vreinterpretq_u32_f32(a)));
            vreinterpretq_f32_s32(vmlsq_s32(vdupq_n_s32(offset), exponent, vdupq_n_s32(factor)))
        }
    }

    #[inline(always)]
    fn even_odd(self, a: float32x4_t, b: float32x4_t) -> (float32x4_t, float32x4_t) {
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        unsafe { (vuzp1q_f32(a, b), vuzp2q_f32(a, b)) }
    }

    #[inline(always)]
    fn transpose(self, from: Rows<'_>, to: RowsMut<'_>) {
        let Rows { samples, pitch } = from;
        let [a, b] = [self.load(samples), self.load(&samples[pitch..])];
        let [c, d] = [self.load(&samples[2 * pitch..]), self.load(&samples[3 * pitch..])];
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        let columns = unsafe {
            let (ac_low, ac_high) = (vzip1q_f32(a, c), vzip2q_f32(a, c));
            let (bd_low, bd_high) = (vzip1q_f32(b, d), vzip2q_f32(b, d));
            [
                vzip1q_f32(ac_low, bd_low),
                vzip2q_f32(ac_low, bd_low),
                vzip1q_f32(ac_high, bd_high),
                vzip2q_f32(ac_high, bd_high),
            ]
        };
        for (column, vector) in columns.into_iter().enumerate() {
            self.store(vector, &mut to.samples[column * to.pitch..]);
        }
    }
}
