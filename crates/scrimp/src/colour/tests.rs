//! The conversion against pinned values, against the formula, and against broken profiles.

use super::*;
use proptest::prelude::*;

/// The marker segments that carry `profile`.
pub(super) fn carried(profile: &[u8]) -> Vec<Carried> {
    metadata::of_foreign(metadata::ForeignMetadata { icc: Some(profile.to_vec()), ..Default::default() })
}

fn conversion(profile: &ColorProfile, channels: Channels) -> ToSrgb {
    ToSrgb::from_carried(&carried(&profile.encode().unwrap()), channels).unwrap()
}

fn converted(profile: &ColorProfile, channels: Channels, samples: &[u8]) -> Vec<u8> {
    let width = samples.len() / channels.count();
    let pixels = Pixels::new(width, 1, channels, samples.to_vec()).unwrap();
    conversion(profile, channels).apply(&pixels).unwrap().samples().to_vec()
}

/// FNV-1a.
pub(super) fn checksum(samples: &[u8]) -> u64 {
    samples.iter().fold(0xCBF2_9CE4_8422_2325, |sum, sample| {
        (sum ^ u64::from(*sample)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[test]
fn converted_pixels_are_the_same_on_every_machine() {
    let colours = lattice();
    let grays: Vec<u8> = (0..=255).collect();
    let sums = [
        checksum(&converted(&ColorProfile::new_display_p3(), Channels::Rgb, &colours)),
        checksum(&converted(&ColorProfile::new_adobe_rgb(), Channels::Rgb, &colours)),
        checksum(&converted(&ColorProfile::new_pro_photo_rgb(), Channels::Rgb, &colours)),
        checksum(&converted(&ColorProfile::new_gray_with_gamma(1.8), Channels::Gray, &grays)),
    ];
    let expected =
        [0xAE40_FBE6_9DB3_707D, 0x3669_77E1_71BD_7299, 0x5AA2_A026_F991_779F, 0x3189_8432_B986_C6A6];
    assert_eq!(sums, expected, "{sums:#018x?}");
}

/// A 16-bit PNG of these grays or colours, with its profile.
fn deep_photo(profile: &ColorProfile, channels: Channels, samples: &[u16]) -> Photo {
    let mut file = Vec::new();
    let mut info = png::Info::with_size((samples.len() / channels.count()) as u32, 1);
    info.bit_depth = png::BitDepth::Sixteen;
    info.color_type = match channels {
        Channels::Gray => png::ColorType::Grayscale,
        Channels::Rgb => png::ColorType::Rgb,
    };
    info.icc_profile = Some(profile.encode().unwrap().into());
    let mut writer = png::Encoder::with_info(&mut file, info).unwrap().write_header().unwrap();
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_be_bytes()).collect();
    writer.write_image_data(&bytes).unwrap();
    writer.finish().unwrap();
    Photo::read(&file, &crate::Options::default()).unwrap()
}

fn converted_deep(profile: &ColorProfile, channels: Channels, samples: &[u16]) -> Vec<u16> {
    let photo = deep_photo(profile, channels, samples);
    match ToSrgb::of(&photo).unwrap().original(&photo, &Watch::start(&crate::Options::default())).unwrap() {
        Seen::Sixteen(deep) => deep.samples().to_vec(),
        Seen::Eight(_) => panic!("16 bits were cut to 8"),
    }
}

#[test]
fn sixteen_bits_are_converted_as_sixteen_bits_the_same_on_every_machine() {
    let colours: Vec<u16> = lattice().iter().map(|sample| (257 * u16::from(*sample)) ^ 0x0055).collect();
    let grays: Vec<u16> = (0..4096).map(|step| 16 * step + 5).collect();
    let sum = |samples: Vec<u16>| {
        checksum(&samples.iter().flat_map(|sample| sample.to_be_bytes()).collect::<Vec<_>>())
    };
    let gamma = converted_deep(&ColorProfile::new_gray_with_gamma(1.8), Channels::Gray, &grays);
    let mut levels = gamma.clone();
    levels.dedup();
    assert!(levels.len() > 3_000, "{} levels are left of 4096", levels.len());
    let sums = [
        sum(converted_deep(&ColorProfile::new_display_p3(), Channels::Rgb, &colours)),
        sum(converted_deep(&ColorProfile::new_adobe_rgb(), Channels::Rgb, &colours)),
        sum(gamma),
    ];
    let expected = [0xFD89_7897_7DF7_82AB, 0x3535_0EF4_CB5E_7A22, 0xC979_512D_2D3F_FBAD];
    assert_eq!(sums, expected, "{sums:#018x?}");
}

/// From IEC 61966-2-1.
#[expect(clippy::disallowed_methods, reason = "the formula that the conversion is held against")]
fn encoded(light: f64) -> f64 {
    let light = light.clamp(0.0, 1.0);
    255.0 * if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

#[expect(clippy::disallowed_methods, reason = "the formula that the conversion is held against")]
fn decoded(sample: u8) -> f64 {
    let value = f64::from(sample) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

#[test]
fn display_p3_is_converted_by_its_definition() {
    // Linear Display P3 to linear sRGB, both D65 (SMPTE EG 432-1 and IEC 61966-2-1 primaries).
    const MATRIX: [[f64; 3]; 3] = [
        [1.224_940_18, -0.224_940_18, 0.0],
        [-0.042_056_95, 1.042_056_95, 0.0],
        [-0.019_637_55, -0.078_636_05, 1.098_273_60],
    ];
    let colours = lattice();
    let ours = converted(&ColorProfile::new_display_p3(), Channels::Rgb, &colours);
    for (rgb, ours) in colours.chunks(3).zip(ours.chunks(3)) {
        let light: Vec<f64> = rgb.iter().map(|sample| decoded(*sample)).collect();
        for (row, ours) in MATRIX.iter().zip(ours) {
            let expected = encoded(row.iter().zip(&light).map(|(a, b)| a * b).sum());
            assert!((f64::from(*ours) - expected).abs() <= 1.5, "{rgb:?}: {ours}, not {expected}");
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the formula that the conversion is held against")]
fn a_gray_gamma_is_converted_by_its_definition() {
    let grays: Vec<u8> = (0..=255).collect();
    let ours = converted(&ColorProfile::new_gray_with_gamma(1.8), Channels::Gray, &grays);
    for (gray, ours) in grays.iter().zip(ours) {
        let expected = encoded((f64::from(*gray) / 255.0).powf(1.8));
        assert!((f64::from(ours) - expected).abs() <= 1.5, "{gray}: {ours}, not {expected}");
    }
}

#[test]
fn srgb_is_left_as_it_is() {
    assert!(matches!(conversion(&ColorProfile::new_srgb(), Channels::Rgb), ToSrgb::AsIs));
    assert!(matches!(ToSrgb::from_carried(&[], Channels::Rgb), Ok(ToSrgb::AsIs)));
    let colour = |profile: ColorProfile| matches!(conversion(&profile, Channels::Rgb), ToSrgb::Colour(_));
    assert!(colour(ColorProfile::new_adobe_rgb()) && colour(ColorProfile::new_display_p3()));
}

#[test]
fn a_profile_for_other_samples_or_with_a_piece_missing_is_refused() {
    let refused = |carried: &[Carried], channels| ToSrgb::from_carried(carried, channels).is_err();
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    assert!(!refused(&carried(&p3), Channels::Rgb));
    assert!(refused(&carried(&p3), Channels::Gray));
    let gray = ColorProfile::new_gray_with_gamma(2.2).encode().unwrap();
    assert!(refused(&carried(&gray), Channels::Rgb));
    assert!(refused(&carried(b"no profile"), Channels::Rgb));
    let mut pieces = carried(&p3);
    for (_, payload) in pieces.iter_mut().filter(|(_, payload)| payload.starts_with(b"ICC_PROFILE")) {
        payload[13] = 2;
    }
    assert!(refused(&pieces, Channels::Rgb), "one of two pieces");
}

proptest! {
    #[test]
    fn no_profile_ends_the_program(
        place in 0..600_usize, bytes in proptest::collection::vec(any::<u8>(), 1..24), gray: bool, cut in 0..700_usize,
    ) {
        let profile =
            if gray { ColorProfile::new_gray_with_gamma(2.2) } else { ColorProfile::new_display_p3() };
        let mut profile = profile.encode().unwrap();
        let place = place % profile.len();
        for (to, from) in profile[place..].iter_mut().zip(&bytes) {
            *to = *from;
        }
        profile.truncate(profile.len().min(cut + 132));
        let channels = if gray { Channels::Gray } else { Channels::Rgb };
        let pixels = Pixels::new(2, 1, channels, vec![100; 2 * channels.count()]).unwrap();
        if let Ok(conversion) = ToSrgb::from_carried(&carried(&profile), channels) {
            prop_assert!(conversion.apply(&pixels).is_ok());
        }
    }
}
