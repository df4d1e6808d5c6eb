//! Division of coefficients by a table's divisors, and how the quotient becomes a whole number.

use super::dct;
use super::plane::{Group, LANES};
use crate::QuantTable;
use archmage::autoversion;

/// A part of a quantisation step: 0.5 to 1, in units of 1/256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threshold(u16);

impl Threshold {
    /// 0.5: to the nearest.
    pub const HALF: Self = Self(128);

    /// `parts` / 256, moved into 0.5 to 1.
    #[must_use]
    pub const fn from_parts_of_256(parts: u16) -> Self {
        Self(match parts {
            ..128 => 128,
            128..=256 => parts,
            _ => 256,
        })
    }

    /// The part: 0.5 to 1.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / 256.0
    }
}

/// How a coefficient divided by its step becomes a whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rounding {
    /// To the nearest, halves away from zero: what libjpeg-turbo does.
    #[default]
    Nearest,
    /// Away from zero only where at least a threshold above one half is left over, else towards zero. The threshold
    /// rises evenly with the frequency, which is the block's row plus its column: the coefficients that cost much and
    /// are seen least go first. DC is rounded to the nearest.
    DeadZone {
        /// The threshold at frequency 1, the lowest but DC.
        low: Threshold,
        /// The threshold at frequency 14, the highest.
        high: Threshold,
    },
}

impl Rounding {
    /// The threshold in 1/256 for the coefficient in place `at` of a block, row by row.
    fn threshold(self, at: usize) -> i32 {
        match (self, (at / 8 + at % 8) as i32) {
            (Self::Nearest, _) | (_, 0) => 128,
            (Self::DeadZone { low, high }, frequency) => {
                let (low, high) = (i32::from(low.0), i32::from(high.0));
                low + ((high - low) * (frequency - 1)).div_euclid(13)
            }
        }
    }
}

/// How one of the 64 coefficients is quantised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    divisor: i16,
    /// What is added to a coefficient times 8 before the division that drops what is left over.
    offset: u16,
    reciprocal: u16,
    shift: u32,
}

/// Greatest magnitude of a coefficient times 8 for which the division below is exact.
pub(super) const MAX_EIGHTFOLD: i32 = (1 << 15) - 1 - 4 * 255;

/// Division by multiplication. Coefficients come times 8, so the number to divide by, d, is 8 to 2040. With 2^s the
/// greatest power of two up to d, `reciprocal` is 2^(16 + s) / d rounded up and so below 2^16; for n below 2^15 the
/// error n x (reciprocal - 2^(16 + s) / d) stays below 2^(16 + s) / d, and the quotient is exact. Where d is a power of
/// two itself, half the reciprocal is taken and one bit less is shifted.
pub(crate) fn steps(table: &QuantTable, rounding: Rounding) -> [Step; 64] {
    let divisors = table.divisors();
    std::array::from_fn(|at| {
        let eightfold = 8 * u32::from(divisors[at]);
        let shift = eightfold.ilog2() - u32::from(eightfold.is_power_of_two());
        Step {
            divisor: divisors[at].into(),
            offset: ((256 - rounding.threshold(at)) * eightfold as i32 / 256) as u16,
            reciprocal: (1_u32 << (16 + shift)).div_ceil(eightfold) as u16,
            shift,
        }
    })
}

/// What stays of coefficients times 8 once they are divided.
#[inline(always)]
pub(super) fn quotients(eightfold: &[i16; LANES], step: &Step) -> [i16; LANES] {
    std::array::from_fn(|lane| {
        let value = eightfold[lane];
        let magnitude = value.unsigned_abs().wrapping_add(step.offset);
        let quotient =
            (((u32::from(magnitude) * u32::from(step.reciprocal)) >> 16) as u16 >> step.shift) as i16;
        let sign = value >> 15;
        (quotient ^ sign).wrapping_sub(sign)
    })
}

#[inline(always)]
fn times(quotients: &[i16; LANES], divisor: i16) -> [i16; LANES] {
    std::array::from_fn(|lane| quotients[lane].wrapping_mul(divisor))
}

/// Quantised coefficients of coefficients times 8.
#[autoversion]
pub(super) fn quantise(eightfold: &Group, steps: &[Step; 64]) -> Group {
    let mut quantised = [[0; LANES]; 64];
    for ((out, values), step) in quantised.iter_mut().zip(eightfold).zip(steps) {
        *out = quotients(values, step);
    }
    quantised
}

/// The samples of a row of blocks, 8 rows of `stride`, as they are shown once coefficients times 8 have been quantised.
#[autoversion]
pub(super) fn show_probed(row: &[Group], steps: &[Step; 64], out: &mut [u8], stride: usize) {
    for (at, eightfold) in row.iter().enumerate() {
        let mut coefficients = [[0; LANES]; 64];
        for ((out, values), step) in coefficients.iter_mut().zip(eightfold).zip(steps) {
            *out = times(&quotients(values, step), step.divisor);
        }
        dct::inverse(&mut coefficients, out, stride, at);
    }
}

