//! TIFF directories, as EXIF and the multi-picture index have them (TIFF 6.0 section 2): read where they stand, never
//! written anew, so that what nobody else understands stays where it is.

use std::ops::Range;

/// How numbers of several bytes are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// The least significant byte first.
    Little,
    /// The most significant byte first.
    Big,
}

impl ByteOrder {
    /// The 16-bit number at `at`, if it is within `block`.
    #[must_use]
    pub fn u16(self, block: &[u8], at: usize) -> Option<u16> {
        let bytes = block.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        })
    }

    /// The 32-bit number at `at`, if it is within `block`.
    #[must_use]
    pub fn u32(self, block: &[u8], at: usize) -> Option<u32> {
        let bytes = block.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        })
    }

    /// The bytes of a 16-bit number.
    #[must_use]
    pub const fn bytes_of_u16(self, value: u16) -> [u8; 2] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }

    /// The bytes of a 32-bit number.
    #[must_use]
    pub const fn bytes_of_u32(self, value: u32) -> [u8; 4] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is about.
    pub tag: u16,
    /// The type of its value (TIFF 6.0 page 15).
    pub kind: u16,
    /// How many values.
    pub count: u32,
    /// Where its 12 bytes stand.
    pub at: usize,
    /// Where its values stand, within the entry or elsewhere; it may lie outside the block. That of an unknown type
    /// is taken to stand within the entry.
    pub value: Range<usize>,
}

impl Entry {
    /// Bytes of an entry.
    pub const BYTES: usize = 12;

    /// The value, if it is one SHORT or LONG.
    #[must_use]
    pub fn number(&self, block: &[u8], order: ByteOrder) -> Option<u32> {
        match (self.kind, self.count) {
            (3, 1) => order.u16(block, self.value.start).map(u32::from),
            (4 | 13, 1) => order.u32(block, self.value.start),
            _ => None,
        }
    }

    /// The first value, if they are whole numbers without a sign.
    #[must_use]
    pub fn first_number(&self, block: &[u8], order: ByteOrder) -> Option<u32> {
        self.numbers(block, order).next()
    }

    /// The values that lie within the block, if they are whole numbers without a sign.
    pub fn numbers<'a>(&self, block: &'a [u8], order: ByteOrder) -> impl Iterator<Item = u32> + use<'a> {
        let kind = self.kind;
        let is_whole = matches!(kind, 1 | 3 | 4 | 13);
        let start = self.value.start.min(block.len());
        let end = self.value.end.clamp(start, block.len());
        let values = if is_whole { &block[start..end] } else { &[] };
        values.chunks_exact(bytes_of(kind).max(1)).filter_map(move |value| match kind {
            1 => value.first().copied().map(u32::from),
            3 => order.u16(value, 0).map(u32::from),
            _ => order.u32(value, 0),
        })
    }
}

/// A directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Where it stands.
    pub at: usize,
    /// Its entries in their order.
    pub entries: Vec<Entry>,
    /// Where the next directory stands, if there is one.
    pub next: Option<usize>,
}

impl Directory {
    /// The byte order of a TIFF `block` and where its first directory stands.
    #[must_use]
    pub fn header(block: &[u8]) -> Option<(ByteOrder, usize)> {
        let order = match block.get(..4)? {
            [b'I', b'I', 42, 0] => ByteOrder::Little,
            [b'M', b'M', 0, 42] => ByteOrder::Big,
            _ => return None,
        };
        Some((order, order.u32(block, 4)? as usize))
    }

    /// The directory at `at` of a `block`; `None` if the block ends before it does. The pointer to the next may be cut
    /// off: some cameras write none.
    #[must_use]
    pub fn read(block: &[u8], order: ByteOrder, at: usize) -> Option<Self> {
        let count = usize::from(order.u16(block, at)?);
        let first = at + 2;
        block.get(first..first + count * Entry::BYTES)?;
        let entries = (0..count)
            .map(|number| entry(block, order, first + number * Entry::BYTES))
            .collect::<Option<Vec<_>>>()?;
        let next = order.u32(block, first + count * Entry::BYTES).filter(|next| *next != 0);
        Some(Self { at, entries, next: next.map(|next| next as usize) })
    }

    /// The entry of this tag.
    #[must_use]
    pub fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// Where it stands, the pointer to the next directory included.
    #[must_use]
    pub fn place(&self) -> Range<usize> {
        self.at..self.at + 2 + self.entries.len() * Entry::BYTES + 4
    }
}

fn entry(block: &[u8], order: ByteOrder, at: usize) -> Option<Entry> {
    let (tag, kind, count) = (order.u16(block, at)?, order.u16(block, at + 2)?, order.u32(block, at + 4)?);
    let bytes = (count as usize).saturating_mul(bytes_of(kind));
    let start = if bytes > 4 { order.u32(block, at + 8)? as usize } else { at + 8 };
    Some(Entry { tag, kind, count, at, value: start..start.saturating_add(bytes) })
}

/// Bytes of one value of a type; 0 for one that is not known.
const fn bytes_of(kind: u16) -> usize {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 => 8,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(order: ByteOrder) -> Vec<u8> {
        let short = |value| order.bytes_of_u16(value);
        let long = |value| order.bytes_of_u32(value);
        let mark: &[u8] = if order == ByteOrder::Little { b"II*\0" } else { b"MM\0*" };
        [
            mark,
            &long(8),
            &short(2),
            &[&short(0x112)[..], &short(3), &long(1), &short(6), &short(0)].concat(),
            &[&short(0x10F)[..], &short(2), &long(6), &long(38)].concat(),
            &long(0),
            b"scrimp",
        ]
        .concat()
    }

    #[test]
    fn entries_are_found_in_either_order() {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            let block = block(order);
            let (found, first) = Directory::header(&block).unwrap();
            assert_eq!((found, first), (order, 8));
            let directory = Directory::read(&block, order, first).unwrap();
            assert_eq!(directory.entry(0x112).unwrap().number(&block, order), Some(6));
            assert_eq!(block[directory.entry(0x10F).unwrap().value.clone()], *b"scrimp");
            assert_eq!((directory.next, directory.place()), (None, 8..38));
        }
    }

    #[test]
    fn what_is_cut_off_is_no_directory() {
        let block = block(ByteOrder::Big);
        for length in 0..34 {
            let block = &block[..length];
            let read = Directory::header(block).and_then(|(order, at)| Directory::read(block, order, at));
            assert_eq!(read, None, "{length}");
        }
        assert_eq!(Directory::header(b"II\0*\0\0\0\x08"), None);
    }
}
