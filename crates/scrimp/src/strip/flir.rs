//! Places taken out of what FLIR's thermal cameras write beside the picture: a file of theirs, cut into APP1 segments.
//!
//! Its format is as the documentation of ExifTool tells it (Image::ExifTool::FLIR, FFF tags): a header, and a directory of
//! records, of which one holds the place.

use super::Stuck;
use crate::metadata::Carried;
use scrimp_jpeg::marker;

/// Of a piece, before its number.
const HEAD: &[u8] = b"FLIR\0\x01";
/// The head, the number of the piece and that of the last one.
const PIECE: usize = HEAD.len() + 2;
/// Of an entry of the directory.
const ENTRY: usize = 32;
/// The record of the place.
const GPS_INFO: [u8; 2] = [0, 0x2B];

/// Blanks the records of the place. A piece is missing, or the file is another one: what is in it can't be told.
pub(super) fn blank_places(carried: &mut [Carried]) -> Result<(), Stuck> {
    let is_piece = |(code, payload): &&mut Carried| *code == marker::APP1 && payload.starts_with(b"FLIR\0");
    let mut pieces: Vec<_> = carried.iter_mut().filter(is_piece).map(|(_, payload)| payload).collect();
    if pieces.is_empty() {
        return Ok(());
    }
    let last = u8::try_from(pieces.len() - 1).map_err(|_| Stuck)?;
    let in_order = |(number, piece): (u8, &&mut Vec<u8>)| {
        piece.strip_prefix(HEAD)?.starts_with(&[number, last]).then_some(())
    };
    (0..=last).zip(&pieces).try_for_each(|piece| in_order(piece).ok_or(Stuck))?;
    let mut file: Vec<u8> = pieces.iter().flat_map(|piece| &piece[PIECE..]).copied().collect();
    for record in places(&file).ok_or(Stuck)? {
        file.get_mut(record).ok_or(Stuck)?.fill(0);
    }
    let mut rest = file.as_slice();
    for piece in &mut pieces {
        let (mine, behind) = rest.split_at(piece.len() - PIECE);
        piece[PIECE..].copy_from_slice(mine);
        rest = behind;
    }
    Ok(())
}

/// Where the records of the place lie; none if this is no such file.
fn places(file: &[u8]) -> Option<Vec<std::ops::Range<usize>>> {
    if !file.starts_with(b"FFF\0") && !file.starts_with(b"AFF\0") {
        return None;
    }
    let number = |at: usize, is_little: bool| -> Option<usize> {
        let bytes = file.get(at..at.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }).ok()
    };
    // Versions are small numbers, which tells the byte order.
    let is_little = number(20, false)? > 0xFFFF;
    let (directory, count) = (number(24, is_little)?, number(28, is_little)?);
    let entries = file.get(directory..directory.checked_add(count.checked_mul(ENTRY)?)?)?;
    let mut found = Vec::new();
    for (index, entry) in entries.chunks_exact(ENTRY).enumerate() {
        let kind = if is_little { [entry[1], entry[0]] } else { [entry[0], entry[1]] };
        if kind == GPS_INFO {
            let at = directory + index * ENTRY;
            let start = number(at + 12, is_little)?;
            found.push(start..start.checked_add(number(at + 16, is_little)?)?);
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: &[u8] = b"51.2 North";
    const REST: &[u8] = b"21 degrees";

    /// A file with a record of a temperature and one of the place, in pieces of so many bytes.
    fn pieces(is_little: bool, length: usize) -> Vec<Carried> {
        let four = |number: u32| if is_little { number.to_le_bytes() } else { number.to_be_bytes() };
        let two = |number: u16| if is_little { number.to_le_bytes() } else { number.to_be_bytes() };
        let mut file = [b"FFF\0".as_slice(), &[0; 16], &four(100), &four(64), &four(2), &[0; 32]].concat();
        for (kind, at) in [(0x20, 128), (0x2B, 138)] {
            file.extend([two(kind), two(0)].concat());
            file.extend([four(0), four(0), four(at), four(10), [0; 4], [0; 4], [0; 4]].concat());
        }
        file.extend([REST, PLACE].concat());
        let parts: Vec<_> = file.chunks(length).collect();
        let piece =
            |(number, part): (usize, &&[u8])| [HEAD, &[number as u8, parts.len() as u8 - 1], part].concat();
        parts.iter().enumerate().map(|part| (marker::APP1, piece(part))).collect()
    }

    fn text(carried: &[Carried]) -> Vec<u8> {
        carried.iter().flat_map(|(_, payload)| &payload[PIECE..]).copied().collect()
    }

    #[test]
    fn the_record_of_the_place_is_blanked_wherever_it_is_cut() {
        for is_little in [false, true] {
            for length in [7, 31, 60_000] {
                let before = pieces(is_little, length);
                let mut carried = before.clone();
                blank_places(&mut carried).unwrap();
                let (was, is) = (text(&before), text(&carried));
                assert_eq!(was[..was.len() - PLACE.len()], is[..was.len() - PLACE.len()]);
                assert!(was.ends_with(PLACE) && is.ends_with(&[REST, &[0; 10]].concat()));
                assert!(before.iter().zip(&carried).all(|(was, is)| was.1[..PIECE] == is.1[..PIECE]));
            }
        }
    }

    #[test]
    fn what_cannot_be_read_whole_is_not_passed_off_as_free_of_places() {
        let whole = pieces(true, 31);
        let mut swapped = whole.clone();
        swapped.swap(1, 2);
        let cut =
            pieces(true, 60_000).into_iter().map(|(code, payload)| (code, payload[..150].to_vec())).collect();
        let other = vec![(marker::APP1, [HEAD, &[0, 0], b"another file"].concat())];
        for mut odd in [whole[..whole.len() - 1].to_vec(), whole[1..].to_vec(), swapped, cut, other] {
            assert_eq!(blank_places(&mut odd), Err(Stuck));
        }
    }
}
