//! What the bytes behind an image are.

use scrimp_jpeg::{Layout, marker};
use std::ops::Range;

/// A piece of what stands behind an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) kind: PartKind,
    pub(crate) bytes: usize,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// A picture that makes the image one of high dynamic range.
    GainMap,
    /// Another JPEG, or what the multi-picture index calls a picture.
    Picture,
    /// An MP4 or QuickTime video.
    Video,
    /// What the XMP's container names, of another kind.
    Item,
    /// Samsung's blocks of data, found from the file's end.
    Samsung,
    /// The same byte again and again, or too few bytes to tell of a place.
    Padding,
    /// Anything else.
    Unknown,
}

impl PartKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::GainMap => "gain map",
            Self::Picture => "picture behind the image",
            Self::Video => "motion video",
            Self::Item => "container item",
            Self::Samsung => "Samsung trailer",
            Self::Padding => "padding behind the image",
            Self::Unknown => "bytes behind the image",
        }
    }
}

/// Cuts what stands behind an image into its parts: `pictures` are the places that the index names, in order, and
/// `starts` where something begins by the XMP.
pub(super) fn split(behind: &[u8], pictures: &[Range<usize>], starts: &[usize]) -> Vec<Part> {
    let samsung = samsung_start(behind).unwrap_or(behind.len());
    let cut = Cut { behind, pictures, starts, samsung };
    let mut parts: Vec<Part> = Vec::new();
    let mut at = 0;
    while at < behind.len() {
        let part = cut.part_at(at).unwrap_or_else(|| cut.filling(at));
        // Never nothing, so that this ends.
        at += part.bytes.max(1);
        parts.push(part);
    }
    parts
}

struct Cut<'a> {
    behind: &'a [u8],
    pictures: &'a [Range<usize>],
    starts: &'a [usize],
    samsung: usize,
}

impl Cut<'_> {
    /// What is known to begin at `at`.
    fn part_at(&self, at: usize) -> Option<Part> {
        let rest = self.behind.get(at..)?;
        if at >= self.samsung {
            return Some(Part { kind: PartKind::Samsung, bytes: rest.len() });
        }
        let named = self.pictures.iter().find(|place| place.start == at && place.end <= self.behind.len());
        if let Some(bytes) = named.map(ExactSizeIterator::len).filter(|bytes| *bytes > 0) {
            return Some(Part { kind: kind_of_picture(&rest[..bytes]), bytes });
        }
        // Nothing is walked beyond where the next thing begins: else each of many starts could cost the whole file.
        let rest = &self.behind[at..self.next_start(at)];
        let (kind, bytes) = match (jpeg_length(rest), video_length(rest)) {
            (Some(bytes), _) => (kind_of_picture(&rest[..bytes]), bytes),
            (None, 0) if self.starts.contains(&at) => (PartKind::Item, rest.len()),
            (None, 0) => return None,
            (None, bytes) => (PartKind::Video, bytes),
        };
        Some(Part { kind, bytes: bytes.min(self.samsung - at) })
    }

    /// Where the next thing begins that index, XMP or trailer tell of.
    fn next_start(&self, at: usize) -> usize {
        let pictures = self.pictures.iter().map(|place| place.start);
        let starts = pictures.chain(self.starts.iter().copied()).chain([self.samsung, self.behind.len()]);
        starts.filter(|start| *start > at).min().unwrap_or(self.behind.len())
    }

    /// What is not known to be anything, up to the next thing that is.
    fn filling(&self, at: usize) -> Part {
        let next = self.next_start(at);
        let rest = &self.behind[at..next];
        let run = rest.iter().take_while(|byte| **byte == rest[0]).count();
        if run == rest.len() || rest.len() < 4 {
            return Part { kind: PartKind::Padding, bytes: rest.len() };
        }
        // A video begins with zeros itself.
        let padding =
            (run.saturating_sub(3)..=run).find(|skip| *skip > 0 && self.part_at(at + skip).is_some());
        match padding {
            Some(bytes) => Part { kind: PartKind::Padding, bytes },
            None => Part { kind: PartKind::Unknown, bytes: rest.len() },
        }
    }
}

