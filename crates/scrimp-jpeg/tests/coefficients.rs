//! What coefficients say a file will look like is what it looks like.

#![allow(missing_docs)]

use scrimp_jpeg::{Bands, Channels, Coefficients, DecodeBounds, EncodeSettings, Pixels, decode, encode};
use scrimp_testkit::scenes::{self, Scene};

fn assert_same(scene: &Scene, qualities: impl IntoIterator<Item = u8>) {
    let channels = if scene.channels == 1 { Channels::Gray } else { Channels::Rgb };
    let pixels = Pixels::new(scene.width, scene.height, channels, scene.samples.clone()).unwrap();
    let (coefficients, luma) = Coefficients::with_luma(&pixels);
    let gray: Vec<u8> = match channels {
        Channels::Gray => scene.samples.clone(),
        Channels::Rgb => scene.samples.as_chunks::<3>().0.iter().map(gray_of).collect(),
    };
    assert!(luma == gray, "{}x{} {channels:?}", scene.width, scene.height);
    for quality in qualities {
        let settings = EncodeSettings::libjpeg_turbo(quality);
        let decoded = decode(&encode(&pixels, &settings).unwrap(), &DecodeBounds::default()).unwrap().pixels;
        let gray: Vec<u8> = match channels {
            Channels::Gray => decoded.samples().to_vec(),
            Channels::Rgb => decoded.samples().as_chunks::<3>().0.iter().map(gray_of).collect(),
        };
        let shown = gray_of_bands(coefficients.gray_bands_at(&settings.tables));
        assert_eq!(gray.len(), shown.len());
        let wrong = gray.iter().zip(&shown).filter(|(decoded, shown)| decoded != shown).count();
        let (width, height) = (scene.width, scene.height);
        assert_eq!(wrong, 0, "{width}x{height} {channels:?} at {quality}");
    }
}

fn gray_of_bands(mut bands: Bands<'_>) -> Vec<u8> {
    let mut gray = Vec::new();
    while let Some(band) = bands.advance() {
        gray.extend_from_slice(band.samples);
    }
    gray
}

fn gray_of(rgb: &[u8; 3]) -> u8 {
    let [r, g, b] = rgb.map(u32::from);
    ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16) as u8
}

/// Every sample black or white: the greatest coefficients there are.
fn black_and_white(mut scene: Scene) -> Scene {
    scene.samples.iter_mut().for_each(|sample| *sample = if *sample < 128 { 0 } else { 255 });
    scene
}

#[test]
fn every_whole_quality() {
    assert_same(&scenes::landscape(80, 64, 3), 1..=100);
    assert_same(&scenes::static_noise(64, 48, 3), 1..=100);
    assert_same(&black_and_white(scenes::static_noise(64, 48, 4)), 1..=100);
    assert_same(&black_and_white(scenes::static_noise(64, 48, 5)).gray(), 1..=100);
}

#[test]
fn every_small_size() {
    for (width, height) in (1..=19).flat_map(|width| (1..=19).map(move |height| (width, height))) {
        let scene = scenes::static_noise(width, height, 100 + width as u64);
        assert_same(&scene, [30, 95]);
        assert_same(&scene.gray(), [80]);
    }
}

#[test]
fn long_and_odd_sizes() {
    for (width, height) in [(129, 33), (33, 129), (64, 16), (65, 17), (1, 70), (70, 1), (400, 31)] {
        assert_same(&scenes::landscape(width, height, 8), [10, 82, 95]);
        assert_same(&scenes::red_on_white(width, height, 8), [10, 82, 95]);
    }
}
