//! What a JPEG file is made of, read from its markers alone (ITU-T T.81 Annex B): no pixel is decoded and nothing
//! is allocated but the list of segments.

use crate::{Error, Quality, QuantTable, Subsampling, TableFamily};
use std::ops::Range;

/// The longest payload of a marker segment: its two length bytes count themselves.
pub(crate) const MAX_PAYLOAD: usize = 65_533;

/// Marker codes, the byte behind 0xFF (T.81 table B.1).
pub mod marker {
    /// Start of image.
    pub const SOI: u8 = 0xD8;
    /// End of image.
    pub const EOI: u8 = 0xD9;
    /// Start of scan.
    pub const SOS: u8 = 0xDA;
    /// Quantisation tables.
    pub const DQT: u8 = 0xDB;
    /// JFIF.
    pub const APP0: u8 = 0xE0;
    /// EXIF and XMP.
    pub const APP1: u8 = 0xE1;
    /// ICC profiles and multi-picture format.
    pub const APP2: u8 = 0xE2;
    /// JUMBF: C2PA credentials.
    pub const APP11: u8 = 0xEB;
    /// Adobe's colour transform.
    pub const APP14: u8 = 0xEE;
    /// The last application segment.
    pub const APP15: u8 = 0xEF;
    /// Comment.
    pub const COM: u8 = 0xFE;
}

/// The coding process of a frame (T.81 table B.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Process {
    /// Baseline or extended sequential DCT, Huffman coded.
    Sequential,
    /// Progressive DCT, Huffman coded.
    Progressive,
    /// Sequential or progressive DCT, arithmetic coded.
    Arithmetic,
    /// Lossless or hierarchical.
    Other,
}

/// One component of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its identifier.
    pub id: u8,
    /// Horizontal sampling factor, 1 to 4.
    pub horizontal: u8,
    /// Vertical sampling factor, 1 to 4.
    pub vertical: u8,
    /// Number of its quantisation table.
    pub table: u8,
}

/// What the frame header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Coding process.
    pub process: Process,
    /// Bits a sample.
    pub precision: u8,
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Components, 1 to 4 in sound files.
    pub components: Vec<Component>,
}

impl Frame {
    /// Chroma subsampling where it is one of the common ones.
    #[must_use]
    pub fn subsampling(&self) -> Option<Subsampling> {
        let factors = |component: &Component| (component.horizontal, component.vertical);
        match self.components.as_slice() {
            [_] => Some(Subsampling::Gray),
            [luma, cb, cr] if factors(cb) == (1, 1) && factors(cr) == (1, 1) => {
                [Subsampling::S444, Subsampling::S422, Subsampling::S440, Subsampling::S420]
                    .into_iter()
                    .find(|subsampling| subsampling.luma_factors() == factors(luma))
            }
            _ => None,
        }
    }
}

/// A metadata segment: APP0 to APP15 or a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its marker code.
    pub marker: u8,
    /// Where its payload stands in the file, marker and length not included.
    pub payload: Range<usize>,
}

/// What a JPEG file is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The frame header.
    pub frame: Frame,
    /// How many scans there are.
    pub scans: usize,
    /// APPn and comment segments in their order.
    pub metadata: Vec<Segment>,
    /// Quantisation tables by number, as first defined.
    pub tables: [Option<QuantTable>; 4],
    /// Where the image ends (just behind EOI), if it has an end.
    pub end: Option<usize>,
}

impl Layout {
    /// Reads the markers of `bytes`, up to the end of the first image.
    ///
    /// # Errors
    /// [`Error::NotJpeg`], [`Error::Truncated`] before any scan, [`Error::Malformed`], or
    /// [`Error::TooManySegments`] over `max_segments` metadata segments.
    pub fn read(bytes: &[u8], max_segments: usize) -> Result<Self, Error> {
        if !bytes.starts_with(&[0xFF, marker::SOI, 0xFF]) {
            return Err(Error::NotJpeg);
        }
        let mut walk = Walk { bytes, at: 2, frame: None, scans: 0, metadata: Vec::new(), tables: [None; 4] };
        let end = walk.run(max_segments)?;
        let Some(frame) = walk.frame.filter(|_| walk.scans > 0) else {
            return Err(Error::Truncated { at: bytes.len() });
        };
        Ok(Self { frame, scans: walk.scans, metadata: walk.metadata, tables: walk.tables, end })
    }

    /// Bytes of metadata payload.
    #[must_use]
    pub fn metadata_bytes(&self) -> usize {
        self.metadata.iter().map(|segment| segment.payload.len()).sum()
    }

