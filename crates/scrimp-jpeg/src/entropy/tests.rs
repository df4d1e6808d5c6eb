//! The library is the oracle: it writes the same bytes of the same coefficients and scans.

use super::*;
use crate::ffi::write_coefficients;
use crate::transform::Shape;
use crate::{Coding, QuantTable, Subsampling, scans};
use scrimp_testkit::Noise;

const SUBSAMPLINGS: [Subsampling; 5] =
    [Subsampling::S444, Subsampling::S422, Subsampling::S440, Subsampling::S420, Subsampling::Gray];

fn own(coefficients: &QuantisedCoefficients) -> Result<Vec<u8>, Error> {
    write(coefficients, scans::of(coefficients.tables.len() as i32).unwrap(), &|| false)
}

fn library(coefficients: &QuantisedCoefficients) -> Result<Vec<u8>, Error> {
    write_coefficients(coefficients, Coding::Progressive, &|| false)
}

/// Asserts that both write the same, or refuse it alike; whether they write it.
fn assert_same(coefficients: &QuantisedCoefficients, name: &str) -> bool {
    match (own(coefficients), library(coefficients)) {
        (Ok(own), Ok(library)) => {
            let differs = own.iter().zip(&library).position(|(own, library)| own != library);
            assert!(own == library, "{name}: {} and {} bytes, from {differs:?}", own.len(), library.len());
            true
        }
        (own, library) => {
            assert_eq!(own.err(), library.err(), "{name}");
            false
        }
    }
}

/// All zero.
fn empty(width: usize, height: usize, subsampling: Subsampling) -> QuantisedCoefficients {
    let shape = Shape { width, height, subsampling };
    let planes: Vec<Plane> = (0..shape.components()).map(|at| Plane::new(shape.component(at))).collect();
    QuantisedCoefficients { shape, tables: vec![QuantTable::ONES; planes.len()], planes }
}

/// Makes each block anew.
fn fill(coefficients: &mut QuantisedCoefficients, mut block: impl FnMut() -> [i16; 64]) {
    for component in 0..coefficients.tables.len() {
        let (across, down) = coefficients.blocks(component).unwrap();
        for (x, y) in (0..down).flat_map(|y| (0..across).map(move |x| (x, y))) {
            coefficients.set_block(component, x, y, &block());
        }
    }
}

/// A gray picture of so many blocks, in rows of 256.
fn gray(blocks: usize, block: impl FnMut() -> [i16; 64]) -> QuantisedCoefficients {
    let mut coefficients = empty(2048, 8 * blocks.div_ceil(256), Subsampling::Gray);
    fill(&mut coefficients, block);
    coefficients
}

/// Zero but for `share` in 256, and then of at most so many digits, each number of them as likely.
fn value(noise: &mut Noise, digits: u64, share: u64) -> i16 {
    if noise.below(256) >= share {
        return 0;
    }
    let digits = noise.below(digits + 1);
    let magnitude = noise.below(1 << digits) as i16;
    if noise.bits() & 1 == 0 { magnitude } else { -magnitude }
}

#[test]
fn random_coefficients_of_every_subsampling_and_density() {
    let mut noise = Noise::seeded(1);
    for case in 0..600 {
        let subsampling = SUBSAMPLINGS[case % 5];
        let (width, height) = (1 + noise.below(200) as usize, 1 + noise.below(120) as usize);
        let (digits, density) = (1 + noise.below(10), noise.below(9));
        let mut coefficients = empty(width, height, subsampling);
        fill(&mut coefficients, || std::array::from_fn(|_| value(&mut noise, digits, 1 << density)));
        let name = format!("{case}: {subsampling} {width}x{height}, {digits} digits, 1 << {density}");
        assert!(assert_same(&coefficients, &name));
    }
}

