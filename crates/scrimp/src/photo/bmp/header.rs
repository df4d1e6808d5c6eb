//! What stands before the pixels of a BMP.

use super::damaged;
use crate::{Error, Unsupported};

/// The file header, which is followed by one of many others.
const FILE_HEADER: usize = 14;

/// How a BMP says its pixels.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Whether the first row is the uppermost.
    is_top_down: bool,
    pub(super) packing: Packing,
    /// Red, green and blue of each index.
    palette: Vec<[u8; 3]>,
    pub(super) pixels_at: usize,
    /// Where a profile stands and how long it is.
    profile: Option<(usize, usize)>,
}

/// How pixels are packed.
#[derive(Debug)]
pub(super) enum Packing {
    /// Indices of so many bits.
    Indexed { bits: usize },
    /// Runs of indices of so many bits.
    Runs { bits: usize },
    /// Words of so many bytes, with the bits of red, green, blue and alpha in each.
    Masks { bytes: usize, masks: [Mask; 4] },
}

/// Neighbouring bits of a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mask {
    shift: u32,
    full: u32,
}

impl Mask {
    fn new(mask: u32) -> Result<Self, Error> {
        let shift = if mask == 0 { 0 } else { mask.trailing_zeros() };
        let full = mask >> shift;
        if full & full.wrapping_add(1) != 0 {
            return Err(damaged("its bit masks have gaps"));
        }
        Ok(Self { shift, full })
    }

    pub(super) const fn is_empty(self) -> bool {
        self.full == 0
    }

    /// The 8-bit sample in `word`.
    pub(super) fn sample(self, word: u32) -> u8 {
        let (value, full) = (u64::from(word >> self.shift & self.full), u64::from(self.full.max(1)));
        ((value * 255 + full / 2) / full) as u8
    }
}

/// Little-endian numbers at places of a header; zero behind its end.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u16(&self, at: usize) -> u16 {
        self.0.get(at..at + 2).map_or(0, |bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&self, at: usize) -> u32 {
        let bytes = self.0.get(at..).and_then(<[u8]>::first_chunk).copied();
        bytes.map_or(0, u32::from_le_bytes)
    }
}

impl Header {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let cut_short = || damaged("it ends within its header");
        let file = Fields(bytes);
        let length = file.u32(FILE_HEADER) as usize;
        let header = bytes.get(FILE_HEADER..).and_then(|rest| rest.get(..length)).ok_or_else(cut_short)?;
        let fields = Fields(header);
        let (is_core, is_os2) = (length == 12, length == 16 || length == 64);
        let (width, height, planes, depth) = match length {
            12 => (i64::from(fields.u16(4)), i64::from(fields.u16(6)), fields.u16(8), fields.u16(10)),
            16 | 40 | 52 | 56 | 64 | 108 | 124 => {
                let signed = |at| i64::from(fields.u32(at).cast_signed());
                (signed(4), signed(8), fields.u16(12), fields.u16(14))
            }
            _ => return Err(damaged("its header has an unknown length")),
        };
        if planes != 1 || width <= 0 || height == 0 {
            return Err(damaged("its header says what cannot be"));
        }
        let packing = Packing::of(usize::from(depth), fields.u32(16), is_os2, masks_at(bytes, length))?;
        let bits = packing.index_bits();
        let palette_at = FILE_HEADER + length;
        let entries = match fields.u32(32) as usize {
            0 => 1 << bits,
            entries => entries.min(1 << bits),
        };
        let pixels_at = file.u32(10) as usize;
        let palette = bytes.get(palette_at..pixels_at.min(bytes.len())).unwrap_or_default();
        let palette = if bits == 0 { &[] } else { palette };
        let entry = if is_core { 3 } else { 4 };
        let palette = palette.chunks_exact(entry).take(entries).map(|bgr| [bgr[2], bgr[1], bgr[0]]).collect();
        Ok(Self {
            width: width.unsigned_abs() as usize,
            height: height.unsigned_abs() as usize,
            is_top_down: height < 0,
            packing,
            palette,
            pixels_at,
            profile: profile_of(&fields, length)?,
        })
    }

    /// The colour of an index.
    pub(super) fn colour(&self, index: usize) -> Result<[u8; 3], Error> {
        self.palette.get(index).copied().ok_or_else(|| damaged("a pixel has no colour in its palette"))
    }

    /// The place of the file's row `y` among samples from the top, so many a pixel.
    pub(super) fn row<'a>(&self, y: usize, count: usize, samples: &'a mut [u8]) -> &'a mut [u8] {
        let from_top = if self.is_top_down { y } else { self.height - 1 - y };
        &mut samples[from_top * self.width * count..][..self.width * count]
    }

    /// Where the profile ends; 0 without one.
    pub(super) fn profile_end(&self) -> usize {
        self.profile.map_or(0, |(at, length)| FILE_HEADER.saturating_add(at).saturating_add(length))
    }

    /// The embedded ICC profile.
    pub(super) fn profile<'a>(&self, bytes: &'a [u8]) -> Result<Option<&'a [u8]>, Error> {
        let Some((at, length)) = self.profile else { return Ok(None) };
        let profile = bytes.get(FILE_HEADER + at..).and_then(|rest| rest.get(..length));
        profile.map(Some).ok_or_else(|| damaged("its profile is cut short"))
    }
}

