//! The model against the library, on one picture of 1 megapixel: look at the ratios to `decode` and `encode`, which
//! are those of a baseline file and of libjpeg-turbo's progressive encoder. Where the corpus is, the entropy coder is
//! measured on a photo too.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use scrimp_jpeg::{
    Channels, Coding, Coefficients, DecodeBounds, EncodeSettings, Pixels, Quality, QuantisedCoefficients,
    Rounding, Subsampling, TableFamily, decode, encode, holds, read_coefficients, transcode,
    write_coefficients,
};
use scrimp_testkit::scenes;
use std::hint::black_box;
use std::time::{Duration, Instant};

const SIZE: (usize, usize) = (1152, 868);

fn model(criterion: &mut Criterion) {
    let scene = scenes::landscape(SIZE.0, SIZE.1, 1);
    let pixels = Pixels::new(SIZE.0, SIZE.1, Channels::Rgb, scene.samples).unwrap();
    let tables = TableFamily::AnnexK.at(Quality::new(80.0).unwrap());
    let bounds = DecodeBounds::default();
    for subsampling in [Subsampling::S420, Subsampling::S444] {
        let settings = EncodeSettings { subsampling, tables, ..EncodeSettings::libjpeg_turbo(1) };
        let progressive = encode(&pixels, &settings).unwrap();
        let baseline = baseline(&pixels, subsampling);
        let coefficients = Coefficients::subsampled(&pixels, subsampling);
        let quantised = coefficients.quantise(&tables, Rounding::Nearest);
        let mut group = criterion.benchmark_group(subsampling.name());
        group.sample_size(20);
        group.bench_function("library: encode", |b| b.iter(|| encode(&pixels, &settings).unwrap()));
        group.bench_function("library: decode baseline", |b| b.iter(|| decode(&baseline, &bounds).unwrap()));
        group.bench_function("library: decode progressive", |b| {
            b.iter(|| decode(&progressive, &bounds).unwrap());
        });
        group.bench_function("forward", |b| b.iter(|| Coefficients::subsampled(&pixels, subsampling)));
        group.bench_function("quantise", |b| b.iter(|| coefficients.quantise(&tables, Rounding::Nearest)));
        group.bench_function("shown", |b| b.iter(|| quantised.shown()));
        group.bench_function("quantise and show", |b| {
            b.iter(|| coefficients.shown_at(&tables, Rounding::Nearest));
        });
        group.bench_function("weigh and show", |b| {
            b.iter(|| coefficients.shown_at(&tables, Rounding::Weighed));
        });
        group.bench_function("quantise and show in bands", |b| {
            b.iter(|| {
                let mut bands = coefficients.bands_at(&tables, Rounding::Nearest, 0..usize::MAX);
                while let Some(band) = bands.advance() {
                    black_box(band.samples);
                }
            });
        });
        group.bench_function("range", |b| b.iter(|| quantised.is_within_8_bit_range()));
        group.bench_function("dequantise", |b| b.iter(|| quantised.dequantise()));
        write(&mut group, &quantised);
        group.bench_function("read", |b| b.iter(|| read_coefficients(&progressive, &bounds).unwrap()));
        group.finish();
    }
}

/// The coefficients of a photo of the corpus, quantised as a shrink does it: there is more in them than in a made scene.
fn photo(criterion: &mut Criterion) {
    let Some(corpus) = scrimp_testkit::corpus() else { return };
    let file = std::fs::read(corpus.photo("camera-jpeg/lepton_jpeg_rust__iphone.jpg")).unwrap();
    let held = read_coefficients(&file, &DecodeBounds::default()).unwrap().dequantise();
    for quality in [80.0, 92.0] {
        let tables = TableFamily::Fitted420.at(Quality::new(quality).unwrap());
        let mut group = criterion.benchmark_group(format!("photo at {quality}"));
        group.sample_size(20);
        write(&mut group, &held.quantise(&tables, Rounding::Weighed));
        group.finish();
    }
}

/// Our entropy coder and the library's with the same scans, which is called only for what has been read by the library
/// too: so what reading takes is taken off.
fn write(group: &mut BenchmarkGroup<'_, WallTime>, quantised: &QuantisedCoefficients) {
    let bounds = DecodeBounds::default();
    let file = write_coefficients(quantised, Coding::Progressive).unwrap();
    group.bench_function("write", |b| b.iter(|| write_coefficients(quantised, Coding::Progressive).unwrap()));
    // Of another size, which is told as soon as a file has been read.
    let pixel = Pixels::new(1, 1, Channels::Rgb, vec![0; 3]).unwrap();
    let other = Coefficients::new(&pixel).quantise(&TableFamily::Klein.at(Quality::MAX), Rounding::Nearest);
    group.bench_function("library: write", |b| {
        b.iter_custom(|times| {
            let (mut both, mut reading) = (Duration::ZERO, Duration::ZERO);
            for _ in 0..times {
                let start = Instant::now();
                black_box(transcode(&file, Coding::Progressive, &bounds).unwrap());
                both += start.elapsed();
                let start = Instant::now();
                assert_eq!(holds(&file, &other, &bounds), Ok(false));
                reading += start.elapsed();
            }
            both.saturating_sub(reading)
        });
    });
}

/// A baseline file, which the crate itself does not write, at quality 80.
fn baseline(pixels: &Pixels, subsampling: Subsampling) -> Vec<u8> {
    let (width, height) = (pixels.width() as u16, pixels.height() as u16);
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
    encoder.set_sampling_factor(match subsampling {
        Subsampling::S420 => jpeg_encoder::SamplingFactor::R_4_2_0,
        _ => jpeg_encoder::SamplingFactor::R_4_4_4,
    });
    encoder.encode(pixels.samples(), width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    bytes
}

criterion_group!(benches, model, photo);
criterion_main!(benches);