#[test]
fn small_sizes_with_tables_of_their_own_or_in_common() {
    let mut noise = Noise::seeded(2);
    for (width, height) in (1..=18).flat_map(|width| (1..=18).map(move |height| (width, height))) {
        for subsampling in SUBSAMPLINGS {
            let mut coefficients = empty(width, height, subsampling);
            fill(&mut coefficients, || std::array::from_fn(|_| value(&mut noise, 4, 40)));
            for table in &mut coefficients.tables {
                *table = QuantTable::from_steps(|place| 1 + place as u8 * (noise.bits() as u8 & 1));
            }
            assert!(assert_same(&coefficients, &format!("{subsampling} {width}x{height}")));
        }
    }
}

#[test]
fn what_is_beyond_a_file_is_refused_alike() {
    let bounds = [1, 2, 1023, 1024, 1025, 2047, 2048, 4095, i16::MAX, i16::MIN, -1023, -1024, -2047, -2048];
    let mut written = 0;
    for (place, bound) in (0..64).flat_map(|place| bounds.map(|bound| (place, bound))) {
        for component in 0..2 {
            let mut coefficients = empty(33, 17, Subsampling::S420);
            let mut block = [0; 64];
            block[place] = bound;
            coefficients.set_block(component, 1, 0, &block);
            written += usize::from(assert_same(&coefficients, &format!("{bound} at {place} of {component}")));
        }
    }
    assert!(written > 64 * 2 * 5 && written < 64 * 2 * 10, "{written}");
    let mut far = empty(16, 8, Subsampling::Gray);
    for (dc, fits) in [(1023, true), (1024, false)] {
        for (x, sign) in [(0, -1), (1, 1)] {
            let mut block = [0; 64];
            block[0] = if sign < 0 { -1024 } else { dc };
            far.set_block(0, x, 0, &block);
        }
        assert_eq!(assert_same(&far, "DC from end to end"), fits);
    }
}

#[test]
fn runs_of_blocks_longer_than_a_symbol_can_tell() {
    for seldom in [100_000, 50_000, 33_000, 32_768, 32_767, 32_766, 20_000] {
        let mut count = 0_u32;
        let coefficients = gray(70_000, || {
            count += 1;
            let mut block = [0; 64];
            block[20] = if count.is_multiple_of(seldom) { 1 } else { 0 };
            block[63] = if count.is_multiple_of(seldom - 1) { -2 } else { 0 };
            block
        });
        assert!(assert_same(&coefficients, &format!("one in {seldom}")));
    }
}

#[test]
fn more_correction_bits_than_are_kept() {
    let mut noise = Noise::seeded(3);
    // So many in each block, so that the limit is met from every side; now and then a coefficient that is new.
    for corrections in 0..=61 {
        for news in [0, 1, 20] {
            let coefficients = gray(512, || {
                let mut block = [0; 64];
                for at in 0..corrections {
                    let magnitude = 2 + noise.below(4) as i16;
                    block[63 - at] = if noise.bits() & 1 == 0 { magnitude } else { -magnitude };
                }
                if noise.below(1000) < news {
                    block[noise.below(64) as usize] = 1;
                }
                block
            });
            assert!(assert_same(&coefficients, &format!("{corrections} corrections, {news} new")));
        }
    }
}

#[test]
fn codes_that_would_be_longer_than_sixteen_bits() {
    // With the symbol that never comes and the run at the end they are as often as Fibonacci's numbers, which makes the
    // deepest trees.
    let (mut often, mut next) = (2, 3);
    let mut blocks = Vec::new();
    for symbol in 0..20 {
        let mut block = [0; 64];
        block[usize::from(crate::layout::ZIGZAG[3 + symbol % 15])] = 2 << (symbol / 15 * 3);
        blocks.extend(std::iter::repeat_n(block, often));
        (often, next) = (next, often + next);
    }
    let mut in_turn = blocks.iter().copied();
    assert!(assert_same(&gray(blocks.len(), || in_turn.next().unwrap_or([0; 64])), "Fibonacci"));
}
