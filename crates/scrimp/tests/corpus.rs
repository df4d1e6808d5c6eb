//! The promises of a shrink on every photo of the corpus. Minutes of work, so only when asked for:
//! `cargo test --release -p scrimp --test corpus -- --ignored`.

#![allow(missing_docs)]

use scrimp::{Look, Metric, Options, Outcome, Photo, Shrunk};
use scrimp_jpeg::{
    Coding, Coefficients, DecodeBounds, Pixels, Quality, QuantisedCoefficients, Rounding, Subsampling,
    TableFamily, TableSet, decode, read_coefficients, write_coefficients,
};
use std::num::NonZeroUsize;
use std::path::Path;

/// The name, the file and the photo of each of the corpus that can be read.
fn photos() -> impl Iterator<Item = (String, Vec<u8>, Photo)> {
    let paths = scrimp_testkit::corpus().into_iter().flat_map(|corpus| corpus.photos());
    paths.filter_map(|path| {
        let file = std::fs::read(&path).unwrap();
        let photo = Photo::read(&file, &options()).ok()?;
        Some((name(&path), file, photo))
    })
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn options() -> Options {
    let mut options = Options::look(Look::High);
    options.background = Some([255; 3]);
    options.limits.time = 600;
    options
}

/// The pixels that the library decodes from a file of these coefficients.
fn decoded(quantised: &QuantisedCoefficients) -> Pixels {
    let file = write_coefficients(quantised, Coding::Progressive).unwrap();
    decode(&file, &DecodeBounds::default()).unwrap().pixels
}

fn assert_is_exact(name: &str, coefficients: &Coefficients, tables: &TableSet, rounding: Rounding) -> bool {
    let quantised = coefficients.quantise(tables, rounding);
    let is_in_range = quantised.is_within_8_bit_range();
    if is_in_range {
        let (probed, _) = coefficients.shown_and_estimated(tables, rounding, Vec::new(), NonZeroUsize::MIN);
        assert!(probed == decoded(&quantised), "{name}, {}", coefficients.subsampling());
    }
    is_in_range
}

#[test]
#[ignore = "a minute over the corpus"]
fn probe_pixels_are_decoded_pixels() {
    let mut exact = 0;
    for (name, file, photo) in photos() {
        for (subsampling, family, quality, rounding) in [
            (Subsampling::S420, TableFamily::Fitted420, 62.0, Rounding::Weighed),
            (Subsampling::S444, TableFamily::Fitted444, 83.25, Rounding::Weighed),
            (Subsampling::S422, TableFamily::AnnexK, 97.0, Rounding::Nearest),
        ] {
            let tables = family.at(Quality::new(quality).unwrap());
            let coefficients = Coefficients::subsampled(photo.pixels(), subsampling);
            assert!(assert_is_exact(&name, &coefficients, &tables, rounding), "{name} is of 8 bits");
            exact += 1;
        }
        // Of a JPEG also from its own coefficients; beyond 8 bits the library's pixels are scored.
        if let Ok(source) = read_coefficients(&file, &DecodeBounds::default()) {
            let own = TableSet::of_components(source.tables()).unwrap();
            let tables = TableFamily::Fitted420.at(Quality::new(75.0).unwrap()).at_least(&own);
            exact += usize::from(assert_is_exact(&name, &source.dequantise(), &tables, Rounding::Weighed));
        }
    }
    assert!(scrimp_testkit::corpus().is_none() || exact > 250, "{exact} cases");
}

#[test]
#[ignore = "minutes over the corpus"]
fn what_is_saved_reaches_its_goal_and_one_step_coarser_fails() {
    let mut saved = 0;
    for (name, file, _) in photos() {
        let Ok(Outcome::Saved(shrunk)) = scrimp::shrink(&file, &options()) else { continue };
        let reached = scrimp::compare(&file, &shrunk.bytes, Metric::Ssimulacra2, &options()).unwrap();
        let goal = options().goal.value();
        assert!(reached.score().value() >= goal, "{name}: {}", reached.score().value());
        assert!(shrunk.bytes.len() < file.len(), "{name}");
        if let Some(coarser) = passing_step_below(&shrunk) {
            panic!("{name}: one step coarser was not shown to fail: {coarser}");
        }
        saved += 1;
    }
    assert!(scrimp_testkit::corpus().is_none() || saved > 50, "{saved} photos");
}

/// What is wrong with the proof of the step below the chosen one, if that is not proved to fail.
fn passing_step_below(shrunk: &Shrunk) -> Option<String> {
    let decision = &shrunk.decision;
    let chosen = decision.setting?;
    // The source's own coefficients have no step below, nor has the coarsest quality.
    if chosen.tables == "source" || chosen.quality <= 1.0 {
        return None;
    }
    let coarser = decision.probes.iter().find(|probe| {
        let setting = &probe.setting;
        probe.scale == "proof"
            && (setting.subsampling, setting.tables) == (chosen.subsampling, chosen.tables)
            && setting.quality == chosen.quality - 0.25
    });
    match coarser {
        None => Some("it was not probed".into()),
        Some(probe) => {
            let is_low = decision.goal.value.is_some_and(|goal| probe.score < goal);
            let is_below_floor =
                probe.floor.zip(decision.goal.floor).is_some_and(|(found, floor)| found < floor);
            (!is_low && !is_below_floor).then(|| format!("it scores {}", probe.score))
        }
    }
}