/// The samples of a row of quantised blocks, 8 rows of `stride`, as they are shown.
#[autoversion]
pub(super) fn show_quantised(row: &[Group], divisors: &[u8; 64], out: &mut [u8], stride: usize) {
    for (at, quantised) in row.iter().enumerate() {
        let mut coefficients = [[0; LANES]; 64];
        for ((out, values), divisor) in coefficients.iter_mut().zip(quantised).zip(divisors) {
            *out = times(values, (*divisor).into());
        }
        dct::inverse(&mut coefficients, out, stride, at);
    }
}

/// Coefficients times 8 of quantised ones, held within what can be quantised again.
#[autoversion]
pub(super) fn dequantise(quantised: &Group, divisors: &[u8; 64]) -> Group {
    let mut eightfold = [[0; LANES]; 64];
    for ((out, values), divisor) in eightfold.iter_mut().zip(quantised).zip(divisors) {
        for (out, quotient) in out.iter_mut().zip(values) {
            let eightfold = 8 * i32::from(*divisor) * i32::from(*quotient);
            *out = eightfold.clamp(-MAX_EIGHTFOLD, MAX_EIGHTFOLD) as i16;
        }
    }
    eightfold
}

/// The greatest sum of squares of a block's coefficients that is told to be within range. As the DCT keeps sums of
/// squares, 8-bit samples have at most 1024^2, and quantising can at most double a coefficient. Up to 2000^2 no sum
/// and no result between the passes of libjpeg's inverse DCT in SIMD leaves 16 bits: these are at most 4 sqrt(8)
/// sqrt(2) as large as the root.
const MAX_ENERGY: i32 = 2000 * 2000;

/// Whether the samples of quantised blocks come out the same from every inverse DCT of libjpeg-turbo.
#[autoversion]
pub(super) fn is_within_range(quantised: &Group, divisors: &[u8; 64]) -> bool {
    let mut coefficients = [[0_i16; LANES]; 64];
    let mut energies = [0_i32; LANES];
    for ((out, values), divisor) in coefficients.iter_mut().zip(quantised).zip(divisors) {
        for ((out, value), energy) in out.iter_mut().zip(values).zip(&mut energies) {
            // 2001 is as much beyond as anything more, and 64 of its squares fit.
            let coefficient = (i32::from(*value) * i32::from(*divisor)).clamp(-2001, 2001);
            *energy += coefficient * coefficient;
            *out = coefficient as i16;
        }
    }
    if energies.iter().any(|energy| *energy > MAX_ENERGY) {
        return false;
    }
    // No sample is further from 128 than an eighth of DC and the root of the other squares.
    let surely_tame = energies.iter().zip(&coefficients[0]).all(|(energy, dc)| {
        let (dc, room) = (i32::from(*dc), 510 - i32::from(dc.abs()) / 8);
        energy - dc * dc <= room * room
    });
    surely_tame || dct::is_tame(&coefficients)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rounding: Rounding) {
        for divisor in 1..=255_u8 {
            let table = QuantTable::new([divisor; 64]).unwrap();
            let steps = steps(&table, rounding);
            for eightfold in (-MAX_EIGHTFOLD..=MAX_EIGHTFOLD).step_by(37) {
                let quantised = quantise(&[[eightfold as i16; LANES]; 64], &steps);
                for at in [0, 1, 9, 63] {
                    let d = 8 * i32::from(divisor);
                    let offset = (256 - rounding.threshold(at)) * d / 256;
                    let wanted = (eightfold.abs() + offset) / d * eightfold.signum();
                    assert_eq!(i32::from(quantised[at][3]), wanted, "{eightfold} by {divisor} at {at}");
                }
            }
        }
    }

    #[test]
    fn quantising_is_division_rounded_half_away_from_zero() {
        check(Rounding::Nearest);
        assert_eq!((0..64).map(|at| Rounding::Nearest.threshold(at)).max(), Some(128));
    }

    #[test]
    fn a_dead_zone_widens_with_frequency_and_spares_dc() {
        let (low, high) = (Threshold::from_parts_of_256(140), Threshold::from_parts_of_256(192));
        let rounding = Rounding::DeadZone { low, high };
        check(rounding);
        assert_eq!([0, 1, 8, 63].map(|at| rounding.threshold(at)), [128, 140, 140, 192]);
        assert_eq!(
            (Threshold::from_parts_of_256(3).value(), Threshold::from_parts_of_256(999).value()),
            (0.5, 1.0)
        );
    }
}
