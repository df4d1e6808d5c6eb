//! Pictures of 16 bits a sample.

use scrimp_metric::{Channels, ImageView, Metric, Reference};
use scrimp_testkit::scenes;

fn widened(samples: &[u8]) -> Vec<u16> {
    samples.iter().map(|sample| 257 * u16::from(*sample)).collect()
}

#[test]
fn a_picture_of_8_bits_has_the_very_same_score_in_16() {
    for (width, height) in [(96, 72), (7, 5), (40, 6)] {
        let scene = scenes::landscape(width, height, 3);
        let grays: Vec<u8> = scene.samples.chunks(3).map(|rgb| rgb[1]).collect();
        for (channels, samples) in [(Channels::Rgb, &scene.samples), (Channels::Gray, &grays)] {
            let coarse: Vec<u8> = samples.iter().map(|sample| sample / 8 * 8).collect();
            let eight = |samples| ImageView::new(width, height, channels, samples).unwrap();
            let (wide, wide_coarse) = (widened(samples), widened(&coarse));
            let sixteen = |samples| ImageView::new_16(width, height, channels, samples).unwrap();
            for metric in Metric::ALL {
                let reference = Reference::new(*metric, eight(samples)).unwrap();
                let score = reference.score(eight(&coarse)).unwrap();
                let of_wide = Reference::new(*metric, sixteen(&wide)).unwrap();
                for candidate in [eight(&coarse), sixteen(&wide_coarse)] {
                    let found = of_wide.score(candidate).unwrap();
                    assert_eq!(found.value().to_bits(), score.value().to_bits(), "{metric:?} {channels:?}");
                }
            }
        }
    }
}

/// A slow ramp of which 8 bits make steps.
fn ramp(width: usize, height: usize) -> Vec<u16> {
    let pixel = |at: usize| 20_000 + (at % width * 4) as u16 + (at / width * 3) as u16;
    (0..width * height).map(pixel).collect()
}

#[test]
fn what_truncation_loses_is_seen() {
    let (width, height) = (256, 128);
    let samples = ramp(width, height);
    let sixteen = |samples| ImageView::new_16(width, height, Channels::Gray, samples).unwrap();
    let eight = |samples| ImageView::new(width, height, Channels::Gray, samples).unwrap();
    let cut: Vec<u8> = samples.iter().map(|sample| (sample >> 8) as u8).collect();
    for metric in [Metric::Ssimulacra2, Metric::Ssimulacra2Exact, Metric::Butteraugli] {
        let reference = Reference::new(metric, sixteen(&samples)).unwrap();
        let of_cut = reference.score(eight(&cut)).unwrap();
        assert!(of_cut < metric.of_identical(), "{metric:?}: {of_cut:?}");
        let same = reference.score(sixteen(&samples)).unwrap();
        assert!((same.value() - metric.of_identical().value()).abs() < 1e-6, "{metric:?}: {same:?}");
        // To a reference that was cut itself, the cut picture would be perfect.
        let blind = Reference::new(metric, eight(&cut)).unwrap();
        assert!((blind.score(eight(&cut)).unwrap().value() - metric.of_identical().value()).abs() < 1e-6);
    }
}
