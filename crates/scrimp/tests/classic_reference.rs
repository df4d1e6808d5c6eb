//! The classic algorithm against Pillow and pyssim on made pictures. `golden/classic_reference.py` writes what they
//! answer.

#![allow(missing_docs)]

use scrimp::classic::resample::{Filter, resize};
use scrimp::classic::{Centre, Classic, decide, get_ssim_at_quality};
use scrimp::{Channels, Pixels};
use serde_json::Value;

const TOLERANCE: f64 = 1e-9;

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("golden/classic_reference.json")).unwrap()
}

fn number(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

/// Slopes, and noise where x is beyond y.
fn picture(case: &Value) -> Pixels {
    let (width, height, channels) =
        (number(&case["size"][0]), number(&case["size"][1]), number(&case["channels"]));
    let sample = |x: u32, y: u32, c: u32| {
        let slope = (x * (2 + c) + y * 3) % 512;
        let noise =
            (x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663) ^ c.wrapping_mul(83_492_791)) >> 8;
        (slope.min(511 - slope) + noise % if x > y { 64 } else { 8 }).min(255) as u8
    };
    let places = (0..height as u32).flat_map(|y| (0..width as u32).map(move |x| (x, y)));
    let samples = places.flat_map(|(x, y)| (0..channels as u32).map(move |c| sample(x, y, c))).collect();
    Pixels::new(width, height, if channels == 1 { Channels::Gray } else { Channels::Rgb }, samples).unwrap()
}

/// FNV-1a, 64 bits.
fn checksum(pixels: &Pixels) -> String {
    let step = |value: u64, byte: &u8| (value ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3);
    format!("{:016x}", pixels.samples().iter().fold(0xCBF2_9CE4_8422_2325, step))
}

#[test]
fn the_pictures_are_those_that_python_saw() {
    for case in cases() {
        assert_eq!(case["picture"], checksum(&picture(&case)), "{}", case["size"]);
    }
}

#[test]
fn resized_pictures_are_pillows_bit_for_bit() {
    for case in cases() {
        let picture = picture(&case);
        for wanted in case["resized"].as_array().unwrap() {
            let (width, height) = (number(&wanted["size"][0]), number(&wanted["size"][1]));
            for (name, filter) in [("nearest", Filter::Nearest), ("bicubic", Filter::Bicubic)] {
                let resized = resize(&picture, width, height, filter).unwrap();
                assert_eq!(wanted[name], checksum(&resized), "{} to {width}x{height}, {name}", case["size"]);
            }
        }
    }
}

#[test]
fn decisions_are_those_of_the_published_code() {
    for case in cases() {
        for (world, classic) in [("published", Classic::default()), ("today", Classic::today())] {
            let (wanted, decision) = (&case[world], decide(&picture(&case), &classic).unwrap());
            let context = format!("{} {world}: {decision:?}, not {wanted}", case["size"]);
            assert_eq!(wanted["quality"], decision.quality, "{context}");
            assert!((wanted["ssim"].as_f64().unwrap() - decision.ssim).abs() < TOLERANCE, "{context}");
            let probes = wanted["probes"].as_array().unwrap();
            assert_eq!(probes.len(), decision.probes.len(), "{context}");
            for (wanted, (quality, ssim)) in probes.iter().zip(&decision.probes) {
                assert_eq!(wanted[0], *quality, "{context}");
                assert!((wanted[1].as_f64().unwrap() - ssim).abs() < TOLERANCE, "{context}");
            }
        }
    }
}

#[test]
fn ssim_at_a_quality_is_pyssims_at_any_size() {
    for case in cases() {
        for wanted in case["ssim_at_own_size"].as_array().unwrap() {
            let quality = number(&wanted[0]) as u8;
            let ssim = get_ssim_at_quality(&picture(&case), quality, Centre::Shifted).unwrap();
            let gap = (wanted[1].as_f64().unwrap() - ssim).abs();
            assert!(gap < TOLERANCE, "{} x {} at {quality}: off by {gap:e}", case["size"], case["channels"]);
        }
    }
}
