//! Whether a PNG's colours are those that a JPEG of the same numbers shows.

use super::chunks::{Chunks, damaged};
use crate::{Error, Unsupported};

/// BT.709's white point and primaries, which are those of sRGB, in cHRM's order and unit (1/100,000).
const BT709: [u32; 8] = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];

/// As far as libpng's test for sRGB lets them be off: encoders round.
const NEAR: u32 = 1_000;

/// BT.709's primaries, sRGB's transfer function, RGB, full range (ITU-T H.273).
const CICP_OF_SRGB: &[u8] = &[1, 13, 0, 1];

/// Refuses colours that a viewer that reads only ICC profiles would show wrong (PNG third edition, 4.3).
pub(super) fn check(chunks: &Chunks<'_>) -> Result<(), Error> {
    let cicp = sized(chunks, b"cICP", 4)?;
    let intent = sized(chunks, b"sRGB", 1)?;
    let gamma = sized(chunks, b"gAMA", 4)?;
    let chromaticities = sized(chunks, b"cHRM", 32)?;
    let profile = chunks.single(b"iCCP")?;
    if intent.is_some_and(|intent| intent[0] > 3) {
        return Err(damaged(*b"sRGB", "has an unknown intent"));
    }

    let said = |expected: bool| if expected { Ok(()) } else { Err(Error::Unsupported(Unsupported::Gamma)) };
    match cicp {
        Some(code) => said(code == CICP_OF_SRGB),
        None if profile.is_some() || intent.is_some() => Ok(()),
        // Encoders write 1/2.2 as 45455; anything near it is shown as sRGB.
        None => said(
            gamma.is_none_or(|gamma| are_near(gamma, &[45_455], 500))
                && chromaticities.is_none_or(|found| are_near(found, &BT709, NEAR)),
        ),
    }
}

fn sized<'a>(chunks: &Chunks<'a>, kind: &[u8; 4], length: usize) -> Result<Option<&'a [u8]>, Error> {
    match chunks.single(kind)? {
        Some(data) if data.len() != length => Err(damaged(*kind, "has a wrong length")),
        other => Ok(other),
    }
}

fn are_near(found: &[u8], expected: &[u32], tolerance: u32) -> bool {
    let (numbers, _) = found.as_chunks();
    numbers
        .iter()
        .zip(expected)
        .all(|(found, expected)| u32::from_be_bytes(*found).abs_diff(*expected) <= tolerance)
}
