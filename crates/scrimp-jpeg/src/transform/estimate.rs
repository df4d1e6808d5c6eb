//! How large a file of coefficients would be, without writing it.

use super::plane::{Group, Plane};
use super::quantise::{Division, Rounding};
use super::{Coefficients, QuantisedCoefficients};
use crate::TableSet;
use archmage::autoversion;

/// Bits that a block takes whatever is in it: its DC and its end.
const BITS_A_BLOCK: f64 = 4.9;
/// Bits that a coefficient takes for being there: the run before it and its category, Huffman coded.
const BITS_A_COEFFICIENT: f64 = 3.12;
/// Bits that it takes for each binary digit of its magnitude, the sign among them.
const BITS_A_DIGIT: f64 = 1.22;
/// Tables and headers of a progressive file in bytes.
const HEADERS: f64 = 500.0;

impl Coefficients {
    /// About how many bytes [`crate::write_coefficients`] makes of `self.quantise(tables, rounding)`: within some 15 %
    /// from one picture to another, but within about 3 % from one quality to the next once the ratio to a file of the
    /// same picture is known. Counts coefficients that are not zero and their digits (the rho-domain model of He and
    /// Mitra, "A unified rate-distortion analysis framework for transform coding", 2001).
    #[must_use]
    pub fn estimated_bytes(&self, tables: &TableSet, rounding: Rounding) -> usize {
        let mut tally = Tally::default();
        for (plane, table) in self.planes.iter().zip(tables.components()) {
            let division = Division::new(table, rounding);
            plane.groups().iter().for_each(|group| tally.add(count(group, &division)));
        }
        self.bytes_of(tally)
    }

    /// The estimate for what was counted over all groups.
    pub(super) fn bytes_of(&self, tally: Tally) -> usize {
        bytes_of(&self.planes, tally)
    }
}

impl QuantisedCoefficients {
    /// About how many bytes [`crate::write_coefficients`] makes of these, as [`Coefficients::estimated_bytes`] tells it.
    #[must_use]
    pub fn estimated_bytes(&self) -> usize {
        let mut tally = Tally::default();
        self.planes.iter().flat_map(Plane::groups).for_each(|group| tally.add(count_quantised(group)));
        bytes_of(&self.planes, tally)
    }
}

fn bytes_of(planes: &[Plane], tally: Tally) -> usize {
    let blocks: usize = planes.iter().map(|plane| plane.blocks_across() * plane.blocks_down()).sum();
    let bits = BITS_A_BLOCK * blocks as f64
        + BITS_A_COEFFICIENT * tally.present as f64
        + BITS_A_DIGIT * tally.digits as f64;
    (HEADERS + bits / 8.0) as usize
}

/// What is counted of AC coefficients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// How many are not zero.
    present: u64,
    /// How many binary digits their magnitudes have.
    digits: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        self.present += other.present;
        self.digits += other.digits;
    }

    /// Counts a group of quantised blocks.
    #[inline(always)]
    pub(super) fn of<const N: usize>(quantised: &[[i16; N]; 64]) -> Self {
        let (mut present, mut digits) = ([0_u16; N], [0_u32; N]);
        for quotients in &quantised[1..] {
            for lane in 0..N {
                let magnitude = quotients[lane].unsigned_abs();
                present[lane] += u16::from(magnitude > 0);
                digits[lane] += digits_of(magnitude);
            }
        }
        let present = present.iter().map(|count| u64::from(*count)).sum();
        let digits = digits.iter().map(|count| u64::from(*count)).sum();
        Self { present, digits }
    }
}

/// Binary digits of a magnitude, at most six: more are rare and cost next to nothing more in the sum.
///
/// The exponent of a floating-point number tells them, many at a time.
#[inline(always)]
fn digits_of(magnitude: u16) -> u32 {
    const EXPONENT_OF_HALF: u32 = 126;
    let exponent = f32::from(magnitude).to_bits() >> (f32::MANTISSA_DIGITS - 1);
    exponent.clamp(EXPONENT_OF_HALF, EXPONENT_OF_HALF + 6) - EXPONENT_OF_HALF
}

#[autoversion]
fn count(eightfold: &Group, division: &Division) -> Tally {
    Tally::of(&division.apply(eightfold))
}

#[autoversion]
fn count_quantised(quantised: &Group) -> Tally {
    Tally::of(quantised)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_up_to_six() {
        for magnitude in 0..=u16::MAX {
            assert_eq!(digits_of(magnitude), (u16::BITS - magnitude.leading_zeros()).min(6), "{magnitude}");
        }
    }
}
