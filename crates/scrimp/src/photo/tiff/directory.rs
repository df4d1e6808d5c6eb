//! A directory of a TIFF, read without a decoder (TIFF 6.0, section 2).

/// Numbers of fields.
pub(super) mod tag {
    pub(in super::super) const NEW_SUBFILE_TYPE: u16 = 254;
    pub(in super::super) const WIDTH: u16 = 256;
    pub(in super::super) const HEIGHT: u16 = 257;
    pub(in super::super) const BITS: u16 = 258;
    pub(in super::super) const PHOTOMETRIC: u16 = 262;
    pub(in super::super) const FILL_ORDER: u16 = 266;
    pub(in super::super) const PLANES: u16 = 284;
    pub(in super::super) const COLOURS: u16 = 320;
    pub(in super::super) const SUB_DIRECTORIES: u16 = 330;
    pub(in super::super) const EXTRA_SAMPLES: u16 = 338;
    pub(in super::super) const XMP: u16 = 700;
    pub(in super::super) const IPTC: u16 = 33_723;
    pub(in super::super) const PHOTOSHOP: u16 = 34_377;
    pub(in super::super) const EXIF: u16 = 34_665;
    pub(in super::super) const ICC: u16 = 34_675;
    pub(in super::super) const GPS: u16 = 34_853;
    pub(in super::super) const DNG_VERSION: u16 = 50_706;
}

/// The order of bytes in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    pub(super) const fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    pub(super) const fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    pub(super) const fn bytes_of_u16(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    pub(super) const fn bytes_of_u32(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}

/// A field with its values as they stand in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    /// Where it stands in the file.
    at: usize,
    pub(super) tag: u16,
    pub(super) kind: u16,
    pub(super) count: u32,
    pub(super) value: &'a [u8],
}

/// A directory; fields whose values lie outside the file are left out.
#[derive(Debug)]
pub(super) struct Directory<'a> {
    bytes: &'a [u8],
    pub(super) order: Order,
    pub(super) entries: Vec<Entry<'a>>,
    /// Where the next one stands; 0 if there is none.
    pub(super) next: u32,
}

impl<'a> Directory<'a> {
    pub(super) fn first(bytes: &'a [u8]) -> Option<Self> {
        let order = match bytes.first_chunk()? {
            b"II" => Order::Little,
            b"MM" => Order::Big,
            _ => return None,
        };
        Self::at(bytes, order, order.u32(*bytes.get(4..)?.first_chunk()?))
    }

    fn at(bytes: &'a [u8], order: Order, at: u32) -> Option<Self> {
        const ENTRY: usize = 12;
        let (count, rest) = bytes.get(at as usize..)?.split_first_chunk()?;
        let (entries, rest) = rest.split_at_checked(usize::from(order.u16(*count)) * ENTRY)?;
        let next = rest.first_chunk().map_or(0, |next| order.u32(*next));
        let (entries, _) = entries.as_chunks::<ENTRY>();
        let places = (at as usize + 2..).step_by(ENTRY);
        let entries =
            entries.iter().zip(places).filter_map(|(entry, at)| Entry::of(bytes, order, entry, at)).collect();
        Some(Self { bytes, order, entries, next })
    }

    pub(super) fn find(&self, tag: u16) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// The first number of a field of whole numbers.
    pub(super) fn number(&self, tag: u16) -> Option<u32> {
        let entry = self.find(tag)?;
        match (entry.kind, entry.value) {
            (1, [number, ..]) => Some((*number).into()),
            (3, value) => value.first_chunk().map(|bytes| self.order.u16(*bytes).into()),
            (4 | 13, value) => value.first_chunk().map(|bytes| self.order.u32(*bytes)),
            _ => None,
        }
    }

    /// The file with another number in the field of this tag, which holds one of 16 bits.
    pub(super) fn file_with(&self, tag: u16, number: u16) -> Option<Vec<u8>> {
        const SHORT: u16 = 3;
        let entry = self.find(tag).filter(|entry| entry.kind == SHORT && entry.count == 1)?;
        let mut file = self.bytes.to_vec();
        file.get_mut(entry.at + 8..entry.at + 10)?.copy_from_slice(&self.order.bytes_of_u16(number));
        Some(file)
    }

    /// The directory that a field points to.
    pub(super) fn sub_directory(&self, tag: u16) -> Option<Self> {
        Self::at(self.bytes, self.order, self.number(tag)?)
    }

    /// The colours of indices of 8 bits: all reds of the palette stand before all greens and blues.
    pub(super) fn colours(&self, indices: &[u8]) -> Option<Vec<u16>> {
        const COLOURS: usize = 256;
        let (levels, _) = self.find(tag::COLOURS)?.value.as_chunks();
        let levels: Vec<u16> = levels.iter().map(|bytes| self.order.u16(*bytes)).collect();
        let levels = levels.get(..3 * COLOURS)?;
        let colour = |index: &u8| [0, 1, 2].map(|channel| levels[channel * COLOURS + usize::from(*index)]);
        Some(indices.iter().flat_map(colour).collect())
    }
}

impl<'a> Entry<'a> {
    fn of(bytes: &'a [u8], order: Order, entry: &'a [u8; 12], at: usize) -> Option<Self> {
        let &[t0, t1, k0, k1, c0, c1, c2, c3, v0, v1, v2, v3] = entry;
        let (kind, count) = (order.u16([k0, k1]), order.u32([c0, c1, c2, c3]));
        // Bytes of each kind of value.
        let unit = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => return None,
        };
        let length = (count as usize).checked_mul(unit)?;
        let value = if length <= 4 {
            &entry[8..8 + length]
        } else {
            bytes.get(order.u32([v0, v1, v2, v3]) as usize..)?.get(..length)?
        };
        Some(Self { at, tag: order.u16([t0, t1]), kind, count, value })
    }
}
