//! What a PNG's chunks say of its colours, as the ICC profile that a JPEG of the same numbers needs.

use super::chunks::{Chunks, damaged};
use crate::{Error, Unsupported};
use moxcms::{Chromaticity, ColorPrimaries, ColorProfile, LocalizableString, ProfileText, ToneReprCurve};

/// BT.709's white point and primaries, which are those of sRGB, in cHRM's order and unit (1/100,000).
const BT709: [u32; 8] = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];

/// As far as libpng's test for sRGB lets them be off: encoders round.
const NEAR: u32 = 1_000;

/// BT.709's primaries, sRGB's transfer function, RGB, full range (ITU-T H.273).
const CICP_OF_SRGB: &[u8] = &[1, 13, 0, 1];

/// The profile that says of a JPEG of the same numbers what cICP, gAMA and cHRM say here (PNG third edition, 4.3);
/// none where they say sRGB or the PNG has a profile of its own.
pub(super) fn profile(chunks: &Chunks<'_>, is_gray: bool) -> Result<Option<Vec<u8>>, Error> {
    let cicp = sized(chunks, b"cICP", 4)?;
    let intent = sized(chunks, b"sRGB", 1)?;
    let gamma = sized(chunks, b"gAMA", 4)?.map(|gamma| numbers::<1>(gamma)[0]);
    let chromaticities = sized(chunks, b"cHRM", 32)?.map(numbers::<8>);
    let profile = chunks.single(b"iCCP")?;
    if intent.is_some_and(|intent| intent[0] > 3) {
        return Err(damaged(*b"sRGB", "has an unknown intent"));
    }
    match cicp {
        Some(code) if code == CICP_OF_SRGB => return Ok(None),
        // High dynamic range, and other colours of video: an ICC profile says these badly.
        Some(_) => return Err(Error::Unsupported(Unsupported::Gamma)),
        None if profile.is_some() || intent.is_some() => return Ok(None),
        None => {}
    }
    // Encoders write 1/2.2 as 45455; anything near it is shown as sRGB.
    let gamma = gamma.filter(|gamma| gamma.abs_diff(45_455) > 500);
    let chromaticities = chromaticities.filter(|found| !is_gray && !are_near(found, &BT709, NEAR));
    if gamma.is_none() && chromaticities.is_none() {
        return Ok(None);
    }
    if gamma == Some(0) {
        return Err(damaged(*b"gAMA", "is zero"));
    }
    synthesised(gamma, chromaticities, is_gray).map(Some)
}

/// A profile with this exponent (or sRGB's curve) and these primaries (or sRGB's).
fn synthesised(
    gamma: Option<u32>,
    chromaticities: Option<[u32; 8]>,
    is_gray: bool,
) -> Result<Vec<u8>, Error> {
    let unreadable = || Error::Unsupported(Unsupported::Gamma);
    let exponent = gamma.map(|gamma| 100_000.0 / gamma as f32);
    // What an ICC profile's number can say (s15Fixed16), and eyes can see.
    if exponent.is_some_and(|exponent| !(0.05..=20.0).contains(&exponent)) {
        return Err(unreadable());
    }
    let mut profile = match exponent {
        Some(exponent) if is_gray => ColorProfile::new_gray_with_gamma(exponent),
        _ => ColorProfile::new_srgb(),
    };
    profile.cicp = None;
    if !is_gray && let Some(exponent) = exponent {
        let curve = ToneReprCurve::Parametric(vec![exponent]);
        profile.red_trc = Some(curve.clone());
        profile.green_trc = Some(curve.clone());
        profile.blue_trc = Some(curve);
    }
    if let Some(points) = chromaticities {
        let points = points.map(|point| point as f32 / 100_000.0);
        let at = |index: usize| Chromaticity { x: points[2 * index], y: points[2 * index + 1] };
        if points.chunks(2).any(|point| point[1] < 0.001 || point[0] + point[1] > 1.1) {
            return Err(unreadable());
        }
        let primaries = ColorPrimaries { red: at(1), green: at(2), blue: at(3) };
        profile.update_rgb_colorimetry(at(0).to_xyyb(), primaries);
    }
    profile.description = text("from the PNG's own chunks");
    profile.copyright = text("none");
    let mut bytes = profile.encode().map_err(|_| unreadable())?;
    // The encoder writes the time of day, which must not decide bytes (P8): the date of ICC's own sRGB profile.
    const DATE: [u16; 6] = [1998, 2, 9, 6, 49, 0];
    let date = DATE.map(u16::to_be_bytes);
    bytes.get_mut(24..36).ok_or_else(unreadable)?.copy_from_slice(date.as_flattened());
    Ok(bytes)
}

fn text(words: &str) -> Option<ProfileText> {
    let word = |word: &str| word.to_owned();
    Some(ProfileText::Localizable(vec![LocalizableString::new(word("en"), word("US"), word(words))]))
}

fn numbers<const N: usize>(data: &[u8]) -> [u32; N] {
    let (numbers, _) = data.as_chunks();
    std::array::from_fn(|index| numbers.get(index).copied().map_or(0, u32::from_be_bytes))
}

fn sized<'a>(chunks: &Chunks<'a>, kind: &[u8; 4], length: usize) -> Result<Option<&'a [u8]>, Error> {
    match chunks.single(kind)? {
        Some(data) if data.len() != length => Err(damaged(*kind, "has a wrong length")),
        other => Ok(other),
    }
}

fn are_near(found: &[u32], expected: &[u32], tolerance: u32) -> bool {
    found.iter().zip(expected).all(|(found, expected)| found.abs_diff(*expected) <= tolerance)
}
