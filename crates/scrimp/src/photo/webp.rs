//! A photo from a WebP (RFC 9649).

use super::raster::{Alpha, Raster, Samples};
use super::watched::{Watched, refused, room};
use super::{Format, Photo, trailing_bytes};
use crate::metadata::{ForeignMetadata, of_foreign};
use crate::watch::Watch;
use crate::{Error, Frames, LimitKind, Limits, Options, Unsupported};
use image_webp::WebPDecoder;
use scrimp_jpeg::Channels;
use std::time::Duration;

/// What the chunks of a WebP say.
struct Chunks {
    /// Of the canvas, and of each frame that is larger.
    width: u64,
    height: u64,
    frames: usize,
    /// Of the longest frame that is coded with loss.
    lossy_bytes: u64,
    metadata: ForeignMetadata,
    trailing_bytes: usize,
}

impl Chunks {
    /// Walks over the chunks, within the limits for metadata.
    fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        const HEAD: usize = 12;
        let (size, _) = bytes.get(4..).and_then(<[u8]>::split_first_chunk).ok_or_else(cut_short)?;
        let end = (u32::from_le_bytes(*size) as usize).saturating_add(8);
        let mut rest = bytes.get(HEAD..end).ok_or_else(cut_short)?;
        let mut chunks = Self {
            width: 0,
            height: 0,
            frames: 0,
            lossy_bytes: 0,
            metadata: ForeignMetadata::default(),
            trailing_bytes: trailing_bytes(bytes, end),
        };
        let (mut count, mut metadata_bytes) = (0, 0);
        while !rest.is_empty() {
            let (kind, data, behind) = first_of(rest).ok_or_else(cut_short)?;
            rest = behind;
            if !chunks.take_picture(kind, data) {
                count += 1;
                limits.check(LimitKind::MetadataSegments, count)?;
                metadata_bytes += data.len() as u64;
                limits.check(LimitKind::MetadataBytes, metadata_bytes)?;
                chunks.take_metadata(kind, data);
            }
        }
        Ok(chunks)
    }

    /// Notes the sizes of pictures; false if it is no part of one.
    fn take_picture(&mut self, kind: &[u8; 4], data: &[u8]) -> bool {
        let size = match (kind, data) {
            // The canvas, less one.
            (b"VP8X", &[_, _, _, _, w0, w1, w2, h0, h1, h2, ..]) => {
                (1 + u32::from_le_bytes([w0, w1, w2, 0]), 1 + u32::from_le_bytes([h0, h1, h2, 0]))
            }
            // RFC 6386 9.1: behind the frame tag and the start code.
            (b"VP8 ", &[_, _, _, _, _, _, w0, w1, h0, h1, ..]) => {
                self.lossy_bytes = self.lossy_bytes.max(data.len() as u64);
                (u32::from_le_bytes([w0, w1 & 0x3F, 0, 0]), u32::from_le_bytes([h0, h1 & 0x3F, 0, 0]))
            }
            (b"VP8L", &[_, b0, b1, b2, b3, ..]) => {
                let bits = u32::from_le_bytes([b0, b1, b2, b3]);
                (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
            }
            (b"ANMF", _) => {
                self.frames += 1;
                // 16 bytes say where the frame stands; its own chunks follow.
                let mut inner = data.get(16..).unwrap_or_default();
                while let Some((kind, data, behind)) = first_of(inner) {
                    // None stands within another.
                    if kind != b"ANMF" {
                        self.take_picture(kind, data);
                    }
                    inner = behind;
                }
                (0, 0)
            }
            _ => return matches!(kind, b"ALPH" | b"ANIM" | b"VP8X" | b"VP8 " | b"VP8L"),
        };
        self.width = self.width.max(size.0.into());
        self.height = self.height.max(size.1.into());
        true
    }

    fn take_metadata(&mut self, kind: &[u8; 4], data: &[u8]) {
        match kind {
            b"ICCP" => self.metadata.icc = Some(data.to_vec()),
            b"EXIF" => {
                // Some programs write the head that only a JPEG's segment has.
                let exif = data.strip_prefix(b"Exif\0\0").unwrap_or(data);
                self.metadata.exif = Some(exif.to_vec());
            }
            b"XMP " => self.metadata.xmp.push(data.to_vec()),
            b"C2PA" => self.metadata.c2pa = Some(data.to_vec()),
            _ => {}
        }
    }
}

