//! One component: its coefficients, and its samples after quantisation.

use super::dct::{self, Blocks, LANES};
use crate::QuantTable;
use archmage::autoversion;

/// Samples a row of eight blocks has.
const GROUP: usize = 8 * LANES;

/// A plane of 8-bit samples; rows may be longer than the picture is wide.
#[derive(Clone, Debug)]
pub(super) struct Samples {
    /// Samples from one row to the next.
    pub(super) stride: usize,
    /// At least `stride` x height of them.
    pub(super) samples: Vec<u8>,
}

impl Samples {
    /// Row `y`, with whatever stands behind the picture's right edge.
    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.samples[y * self.stride..][..self.stride]
    }
}

/// The coefficients of a component, not yet quantised.
#[derive(Clone, Debug)]
pub(super) struct Plane {
    /// Eights of blocks, one row of blocks after the other.
    groups: Vec<Blocks>,
    groups_across: usize,
}

impl Plane {
    /// Transforms `width` x `height` samples. Blocks that reach over an edge repeat its last sample.
    pub(super) fn new(samples: &[u8], width: usize, height: usize) -> Self {
        let groups_across = width.div_ceil(GROUP);
        let mut groups = vec![[[0; LANES]; 64]; groups_across * height.div_ceil(8)];
        let mut padded = vec![0; groups_across * GROUP];
        for (row_of_blocks, groups) in groups.chunks_exact_mut(groups_across).enumerate() {
            for line in 0..8 {
                let y = (row_of_blocks * 8 + line).min(height - 1);
                let row = &samples[y * width..][..width];
                padded[..width].copy_from_slice(row);
                padded[width..].fill(row[width - 1]);
                for (group, samples) in groups.iter_mut().zip(padded.as_chunks::<GROUP>().0) {
                    load_line(group, line, samples);
                }
            }
        }
        groups.iter_mut().for_each(dct::forward);
        Self { groups, groups_across }
    }

    /// The samples that a decoder shows once the coefficients are quantised with `table`.
    pub(super) fn shown(&self, table: &QuantTable) -> Samples {
        let stride = self.groups_across * GROUP;
        let mut samples = vec![0; self.groups.len() * 8 * GROUP];
        let steps = steps(table);
        let rows_of_blocks = samples.chunks_exact_mut(8 * stride);
        for (samples, groups) in rows_of_blocks.zip(self.groups.chunks_exact(self.groups_across)) {
            for (at, group) in groups.iter().enumerate() {
                let mut blocks = *group;
                quantise(&mut blocks, &steps);
                dct::inverse(&mut blocks);
                for (line, row) in samples.chunks_exact_mut(stride).enumerate() {
                    if let Some(row) = row.as_chunks_mut::<GROUP>().0.get_mut(at) {
                        store_line(&blocks, line, row);
                    }
                }
            }
        }
        Samples { stride, samples }
    }
}

/// Puts a row of samples, less 128, into row `line` of the eight blocks.
fn load_line(blocks: &mut Blocks, line: usize, samples: &[u8; GROUP]) {
    for (column, values) in blocks[line * 8..][..8].iter_mut().enumerate() {
        *values = std::array::from_fn(|lane| i32::from(samples[lane * 8 + column]) - 128);
    }
}

/// Takes row `line` out of the eight blocks.
#[inline(always)]
fn store_line(blocks: &Blocks, line: usize, samples: &mut [u8; GROUP]) {
    for (column, values) in blocks[line * 8..][..8].iter().enumerate() {
        for (lane, value) in values.iter().enumerate() {
            samples[lane * 8 + column] = *value as u8;
        }
    }
}

/// How one of the 64 coefficients is quantised.
#[derive(Clone, Copy)]
struct Step {
    divisor: i32,
    /// 2^`shift` / (8 x divisor), rounded up.
    reciprocal: u32,
    shift: u32,
}

/// Division by multiplication. Coefficients come times 8, so the number to divide by, d, is 8 to 2040; with 2^s the
/// greatest power of two up to d, `reciprocal` is at most 2^17, and for n below 2^15 the error
/// n x (reciprocal - 2^(16 + s) / d) stays below 2^(16 + s) / d: the quotient is exact, and fits 32 bits on the way.
fn steps(table: &QuantTable) -> [Step; 64] {
    table.divisors().map(|divisor| {
        let eightfold = 8 * u32::from(divisor);
        let shift = 16 + eightfold.ilog2();
        Step { divisor: divisor.into(), reciprocal: (1_u32 << shift).div_ceil(eightfold), shift }
    })
}

/// Replaces coefficients times 8 by what is left of them after division, rounding (halves away from 0) and
/// multiplication.
#[autoversion]
fn quantise(blocks: &mut Blocks, steps: &[Step; 64]) {
    for (values, step) in blocks.iter_mut().zip(steps) {
        for value in values {
            let quotient = ((value.unsigned_abs() + 4 * step.divisor as u32) * step.reciprocal) >> step.shift;
            let magnitude = quotient as i32 * step.divisor;
            *value = if *value < 0 { -magnitude } else { magnitude };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantising_is_division_rounded_half_away_from_zero() {
        for divisor in 1..=255_u8 {
            let table = QuantTable::new([divisor; 64]).unwrap();
            for coefficient in (-20_000..20_000).step_by(7) {
                let mut blocks = [[coefficient; LANES]; 64];
                quantise(&mut blocks, &steps(&table));
                let divisor = i32::from(divisor);
                let wanted =
                    (coefficient.abs() + 4 * divisor) / (8 * divisor) * divisor * coefficient.signum();
                assert_eq!(blocks[9][3], wanted, "{coefficient} by {divisor}");
            }
        }
    }
}
