//! Every instruction set that this machine has, and none, gives the same results.

#![allow(missing_docs)]

use archmage::testing::{CompileTimePolicy, for_each_token_permutation};
use scrimp_jpeg::{
    Channels, Coding, Coefficients, Pixels, Quality, QuantisedCoefficients, Rounding, Subsampling,
    TableFamily, write_coefficients,
};
use scrimp_testkit::{Noise, scenes};

const SUBSAMPLINGS: [Subsampling; 5] =
    [Subsampling::S444, Subsampling::S422, Subsampling::S440, Subsampling::S420, Subsampling::Gray];

/// All that the model says of a picture, and the files of it.
#[derive(PartialEq)]
struct Results {
    quantised: [QuantisedCoefficients; 2],
    files: [Vec<u8>; 2],
    pixels: [Pixels; 2],
    gray: Vec<u8>,
    within: bool,
}

fn results(pixels: &Pixels) -> Vec<Results> {
    let tables = TableFamily::AnnexK.at(Quality::new(85.0).unwrap());
    let coarser = TableFamily::Klein.at(Quality::new(60.0).unwrap());
    let results = SUBSAMPLINGS.map(|subsampling| {
        let coefficients = Coefficients::subsampled(pixels, subsampling);
        let quantised = coefficients.quantise(&tables, Rounding::Nearest);
        let rounded = quantised.dequantise().quantise(&coarser, Rounding::Weighed);
        let (shown, probed) = (rounded.shown(), coefficients.shown_at(&tables, Rounding::Weighed));
        let within = quantised.is_within_8_bit_range();
        let (mut bands, mut gray) = (coefficients.gray_bands_at(&tables), Vec::new());
        while let Some(band) = bands.advance() {
            gray.extend_from_slice(band.samples);
        }
        let quantised = [quantised, rounded];
        let file = |coefficients| write_coefficients(coefficients, Coding::Progressive).unwrap();
        Results { files: quantised.each_ref().map(file), quantised, pixels: [shown, probed], gray, within }
    });
    results.into()
}

#[test]
fn the_results_do_not_depend_on_the_instruction_set() {
    let photo = scenes::landscape(333, 77, 4);
    let mut noise = Noise::seeded(5);
    let contrast = (0..3 * 171 * 90).map(|_| 255 * (noise.bits() as u8 & 1)).collect();
    let pictures = [
        Pixels::new(333, 77, Channels::Rgb, photo.samples).unwrap(),
        Pixels::new(171, 90, Channels::Rgb, contrast).unwrap(),
    ];
    let wanted = pictures.each_ref().map(results);
    let report = for_each_token_permutation(CompileTimePolicy::Warn, |permutation| {
        assert!(pictures.each_ref().map(results) == wanted, "with {permutation}");
    });
    assert!(report.permutations_run >= 1);
}
