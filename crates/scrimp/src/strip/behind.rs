//! Places taken out of what stands behind an image, in pieces of the same length.

use super::{Stuck, segment_gps};
use crate::behind::{Behind, PartKind};
use scrimp_jpeg::{Layout, marker};

/// Boxes of a video that tell where it was taken: QuickTime's and 3GPP's (TS 26.244 8.8).
const PLACES: [&[u8; 4]; 2] = [b"\xA9xyz", b"loci"];
/// The key of Apple's (QuickTime file format, metadata keys), whose value stands elsewhere.
const KEY: &[u8] = b"com.apple.quicktime.location";

pub(super) fn blank_places(behind: &mut Behind) -> Result<(), Stuck> {
    let mut at = 0;
    for part in behind.parts.clone() {
        let piece = &mut behind.bytes[at..at + part.bytes];
        at += part.bytes;
        match part.kind {
            PartKind::GainMap | PartKind::Picture => blank_picture(piece)?,
            PartKind::Video => blank_video(piece)?,
            PartKind::Item | PartKind::Samsung if tells_a_place(piece) => return Err(Stuck),
            // Bytes of an unknown kind keep the photo anyway.
            PartKind::Item | PartKind::Samsung | PartKind::Padding | PartKind::Unknown => {}
        }
    }
    Ok(())
}

fn blank_picture(picture: &mut [u8]) -> Result<(), Stuck> {
    const MOST_SEGMENTS: usize = 2_000;
    if !picture.starts_with(&[0xFF, marker::SOI]) {
        return Err(Stuck);
    }
    let layout = Layout::read(picture, MOST_SEGMENTS).map_err(|_| Stuck)?;
    for segment in layout.metadata {
        segment_gps(segment.marker, &mut picture[segment.payload])?;
    }
    Ok(())
}

/// Turns the boxes into free space.
fn blank_video(video: &mut [u8]) -> Result<(), Stuck> {
    let mut at = 0;
    while at + 8 <= video.len() {
        let Some(index) =
            video[at..].windows(4).position(|window| PLACES.iter().any(|place| window == *place))
        else {
            break;
        };
        let kind = at + index;
        at = kind + 4;
        let Some(start) = kind.checked_sub(4) else { continue };
        let length = u32::from_be_bytes([video[start], video[start + 1], video[start + 2], video[start + 3]]);
        let end = start.saturating_add(length as usize);
        if is_box_of_movie(video, start) && length >= 8 && end <= video.len() {
            video[kind..kind + 4].copy_from_slice(b"free");
            video[kind + 4..end].fill(0);
            at = end;
        }
    }
    if video.windows(KEY.len()).any(|window| window == KEY) { Err(Stuck) } else { Ok(()) }
}

/// Whether `at` lies within the box that describes the movie, and not by chance among its data.
fn is_box_of_movie(video: &[u8], at: usize) -> bool {
    let mut start = 0;
    while let Some(head) = video.get(start..start + 8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let length = match length {
            0 => video.len() - start,
            1 => match video.get(start + 12..start + 16) {
                Some(low) => u32::from_be_bytes([low[0], low[1], low[2], low[3]]) as usize,
                None => return false,
            },
            length => length,
        };
        if (start..start.saturating_add(length)).contains(&at) {
            return head[4..] == *b"moov" && at > start;
        }
        start = start.saturating_add(length.max(8));
    }
    false
}

fn tells_a_place(bytes: &[u8]) -> bool {
    PLACES.iter().any(|place| bytes.windows(4).any(|window| window == *place))
        || bytes.windows(KEY.len()).any(|window| window == KEY)
}
