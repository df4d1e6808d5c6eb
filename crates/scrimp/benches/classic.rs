//! The classic decision beside decode and resize on a photo of 400x400, what it consists of, and one default mozjpeg
//! encode of the same photo to count it against.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

use criterion::{Criterion, criterion_group, criterion_main};
use scrimp::classic::{self, Classic, Filter, SIDE};
use scrimp_jpeg::{Channels, DecodeBounds, EncodeSettings, Pixels};
use scrimp_testkit::scenes;

fn photo(width: usize, height: usize) -> Pixels {
    Pixels::new(width, height, Channels::Rgb, scenes::landscape(width, height, 1).samples).unwrap()
}

fn decision(criterion: &mut Criterion) {
    let photo = photo(SIDE, SIDE);
    let settings = EncodeSettings::libjpeg_turbo(82);
    let probe = scrimp_jpeg::encode(&photo, &settings).unwrap();
    let mut group = criterion.benchmark_group("classic 400x400");
    group.bench_function("decision", |b| b.iter(|| classic::decide(&photo, &Classic::default()).unwrap()));
    group.bench_function("quality alone", |b| {
        b.iter(|| classic::jpeg_dynamic_quality(&photo, &Classic::default()).unwrap());
    });
    group.bench_function("probe/encode", |b| b.iter(|| scrimp_jpeg::encode(&photo, &settings).unwrap()));
    group.bench_function("probe/decode", |b| {
        b.iter(|| scrimp_jpeg::decode(&probe, &DecodeBounds::default()).unwrap());
    });
    let mozjpeg = EncodeSettings::mozjpeg_default(82);
    group.bench_function("mozjpeg encode", |b| b.iter(|| scrimp_jpeg::encode(&photo, &mozjpeg).unwrap()));
    group.finish();
}

fn resize(criterion: &mut Criterion) {
    let photo = photo(2000, 1500);
    let mut group = criterion.benchmark_group("resize 2000x1500 to 400x400");
    for filter in [Filter::Nearest, Filter::Bicubic] {
        group.bench_function(format!("{filter:?}"), |b| {
            b.iter(|| classic::resample::resize(&photo, SIDE, SIDE, filter).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, decision, resize);
criterion_main!(benches);
