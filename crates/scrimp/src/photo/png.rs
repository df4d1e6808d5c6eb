//! A photo from a PNG.

use super::{Format, Photo};
use crate::{Error, LimitKind, Limits, Unsupported, metadata};
use png::{BitDepth, ColorType, Info, Transformations};
use scrimp_jpeg::{Channels, Pixels};
use std::io::Cursor;

/// What to do with pictures that are not plain 8-bit gray or colour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing that can be seen is dropped.
    Faithful,
    /// As Pillow's `convert("RGB")`.
    AsPillow,
}

pub(super) fn size(bytes: &[u8], limits: &Limits) -> Result<(u64, u64), Error> {
    let mut decoder = decoder(bytes, limits);
    let header = decoder.read_header_info().map_err(damaged)?;
    let (width, height) = (header.width.into(), header.height.into());
    limits.check_size(width, height)?;
    Ok((width, height))
}

fn decoder<'a>(bytes: &'a [u8], limits: &Limits) -> png::Decoder<Cursor<&'a [u8]>> {
    let memory = usize::try_from(limits.memory).unwrap_or(usize::MAX);
    png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: memory })
}

pub(super) fn read(bytes: &[u8], limits: &Limits, reading: Reading) -> Result<Photo, Error> {
    let (width, height) = size(bytes, limits)?;
    let mut decoder = decoder(bytes, limits);
    let strip =
        if reading == Reading::AsPillow { Transformations::STRIP_16 } else { Transformations::IDENTITY };
    decoder.set_transformations(Transformations::EXPAND | strip);
    let mut reader = decoder.read_info().map_err(damaged)?;
    check_kind(reader.info(), reading)?;
    let size = reader.output_buffer_size().ok_or_else(|| too_much_memory(limits))?;
    let mut samples = Vec::new();
    samples.try_reserve_exact(size).map_err(|_| too_much_memory(limits))?;
    samples.resize(size, 0);
    let output = reader.next_frame(&mut samples).map_err(damaged)?;
    reader.finish().map_err(damaged)?;
    samples.truncate(output.buffer_size());

    let info = reader.info();
    let (channels, samples) = plain(output.color_type, samples, reading)?;
    let (channels, samples) = if reading == Reading::AsPillow && is_colour_to_pillow(info) {
        (Channels::Rgb, samples.iter().flat_map(|sample| [*sample; 3]).collect())
    } else {
        (channels, samples)
    };
    let carried = carried(info, limits)?;
    let pixels = Pixels::new(width as usize, height as usize, channels, samples)
        .map_err(|error| Error::Defect(error.to_string()))?;
    Ok(Photo { format: Format::Png, pixels, carried, layout: None, source: None, trailing_bytes: 0 })
}

fn damaged(error: png::DecodingError) -> Error {
    Error::Damaged(error.to_string())
}

fn too_much_memory(limits: &Limits) -> Error {
    let found = limits.memory.saturating_add(1);
    Error::Limit { which: LimitKind::Memory, found, limit: limits.memory }
}

fn check_kind(info: &Info<'_>, reading: Reading) -> Result<(), Error> {
    let kind = match reading {
        Reading::AsPillow
            if info.bit_depth == BitDepth::Sixteen && info.color_type == ColorType::Grayscale =>
        {
            Unsupported::Depth
        }
        Reading::AsPillow => return Ok(()),
        Reading::Faithful if info.animation_control.is_some() => Unsupported::Animation,
        Reading::Faithful if info.bit_depth == BitDepth::Sixteen => Unsupported::Depth,
        Reading::Faithful if !is_srgb_or_profiled(info) => Unsupported::Gamma,
        Reading::Faithful => return Ok(()),
    };
    Err(Error::Unsupported(kind))
}

/// Whether a viewer that reads only ICC profiles shows these colours right (PNG third edition, 4.3 and 11.3.2).
fn is_srgb_or_profiled(info: &Info<'_>) -> bool {
    // Primaries of BT.709 and the transfer function of sRGB (ITU-T H.273).
    let cicp_is_srgb = info
        .coding_independent_code_points
        .is_none_or(|code| code.color_primaries == 1 && code.transfer_function == 13);
    // Encoders write 1/2.2 as 45455; anything near it is shown as sRGB.
    let gamma_is_srgb = info.gama_chunk.is_none_or(|gamma| gamma.into_scaled().abs_diff(45_455) <= 500);
    cicp_is_srgb && (info.icc_profile.is_some() || info.srgb.is_some() || gamma_is_srgb)
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

fn carried(info: &Info<'_>, limits: &Limits) -> Result<Vec<metadata::Carried>, Error> {
    let xmp = info.utf8_text.iter().find(|chunk| chunk.keyword == "XML:com.adobe.xmp");
    let xmp = xmp.and_then(|chunk| chunk.get_text().ok());
    let carried =
        metadata::of_png(info.icc_profile.as_deref(), info.exif_metadata.as_deref(), xmp.as_deref());
    let total = carried.iter().map(|(_, payload)| payload.len() as u64).sum();
    limits.check(LimitKind::MetadataBytes, total)?;
    Ok(carried)
}
