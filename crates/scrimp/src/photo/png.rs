//! A photo from a PNG.

mod chunks;
mod colour;
mod pixels;
mod plain;
mod riders;
mod stream;

use super::raster::{Alpha, Raster, Samples};
use super::{Format, Photo};
use crate::metadata::icc_segments;
use crate::watch::Watch;
use crate::{Error, Frames, Limits, Options, Unsupported};
use chunks::{Chunks, damaged};
use pixels::{check_stream, decode, decoder, refusal};
use png::{BitDepth, ColorType, Info};
use scrimp_jpeg::Channels;

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

/// Whether it has more than 8 bits a sample: those stand behind the sides in the header, the first chunk.
pub(super) fn is_deep(bytes: &[u8]) -> bool {
    const DEPTH: usize = 24;
    bytes.get(DEPTH) == Some(&16)
}

pub(super) fn read(
    bytes: &[u8],
    options: &Options,
    reading: Reading,
    watch: &Watch<'_>,
) -> Result<Photo, Error> {
    let limits = &options.limits;
    let (width, height) = size(bytes, limits)?;
    watch.check()?;
    let chunks = Chunks::read(bytes, limits, reading)?;
    let mut rows = decoder(bytes, limits, reading).read_info().map_err(|error| refusal(error, limits))?;
    check_kind(&chunks, rows.info(), reading, options.frames)?;
    let is_gray = matches!(rows.info().color_type, ColorType::Grayscale | ColorType::GrayscaleAlpha);
    let (colour, depth) = rows.output_color_type();
    let profile = match reading {
        Reading::Faithful => colour::profile(&chunks, is_gray)?,
        Reading::AsPillow => None,
    };
    let mut carried = riders::carried(&chunks, limits, reading, watch)?;
    carried.extend(profile.iter().flat_map(|profile| icc_segments(profile)));
    if depth == BitDepth::Sixteen {
        limits.check_deep(width, height)?;
    }
    let samples = if reading == Reading::Faithful && plain::is_plain(rows.info()) {
        let samples = plain::decode(chunks.pixel_data(), rows.info(), limits, watch)?;
        rows.finish().map_err(|error| refusal(error, limits))?;
        samples
    } else {
        let samples = decode(&mut rows, limits, watch)?;
        if reading == Reading::Faithful {
            check_stream(&chunks, rows.info(), watch)?;
        }
        samples
    };
    let info = rows.info();
    let is_colour_to_pillow = reading == Reading::AsPillow && is_colour_to_pillow(info);
    let (channels, alpha) = layout(colour)?;
    let samples = if depth == BitDepth::Sixteen {
        Samples::Sixteen(samples.as_chunks().0.iter().map(|bytes| u16::from_be_bytes(*bytes)).collect())
    } else {
        Samples::Eight(samples)
    };
    let (width, height) = (width as usize, height as usize);
    if reading == Reading::Faithful {
        let raster = Raster { width, height, channels, alpha, samples };
        return Photo::still(Format::Png, raster, carried, chunks.trailing_bytes, options);
    }
    let Samples::Eight(samples) = samples else {
        return Err(Error::Defect("16 bits were not stripped".into()));
    };
    let samples = without_alpha(samples, channels.count(), alpha);
    let (channels, samples) = if is_colour_to_pillow {
        (Channels::Rgb, samples.iter().flat_map(|sample| [*sample; 3]).collect())
    } else {
        (channels, samples)
    };
    let raster = Raster { width, height, channels, alpha: Alpha::None, samples: Samples::Eight(samples) };
    Photo::still(Format::Png, raster, carried, chunks.trailing_bytes, options)
}

fn check_kind(chunks: &Chunks<'_>, info: &Info<'_>, reading: Reading, frames: Frames) -> Result<(), Error> {
    let is_deep = info.bit_depth == BitDepth::Sixteen;
    let kind = match reading {
        Reading::AsPillow if is_deep && info.color_type == ColorType::Grayscale => Unsupported::Depth,
        Reading::AsPillow => return Ok(()),
        Reading::Faithful if chunks.is_animated && frames == Frames::Single => Unsupported::Animation,
        // The decoder passes over one that it does not understand.
        Reading::Faithful if chunks.has_transparency && info.trns.is_none() => {
            return Err(damaged(*b"tRNS", "is not where or what it must be"));
        }
        Reading::Faithful => return Ok(()),
    };
    Err(Error::Unsupported(kind))
}

/// What the decoder's samples mean.
fn layout(colour: ColorType) -> Result<(Channels, Alpha), Error> {
    match colour {
        ColorType::Grayscale => Ok((Channels::Gray, Alpha::None)),
        ColorType::Rgb => Ok((Channels::Rgb, Alpha::None)),
        ColorType::GrayscaleAlpha => Ok((Channels::Gray, Alpha::Straight)),
        ColorType::Rgba => Ok((Channels::Rgb, Alpha::Straight)),
        ColorType::Indexed => Err(Error::Defect("a palette was not expanded".into())),
    }
}

/// The samples, alpha dropped whatever it says.
fn without_alpha(mut samples: Vec<u8>, opaque: usize, alpha: Alpha) -> Vec<u8> {
    if alpha == Alpha::None {
        return samples;
    }
    let count = samples.len() / (opaque + 1);
    for index in 0..count {
        samples.copy_within(index * (opaque + 1)..index * (opaque + 1) + opaque, index * opaque);
    }
    samples.truncate(count * opaque);
    samples
}

/// Gray pictures that Pillow opens in modes "LA" and "1", which `convert("RGB")` turns into colour; only mode "L"
/// stays gray.
fn is_colour_to_pillow(info: &Info<'_>) -> bool {
    let one_bit = info.bit_depth == BitDepth::One && info.color_type == ColorType::Grayscale;
    one_bit || info.color_type == ColorType::GrayscaleAlpha
}
