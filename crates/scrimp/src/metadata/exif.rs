//! EXIF as it stands in a segment.

use scrimp_jpeg::{Directory, marker};
use std::ops::Range;

const HEAD: &[u8] = b"Exif\0";

/// The TIFF block of an EXIF segment, behind its head.
pub(crate) fn block(code: u8, payload: &[u8]) -> Option<&[u8]> {
    // The last byte of the head fills up and can be anything (Exif 2.32 4.7.2.1).
    if code == marker::APP1 && payload.starts_with(HEAD) { payload.get(HEAD.len() + 1..) } else { None }
}

/// Where the maker note stands in a TIFF block.
pub(crate) fn maker_note(block: &[u8]) -> Option<Range<usize>> {
    const EXIF: u16 = 0x8769;
    const MAKER_NOTE: u16 = 0x927C;
    let (order, first) = Directory::header(block)?;
    let main = Directory::read(block, order, first)?;
    let exif = main.entry(EXIF)?.number(block, order)?;
    let exif = Directory::read(block, order, exif as usize)?;
    exif.entry(MAKER_NOTE).map(|entry| entry.value.clone())
}