impl Chunks {
    /// About how long the decoding takes that reads all of a frame at once and then looks at no clock: none of it is
    /// coded without loss.
    fn time_of_lossy(&self) -> Duration {
        // Twice what photos of 12 and 16 megapixels, at quality 80 and 100, and noise took, 2026-11-23.
        const NANOSECONDS_A_PIXEL: u64 = 2 * 17;
        const NANOSECONDS_A_BYTE: u64 = 2 * 24;
        let pixels = if self.lossy_bytes > 0 { self.width.saturating_mul(self.height) } else { 0 };
        Duration::from_nanos(
            pixels
                .saturating_mul(NANOSECONDS_A_PIXEL)
                .saturating_add(self.lossy_bytes.saturating_mul(NANOSECONDS_A_BYTE)),
        )
    }
}

/// The first chunk's kind and data, and what follows it.
fn first_of(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first_chunk()?;
    let (size, rest) = rest.split_first_chunk()?;
    let size = u32::from_le_bytes(*size) as usize;
    let data = rest.get(..size)?;
    // A last chunk's filling byte is missing in many files.
    let behind = rest.get(size + size % 2..).unwrap_or_default();
    Some((kind, data, behind))
}

fn cut_short() -> Error {
    Error::Damaged("it ends within a chunk or before the end that it tells".into())
}

pub(super) fn size(bytes: &[u8], limits: &Limits) -> Result<(u64, u64), Error> {
    let chunks = Chunks::read(bytes, limits)?;
    limits.check_size(chunks.width, chunks.height)?;
    Ok((chunks.width, chunks.height))
}

pub(super) fn read(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Photo, Error> {
    let limits = &options.limits;
    let chunks = Chunks::read(bytes, limits)?;
    limits.check_size(chunks.width, chunks.height)?;
    if chunks.frames > 1 && options.frames == Frames::Single {
        return Err(Error::Unsupported(Unsupported::Animation));
    }
    watch.check_for(chunks.time_of_lossy())?;
    let mut decoder = WebPDecoder::new(Watched::new(bytes, watch)).map_err(|error| refused(watch, &error))?;
    let (width, height) = decoder.dimensions();
    if (u64::from(width), u64::from(height)) != (chunks.width, chunks.height) {
        return Err(Error::Damaged("one of its frames is larger than its canvas".into()));
    }
    decoder.set_memory_limit(usize::try_from(limits.memory).unwrap_or(usize::MAX));
    let mut samples = room(decoder.output_buffer_size(), limits)?;
    decoder.read_image(&mut samples).map_err(|error| refused(watch, &error))?;
    let alpha = if decoder.has_alpha() { Alpha::Straight } else { Alpha::None };
    let (width, height) = (width as usize, height as usize);
    let samples = Samples::Eight(samples);
    let raster = Raster { width, height, channels: Channels::Rgb, alpha, samples };
    let carried = of_foreign(chunks.metadata);
    Photo::still(Format::WebP, raster, carried, chunks.trailing_bytes, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lossy_one_that_could_not_be_given_up_in_time_is_not_begun() {
        let side = 14_000_u16.to_le_bytes();
        let frame = [&[0x10, 0, 0, 0x9D, 1, 0x2A], side.as_slice(), &side, &[0; 90]].concat();
        let chunk = [b"VP8 ".as_slice(), &(frame.len() as u32).to_le_bytes(), &frame].concat();
        let size = (4 + chunk.len() as u32).to_le_bytes();
        let file = [b"RIFF".as_slice(), &size, b"WEBP", &chunk].concat();
        let mut options = Options::default();
        options.limits.memory = u64::MAX;
        options.limits.time = 4;
        let error = read(&file, &options, &Watch::start(&options)).err();
        assert_eq!(error, Some(Error::Limit { which: LimitKind::Time, found: 7, limit: 4 }));
    }
}
