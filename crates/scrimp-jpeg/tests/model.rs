//! What the model says of a file is what the file holds and shows: over random pictures that 8 bits can give, every
//! subsampling and size, tables fine and coarse.
//!
//! `SCRIMP_CASES=10000 cargo test --release -p scrimp-jpeg --test model` runs as many cases instead of 400.

#![allow(missing_docs)]

use scrimp_jpeg::{
    Channels, Coding, Coefficients, DecodeBounds, EncodeSettings, Error, Layout, Pixels, Quality, QuantTable,
    QuantisedCoefficients, Rounding, Subsampling, TableFamily, TableSet, decode, encode, holds,
    read_coefficients, repack, transcode, write_coefficients,
};
use scrimp_testkit::{Noise, scenes};
use std::num::NonZeroUsize;

const SUBSAMPLINGS: [Subsampling; 5] =
    [Subsampling::S444, Subsampling::S422, Subsampling::S440, Subsampling::S420, Subsampling::Gray];

fn cases() -> u64 {
    std::env::var("SCRIMP_CASES").map_or(400, |cases| cases.parse().unwrap())
}

/// Noise, edges of full contrast, single bright samples, or something smooth.
fn picture(noise: &mut Noise, width: usize, height: usize, channels: Channels) -> Pixels {
    let count = channels.count();
    let (kind, tilt) = (noise.below(6), noise.below(1000));
    let base = [(); 3].map(|()| noise.below(256) as u8);
    let sample = |at: usize| {
        let (x, y, channel) = (at / count % width, at / count / width, at % count);
        let wave = (x as u64 * tilt + y as u64 * (1000 - tilt)) / 40;
        match kind {
            0 => noise.bits() as u8,
            1 => 255 * (noise.bits() as u8 & 1),
            2 => 255 * u8::from(wave % 16 < 8),
            3 if noise.below(30) == 0 => 255 - base[channel],
            4 => (base[channel] / 2).saturating_add((wave / 4 % 128) as u8),
            5 => (255 * u8::from((x / 8 + y / 8 + channel) % 2 == 0)) ^ (noise.bits() as u8 & 7),
            _ => base[channel],
        }
    };
    let samples = (0..width * height * count).map(sample).collect();
    Pixels::new(width, height, channels, samples).unwrap()
}

fn table(noise: &mut Noise) -> QuantTable {
    let (least, most) = [(1, 1), (1, 8), (1, 60), (1, 255), (128, 255), (255, 255)][noise.below(6) as usize];
    QuantTable::new(std::array::from_fn(|_| (least + noise.below(most - least + 1)) as u8)).unwrap()
}

struct Case {
    pixels: Pixels,
    settings: EncodeSettings,
}

impl Case {
    fn random(seed: u64) -> Self {
        let mut noise = Noise::seeded(seed);
        let subsampling = SUBSAMPLINGS[noise.below(5) as usize];
        let channels = if noise.below(8) == 0 { Channels::Gray } else { Channels::Rgb };
        let [width, height] = [(); 2].map(|()| 1 + noise.below(70) as usize);
        let pixels = picture(&mut noise, width, height, channels);
        let tables = TableSet { luma: table(&mut noise), blue: table(&mut noise), red: table(&mut noise) };
        let settings = EncodeSettings {
            subsampling,
            tables,
            coding: Coding::Progressive,
            ..EncodeSettings::libjpeg_turbo(1)
        };
        Self { pixels, settings }
    }

    fn name(&self) -> String {
        let Self { pixels, settings } = self;
        format!("{pixels:?} {} {:?}", settings.subsampling, settings.tables)
    }
}

fn shown(bytes: &[u8]) -> Pixels {
    let decoded = decode(bytes, &DecodeBounds::default()).unwrap();
    assert_eq!(decoded.warnings.count, 0);
    decoded.pixels
}

fn read(bytes: &[u8]) -> QuantisedCoefficients {
    read_coefficients(bytes, &DecodeBounds::default()).unwrap()
}

