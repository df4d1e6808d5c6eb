//! EXIF as it stands in a segment.

use scrimp_jpeg::{Directory, marker};
use std::ops::Range;

const HEAD: &[u8] = b"Exif\0";
const ORIENTATION: u16 = 0x0112;

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

/// How the picture is to be turned, 1 to 8.
pub(crate) fn orientation(block: &[u8]) -> Option<u8> {
    let (order, first) = Directory::header(block)?;
    // Some write two numbers, or bytes; the first is what programs go by.
    let number = Directory::read(block, order, first)?.entry(ORIENTATION)?.first_number(block, order)?;
    u8::try_from(number).ok().filter(|number| (1..=8).contains(number))
}

/// An EXIF segment that tells the orientation and nothing else.
pub(crate) fn of_orientation(orientation: u8) -> Vec<u8> {
    let directory = [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
    [b"Exif\0\0MM\0*\0\0\0\x08".as_slice(), &directory].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_orientation_alone_reads_as_it_was() {
        for turned in 1..=8 {
            let payload = of_orientation(turned);
            assert_eq!(orientation(block(marker::APP1, &payload).unwrap()), Some(turned));
        }
    }
}
