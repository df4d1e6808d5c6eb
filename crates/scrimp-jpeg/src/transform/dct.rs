//! The accurate integer DCT of libjpeg, forward and inverse, on eight blocks at a time (ITU-T T.81, A.3.3).
//!
//! Written after the algorithm of Loeffler, Ligtenberg and Moschytz ("Practical fast 1-D DCT algorithms with 11
//! multiplications", ICASSP 1989) in the fixed-point form of libjpeg's jfdctint.c and jidctint.c, whose roundings it
//! keeps. Where libjpeg-turbo's SIMD code and that C code agree, that is for coefficients that 8-bit samples can give,
//! so does this.

use super::plane::{GROUP_WIDTH, Group, LANES, transpose};
use archmage::autoversion;
use std::ops::{Add, Mul, Sub};

/// Bits behind the point of the constants below.
const CONST_BITS: u32 = 13;
/// More bits kept between the two passes.
const PASS1_BITS: u32 = 2;

// 2^13 times the named number, rounded.
const FIX_0_298631336: i32 = 2446;
const FIX_0_390180644: i32 = 3196;
const FIX_0_541196100: i32 = 4433;
const FIX_0_765366865: i32 = 6270;
const FIX_0_899976223: i32 = 7373;
const FIX_1_175875602: i32 = 9633;
const FIX_1_501321110: i32 = 12299;
const FIX_1_847759065: i32 = 15137;
const FIX_1_961570560: i32 = 16069;
const FIX_2_053119869: i32 = 16819;
const FIX_2_562915447: i32 = 20995;
const FIX_3_072711026: i32 = 25172;

/// One value of each of eight blocks. No `array::map` here: it isn't inlined everywhere, and then not compiled for the
/// instruction set at hand.
#[derive(Clone, Copy)]
struct Lane([i32; LANES]);

impl Add for Lane {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane].wrapping_add(other.0[lane])))
    }
}

impl Sub for Lane {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane].wrapping_sub(other.0[lane])))
    }
}

impl Mul<i32> for Lane {
    type Output = Self;
    #[inline(always)]
    fn mul(self, factor: i32) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane].wrapping_mul(factor)))
    }
}

impl Lane {
    /// Divided by 2^`bits`, halves upwards.
    #[inline(always)]
    fn descaled(self, bits: u32) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane].wrapping_add(1 << (bits - 1)) >> bits))
    }

    #[inline(always)]
    fn shifted_left(self, bits: u32) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] << bits))
    }

    #[inline(always)]
    fn load(values: &[i16; LANES]) -> Self {
        Self(std::array::from_fn(|lane| values[lane].into()))
    }

    /// Saturated, as the library's SIMD code does between the passes.
    #[inline(always)]
    fn narrow(self) -> [i16; LANES] {
        std::array::from_fn(|lane| self.0[lane].clamp(i16::MIN.into(), i16::MAX.into()) as i16)
    }
}

/// Replaces samples, less 128, by their DCT coefficients times 8.
#[autoversion]
pub(super) fn forward(groups: &mut [Group]) {
    for group in groups {
        for row in 0..8 {
            let shift = |even: Lane| even.shifted_left(PASS1_BITS);
            forward_line(group, [row * 8, 1], shift, CONST_BITS - PASS1_BITS);
        }
        for column in 0..8 {
            let shift = |even: Lane| even.descaled(PASS1_BITS);
            forward_line(group, [column, 8], shift, CONST_BITS + PASS1_BITS);
        }
    }
}

/// One row or column; `even` scales the two sums that need no multiplication, `bits` the others.
#[inline(always)]
fn forward_line(group: &mut Group, [first, step]: [usize; 2], even: impl Fn(Lane) -> Lane, bits: u32) {
    let x = |at: usize| Lane::load(&group[first + at * step]);
    let sums: [Lane; 4] = std::array::from_fn(|at| x(at) + x(7 - at));
    let [d4, d5, d6, d7] = [x(3) - x(4), x(2) - x(5), x(1) - x(6), x(0) - x(7)];
    let [s03, d03, s12, d12] = [sums[0] + sums[3], sums[0] - sums[3], sums[1] + sums[2], sums[1] - sums[2]];
    let turned = (d12 + d03) * FIX_0_541196100;
    let odd = odd_part([d4, d5, d6, d7]);
    let out = [
        even(s03 + s12),
        odd[3].descaled(bits),
        (turned + d03 * FIX_0_765366865).descaled(bits),
        odd[2].descaled(bits),
        even(s03 - s12),
        odd[1].descaled(bits),
        (turned - d12 * FIX_1_847759065).descaled(bits),
        odd[0].descaled(bits),
    ];
    for (at, value) in out.into_iter().enumerate() {
        group[first + at * step] = value.narrow();
    }
}

