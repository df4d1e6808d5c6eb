//! Places taken out of XMP: overwritten with blanks, so that nothing else in the packet moves.

use super::Stuck;
use crate::metadata::{Carried, xmp};

/// The text of an XMP segment that is not a piece of extended XMP.
pub(super) fn main_packet(code: u8, payload: &[u8]) -> Option<&[u8]> {
    xmp::packet(code, payload).filter(|_| !xmp::is_extension(payload))
}

/// Blanks the places in extended XMP, whose pieces are cut anywhere and may stand in any order.
pub(super) fn blank_places_of_extension(carried: &mut [Carried]) -> Result<(), Stuck> {
    let piece = |at: usize, (code, payload): &Carried| Some((xmp::piece(*code, payload)?, at));
    let found = carried.iter().enumerate().filter_map(|(at, carried)| piece(at, carried));
    let mut pieces: Vec<(xmp::Piece, usize)> = found.collect();
    pieces.sort_by_key(|(piece, at)| (piece.digest, piece.offset, *at));
    for packet in pieces.chunk_by(|(one, _), (other, _)| one.digest == other.digest) {
        let mut text = Vec::new();
        for (piece, at) in packet {
            // A gap or a piece that is there twice: what a name is split by can't be told.
            if piece.offset != text.len() {
                return Err(Stuck);
            }
            text.extend_from_slice(&carried[*at].1[piece.start..]);
        }
        blank_places(&mut text)?;
        for (piece, at) in packet {
            let payload = &mut carried[*at].1;
            let length = payload.len() - piece.start;
            payload[piece.start..].copy_from_slice(&text[piece.offset..piece.offset + length]);
        }
    }
    Ok(())
}

/// Blanks every property whose name speaks of a place.
pub(super) fn blank_places(text: &mut [u8]) -> Result<(), Stuck> {
    let mut at = 0;
    while let Some(colon) = text[at..].iter().position(|byte| *byte == b':').map(|found| at + found) {
        at = colon + 1;
        if !speaks_of_a_place(name_at(&text[at..])) {
            continue;
        }
        let prefix = text[..colon].iter().rev().take_while(|byte| is_name(**byte)).count();
        let start = colon - prefix;
        let end = at + name_at(&text[at..]).len();
        let gone = match text[..start].last() {
            Some(b'<') => start - 1..element_end(text, start..end).ok_or(Stuck)?,
            Some(before) if before.is_ascii_whitespace() => match attribute_end(text, end) {
                Some(end) => start..end,
                None => continue,
            },
            _ => continue,
        };
        at = gone.end;
        text[gone].fill(b' ');
    }
    Ok(())
}

/// GPSLatitude and all its like, as in EXIF's and drone makers' namespaces, and plain coordinates.
fn speaks_of_a_place(name: &[u8]) -> bool {
    name.starts_with(b"GPS") || name.starts_with(b"Gps") || matches!(name, b"Latitude" | b"Longitude")
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || byte >= 0x80
}

fn name_at(text: &[u8]) -> &[u8] {
    let length = text.iter().take_while(|byte| is_name(**byte)).count();
    &text[..length]
}

fn skip_blanks(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Where the attribute ends whose name ends at `at`; `None` if it is none.
fn attribute_end(text: &[u8], at: usize) -> Option<usize> {
    let equals = skip_blanks(text, at);
    let quote = skip_blanks(text, equals + usize::from(text.get(equals) == Some(&b'=')));
    let mark = *text.get(quote).filter(|mark| quote > equals && matches!(mark, b'"' | b'\''))?;
    let length = text[quote + 1..].iter().position(|byte| *byte == mark)?;
    Some(quote + 1 + length + 1)
}

/// Where the element ends whose first tag has this name.
fn element_end(text: &[u8], name: std::ops::Range<usize>) -> Option<usize> {
    let tag = name.end + text[name.end..].iter().position(|byte| *byte == b'>')?;
    if text[tag - 1] == b'/' {
        return Some(tag + 1);
    }
    let closing = [b"</", &text[name]].concat();
    let found = tag + text[tag..].windows(closing.len()).position(|window| window == closing)?;
    let end = found + text[found..].iter().position(|byte| *byte == b'>')?;
    Some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanked(text: &str) -> Result<String, Stuck> {
        let mut bytes = text.as_bytes().to_vec();
        blank_places(&mut bytes)?;
        assert_eq!(bytes.len(), text.len());
        Ok(String::from_utf8(bytes).unwrap().split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn places_go_and_the_rest_stays() {
        let text = "<r:D exif:GPSLatitude=\"51,2N\" exif:ISO='9' drone:GpsLongitude = '7'>\
                    <exif:GPSAltitude>3</exif:GPSAltitude><exif:GPSMapDatum/><a:b>x:GPS</a:b></r:D>";
        assert_eq!(blanked(text).unwrap(), "<r:D exif:ISO='9' > <a:b>x:GPS</a:b></r:D>");
        assert_eq!(blanked("<a:b/>").unwrap(), "<a:b/>");
    }

    #[test]
    fn an_element_without_end_is_not_stripped_by_halves() {
        assert_eq!(blanked("<e:GPSLatitude>51,2N"), Err(Stuck));
    }
}
