//! XMP as text: properties found by their names, whichever prefix they have and whether they are attributes or
//! elements (XMP specification part 1, 7.5).

use scrimp_jpeg::marker;

const HEAD: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXTENSION: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
/// Behind the head of a piece of extended XMP: a digest, the whole length, and where the piece belongs.
const EXTENSION_FIELDS: usize = 40;

/// The text of an XMP segment, extended or not.
pub(crate) fn packet(code: u8, payload: &[u8]) -> Option<&[u8]> {
    if code != marker::APP1 {
        None
    } else if let Some(packet) = payload.strip_prefix(HEAD) {
        Some(packet)
    } else {
        payload.strip_prefix(EXTENSION)?.get(EXTENSION_FIELDS..)
    }
}

/// A piece of extended XMP (XMP specification part 3, 1.1.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Of the whole packet: the same for all its pieces.
    pub(crate) digest: [u8; 32],
    /// Where the piece belongs in the packet.
    pub(crate) offset: usize,
    /// Where its text starts in the segment's payload.
    pub(crate) start: usize,
}

/// What a segment tells of itself, if it is a piece of extended XMP.
pub(crate) fn piece(code: u8, payload: &[u8]) -> Option<Piece> {
    let fields = payload.strip_prefix(EXTENSION).filter(|_| code == marker::APP1)?.get(..EXTENSION_FIELDS)?;
    let digest = fields[..32].try_into().ok()?;
    let offset = u32::from_be_bytes(fields[36..].try_into().ok()?) as usize;
    Some(Piece { digest, offset, start: EXTENSION.len() + EXTENSION_FIELDS })
}

/// Whether a segment is a piece of extended XMP.
pub(crate) fn is_extension(payload: &[u8]) -> bool {
    payload.starts_with(EXTENSION)
}

/// All the XMP of a file, one packet behind the other.
pub(crate) fn text_of<'a>(segments: impl Iterator<Item = (u8, &'a [u8])>) -> String {
    let packets: Vec<_> = segments.filter_map(|(code, payload)| packet(code, payload)).collect();
    String::from_utf8_lossy(&packets.concat()).into_owned()
}

/// The value of the first property of this name.
pub(crate) fn property<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    named(text, name).find_map(|(_, rest)| {
        let rest = rest.trim_start();
        if let Some(value) = rest.strip_prefix('=') {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            value[1..].split(quote).next()
        } else {
            rest.strip_prefix('>')?.split('<').next()
        }
    })
}

/// Each element of this name with all that stands before the next such.
pub(crate) fn elements<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let is_start = |before: &str| {
        let is_prefix = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        before.bytes().rev().find(|byte| !is_prefix(*byte)) == Some(b'<')
    };
    let starts: Vec<usize> = named(text, name)
        .filter(|(before, _)| is_start(before))
        .map(|(_, rest)| text.len() - rest.len())
        .collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([text.len()]).collect();
    starts.into_iter().zip(ends).map(move |(start, end)| &text[start..end])
}

/// Each place where a prefixed name ends in `:name`: what stands before the colon and what behind the name.
fn named<'a>(text: &'a str, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    text.match_indices(':').filter_map(move |(colon, _)| {
        let rest = text[colon + 1..].strip_prefix(name)?;
        let ends = rest.starts_with(|next: char| next.is_whitespace() || matches!(next, '=' | '>' | '/'));
        ends.then_some((&text[..colon], rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_attributes_or_elements_with_any_prefix() {
        let text = "<a:b c:Length = '12' d:Lengthy=\"7\"><Item:Padding> 3 </Item:Padding></a:b>";
        assert_eq!(property(text, "Length"), Some("12"));
        assert_eq!(property(text, "Padding"), Some(" 3 "));
        assert_eq!(property(text, "Semantic"), None);
    }

    #[test]
    fn elements_reach_to_the_next() {
        let text = "<C:Item I:Length=\"1\"/> <C:Item><I:Length>2</I:Length></C:Item><C:Item\n/>";
        let lengths: Vec<_> = elements(text, "Item").map(|item| property(item, "Length")).collect();
        assert_eq!(lengths, [Some("1"), Some("2"), None]);
    }
}