    /// The quality on libjpeg's scale whose Annex K luma table lies nearest to this file's, and whether it is that
    /// very table.
    #[must_use]
    pub fn estimated_quality(&self) -> Option<(Quality, bool)> {
        let number = self.frame.components.first()?.table;
        let table = (*self.tables.get(usize::from(number))?)?;
        let distance = |quality: Quality| -> u32 {
            let candidate = TableFamily::AnnexK.at(quality).luma;
            candidate.divisors().iter().zip(table.divisors()).map(|(a, b)| u32::from(a.abs_diff(*b))).sum()
        };
        let nearest =
            (1..=100).map(|quality| Quality::from_quarters(4 * quality)).min_by_key(|q| distance(*q))?;
        Some((nearest, distance(nearest) == 0))
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    frame: Option<Frame>,
    scans: usize,
    metadata: Vec<Segment>,
    tables: [Option<QuantTable>; 4],
}

impl Walk<'_> {
    /// Reads segment after segment; returns where the image ends.
    fn run(&mut self, max_segments: usize) -> Result<Option<usize>, Error> {
        while let Some(code) = self.next_marker() {
            match code {
                marker::EOI => return Ok(Some(self.at)),
                // Restart markers outside a scan, TEM and a second SOI carry nothing.
                0x01 | 0xD0..=marker::SOI => {}
                // Reserved: a decoder that is out of step passes over these as rubbish, so that a length read here
                // could hide a scan from the count.
                0x02..=0xBF => return Err(Error::Malformed { at: self.at }),
                _ => {
                    let Some(payload) = self.payload()? else { break };
                    self.segment(code, payload, max_segments)?;
                }
            }
        }
        // The image has no end: damage for the decoder to judge, unless there was no scan at all.
        if self.scans == 0 { Err(Error::Truncated { at: self.bytes.len() }) } else { Ok(None) }
    }

    /// The next marker; bytes that are none (entropy-coded data, stuffing, fill) are passed over.
    fn next_marker(&mut self) -> Option<u8> {
        loop {
            let ff = self.at + self.bytes.get(self.at..)?.iter().position(|byte| *byte == 0xFF)?;
            self.at = ff + 1;
            match *self.bytes.get(self.at)? {
                0xFF => {}
                0x00 => self.at += 1,
                code => {
                    self.at += 1;
                    return Some(code);
                }
            }
        }
    }

    /// The payload of the segment whose marker was just read; `None` where the file ends within it after a scan.
    fn payload(&mut self) -> Result<Option<Range<usize>>, Error> {
        let start = self.at;
        let length = match self.bytes.get(start..start + 2) {
            Some(&[high, low]) => usize::from(u16::from_be_bytes([high, low])),
            _ => return self.cut_short(),
        };
        if length < 2 {
            return Err(Error::Malformed { at: start });
        }
        if start + length > self.bytes.len() {
            return self.cut_short();
        }
        self.at = start + length;
        Ok(Some(start + 2..start + length))
    }

    fn cut_short(&self) -> Result<Option<Range<usize>>, Error> {
        if self.scans == 0 { Err(Error::Truncated { at: self.bytes.len() }) } else { Ok(None) }
    }

    fn segment(&mut self, code: u8, payload: Range<usize>, max_segments: usize) -> Result<(), Error> {
        match code {
            marker::APP0..=marker::APP15 | marker::COM => {
                if self.metadata.len() >= max_segments {
                    return Err(Error::TooManySegments { limit: max_segments });
                }
                self.metadata.push(Segment { marker: code, payload });
            }
            marker::DQT => self.tables(payload)?,
            marker::SOS => self.scans += 1,
            // DHT (C4), JPG (C8) and DAC (CC) lie among the frame headers.
            0xC0..=0xCF if !matches!(code, 0xC4 | 0xC8 | 0xCC) && self.frame.is_none() => {
                self.frame = Some(frame(code, &self.bytes[payload.clone()], payload.start)?);
            }
            _ => {}
        }
        Ok(())
    }

    /// T.81 B.2.4.1; tables of 16 bits whose divisors exceed 255 are not kept.
    fn tables(&mut self, payload: Range<usize>) -> Result<(), Error> {
        let malformed = Error::Malformed { at: payload.start };
        let mut rest = &self.bytes[payload];
        while let Some((&head, tail)) = rest.split_first() {
            let (wide, number) = (head >> 4 != 0, usize::from(head & 15));
            let size = if wide { 128 } else { 64 };
            if number > 3 || tail.len() < size {
                return Err(malformed);
            }
            let (coded, after) = tail.split_at(size);
            let mut natural = [0_u8; 64];
            for (zigzag, &position) in ZIGZAG.iter().enumerate() {
                let value = if wide {
                    u16::from_be_bytes([coded[2 * zigzag], coded[2 * zigzag + 1]])
                } else {
                    u16::from(coded[zigzag])
                };
                natural[usize::from(position)] = u8::try_from(value).unwrap_or(0);
            }
            if self.tables[number].is_none() {
                self.tables[number] = QuantTable::new(natural);
            }
            rest = after;
        }
        Ok(())
    }
}

/// T.81 B.2.2.
fn frame(code: u8, payload: &[u8], at: usize) -> Result<Frame, Error> {
    let process = match code {
        0xC0 | 0xC1 => Process::Sequential,
        0xC2 => Process::Progressive,
        0xC9 | 0xCA => Process::Arithmetic,
        _ => Process::Other,
    };
    let &[precision, h1, h0, w1, w0, count, ref rest @ ..] = payload else {
        return Err(Error::Malformed { at });
    };
    if count == 0 || rest.len() != 3 * usize::from(count) {
        return Err(Error::Malformed { at });
    }
    let components = rest
        .chunks_exact(3)
        .map(|entry| Component {
            id: entry[0],
            horizontal: entry[1] >> 4,
            vertical: entry[1] & 15,
            table: entry[2],
        })
        .collect();
    let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
    Ok(Frame { process, precision, width: width.into(), height: height.into(), components })
}

/// Natural position of each coefficient in the order of the file (T.81 figure A.6).
#[rustfmt::skip]
pub(crate) const ZIGZAG: [u8; 64] = [
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