fn first_difference(a: &Pixels, b: &Pixels) -> Option<(usize, usize)> {
    assert_eq!((a.width(), a.height(), a.channels()), (b.width(), b.height(), b.channels()));
    let at = a.samples().iter().zip(b.samples()).position(|(a, b)| a != b)?;
    Some((at % a.stride(), at / a.stride()))
}

fn in_bands(quantised: &QuantisedCoefficients, cut: usize) -> Vec<u8> {
    let mut samples = Vec::new();
    for range in [0..cut, cut..usize::MAX] {
        let mut bands = quantised.bands(range);
        while let Some(band) = bands.advance() {
            assert_eq!(band.first_row * quantised.shown().stride(), samples.len());
            samples.extend_from_slice(band.samples);
        }
    }
    samples
}

#[test]
fn the_model_holds_what_the_encoder_writes_and_shows_what_the_decoder_shows() {
    for seed in 0..cases() {
        let case = Case::random(seed);
        let (settings, name) = (&case.settings, case.name());
        let coefficients = Coefficients::subsampled(&case.pixels, settings.subsampling);
        let quantised = coefficients.quantise(&settings.tables, Rounding::Nearest);
        let encoded = encode(&case.pixels, settings).unwrap();
        assert!(read(&encoded) == quantised, "coefficients of case {seed}: {name}");
        assert!(quantised.is_within_8_bit_range(), "range of case {seed}: {name}");
        let wanted = shown(&encoded);
        assert_eq!(first_difference(&quantised.shown(), &wanted), None, "pixels of case {seed}: {name}");
        let probed = coefficients.shown_at(&settings.tables, Rounding::Nearest);
        assert_eq!(first_difference(&probed, &wanted), None, "probe of case {seed}: {name}");
        let cut = seed as usize % (quantised.band_count() + 1);
        assert!(in_bands(&quantised, cut) == wanted.samples(), "bands of case {seed}: {name}");
    }
}

#[test]
fn what_is_written_is_read_again() {
    let rounding = Rounding::Weighed;
    for seed in 0..cases() / 4 {
        let case = Case::random(1_000_000 + seed);
        let coefficients = Coefficients::subsampled(&case.pixels, case.settings.subsampling);
        let quantised = coefficients.quantise(&case.settings.tables, rounding);
        let coding = if seed % 8 == 0 { Coding::ProgressiveSearched } else { Coding::Progressive };
        let bytes = write_coefficients(&quantised, coding).unwrap();
        assert!(read(&bytes) == quantised, "case {seed}: {}", case.name());
        assert_eq!(
            first_difference(&quantised.shown(), &shown(&bytes)),
            None,
            "case {seed}: {}",
            case.name()
        );
        let probed = coefficients.shown_at(&case.settings.tables, rounding);
        assert_eq!(first_difference(&probed, &quantised.shown()), None);
        // Quantised again at the same tables, a file stays as it is.
        for rounding in [Rounding::Nearest, Rounding::Weighed] {
            let again = quantised.dequantise().quantise(&case.settings.tables, rounding);
            assert!(again == quantised, "requantised, case {seed}: {}", case.name());
        }
    }
}

#[test]
fn the_library_writes_the_same_bytes() {
    let assert_same = |quantised: &QuantisedCoefficients, name: &str| {
        let bytes = write_coefficients(quantised, Coding::Progressive).unwrap();
        let library = transcode(&bytes, Coding::Progressive, &DecodeBounds::default()).unwrap();
        assert!(library == bytes, "{name}: {} and {} bytes", library.len(), bytes.len());
    };
    for seed in 0..cases() / 4 {
        let case = Case::random(3_000_000 + seed);
        let coefficients = Coefficients::subsampled(&case.pixels, case.settings.subsampling);
        assert_same(&coefficients.quantise(&case.settings.tables, Rounding::Nearest), &case.name());
    }
    let Some(corpus) = scrimp_testkit::corpus() else { return };
    let tables = TableFamily::Fitted420.at(Quality::new(80.0).unwrap());
    let mut compared = 0;
    for photo in corpus.photos_of("camera-jpeg").into_iter().chain(corpus.photos_of("photo-gray")) {
        let held = read_coefficients(&std::fs::read(&photo).unwrap(), &DecodeBounds::default());
        let Some(held) = held.ok().filter(QuantisedCoefficients::is_within_8_bit_range) else { continue };
        assert_same(&held, &photo.display().to_string());
        assert_same(&held.dequantise().quantise(&tables, Rounding::Weighed), &photo.display().to_string());
        compared += 1;
    }
    assert!(compared > 5, "{compared} photos");
}

