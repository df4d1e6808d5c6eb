//! A photo from a PNG.

mod chunks;
mod colour;
mod pixels;
mod riders;

use super::{Format, Photo};
use crate::riders::Riders;
use crate::watch::Watch;
use crate::{Error, Limits, Unsupported};
use chunks::{Chunks, damaged};
use pixels::{check_stream, decode, decoder, refusal};
use png::{BitDepth, ColorType, Info};
use scrimp_jpeg::{Channels, Pixels};

/// What to do with pictures that are not plain 8-bit gray or colour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing that can be seen is dropped.
    Faithful,
    /// As Pillow's `convert("RGB")`.
    AsPillow,
}

pub(super) fn size(bytes: &[u8], limits: &Limits) -> Result<(u64, u64), Error> {
    let mut decoder = decoder(bytes, limits, Reading::AsPillow);
    let header = decoder.read_header_info().map_err(|error| refusal(error, limits))?;
    let (width, height) = (header.width.into(), header.height.into());
    limits.check_size(width, height)?;
    Ok((width, height))
}

pub(super) fn read(
    bytes: &[u8],
    limits: &Limits,
    reading: Reading,
    watch: &Watch<'_>,
) -> Result<Photo, Error> {
    let (width, height) = size(bytes, limits)?;
    watch.check()?;
    let chunks = Chunks::read(bytes, limits, reading)?;
    let mut rows = decoder(bytes, limits, reading).read_info().map_err(|error| refusal(error, limits))?;
    check_kind(&chunks, rows.info(), reading)?;
    let carried = riders::carried(&chunks, limits, reading, watch)?;
    let (colour, _) = rows.output_color_type();
    let samples = decode(&mut rows, limits, watch)?;
    let info = rows.info();
    if reading == Reading::Faithful {
        check_stream(&chunks, info, watch)?;
    }

    let (channels, samples) = plain(colour, samples, reading)?;
    let (channels, samples) = if reading == Reading::AsPillow && is_colour_to_pillow(info) {
        (Channels::Rgb, samples.iter().flat_map(|sample| [*sample; 3]).collect())
    } else {
        (channels, samples)
    };
    let pixels = Pixels::new(width as usize, height as usize, channels, samples)
        .map_err(|error| Error::Defect(error.to_string()))?;
    let riders = Riders::of_other(carried, chunks.trailing_bytes);
    Ok(Photo { format: Format::Png, pixels, riders, layout: None, source: None, own: None })
}

fn check_kind(chunks: &Chunks<'_>, info: &Info<'_>, reading: Reading) -> Result<(), Error> {
    let is_deep = info.bit_depth == BitDepth::Sixteen;
    let kind = match reading {
        Reading::AsPillow if is_deep && info.color_type == ColorType::Grayscale => Unsupported::Depth,
        Reading::AsPillow => return Ok(()),
        Reading::Faithful if chunks.is_animated => Unsupported::Animation,
        Reading::Faithful if is_deep => Unsupported::Depth,
        // The decoder passes over one that it does not understand.
        Reading::Faithful if chunks.has_transparency && info.trns.is_none() => {
            return Err(damaged(*b"tRNS", "is not where or what it must be"));
        }
        Reading::Faithful => return colour::check(chunks),
    };
    Err(Error::Unsupported(kind))
}

/// The samples without alpha.
fn plain(colour: ColorType, mut samples: Vec<u8>, reading: Reading) -> Result<(Channels, Vec<u8>), Error> {
    let opaque = match colour {
        ColorType::Grayscale => return Ok((Channels::Gray, samples)),
        ColorType::Rgb => return Ok((Channels::Rgb, samples)),
        ColorType::GrayscaleAlpha => 1,
        ColorType::Rgba => 3,
        ColorType::Indexed => return Err(Error::Defect("a palette was not expanded".into())),
    };
    let pixel = opaque + 1;
    // An alpha channel that says nothing is nothing lost: screenshots have one as a rule.
    if reading == Reading::Faithful && samples.chunks_exact(pixel).any(|pixel| pixel[opaque] != 255) {
        return Err(Error::Unsupported(Unsupported::Alpha));
    }
    let count = samples.len() / pixel;
    for index in 0..count {
        samples.copy_within(index * pixel..index * pixel + opaque, index * opaque);
    }
    samples.truncate(count * opaque);
    Ok((if opaque == 3 { Channels::Rgb } else { Channels::Gray }, samples))
}

/// Gray pictures that Pillow opens in modes "LA" and "1", which `convert("RGB")` turns into colour; only mode "L"
/// stays gray.
fn is_colour_to_pillow(info: &Info<'_>) -> bool {
    let one_bit = info.bit_depth == BitDepth::One && info.color_type == ColorType::Grayscale;
    one_bit || info.color_type == ColorType::GrayscaleAlpha
}
