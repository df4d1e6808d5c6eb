//! Division of coefficients by a table's divisors, and how the quotient becomes a whole number.

use super::estimate::Tally;
use super::plane::{Group, LANES};
use super::{dct, weigh};
use crate::QuantTable;
use archmage::autoversion;

/// How a coefficient divided by its step becomes a whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rounding {
    /// To the nearest, halves away from zero: what libjpeg-turbo does.
    #[default]
    Nearest,
    /// To the nearest, but what would become 1 or -1 only where that is worth its bits: the more a block's texture hides,
    /// and the further a coefficient stands from others that are not zero, the nearer to a whole step it must be. DC and
    /// whole steps stay what they are, so that coefficients that were quantised by the same table do.
    Weighed,
}

/// How the coefficients of a component are quantised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Division {
    pub(super) steps: [Step; 64],
    rounding: Rounding,
}

/// How one of the 64 coefficients is quantised. What is multiplied with comes once for each lane: from a number alone
/// compilers make wide multiplications.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) divisor: i16,
    halves: [u16; PAIR],
    reciprocals: [u16; PAIR],
    shift: u32,
}

/// Blocks of two groups, which are quantised together: what vectors of 256 bits hold.
const PAIR: usize = 2 * LANES;

/// Greatest magnitude of a coefficient times 8 for which the division below is exact.
pub(super) const MAX_EIGHTFOLD: i32 = (1 << 15) - 1 - 4 * 255;

impl Division {
    pub(crate) fn new(table: &QuantTable, rounding: Rounding) -> Self {
        Self { steps: table.divisors().map(Step::new), rounding }
    }

    /// Quantised coefficients of coefficients times 8.
    #[inline(always)]
    pub(super) fn apply<const N: usize>(&self, eightfold: &[[i16; N]; 64]) -> [[i16; N]; 64] {
        match self.rounding {
            Rounding::Nearest => {
                let mut quantised = [[0; N]; 64];
                for ((out, values), step) in quantised.iter_mut().zip(eightfold).zip(&self.steps) {
                    *out = step.quotients(values);
                }
                quantised
            }
            Rounding::Weighed => weigh::quantise(eightfold, &self.steps),
        }
    }
}

impl Step {
    /// Division by multiplication. Coefficients come times 8, so the number to divide by, d, is 8 to 2040. With 2^s the
    /// greatest power of two up to d, `reciprocal` is 2^(16 + s) / d rounded up and so below 2^16; for n below 2^15 the
    /// error n x (reciprocal - 2^(16 + s) / d) stays below 2^(16 + s) / d, and the quotient is exact. Where d is a power
    /// of two itself, half the reciprocal is taken and one bit less is shifted.
    fn new(divisor: u8) -> Self {
        let eightfold = 8 * u32::from(divisor);
        let shift = eightfold.ilog2() - u32::from(eightfold.is_power_of_two());
        Self {
            divisor: divisor.into(),
            halves: [4 * u16::from(divisor); PAIR],
            reciprocals: [(1_u32 << (16 + shift)).div_ceil(eightfold) as u16; PAIR],
            shift,
        }
    }

    /// Half of what coefficients times 8 are divided by, for each lane: one or two groups of them.
    #[inline(always)]
    pub(super) fn halves<const N: usize>(&self) -> [u16; N] {
        std::array::from_fn(|lane| self.halves[lane])
    }

    /// Coefficients times 8, divided and rounded to the nearest.
    #[inline(always)]
    pub(super) fn quotients<const N: usize>(&self, eightfold: &[i16; N]) -> [i16; N] {
        // No `array::from_fn`: it isn't inlined everywhere, and then goes lane by lane.
        let mut quotients = [0; N];
        for (lane, out) in quotients.iter_mut().enumerate() {
            let value = eightfold[lane];
            let magnitude = value.unsigned_abs().wrapping_add(self.halves[lane]);
            let quotient = ((u32::from(magnitude) * u32::from(self.reciprocals[lane])) >> 16) as u16;
            let quotient = (quotient >> self.shift) as i16;
            let sign = value >> 15;
            *out = (quotient ^ sign).wrapping_sub(sign);
        }
        quotients
    }
}

#[inline(always)]
fn times<const N: usize>(quotients: &[i16; N], divisor: i16) -> [i16; N] {
    std::array::from_fn(|lane| quotients[lane].wrapping_mul(divisor))
}

/// Two groups side by side.
#[inline(always)]
fn pair(groups: &[Group; 2]) -> [[i16; PAIR]; 64] {
    // Lane by lane: a vector that is put together in memory is waited for.
    std::array::from_fn(|place| std::array::from_fn(|lane| groups[lane / LANES][place][lane % LANES]))
}

/// One of two groups.
#[inline(always)]
fn half_of(pair: &[[i16; PAIR]; 64], half: usize) -> Group {
    std::array::from_fn(|place| {
        let mut lanes = [0; LANES];
        lanes.copy_from_slice(&pair[place][half * LANES..][..LANES]);
        lanes
    })
}

/// Quantised coefficients of coefficients times 8.
#[autoversion]
pub(super) fn quantise(eightfold: &Group, division: &Division) -> Group {
    division.apply(eightfold)
}

/// The samples of a row of blocks, 8 rows of `stride`, as they are shown once coefficients times 8 have been quantised;
/// what these come to is added to `tally`, if there is one.
#[autoversion]
pub(super) fn show_probed(
    row: &[Group],
    division: &Division,
    (out, stride): (&mut [u8], usize),
    tally: Option<&mut Tally>,
) {
    let mut tally = tally;
    let (pairs, single) = row.as_chunks::<2>();
    for (at, groups) in pairs.iter().enumerate() {
        let coefficients = probed(&pair(groups), division, tally.as_deref_mut());
        for half in 0..2 {
            dct::inverse(&mut half_of(&coefficients, half), out, stride, 2 * at + half);
        }
    }
    if let [group] = single {
        let mut coefficients = probed(group, division, tally);
        dct::inverse(&mut coefficients, out, stride, row.len() - 1);
    }
}

/// What a decoder sees of coefficients times 8 that are quantised; the quantised ones are counted in `tally`.
#[inline(always)]
fn probed<const N: usize>(
    eightfold: &[[i16; N]; 64],
    division: &Division,
    tally: Option<&mut Tally>,
) -> [[i16; N]; 64] {
    let mut coefficients = division.apply(eightfold);
    if let Some(tally) = tally {
        tally.add(Tally::of(&coefficients));
    }
    for (values, step) in coefficients.iter_mut().zip(&division.steps) {
        *values = times(values, step.divisor);
    }
    coefficients
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

    #[test]
    fn quantising_is_division_rounded_half_away_from_zero() {
        for divisor in 1..=255_u8 {
            let division = Division::new(&QuantTable::new([divisor; 64]).unwrap(), Rounding::Nearest);
            for eightfold in (-MAX_EIGHTFOLD..=MAX_EIGHTFOLD).step_by(37) {
                let quantised = quantise(&[[eightfold as i16; LANES]; 64], &division);
                let d = 8 * i32::from(divisor);
                let wanted = (eightfold.abs() + d / 2) / d * eightfold.signum();
                for at in [0, 1, 9, 63] {
                    assert_eq!(i32::from(quantised[at][3]), wanted, "{eightfold} by {divisor} at {at}");
                }
            }
        }
    }
}