#[test]
fn the_smallest_sizes_of_every_subsampling() {
    let tables = TableFamily::AnnexK.at(Quality::new(92.0).unwrap());
    for (width, height) in (1..=18).flat_map(|width| (1..=18).map(move |height| (width, height))) {
        let pixels = picture(&mut Noise::seeded(9), width, height, Channels::Rgb);
        for subsampling in SUBSAMPLINGS {
            let settings = EncodeSettings { subsampling, tables, ..EncodeSettings::libjpeg_turbo(1) };
            let encoded = encode(&pixels, &settings).unwrap();
            let quantised =
                Coefficients::subsampled(&pixels, subsampling).quantise(&tables, Rounding::Nearest);
            assert!(read(&encoded) == quantised, "{subsampling} {width}x{height}");
            assert!(quantised.shown() == shown(&encoded), "{subsampling} {width}x{height}");
            assert!(write_coefficients(&quantised, Coding::ProgressiveStandard).unwrap() == encoded);
        }
    }
}

#[test]
fn a_table_for_all_components_is_written_once() {
    let scene = scenes::landscape(60, 40, 2);
    let pixels = Pixels::new(60, 40, Channels::Rgb, scene.samples).unwrap();
    let tables = TableFamily::Klein.at(Quality::new(70.0).unwrap());
    let quantised = Coefficients::new(&pixels).quantise(&tables, Rounding::Nearest);
    let settings = EncodeSettings { tables, ..EncodeSettings::libjpeg_turbo(1) };
    let encoded = encode(&pixels, &settings).unwrap();
    let written = write_coefficients(&quantised, Coding::ProgressiveStandard).unwrap();
    assert!(written == encoded);
    let layout = Layout::read(&written, 10).unwrap();
    assert_eq!(layout.tables, [Some(tables.luma), None, None, None]);
}

#[test]
fn a_file_holds_what_was_written_and_nothing_else() {
    let bounds = DecodeBounds::default();
    for seed in 0..40 {
        let case = Case::random(2_000_000 + seed);
        let coefficients = Coefficients::subsampled(&case.pixels, case.settings.subsampling);
        let quantised = coefficients.quantise(&case.settings.tables, Rounding::Nearest);
        let bytes = write_coefficients(&quantised, Coding::Progressive).unwrap();
        assert_eq!(holds(&bytes, &quantised, &bounds), Ok(true), "case {seed}: {}", case.name());

        let mut other = quantised.clone();
        let component = other.tables().len() - 1;
        let (across, down) = other.blocks(component).unwrap();
        let mut block = other.block(component, across - 1, down - 1).unwrap();
        block[63] ^= 1;
        other.set_block(component, across - 1, down - 1, &block);
        assert_eq!(holds(&bytes, &other, &bounds), Ok(false), "case {seed}: {}", case.name());

        let tables = TableFamily::Klein.at(Quality::new(37.0).unwrap());
        let other = coefficients.quantise(&tables, Rounding::Nearest);
        assert_eq!(holds(&bytes, &other, &bounds), Ok(false), "case {seed}: {}", case.name());
        let cut = &bytes[..bytes.len() - 2];
        assert!(holds(cut, &quantised, &bounds).is_err(), "case {seed}: {}", case.name());
    }
}

