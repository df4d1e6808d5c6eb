//! The chunks of a PNG, walked over before anything is inflated (PNG third edition, 5.3).

use super::Reading;
use crate::photo::trailing_bytes;
use crate::{Error, LimitKind, Limits};

const SIGNATURE: usize = 8;

/// A chunk as it stands in the file.
#[derive(Clone, Copy, Debug)]
struct RawChunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    crc: u32,
}

impl<'a> RawChunk<'a> {
    /// The chunk that `bytes` begin with, and what follows it; `None` if it is cut short.
    fn first_of(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (length, rest) = bytes.split_first_chunk()?;
        let (kind, rest) = rest.split_first_chunk()?;
        let (data, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        let (crc, rest) = rest.split_first_chunk()?;
        Some((Self { kind: *kind, data, crc: u32::from_be_bytes(*crc) }, rest))
    }

    fn is_sound(&self) -> bool {
        let mut crc = crc32fast::Hasher::new();
        crc.update(&self.kind);
        crc.update(self.data);
        crc.finalize() == self.crc
    }

    /// Whether a decoder may do without it.
    const fn is_ancillary(&self) -> bool {
        self.kind[0].is_ascii_lowercase()
    }
}

/// An ancillary chunk that is not part of the picture itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rider<'a> {
    pub(super) kind: [u8; 4],
    pub(super) data: &'a [u8],
    /// Whether it stands behind the first pixels.
    pub(super) is_late: bool,
}

/// What the chunks of a PNG say.
#[derive(Debug)]
pub(super) struct Chunks<'a> {
    /// At most as many as the limit for segments.
    pub(super) riders: Vec<Rider<'a>>,
    /// Whether there are frames beside the picture.
    pub(super) is_animated: bool,
    /// Whether there is a tRNS chunk.
    pub(super) has_transparency: bool,
    /// The first pixel data and all behind it.
    pixels: &'a [u8],
    /// Bytes behind the end of the image.
    pub(super) trailing_bytes: usize,
}

impl<'a> Chunks<'a> {
    /// Walks from the signature to IEND, within the limits for metadata.
    pub(super) fn read(bytes: &'a [u8], limits: &Limits, reading: Reading) -> Result<Self, Error> {
        let mut chunks = Self {
            riders: Vec::new(),
            is_animated: false,
            has_transparency: false,
            pixels: &[],
            trailing_bytes: 0,
        };
        let mut rest = bytes.get(SIGNATURE..).unwrap_or_default();
        let mut metadata_bytes = 0;
        loop {
            let here = rest;
            let Some((chunk, behind)) = RawChunk::first_of(here) else {
                return Err(Error::Damaged("it ends within a chunk or without an IEND chunk".into()));
            };
            rest = behind;
            if !chunk.is_sound() {
                if reading == Reading::Faithful {
                    return Err(damaged(chunk.kind, "has a wrong checksum"));
                }
                // Whether a critical one is readable all the same, its decoder says.
                if chunk.is_ancillary() {
                    continue;
                }
            }
            match &chunk.kind {
                b"IEND" => break,
                b"IDAT" if chunks.pixels.is_empty() => chunks.pixels = here,
                b"fdAT" => chunks.is_animated = true,
                // One frame is no animation.
                b"acTL" => chunks.is_animated |= chunk.data.get(..4) != Some(&[0, 0, 0, 1]),
                b"tRNS" => chunks.has_transparency = true,
                b"fcTL" => {}
                _ if chunk.is_ancillary() => {
                    metadata_bytes += chunk.data.len() as u64;
                    limits.check(LimitKind::MetadataBytes, metadata_bytes)?;
                    limits.check(LimitKind::MetadataSegments, chunks.riders.len() as u64 + 1)?;
                    let is_late = !chunks.pixels.is_empty();
                    chunks.riders.push(Rider { kind: chunk.kind, data: chunk.data, is_late });
                }
                _ => {}
            }
        }
        chunks.trailing_bytes = trailing_bytes(rest, 0);
        Ok(chunks)
    }

    /// The data of a chunk that there may be one of, before the pixels.
    ///
    /// # Errors
    /// If there are more, or it stands behind the pixels, where decoders pass over it.
    pub(super) fn single(&self, kind: &[u8; 4]) -> Result<Option<&'a [u8]>, Error> {
        let mut found = self.riders.iter().filter(|rider| rider.kind == *kind);
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(_), Some(_)) => Err(damaged(*kind, "is there twice")),
            (Some(rider), None) if rider.is_late => Err(damaged(*kind, "stands behind the pixels")),
            (Some(rider), None) => Ok(Some(rider.data)),
        }
    }

    /// The pieces of the compressed pixels.
    pub(super) fn pixel_data(&self) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = self.pixels;
        std::iter::from_fn(move || {
            let (chunk, behind) = RawChunk::first_of(rest).filter(|(chunk, _)| chunk.kind == *b"IDAT")?;
            rest = behind;
            Some(chunk.data)
        })
    }
}

pub(super) fn damaged(kind: [u8; 4], what: &str) -> Error {
    Error::Damaged(format!("its {} chunk {what}", kind.escape_ascii()))
}