/// A gain map tells so near its beginning: in XMP as Adobe and Android or as Apple have it, or by ISO 21496-1.
fn kind_of_picture(picture: &[u8]) -> PartKind {
    const SIGNS: [&[u8]; 3] = [b"hdrgm:", b":hdrgainmap", b"urn:iso:std:iso:ts:21496"];
    let head = &picture[..picture.len().min(1 << 16)];
    let is_gain_map = SIGNS.iter().any(|sign| head.windows(sign.len()).any(|window| window == *sign));
    if is_gain_map { PartKind::GainMap } else { PartKind::Picture }
}

/// The length of the JPEG that begins here.
fn jpeg_length(bytes: &[u8]) -> Option<usize> {
    const MOST_SEGMENTS: usize = 2_000;
    if !bytes.starts_with(&[0xFF, marker::SOI, 0xFF]) {
        return None;
    }
    Layout::read(bytes, MOST_SEGMENTS).ok()?.end
}

/// The length of the boxes of a video (ISO/IEC 14496-12 section 4.2) that begins here; 0 if none does.
fn video_length(bytes: &[u8]) -> usize {
    if bytes.get(4..8) != Some(b"ftyp") {
        return 0;
    }
    let mut at = 0;
    while let Some(length) = box_length(&bytes[at..]) {
        at += length;
    }
    at
}

fn box_length(bytes: &[u8]) -> Option<usize> {
    const TOP: [&[u8; 4]; 14] = [
        b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"moof", b"mfra", b"sidx", b"meta",
        b"styp", b"udta", b"mpvd",
    ];
    let word = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    let kind = bytes.get(4..8)?;
    if !TOP.iter().any(|top| kind == *top) {
        return None;
    }
    let (length, least) = match word(0)? {
        0 => (bytes.len(), 8),
        1 => (usize::try_from(u64::from(word(8)?) << 32 | u64::from(word(12)?)).ok()?, 16),
        length => (length as usize, 8),
    };
    (length >= least && length <= bytes.len()).then_some(length)
}

/// Where Samsung's blocks begin. The file ends with a directory, its length and `SEFT`; each entry of 12 bytes tells
/// how far before the directory its block stands.
fn samsung_start(behind: &[u8]) -> Option<usize> {
    const FOOT: usize = 8;
    let word =
        |at: usize| behind.get(at..at + 4)?.try_into().ok().map(|bytes| u32::from_le_bytes(bytes) as usize);
    if !behind.ends_with(b"SEFT") {
        return None;
    }
    let foot = behind.len().checked_sub(FOOT)?;
    let directory = foot.checked_sub(word(foot)?)?;
    if behind.get(directory..directory + 4)? != b"SEFH" {
        return None;
    }
    let entries = word(directory + 8)?;
    let entries = behind.get(directory + 12..foot)?.chunks_exact(12).take(entries);
    let farthest =
        entries.map(|entry| u32::from_le_bytes([entry[4], entry[5], entry[6], entry[7]]) as usize).max();
    directory.checked_sub(farthest.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_walked_beyond_where_the_next_thing_begins() {
        // A JPEG without an end before the next start: walking it from each of many starts would take for ever.
        let piece = [0xFF, marker::SOI, 0xFF, marker::COM, 0, 3, 7, 0];
        let behind = [piece.repeat(4).as_slice(), &[0xFF, marker::EOI]].concat();
        let starts: Vec<_> = (0..4).map(|at| 8 * at).collect();
        let parts = split(&behind, &[], &starts);
        assert!(parts.iter().take(3).all(|part| part.bytes == 8), "{parts:?}");
        assert_eq!(parts.iter().map(|part| part.bytes).sum::<usize>(), behind.len());
    }
}
