//! What stands behind the image in a JPEG's file: gain maps, further pictures, motion videos, makers' trailers. It is
//! carried over byte for byte where all that tells of its place stays true or can be made true: places counted from
//! the file's end and lengths stay, those of the multi-picture index are moved. So is what nobody knows, unless
//! something tells where in the file it stands. Else the photo is left alone.

mod absolute;
mod claims;
mod parts;
mod pointers;

use crate::{Kept, metadata::Carried};
use claims::Claims;
use parts::Part;
pub(crate) use parts::PartKind;
use scrimp_jpeg::{Error, Layout, PictureIndex};
use std::ops::Range;

/// The bytes behind the image, and whether they can be carried.
#[derive(Clone, Debug, Default)]
pub(crate) struct Behind {
    pub(crate) bytes: Vec<u8>,
    /// What they are, in order and without gaps.
    pub(crate) parts: Vec<Part>,
    /// Where in the file the index says that its pictures stand.
    pictures: Vec<Range<usize>>,
    /// Where the image ends in that file.
    end: usize,
    /// Why they can't be carried.
    obstacle: Option<Kept>,
}

impl Behind {
    /// What stands behind the image of a JPEG.
    pub(crate) fn image(bytes: &[u8], layout: &Layout, end: usize) -> Self {
        let behind = bytes.get(end..).unwrap_or_default();
        let index = PictureIndex::read(bytes, layout);
        let pictures = match &index {
            Ok(Some(index)) => index.pictures.iter().map(|picture| picture.place.clone()).collect(),
            Ok(None) | Err(_) => Vec::new(),
        };
        if behind.is_empty() {
            // What tells of bytes that are gone tells of nothing that could be lost, and stays as it is.
            let is_true = are_movable(&pictures, end, bytes.len());
            return Self { end, pictures: if is_true { pictures } else { Vec::new() }, ..Self::default() };
        }
        let claims = Claims::read(bytes, layout);
        let parts = parts::split(behind, &within(&pictures, end), &claims.starts(behind.len()));
        let obstacle = if index.is_err() || !are_movable(&pictures, end, bytes.len()) {
            Some(Kept::MultiPicture)
        } else if let Some(obstacle) = claims.obstacle(behind.len()) {
            Some(obstacle)
        } else if is_told_of(bytes, layout, &parts, end) {
            Some(Kept::TrailingData { bytes: behind.len() })
        } else {
            None
        };
        Self { bytes: behind.to_vec(), parts, pictures, end, obstacle }
    }

    /// Bytes behind a picture of another format, which no JPEG can carry.
    pub(crate) fn other(bytes: usize) -> Self {
        let parts = if bytes == 0 { Vec::new() } else { vec![Part { kind: PartKind::Unknown, bytes }] };
        let obstacle = (bytes > 0).then_some(Kept::TrailingData { bytes });
        Self { parts, obstacle, ..Self::default() }
    }

    /// Why a new file can't carry them, if it can't.
    pub(crate) const fn obstacle(&self) -> Option<Kept> {
        self.obstacle
    }

    /// How many bytes.
    pub(crate) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.bytes).sum()
    }

    /// Puts them behind the image that `file` is, and moves what the index says with them; then reads the file again
    /// and looks whether all is there.
    pub(crate) fn append_to(&self, file: &mut Vec<u8>, carried: &[&Carried]) -> Result<(), Error> {
        let end = file.len();
        file.extend_from_slice(&self.bytes);
        let places: Vec<_> = self.pictures.iter().map(|place| self.moved(place, end)).collect();
        if !places.is_empty() {
            let layout = Layout::read(file, carried.len())?;
            let index = PictureIndex::read(file, &layout)?.ok_or(Error::Malformed { at: 0 })?;
            index.put(file, &places)?;
        }
        let is_whole = self.stands_in(file, end, carried, &places)?;
        if is_whole { Ok(()) } else { Err(Error::Malformed { at: end }) }
    }

    /// Where a picture stands when the image ends at `end`: those behind stay as far behind it as they were. The
    /// first one is the image: its length goes with the image's, or is set right where it was wrong, as some phones
    /// have it.
    fn moved(&self, place: &Range<usize>, end: usize) -> Range<usize> {
        let shift = |at: usize| (at + end).saturating_sub(self.end);
        match place.start {
            0 if place.end == 0 => 0..0,
            0 if place.end > self.end
                && self.pictures.iter().all(|other| other.start == 0 || other.start >= place.end) =>
            {
                0..shift(place.end)
            }
            0 => 0..end,
            start => shift(start)..shift(place.end),
        }
    }

    /// Whether `file` holds an image up to `end`, these segments, these bytes behind it, and an index of these places.
    fn stands_in(
        &self,
        file: &[u8],
        end: usize,
        carried: &[&Carried],
        places: &[Range<usize>],
    ) -> Result<bool, Error> {
        let layout = Layout::read(file, carried.len())?;
        let segments = layout.metadata.iter().map(|segment| (segment.marker, &file[segment.payload.clone()]));
        let is_same = |((code, payload), (was, before)): ((u8, &[u8]), &&Carried)| {
            // Of a moved index only the length is as it was; what it says is looked at below.
            let is_moved = !places.is_empty() && PictureIndex::is_in(code, payload);
            code == *was && if is_moved { payload.len() == before.len() } else { payload == before }
        };
        let is_all = layout.metadata.len() == carried.len() && segments.zip(carried).all(is_same);
        let told = if places.is_empty() { None } else { PictureIndex::read(file, &layout)? };
        let told = told.iter().flat_map(|index| index.pictures.iter().map(|picture| &picture.place));
        Ok(is_all && layout.end == Some(end) && file[end..] == self.bytes && told.eq(places))
    }
}

/// Whether the first picture is the image and every other one stands behind it.
fn are_movable(pictures: &[Range<usize>], end: usize, file: usize) -> bool {
    let Some((first, others)) = pictures.split_first() else { return true };
    let are_behind = others.iter().all(|place| place.start >= end && place.end <= file && !place.is_empty());
    first.start == 0 && are_behind
}

/// The places of the pictures behind `end`, counted from there, in order.
fn within(pictures: &[Range<usize>], end: usize) -> Vec<Range<usize>> {
    let behind = pictures.iter().filter(|place| place.start >= end);
    let mut places: Vec<_> = behind.map(|place| place.start - end..place.end - end).collect();
    places.sort_by_key(|place| place.start);
    places
}

/// Whether metadata, or bytes of an unknown kind, seem to tell where in the file something behind the image stands.
fn is_told_of(bytes: &[u8], layout: &Layout, parts: &[Part], end: usize) -> bool {
    let unknown: Vec<_> = starts(parts, end)
        .into_iter()
        .zip(parts)
        .filter(|(_, part)| part.kind == PartKind::Unknown)
        .map(|(start, part)| start - end..start - end + part.bytes)
        .collect();
    let behind = &bytes[end..];
    let mut places = starts(parts, end);
    for part in &unknown {
        places.extend(absolute::places_within(&behind[part.clone()]).map(|at| end + part.start + at));
    }
    places.sort_unstable();
    places.dedup();
    unknown.iter().any(|part| absolute::tell_places(behind, part, &places))
        || pointers::lead_behind(bytes, layout, &places, end..bytes.len())
}

/// Where the parts stand in the file.
fn starts(parts: &[Part], end: usize) -> Vec<usize> {
    let starts = parts.iter().scan(end, |at, part| {
        let start = *at;
        *at += part.bytes;
        Some(start)
    });
    starts.collect()
}