/// The rotations of the odd half, the same forward and backward.
#[inline(always)]
fn odd_part([a, b, c, d]: [Lane; 4]) -> [Lane; 4] {
    let [z1, z2, z3, z4] = [a + d, b + c, a + c, b + d];
    let z5 = (z3 + z4) * FIX_1_175875602;
    let (z1, z2) = (z1 * -FIX_0_899976223, z2 * -FIX_2_562915447);
    let (z3, z4) = (z3 * -FIX_1_961570560 + z5, z4 * -FIX_0_390180644 + z5);
    [
        a * FIX_0_298631336 + z1 + z3,
        b * FIX_2_053119869 + z2 + z4,
        c * FIX_3_072711026 + z2 + z3,
        d * FIX_1_501321110 + z1 + z4,
    ]
}

/// The samples of eight blocks, 0 to 255, from their coefficients: into place `at`, counted in groups, of eight rows
/// of `stride` samples.
#[inline(always)]
pub(super) fn inverse(coefficients: &mut Group, out: &mut [u8], stride: usize, at: usize) {
    // Where the high frequencies are empty, as they mostly are, half of the work is with zeros.
    let is_low_down = are_zero(coefficients[32..].iter());
    let is_low_across = are_zero(coefficients.as_chunks::<8>().0.iter().flat_map(|row| &row[4..]));
    match (is_low_down, is_low_across) {
        (true, true) => inverse_of::<4, 4>(coefficients, out, stride, at),
        (true, false) => inverse_of::<4, 8>(coefficients, out, stride, at),
        (false, true) => inverse_of::<8, 4>(coefficients, out, stride, at),
        (false, false) => inverse_of::<8, 8>(coefficients, out, stride, at),
    }
}

/// [`inverse`] of blocks of which only the first `DOWN` rows and `ACROSS` columns hold anything.
#[inline(always)]
fn inverse_of<const DOWN: usize, const ACROSS: usize>(
    coefficients: &mut Group,
    out: &mut [u8],
    stride: usize,
    at: usize,
) {
    inverse_columns::<DOWN, ACROSS>(coefficients);
    for (row, out) in out.chunks_exact_mut(stride).take(8).enumerate() {
        let line = inverse_line::<ACROSS>(coefficients, [row * 8, 1], CONST_BITS + PASS1_BITS + 3);
        let mut samples = [0; GROUP_WIDTH];
        for (samples, values) in samples.as_chunks_mut::<LANES>().0.iter_mut().zip(&line) {
            for (sample, value) in samples.iter_mut().zip(values.0) {
                *sample = (value + 128).clamp(0, 255) as u8;
            }
        }
        if let Some(out) = out.as_chunks_mut::<GROUP_WIDTH>().0.get_mut(at) {
            *out = transpose(samples);
        }
    }
}

/// Whether all values are zero.
#[inline(always)]
fn are_zero<'a>(places: impl Iterator<Item = &'a [i16; LANES]>) -> bool {
    let mut bits = [0; LANES];
    for values in places {
        bits = std::array::from_fn(|lane| bits[lane] | values[lane]);
    }
    bits == [0; LANES]
}

/// Whether all samples of these blocks, less 128, come to -512 to 511: further out libjpeg's C code wraps round, where
/// its SIMD code and ours are held at 0 and 255.
#[autoversion]
pub(super) fn is_tame(coefficients: &Group) -> bool {
    let mut coefficients = *coefficients;
    inverse_columns::<8, 8>(&mut coefficients);
    (0..8).all(|row| {
        let line = inverse_line::<8>(&coefficients, [row * 8, 1], CONST_BITS + PASS1_BITS + 3);
        line.iter().all(|values| values.0.iter().all(|value| (-512..512).contains(value)))
    })
}

#[inline(always)]
fn inverse_columns<const DOWN: usize, const ACROSS: usize>(coefficients: &mut Group) {
    for column in 0..ACROSS {
        let line = inverse_line::<DOWN>(coefficients, [column, 8], CONST_BITS - PASS1_BITS);
        for (at, values) in line.into_iter().enumerate() {
            coefficients[column + at * 8] = values.narrow();
        }
    }
}

/// One column or row, of which only the first `LENGTH` coefficients are there.
#[inline(always)]
fn inverse_line<const LENGTH: usize>(group: &Group, [first, step]: [usize; 2], bits: u32) -> [Lane; 8] {
    let c = |at: usize| if at < LENGTH { Lane::load(&group[first + at * step]) } else { Lane([0; LANES]) };
    let turned = (c(2) + c(6)) * FIX_0_541196100;
    let (low, high) = (turned - c(6) * FIX_1_847759065, turned + c(2) * FIX_0_765366865);
    let (sum, difference) = ((c(0) + c(4)).shifted_left(CONST_BITS), (c(0) - c(4)).shifted_left(CONST_BITS));
    let even = [sum + high, difference + low, difference - low, sum - high];
    let odd = odd_part([c(7), c(5), c(3), c(1)]);
    // One by one: a closure over the eight isn't inlined everywhere, and then not compiled for the instruction set at hand.
    [
        (even[0] + odd[3]).descaled(bits),
        (even[1] + odd[2]).descaled(bits),
        (even[2] + odd[1]).descaled(bits),
        (even[3] + odd[0]).descaled(bits),
        (even[3] - odd[0]).descaled(bits),
        (even[2] - odd[1]).descaled(bits),
        (even[1] - odd[2]).descaled(bits),
        (even[0] - odd[3]).descaled(bits),
    ]
}
