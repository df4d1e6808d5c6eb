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

/// The image of a file of this layout, byte for byte as it is coded, without its metadata segments and without what
/// stands behind it.
#[must_use]
pub fn without_segments(file: &[u8], layout: &Layout) -> Vec<u8> {
    const MARKER_AND_LENGTH: usize = 4;
    let end = layout.end.unwrap_or(file.len());
    let mut coded = Vec::with_capacity(end);
    let mut at = 0;
    for segment in &layout.metadata {
        coded.extend_from_slice(&file[at..segment.payload.start - MARKER_AND_LENGTH]);
        at = segment.payload.end;
    }
    coded.extend_from_slice(&file[at..end]);
    coded
}
