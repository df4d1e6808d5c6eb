//! A photo from a GIF (GIF89a).

mod blocks;

use super::raster::{Alpha, Raster, Samples};
use super::watched::{Watched, refused, room};
use super::{Format, Photo};
use crate::metadata::{ForeignMetadata, of_foreign};
use crate::watch::Watch;
use crate::{Error, Frames, LimitKind, Limits, Options, Unsupported};
use blocks::Blocks;
use gif::{ColorOutput, DecodeOptions, Decoder, Frame, MemoryLimit};
use scrimp_jpeg::Channels;
use std::num::NonZeroU64;

const RGBA: usize = 4;

pub(super) fn size(bytes: &[u8], limits: &Limits) -> Result<(u64, u64), Error> {
    let &[w0, w1, h0, h1, ..] = bytes.get(6..).unwrap_or_default() else {
        return Err(Error::Damaged("it ends within its header".into()));
    };
    let (width, height) = (u16::from_le_bytes([w0, w1]).into(), u16::from_le_bytes([h0, h1]).into());
    limits.check_size(width, height)?;
    Ok((width, height))
}

pub(super) fn read(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Photo, Error> {
    let limits = &options.limits;
    let (width, height) = size(bytes, limits)?;
    let (width, height) = (width as usize, height as usize);
    let mut decode = DecodeOptions::new();
    decode.set_color_output(ColorOutput::RGBA);
    decode.check_frame_consistency(true);
    decode.allow_unknown_blocks(false);
    let memory = NonZeroU64::new(limits.memory).unwrap_or(NonZeroU64::MIN);
    decode.set_memory_limit(MemoryLimit::Bytes(memory));
    let mut decoder = decode.read_info(Watched::new(bytes, watch)).map_err(|error| refused(watch, &error))?;
    // What no frame covers shows through.
    let mut canvas = room(width.checked_mul(height).and_then(|pixels| pixels.checked_mul(RGBA)), limits)?;
    let frame = decoder.read_next_frame().map_err(|error| refused(watch, &error))?;
    let frame = frame.ok_or_else(|| Error::Damaged("it holds no picture".into()))?;
    draw(frame, width, &mut canvas);
    if options.frames == Frames::Single {
        let next = decoder.next_frame_info().map_err(|error| refused(watch, &error))?;
        if next.is_some() {
            return Err(Error::Unsupported(Unsupported::Animation));
        }
    }
    let blocks = Blocks::read(bytes);
    let carried = of_foreign(metadata(&decoder, blocks.comments, limits)?);
    let samples = Samples::Eight(canvas);
    let raster = Raster { width, height, channels: Channels::Rgb, alpha: Alpha::Straight, samples };
    Photo::still(Format::Gif, raster, carried, blocks.trailing_bytes, options)
}

/// Puts a frame in its place on a canvas of this width, within which it was checked to lie.
fn draw(frame: &Frame<'_>, width: usize, canvas: &mut [u8]) {
    let (left, top, stride) =
        (usize::from(frame.left), usize::from(frame.top), usize::from(frame.width) * RGBA);
    if stride == 0 {
        return;
    }
    let rows = canvas.chunks_exact_mut(width * RGBA).skip(top);
    for (row, from) in rows.zip(frame.buffer.chunks_exact(stride)) {
        if let Some(place) = row[left * RGBA..].get_mut(..stride) {
            place.copy_from_slice(from);
        }
    }
}

fn metadata(
    decoder: &Decoder<Watched<'_>>,
    comments: Vec<Vec<u8>>,
    limits: &Limits,
) -> Result<ForeignMetadata, Error> {
    let found = ForeignMetadata {
        icc: decoder.icc_profile().map(<[u8]>::to_vec),
        xmp: decoder.xmp_metadata().map(<[u8]>::to_vec).into_iter().collect(),
        comments,
        ..ForeignMetadata::default()
    };
    let bytes = found.icc.iter().chain(&found.xmp).chain(&found.comments).map(Vec::len).sum::<usize>();
    limits.check(LimitKind::MetadataSegments, found.comments.len() as u64)?;
    limits.check(LimitKind::MetadataBytes, bytes as u64)?;
    Ok(found)
}
