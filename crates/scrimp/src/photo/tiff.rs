//! A photo from a TIFF: gray, RGB or palette, 8 or 16 bits a sample (TIFF 6.0).

mod directory;
mod extent;
mod riders;

use super::raster::{Alpha, Raster, Samples};
use super::watched::{Watched, refused};
use super::{Format, Photo, trailing_bytes};
use crate::watch::Watch;
use crate::{Error, Frames, LimitKind, Limits, Options, Unsupported};
use directory::{Directory, tag};
use scrimp_jpeg::Channels;
use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult};

pub(super) fn size(bytes: &[u8], limits: &Limits) -> Result<(u64, u64), Error> {
    let (width, height) = size_of(&first_of(bytes, limits)?)?;
    limits.check_size(width, height)?;
    Ok((width, height))
}

fn first_of<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Directory<'a>, Error> {
    let directory = Directory::first(bytes).ok_or_else(|| damaged("its first directory cannot be read"))?;
    limits.check(LimitKind::MetadataSegments, directory.entries.len() as u64)?;
    Ok(directory)
}

fn size_of(directory: &Directory<'_>) -> Result<(u64, u64), Error> {
    let side = |tag| directory.number(tag).map(u64::from).filter(|side| *side > 0);
    side(tag::WIDTH).zip(side(tag::HEIGHT)).ok_or_else(|| damaged("it does not tell its size"))
}

/// A photometric interpretation (TIFF 6.0, section 4).
const BLACK_IS_ZERO: u16 = 1;

fn is_palette(directory: &Directory<'_>) -> bool {
    const PALETTE: u32 = 3;
    directory.number(tag::PHOTOMETRIC) == Some(PALETTE)
}

/// Whether it has more than 8 bits a sample; the colours of a palette have.
pub(super) fn is_deep(bytes: &[u8]) -> bool {
    Directory::first(bytes)
        .is_some_and(|directory| directory.number(tag::BITS) == Some(16) || is_palette(&directory))
}

pub(super) fn read(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Photo, Error> {
    let limits = &options.limits;
    let directory = first_of(bytes, limits)?;
    // A raw photo's first picture is a preview.
    if is_raw(bytes, &directory) {
        return Err(Error::UnsupportedFormat(Format::Raw));
    }
    if is_one_of_several(&directory) {
        return Err(Error::Unsupported(Unsupported::Layers));
    }
    let (width, height) = size_of(&directory)?;
    if is_deep(bytes) { limits.check_deep(width, height) } else { limits.check_size(width, height) }?;
    if directory.next.is_some() && options.frames == Frames::Single {
        return Err(Error::Unsupported(Unsupported::Pages));
    }
    // The decoder takes the highest bit of a byte for the first, whatever the file says.
    let is_reversed = directory.number(tag::FILL_ORDER).is_some_and(|order| order != 1);
    if is_reversed || directory.number(tag::PLANES) == Some(2) {
        return Err(Error::Unsupported(Unsupported::Tiff));
    }
    let carried = riders::carried(&directory, limits)?;
    // The decoder reads no palette; as gray it reads the indices.
    let indices =
        if is_palette(&directory) { directory.file_with(tag::PHOTOMETRIC, BLACK_IS_ZERO) } else { None };
    let mut decoder = Decoder::new(Watched::new(indices.as_deref().unwrap_or(bytes), watch))
        .map_err(|error| refusal(&error, limits, watch))?
        .with_limits(decoder_limits(limits));
    let colour = decoder.colortype().map_err(|error| refusal(&error, limits, watch))?;
    let (mut channels, alpha) = kind(colour, &directory)?;
    // Of a tag that stands there twice the decoder believes the last, and asks for memory by it.
    let seen = decoder.dimensions().map_err(|error| refusal(&error, limits, watch))?;
    if (u64::from(seen.0), u64::from(seen.1)) != (width, height) {
        return Err(damaged("it tells two sizes"));
    }
    let samples = decoder.read_image().map_err(|error| refusal(&error, limits, watch))?;
    let (width, height) = (width as usize, height as usize);
    let samples = match (samples, colour) {
        (DecodingResult::U8(indices), ColorType::Gray(8)) if is_palette(&directory) => {
            channels = Channels::Rgb;
            Samples::Sixteen(directory.colours(&indices).ok_or_else(|| damaged("its palette is too short"))?)
        }
        (DecodingResult::U8(samples), _) => Samples::Eight(samples),
        (DecodingResult::U16(_), _) if is_palette(&directory) => {
            return Err(Error::Unsupported(Unsupported::Depth));
        }
        (DecodingResult::U16(samples), _) => Samples::Sixteen(samples),
        _ => return Err(Error::Unsupported(Unsupported::Depth)),
    };
    let raster = Raster { width, height, channels, alpha, samples };
    raster.check_length()?;
    let trailing_bytes = trailing_bytes(bytes, extent::end(&directory));
    Photo::still(Format::Tiff, raster, carried, trailing_bytes, options)
}

/// DNG and Canon's files say so.
fn is_raw(bytes: &[u8], directory: &Directory<'_>) -> bool {
    bytes.get(8..10) == Some(b"CR") || directory.find(tag::DNG_VERSION).is_some()
}

/// Whether the first picture is a small one, or has others below it: layers, a pyramid, or what a camera hides behind
/// a preview.
fn is_one_of_several(directory: &Directory<'_>) -> bool {
    const REDUCED: u32 = 1;
    directory.find(tag::SUB_DIRECTORIES).is_some()
        || directory.number(tag::NEW_SUBFILE_TYPE).is_some_and(|kind| kind & REDUCED != 0)
}

fn kind(colour: ColorType, directory: &Directory<'_>) -> Result<(Channels, Alpha), Error> {
    // An extra sample that is not said to be anything may be alpha.
    const PREMULTIPLIED: u32 = 1;
    let alpha = match directory.number(tag::EXTRA_SAMPLES) {
        Some(PREMULTIPLIED) => Alpha::Premultiplied,
        _ => Alpha::Straight,
    };
    match colour {
        ColorType::Gray(8 | 16) => Ok((Channels::Gray, Alpha::None)),
        ColorType::GrayA(8 | 16) => Ok((Channels::Gray, alpha)),
        ColorType::RGB(8 | 16) => Ok((Channels::Rgb, Alpha::None)),
        ColorType::RGBA(8 | 16) => Ok((Channels::Rgb, alpha)),
        ColorType::Gray(_) | ColorType::GrayA(_) | ColorType::RGB(_) | ColorType::RGBA(_) => {
            Err(Error::Unsupported(Unsupported::Depth))
        }
        _ => Err(Error::Unsupported(Unsupported::Tiff)),
    }
}

fn decoder_limits(limits: &Limits) -> tiff::decoder::Limits {
    let size = |bytes| usize::try_from(bytes).unwrap_or(usize::MAX);
    let mut bounds = tiff::decoder::Limits::default();
    bounds.decoding_buffer_size = size(limits.memory);
    bounds.intermediate_buffer_size = size(limits.memory);
    bounds.ifd_value_size = size(limits.metadata_bytes);
    bounds
}

fn refusal(error: &tiff::TiffError, limits: &Limits, watch: &Watch<'_>) -> Error {
    match error {
        tiff::TiffError::UnsupportedError(_) => Error::Unsupported(Unsupported::Tiff),
        tiff::TiffError::LimitsExceeded => Error::Limit {
            which: LimitKind::Memory,
            found: limits.memory.saturating_add(1),
            limit: limits.memory,
        },
        other => refused(watch, other),
    }
}

fn damaged(what: &str) -> Error {
    Error::Damaged(what.to_owned())
}
