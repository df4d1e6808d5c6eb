//! Metadata segments put into an encoded picture, and taken out.

use crate::{Error, Layout, layout::MAX_PAYLOAD};

/// `coded` (a JPEG that begins with SOI) with `segments` (marker code and payload) in this order right behind SOI.
///
/// # Errors
/// [`Error::SegmentTooLong`] if a payload does not fit into a marker segment; [`Error::NotJpeg`] if `coded` does
/// not begin as a JPEG does.
pub fn with_segments<'a>(
    coded: &[u8],
    segments: impl IntoIterator<Item = (u8, &'a [u8])>,
) -> Result<Vec<u8>, Error> {
    let (start, rest) =
        coded.split_at_checked(2).filter(|(start, _)| *start == [0xFF, 0xD8]).ok_or(Error::NotJpeg)?;
    let mut out = start.to_vec();
    for (marker, payload) in segments {
        let length = payload.len();
        if length > MAX_PAYLOAD {
            return Err(Error::SegmentTooLong { length });
        }
        out.extend_from_slice(&[0xFF, marker]);
        out.extend_from_slice(&((length + 2) as u16).to_be_bytes());
        out.extend_from_slice(payload);
    }
    out.extend_from_slice(rest);
    Ok(out)
}

/// The image of a file of this layout, byte for byte as it is coded, without its metadata segments, the bytes that fill
/// up before these (T.81 B.1.1.2), and what stands behind it.
#[must_use]
pub fn without_segments(file: &[u8], layout: &Layout) -> Vec<u8> {
    const MARKER_AND_LENGTH: usize = 4;
    let end = layout.end.unwrap_or(file.len());
    let mut coded = Vec::with_capacity(end);
    let mut at = 0;
    for segment in &layout.metadata {
        let between = &file[at..segment.payload.start - MARKER_AND_LENGTH];
        // A byte that fills up would make a marker of whatever follows the segment.
        let filling = between.iter().rev().take_while(|byte| **byte == 0xFF).count();
        coded.extend_from_slice(&between[..between.len() - filling]);
        at = segment.payload.end;
    }
    coded.extend_from_slice(&file[at..end]);
    coded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fills_up_before_a_segment_goes_with_it() {
        const FRAME: &[u8] = &[0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
        const SCAN: &[u8] = &[0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x55, 0xFF, 0xD9];
        let comment = [0xFF, 0xFF, 0xFF, 0xFE, 0, 3, b'x'];
        // Rubbish that decoders pass over would end the image behind a byte that fills up.
        let file = [&[0xFF, 0xD8], FRAME, &comment, &[0xD9, 0x15], SCAN].concat();
        let coded = without_segments(&file, &Layout::read(&file, 9).unwrap());
        assert_eq!(coded, [&[0xFF, 0xD8], FRAME, &[0xD9, 0x15], SCAN].concat());
        assert_eq!(Layout::read(&coded, 9).unwrap().end, Some(coded.len()));
    }
}