#[test]
fn files_are_smaller_than_with_the_standard_script_and_no_larger_where_it_is_searched() {
    for seed in 0..4 {
        let scene = scenes::landscape(300, 200, seed);
        let pixels = Pixels::new(300, 200, Channels::Rgb, scene.samples).unwrap();
        let tables = TableFamily::Fitted420.at(Quality::new(70.0).unwrap());
        let quantised = Coefficients::new(&pixels).quantise(&tables, Rounding::Weighed);
        let size = |coding| write_coefficients(&quantised, coding).unwrap().len();
        assert!(size(Coding::Progressive) < size(Coding::ProgressiveStandard));
        assert!(size(Coding::ProgressiveSearched) <= size(Coding::Progressive));
    }
}

#[test]
fn each_component_can_have_a_table_of_its_own() {
    let scene = scenes::landscape(60, 40, 2);
    let pixels = Pixels::new(60, 40, Channels::Rgb, scene.samples).unwrap();
    let [luma, blue, red] = [3, 5, 8].map(|divisor| QuantTable::new([divisor; 64]).unwrap());
    let settings =
        EncodeSettings { tables: TableSet { luma, blue, red }, ..EncodeSettings::libjpeg_turbo(1) };
    let layout = Layout::read(&encode(&pixels, &settings).unwrap(), 10).unwrap();
    let used = layout.frame.components.iter().map(|component| layout.tables[usize::from(component.table)]);
    assert_eq!(used.collect::<Vec<_>>(), [Some(luma), Some(blue), Some(red)]);
}

#[test]
fn weighing_makes_files_smaller_and_their_estimates_too() {
    let scene = scenes::landscape(200, 150, 2);
    let pixels = Pixels::new(200, 150, Channels::Rgb, scene.samples).unwrap();
    let tables = TableFamily::AnnexK.at(Quality::new(80.0).unwrap());
    let coefficients = Coefficients::new(&pixels);
    let [nearest, weighed] = [Rounding::Nearest, Rounding::Weighed].map(|rounding| {
        let quantised = coefficients.quantise(&tables, rounding);
        let file = write_coefficients(&quantised, Coding::Progressive).unwrap();
        [file.len(), coefficients.estimated_bytes(&tables, rounding)].map(|bytes| bytes as f64)
    });
    let [file, estimate] = [0, 1].map(|at| weighed[at] / nearest[at]);
    assert!(file < 0.98, "{file}");
    assert!((file - estimate).abs() < 0.03, "{file} and {estimate}");
}

#[test]
fn a_repacked_file_shows_the_same() {
    let bytes = scrimp_testkit::jpeg(&scenes::landscape(90, 70, 5), 88);
    let packed = repack(&bytes, &DecodeBounds::default()).unwrap();
    assert!(packed.len() < bytes.len());
    assert!(shown(&packed) == shown(&bytes));
    assert_eq!(repack(&packed, &DecodeBounds::default()).as_ref(), Ok(&packed));
}

#[test]
fn blocks_can_be_looked_at_and_changed() {
    let pixels = picture(&mut Noise::seeded(3), 50, 30, Channels::Rgb);
    let tables = TableFamily::AnnexK.at(Quality::new(92.0).unwrap());
    let mut quantised = Coefficients::new(&pixels).quantise(&tables, Rounding::Nearest);
    assert_eq!([0, 1, 3].map(|at| quantised.blocks(at)), [Some((7, 4)), Some((4, 2)), None]);
    assert_eq!((quantised.block(1, 4, 0), quantised.block(0, 6, 4)), (None, None));
    let mut block = quantised.block(2, 3, 1).unwrap();
    block[63] += 1;
    quantised.set_block(2, 3, 1, &block);
    let bytes = write_coefficients(&quantised, Coding::Progressive).unwrap();
    assert_eq!(read(&bytes).block(2, 3, 1), Some(block));
}