/// The masks of red, green, blue and alpha: in the header, or behind one that has none.
fn masks_at(bytes: &[u8], length: usize) -> [u32; 4] {
    const INFO: usize = 40;
    let mask = |number: usize| Fields(bytes).u32(FILE_HEADER + INFO + 4 * number);
    [mask(0), mask(1), mask(2), if length >= 56 { mask(3) } else { 0 }]
}

/// Where a BITMAPV5HEADER says that a profile stands.
fn profile_of(fields: &Fields<'_>, length: usize) -> Result<Option<(usize, usize)>, Error> {
    const EMBEDDED: u32 = u32::from_be_bytes(*b"MBED");
    const LINKED: u32 = u32::from_be_bytes(*b"LINK");
    if length < 124 {
        return Ok(None);
    }
    match fields.u32(56) {
        EMBEDDED => Ok(Some((fields.u32(112) as usize, fields.u32(116) as usize))),
        // It stands in another file.
        LINKED => Err(Error::Unsupported(Unsupported::Profile)),
        _ => Ok(None),
    }
}

impl Packing {
    fn of(depth: usize, compression: u32, is_os2: bool, masks: [u32; 4]) -> Result<Self, Error> {
        let masked = |bytes, [red, green, blue, alpha]: [u32; 4]| {
            let masks = [Mask::new(red)?, Mask::new(green)?, Mask::new(blue)?, Mask::new(alpha)?];
            Ok(Self::Masks { bytes, masks })
        };
        match (compression, depth) {
            (0, 1 | 2 | 4 | 8) => Ok(Self::Indexed { bits: depth }),
            (1, 8) | (2, 4) => Ok(Self::Runs { bits: depth }),
            (0, 16) => masked(2, [0x7C00, 0x3E0, 0x1F, 0]),
            (0, 24) => masked(3, [0xFF_0000, 0xFF00, 0xFF, 0]),
            (0, 32) => masked(4, [0xFF_0000, 0xFF00, 0xFF, 0]),
            (3, 16 | 32) if !is_os2 => masked(depth / 8, masks),
            // Huffman and 24-bit runs of OS/2, JPEG, PNG, and inks.
            (3..=6 | 11..=13, _) => Err(Error::Unsupported(Unsupported::Bmp)),
            _ => Err(damaged("its header says what cannot be")),
        }
    }

    /// Bits of an index; 0 where there are none.
    const fn index_bits(&self) -> usize {
        match self {
            Self::Indexed { bits } | Self::Runs { bits } => *bits,
            Self::Masks { .. } => 0,
        }
    }
}
