//! The multi-picture index (CIPA DC-007): where the pictures of a file of several stand.

use crate::{ByteOrder, Directory, Error, Layout, marker};
use std::ops::Range;

/// A picture that the index names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its type code (DC-007 table 4): the lower 24 bits of its attributes.
    pub kind: u32,
    /// Where it stands in the file; the index may be wrong.
    pub place: Range<usize>,
}

/// The index of a file with several pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureIndex {
    /// The pictures in the order of the index, the first one included.
    pub pictures: Vec<Picture>,
    order: ByteOrder,
    /// Where its TIFF header stands: places count from there.
    base: usize,
    /// Where its first entry stands.
    entries: usize,
}

impl PictureIndex {
    const SIGNATURE: &[u8] = b"MPF\0";
    /// Tag of the entries (DC-007 table 3).
    const ENTRIES: u16 = 0xB002;
    const ENTRY_BYTES: usize = 16;

    /// Whether a segment holds such an index.
    #[must_use]
    pub fn is_in(code: u8, payload: &[u8]) -> bool {
        code == marker::APP2 && payload.starts_with(Self::SIGNATURE)
    }

    /// The index of a file of this layout, if it has one.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it can't be read or is there twice.
    pub fn read(bytes: &[u8], layout: &Layout) -> Result<Option<Self>, Error> {
        let places = layout.metadata.iter().filter_map(|segment| {
            let payload = bytes.get(segment.payload.clone())?;
            Self::is_in(segment.marker, payload).then_some((segment.payload.start, payload))
        });
        let mut indices = places.map(|(at, payload)| {
            Self::of_block(&payload[Self::SIGNATURE.len()..], at + Self::SIGNATURE.len())
                .ok_or(Error::Malformed { at })
        });
        match (indices.next(), indices.next()) {
            (None, _) => Ok(None),
            (Some(index), None) => index.map(Some),
            (Some(_), Some(_)) => Err(Error::Malformed { at: 0 }),
        }
    }

    fn of_block(block: &[u8], base: usize) -> Option<Self> {
        let (order, first) = Directory::header(block)?;
        let directory = Directory::read(block, order, first)?;
        let entries = directory.entry(Self::ENTRIES)?.value.clone();
        let coded = block.get(entries.clone())?.chunks_exact(Self::ENTRY_BYTES);
        if coded.len() == 0 || !coded.remainder().is_empty() {
            return None;
        }
        let pictures = coded.map(|entry| {
            let attributes = order.u32(entry, 0)?;
            let (size, offset) = (order.u32(entry, 4)? as usize, order.u32(entry, 8)? as usize);
            // The first picture, the file itself, has no offset (DC-007 5.2.3.3.3).
            let start = if offset == 0 { 0 } else { base.checked_add(offset)? };
            Some(Picture { kind: attributes & 0x00FF_FFFF, place: start..start.checked_add(size)? })
        });
        let pictures = pictures.collect::<Option<Vec<_>>>()?;
        Some(Self { pictures, order, base, entries: base + entries.start })
    }

    /// Puts other places into the index, which stands in `file` as it was read from there.
    ///
    /// # Errors
    /// [`Error::OutOfIndex`] if a place can't be told in its 32 bits.
    pub fn put(&self, file: &mut [u8], places: &[Range<usize>]) -> Result<(), Error> {
        for (number, place) in places.iter().enumerate() {
            let at = self.entries + number * Self::ENTRY_BYTES + 4;
            let coded = self.coded(place).ok_or(Error::OutOfIndex { at: place.start })?;
            file.get_mut(at..at + 8).ok_or(Error::OutOfIndex { at })?.copy_from_slice(&coded);
        }
        Ok(())
    }

    /// Size and offset.
    fn coded(&self, place: &Range<usize>) -> Option<[u8; 8]> {
        let size = u32::try_from(place.len()).ok()?;
        let offset = match place.start {
            0 => 0,
            start => u32::try_from(start.checked_sub(self.base)?).ok().filter(|offset| *offset != 0)?,
        };
        let (size, offset) = (self.order.bytes_of_u32(size), self.order.bytes_of_u32(offset));
        let mut coded = [0; 8];
        coded[..4].copy_from_slice(&size);
        coded[4..].copy_from_slice(&offset);
        Some(coded)
    }
}
