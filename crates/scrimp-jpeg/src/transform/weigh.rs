//! Which coefficients of one quantisation step are worth their bits.
//!
//! Rate-distortion optimised rounding in one pass, for the one choice that gains most of what a trellis does: whether
//! what would round to 1 or -1 is dropped. To keep a coefficient x (in steps) costs (x - 1)^2 and its bits, to drop it
//! x^2; so it stays where x is at least 1/2 and half of what its bits are worth in squared steps.
//!
//! - *Bits*: a coefficient among others that are not zero costs a short code; one that stands alone breaks a run of
//!   zeros in two and takes a long one. The distance in zigzag order to the nearer neighbour tells them apart.
//! - *Worth*: structural metrics divide the error by the variance round it, so an error in texture counts for less
//!   (Yeo, Tan and Tan, "On rate distortion optimization using SSIM", 2013). The more a block's AC coefficients hold, the
//!   more a bit is worth against error, up to a bound; and less for the lowest frequencies, which larger regions see.
//!
//! The constants are fitted on crops of 448x448 of 9 lossless photos of the corpus (2026-11-22) so that bytes at 63 to 90
//! points of SSIMULACRA2 are least; 17 others confirm. Neighbouring values differ by some tenths of a percent.

use super::quantise::Step;
use crate::layout::ZIGZAG;
use std::array;

/// Half a bit's worth in flat blocks, in squared steps / 2^16.
const WORTH: f32 = 109.0;
/// What it gains for each unit of the root of the AC coefficients' sum of squares.
const WORTH_OF_TEXTURE: f32 = 13.65;
/// What it is at most: with the most bits this fills 16 bits.
const MOST_WORTH: f32 = 3855.0;
/// Bits of a coefficient among others, and for each zero up to the nearer one that is not, doubled.
const DOUBLED_BITS: [u16; 2] = [5, 2];
/// Zeros after which no more bits are added.
const FAR: u16 = 6;

/// Quantised coefficients of coefficients times 8. Runs backwards through the zigzag order, so that what follows is
/// decided already; what comes before counts if it is at least 3/4 of a step.
#[inline(always)]
pub(super) fn quantise<const N: usize>(eightfold: &[[i16; N]; 64], steps: &[Step; 64]) -> [[i16; N]; 64] {
    let worths = worths(eightfold);
    let zeros_before = zeros_before(eightfold, steps);
    let mut quantised = [[0; N]; 64];
    quantised[0] = steps[0].quotients(&eightfold[0]);
    let mut zeros_after = [FAR; N];
    // By number: compilers leave the backward walk over two tables to calls.
    for at in (1..64).rev() {
        let place = usize::from(ZIGZAG[at]);
        let (values, step) = (&eightfold[place], &steps[place]);
        let quotients = step.quotients(values);
        let (before, worths) = (&zeros_before[at], &worths[usize::min(place / 8 + place % 8, 3)]);
        let halves = step.halves::<N>();
        // Lane by lane in steps of one operation, choices as masks: what compilers make vectors of.
        let bits: [u16; N] =
            array::from_fn(|lane| DOUBLED_BITS[0] + DOUBLED_BITS[1] * before[lane].min(zeros_after[lane]));
        let cost: [u16; N] = array::from_fn(|lane| worths[lane] * bits[lane]);
        let doubled: [u16; N] = array::from_fn(|lane| 2 * halves[lane]);
        let cost: [u16; N] =
            array::from_fn(|lane| ((u32::from(cost[lane]) * u32::from(doubled[lane])) >> 16) as u16);
        let stays: [u16; N] = array::from_fn(|lane| {
            let least = halves[lane] + cost[lane].min(halves[lane]);
            mask(values[lane].unsigned_abs() >= least)
        });
        quantised[place] = array::from_fn(|lane| quotients[lane] & stays[lane] as i16);
        zeros_after = array::from_fn(|lane| (zeros_after[lane] + 1).min(FAR) & !stays[lane]);
    }
    quantised
}

/// Half a bit's worth in each block, in squared steps / 2^16, for coefficients by frequency, the sum of row and column:
/// 0 to 2, and all others.
#[inline(always)]
fn worths<const N: usize>(eightfold: &[[i16; N]; 64]) -> [[u16; N]; 4] {
    // Whole coefficients are exact enough, and 63 squares of them fit.
    let mut energies = [0_i32; N];
    for values in &eightfold[1..] {
        for (energy, value) in energies.iter_mut().zip(values) {
            let whole = i32::from(value.unsigned_abs() >> 3);
            *energy += whole * whole;
        }
    }
    let worths = energies
        .map(|energy| (WORTH + WORTH_OF_TEXTURE * (energy as f32).sqrt()).min(MOST_WORTH) as i32 as u16);
    array::from_fn(|frequency| worths.map(|worth| worth >> (3 - frequency)))
}

