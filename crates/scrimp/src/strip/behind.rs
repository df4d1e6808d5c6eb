//! Places taken out of what stands behind an image, in pieces of the same length.

use super::{Stuck, segment_gps};
use crate::behind::{Behind, PartKind};
use scrimp_jpeg::{Layout, marker};
use std::ops::Range;

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
            PartKind::Item | PartKind::Samsung | PartKind::Unknown if tells_a_place(piece) => {
                return Err(Stuck);
            }
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

/// Turns the boxes into free space, within what describes the movie: elsewhere they would stand by chance.
fn blank_video(video: &mut [u8]) -> Result<(), Stuck> {
    for movie in movies(video) {
        let movie = &mut video[movie];
        let mut at = 8;
        while let Some(found) = movie.get(at + 4..).and_then(|rest| rest.windows(4).position(is_place)) {
            let (start, kind) = (at + found, at + found + 4);
            let length =
                u32::from_be_bytes([movie[start], movie[start + 1], movie[start + 2], movie[start + 3]]);
            let end = start.saturating_add(length as usize);
            if length < 8 || end > movie.len() {
                return Err(Stuck);
            }
            movie[kind..kind + 4].copy_from_slice(b"free");
            movie[kind + 4..end].fill(0);
            at = end;
        }
    }
    if video.windows(KEY.len()).any(|window| window == KEY) { Err(Stuck) } else { Ok(()) }
}

fn is_place(kind: &[u8]) -> bool {
    PLACES.iter().any(|place| kind == *place)
}

/// Where a video's boxes are that describe the movie.
fn movies(video: &[u8]) -> Vec<Range<usize>> {
    let (mut movies, mut start) = (Vec::new(), 0);
    while let Some(head) = video.get(start..start + 8) {
        let word = |at: usize| video.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        let length = match word(start) {
            Some(0) | None => video.len() - start,
            Some(1) => word(start + 12).map_or(video.len(), |low| low as usize),
            Some(length) => length as usize,
        };
        let end = start.saturating_add(length.max(8)).min(video.len());
        if head[4..] == *b"moov" {
            movies.push(start..end);
        }
        start = end;
    }
    movies
}

/// Whether bytes of no form that can be followed may tell a place.
fn tells_a_place(bytes: &[u8]) -> bool {
    // EXIF, whatever it says; GPSLatitude, Latitude and the like of texts; a GPS receiver's sentences (NMEA 0183).
    const SIGNS: [&[u8]; 6] = [b"Exif\0\0", b"GPSL", b"atitude", b"$GPGGA", b"$GPRMC", KEY];
    bytes.windows(4).any(is_place)
        || SIGNS.iter().any(|sign| bytes.windows(sign.len()).any(|window| window == *sign))
}
