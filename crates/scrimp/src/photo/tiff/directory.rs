//! A directory of a TIFF with the values of its fields.

use scrimp_jpeg::ByteOrder;
use std::ops::Range;

/// Numbers of fields.
pub(super) mod tag {
    pub(in super::super) const NEW_SUBFILE_TYPE: u16 = 254;
    pub(in super::super) const WIDTH: u16 = 256;
    pub(in super::super) const HEIGHT: u16 = 257;
    pub(in super::super) const BITS: u16 = 258;
    pub(in super::super) const PHOTOMETRIC: u16 = 262;
    pub(in super::super) const FILL_ORDER: u16 = 266;
    pub(in super::super) const STRIPS: u16 = 273;
    pub(in super::super) const STRIP_LENGTHS: u16 = 279;
    pub(in super::super) const PLANES: u16 = 284;
    pub(in super::super) const COLOURS: u16 = 320;
    pub(in super::super) const TILES: u16 = 324;
    pub(in super::super) const TILE_LENGTHS: u16 = 325;
    pub(in super::super) const SUB_DIRECTORIES: u16 = 330;
    pub(in super::super) const EXTRA_SAMPLES: u16 = 338;
    pub(in super::super) const XMP: u16 = 700;
    pub(in super::super) const IPTC: u16 = 33_723;
    pub(in super::super) const PHOTOSHOP: u16 = 34_377;
    pub(in super::super) const EXIF: u16 = 34_665;
    pub(in super::super) const ICC: u16 = 34_675;
    pub(in super::super) const GPS: u16 = 34_853;
    pub(in super::super) const INTEROPERABILITY: u16 = 40_965;
    pub(in super::super) const DNG_VERSION: u16 = 50_706;
}

/// A field with its values as they stand in the file.
#[derive(Clone, Debug)]
pub(super) struct Entry<'a> {
    pub(super) field: scrimp_jpeg::Entry,
    pub(super) value: &'a [u8],
}

/// A directory; fields whose values lie outside the file, or are of an unknown type, are left out.
#[derive(Debug)]
pub(super) struct Directory<'a> {
    bytes: &'a [u8],
    pub(super) order: ByteOrder,
    pub(super) entries: Vec<Entry<'a>>,
    /// Where it stands, the pointer to the next one included.
    pub(super) place: Range<usize>,
    /// Where the next one stands, if there is one.
    pub(super) next: Option<usize>,
}

impl<'a> Directory<'a> {
    pub(super) fn first(bytes: &'a [u8]) -> Option<Self> {
        let (order, first) = scrimp_jpeg::Directory::header(bytes)?;
        Self::read(bytes, order, first)
    }

    /// The directory at this place of the same file.
    pub(super) fn at(&self, at: usize) -> Option<Self> {
        Self::read(self.bytes, self.order, at)
    }

    fn read(bytes: &'a [u8], order: ByteOrder, at: usize) -> Option<Self> {
        let found = scrimp_jpeg::Directory::read(bytes, order, at)?;
        let place = found.place();
        let entries = found.entries.into_iter().filter_map(|field| Entry::of(bytes, field)).collect();
        Some(Self { bytes, order, entries, place, next: found.next })
    }

    pub(super) fn find(&self, tag: u16) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.field.tag == tag)
    }

    /// The first number of a field of whole numbers.
    pub(super) fn number(&self, tag: u16) -> Option<u32> {
        self.numbers(tag).next()
    }

    /// The numbers of a field of whole numbers.
    pub(super) fn numbers(&self, tag: u16) -> impl Iterator<Item = u32> {
        self.find(tag).into_iter().flat_map(|entry| entry.field.numbers(self.bytes, self.order))
    }

    /// The file with another number in the field of this tag, which holds one of 16 bits.
    pub(super) fn file_with(&self, tag: u16, number: u16) -> Option<Vec<u8>> {
        const SHORT: u16 = 3;
        let entry = &self.find(tag)?.field;
        if (entry.kind, entry.count) != (SHORT, 1) {
            return None;
        }
        let mut file = self.bytes.to_vec();
        file.get_mut(entry.at + 8..entry.at + 10)?.copy_from_slice(&self.order.bytes_of_u16(number));
        Some(file)
    }

    /// The directory that a field points to.
    pub(super) fn sub_directory(&self, tag: u16) -> Option<Self> {
        self.at(self.number(tag)? as usize)
    }

    /// The colours of indices of 8 bits: all reds of the palette stand before all greens and blues.
    pub(super) fn colours(&self, indices: &[u8]) -> Option<Vec<u16>> {
        const COLOURS: usize = 256;
        let levels = self.find(tag::COLOURS)?.value.as_chunks::<2>().0;
        let levels: Vec<u16> = levels.iter().filter_map(|level| self.order.u16(level, 0)).collect();
        let levels = levels.get(..3 * COLOURS)?;
        let colour = |index: &u8| [0, 1, 2].map(|channel| levels[channel * COLOURS + usize::from(*index)]);
        Some(indices.iter().flat_map(colour).collect())
    }
}

impl<'a> Entry<'a> {
    fn of(bytes: &'a [u8], field: scrimp_jpeg::Entry) -> Option<Self> {
        let is_known = field.count == 0 || !field.value.is_empty();
        let value = is_known.then(|| bytes.get(field.value.clone())).flatten()?;
        Some(Self { field, value })
    }
}