#[test]
fn coefficients_beyond_8_bits_are_told() {
    let pixels = picture(&mut Noise::seeded(3), 64, 8, Channels::Gray);
    let table = QuantTable::new([2; 64]).unwrap();
    let tables = TableSet { luma: table, blue: table, red: table };
    let sound = Coefficients::new(&pixels).quantise(&tables, Rounding::Nearest);
    assert!(sound.is_within_8_bit_range());
    for beyond in [[(0, 1001), (1, 1)], [(5, 1001), (0, 0)], [(0, -1000), (63, 999)]] {
        let mut changed = sound.clone();
        let mut block = [0; 64];
        beyond.iter().for_each(|(at, value)| block[*at] = *value);
        changed.set_block(0, 5, 0, &block);
        assert!(!changed.is_within_8_bit_range(), "{beyond:?}");
        let _ = (changed.shown(), changed.dequantise().quantise(&tables, Rounding::Nearest).shown());
    }
    let mut peak = sound.clone();
    // Much energy that comes together in one sample, though none of it is beyond range.
    peak.set_block(0, 5, 0, &[100; 64]);
    assert!(!peak.is_within_8_bit_range());
    let mut no_file = sound;
    no_file.set_block(0, 0, 0, &[i16::MIN; 64]);
    let _ = (no_file.shown(), no_file.dequantise().quantise(&tables, Rounding::Nearest).shown());
    assert!(matches!(write_coefficients(&no_file, Coding::Progressive), Err(Error::Library { .. })));
}

#[test]
fn a_damaged_or_unfinished_file_has_no_coefficients_to_give() {
    let bytes = scrimp_testkit::jpeg(&scenes::landscape(90, 70, 5), 88);
    let cut = &bytes[..bytes.len() / 2];
    assert!(matches!(read_coefficients(cut, &DecodeBounds::default()), Err(Error::Damaged { .. })));
    let packed = repack(&bytes, &DecodeBounds::default()).unwrap();
    let last_scan = packed.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
    let unfinished = [&packed[..last_scan], &[0xFF, 0xD9]].concat();
    assert_eq!(
        read_coefficients(&unfinished, &DecodeBounds::default()),
        Err(Error::Unsupported { what: "unfinished progressive" })
    );
    for length in 0..packed.len() {
        let _ = read_coefficients(&packed[..length], &DecodeBounds::default());
    }
    let large = scrimp_testkit::jpeg(&scenes::flat(1000, 1000, [1, 2, 3]), 88);
    let bounds = DecodeBounds { memory: 1 << 20, ..Default::default() };
    assert_eq!(read_coefficients(&large, &bounds), Err(Error::OutOfMemory { bytes: 1 << 20 }));
    let bounds = DecodeBounds { stop: &|| true, ..Default::default() };
    assert_eq!(read_coefficients(&packed, &bounds), Err(Error::Stopped));
}

#[test]
fn what_is_counted_while_it_is_shown_is_what_is_counted_alone() {
    for (width, height) in [(1, 1), (17, 33), (200, 150), (64, 16)] {
        let scene = scenes::landscape(width, height, 2);
        let pixels = Pixels::new(width, height, Channels::Rgb, scene.samples).unwrap();
        let tables = TableFamily::AnnexK.at(Quality::new(80.0).unwrap());
        for subsampling in
            [Subsampling::S444, Subsampling::S422, Subsampling::S440, Subsampling::S420, Subsampling::Gray]
        {
            let coefficients = Coefficients::subsampled(&pixels, subsampling);
            for rounding in [Rounding::Nearest, Rounding::Weighed] {
                let counted = coefficients.quantise(&tables, rounding).estimated_bytes();
                assert_eq!(counted, coefficients.estimated_bytes(&tables, rounding));
                // Whatever is in the memory that is given, and however many share the work.
                for room in [vec![], vec![7; 5], vec![9; width * height * 3]] {
                    for threads in [1, 2, 3, 100] {
                        let (room, threads) = (room.clone(), NonZeroUsize::new(threads).unwrap());
                        let (shown, estimate) =
                            coefficients.shown_and_estimated(&tables, rounding, room, threads);
                        assert!(shown == coefficients.shown_at(&tables, rounding), "{threads} threads");
                        assert_eq!(estimate, coefficients.estimated_bytes(&tables, rounding));
                    }
                }
            }
        }
    }
}