/// How many small coefficients stand before each, in zigzag order and no more than [`FAR`]; none before the first.
#[inline(always)]
fn zeros_before<const N: usize>(eightfold: &[[i16; N]; 64], steps: &[Step; 64]) -> [[u16; N]; 64] {
    let mut zeros_before = [[0; N]; 64];
    let mut zeros = [0; N];
    for at in 1..64 {
        zeros_before[at] = zeros;
        let place = usize::from(ZIGZAG[at]);
        let (values, halves) = (&eightfold[place], steps[place].halves::<N>());
        let ends: [u16; N] =
            array::from_fn(|lane| mask(values[lane].unsigned_abs() >= halves[lane] + halves[lane] / 2));
        zeros = array::from_fn(|lane| (zeros[lane] + 1_u16).min(FAR) & !ends[lane]);
    }
    zeros_before
}

/// All bits where `choice` is true, else none.
#[inline(always)]
const fn mask(choice: bool) -> u16 {
    (choice as u16).wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::super::plane::{Group, LANES};
    use super::super::quantise::{Division, Rounding, quantise};
    use super::*;
    use crate::QuantTable;
    use scrimp_testkit::Noise;

    /// One block, as the description has it, in steps and bits.
    fn oracle(eightfold: &[i16; 64], divisors: &[u8; 64]) -> [i16; 64] {
        let x = |at: usize| {
            let place = usize::from(ZIGZAG[at]);
            f64::from(eightfold[place]) / (8.0 * f64::from(divisors[place]))
        };
        let whole = |value: &i16| f64::from(value.abs() / 8);
        let texture =
            (eightfold[1..].iter().map(whole).map(|whole| whole * whole).sum::<f64>() as f32).sqrt();
        let worth = f64::from((109.0 + 13.65 * texture).min(3855.0).floor());
        let mut quantised = [0; 64];
        quantised[0] = x(0).round() as i16;
        let mut next = None;
        for at in (1..64).rev() {
            let place = usize::from(ZIGZAG[at]);
            let before = (1..at).rev().find(|at| x(*at).abs() >= 0.75).unwrap_or(0);
            let zeros_after = next.map_or(6, |next| next - at - 1);
            let zeros = (at - before - 1).min(zeros_after).min(6) as f64;
            let worth = match place / 8 + place % 8 {
                1 => (worth / 4.0).floor(),
                2 => (worth / 2.0).floor(),
                _ => worth,
            };
            // In eighths of the coefficient's unit, the cost cut to whole ones.
            let step = 8.0 * f64::from(divisors[place]);
            let cost = (worth * (5.0 + 2.0 * zeros) * step / 65536.0).floor();
            if f64::from(eightfold[place].abs()) >= step / 2.0 + cost.min(step / 2.0) {
                quantised[place] = x(at).round() as i16;
                next = Some(at);
            }
        }
        quantised
    }

    /// Coefficients that fall off with frequency, at eight scales.
    fn blocks(noise: &mut Noise) -> Group {
        std::array::from_fn(|place| {
            std::array::from_fn(|lane| {
                let scale = (400 << lane) / (1 + place / 8 + place % 8).pow(2) as i64;
                ((noise.bits() as i64 & 0xffff) - 0x8000).wrapping_mul(scale.min(31_000)).div_euclid(0x8000)
                    as i16
            })
        })
    }

    #[test]
    fn it_is_what_the_description_says() {
        let mut noise = Noise::seeded(3);
        let (mut ones, mut dropped) = (0, 0);
        for divisor in (1..=255).step_by(2) {
            let table = QuantTable::new(std::array::from_fn(|at| ((divisor + at) % 255 + 1) as u8)).unwrap();
            let group = blocks(&mut noise);
            let weighed = quantise(&group, &Division::new(&table, Rounding::Weighed));
            let nearest = quantise(&group, &Division::new(&table, Rounding::Nearest));
            for lane in 0..LANES {
                let wanted = oracle(&group.map(|values| values[lane]), table.divisors());
                assert_eq!(weighed.map(|values| values[lane]), wanted, "lane {lane}, divisor {divisor}");
            }
            for (weighed, nearest) in weighed.as_flattened().iter().zip(nearest.as_flattened()) {
                assert!(weighed == nearest || (*weighed == 0 && nearest.abs() == 1));
                ones += usize::from(nearest.abs() == 1);
                dropped += usize::from(weighed != nearest);
            }
        }
        assert!(ones > 5 * dropped / 4 && dropped > ones / 20, "{dropped} of {ones} dropped");
    }

    #[test]
    fn texture_drops_what_a_flat_block_keeps() {
        let table = QuantTable::new([10; 64]).unwrap();
        let division = Division::new(&table, Rounding::Weighed);
        let mut group = [[0; LANES]; 64];
        group[10] = [53; LANES];
        group[63] = [0, 80, 800, 2_000, 8_000, 16_000, 24_000, 32_000];
        assert_eq!(quantise(&group, &division)[10], [1, 1, 0, 0, 0, 0, 0, 0]);
    }
}
