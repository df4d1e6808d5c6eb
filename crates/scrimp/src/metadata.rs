//! What rides along with a photo.

use scrimp_jpeg::{Layout, Segment, marker};
use std::fmt;

/// A kind of metadata, known by its marker and first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rider {
    /// JFIF header, density and perhaps a thumbnail.
    Jfif,
    /// EXIF.
    Exif,
    /// XMP, also extended.
    Xmp,
    /// A piece of an ICC profile.
    Icc,
    /// Multi-picture index: more pictures behind this one.
    MultiPicture,
    /// Photoshop resources, IPTC among them.
    Photoshop,
    /// JUMBF: a C2PA credential.
    C2pa,
    /// Adobe's colour transform.
    Adobe,
    /// A comment.
    Comment,
    /// Another application segment.
    Other,
}

impl Rider {
    /// What the segment carries.
    #[must_use]
    pub fn of(code: u8, payload: &[u8]) -> Self {
        match code {
            marker::APP0 => Self::Jfif,
            marker::APP1 if payload.starts_with(b"Exif\0") => Self::Exif,
            marker::APP1 if payload.starts_with(b"http://ns.adobe.com/x") => Self::Xmp,
            marker::APP2 if payload.starts_with(b"ICC_PROFILE\0") => Self::Icc,
            marker::APP2 if payload.starts_with(b"MPF\0") => Self::MultiPicture,
            marker::APP11 if payload.starts_with(b"JP") => Self::C2pa,
            0xED if payload.starts_with(b"Photoshop 3.0\0") => Self::Photoshop,
            marker::APP14 if payload.starts_with(b"Adobe") => Self::Adobe,
            marker::COM => Self::Comment,
            _ => Self::Other,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jfif => "JFIF",
            Self::Exif => "EXIF",
            Self::Xmp => "XMP",
            Self::Icc => "ICC profile",
            Self::MultiPicture => "multi-picture index",
            Self::Photoshop => "Photoshop and IPTC",
            Self::C2pa => "C2PA credential",
            Self::Adobe => "Adobe colour transform",
            Self::Comment => "comment",
            Self::Other => "other segment",
        }
    }
}

impl fmt::Display for Rider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A metadata segment: marker code and payload.
pub(crate) type Carried = (u8, Vec<u8>);

/// The segments of a JPEG that its smaller form carries on, in their order: all but Adobe's, which speaks of the
/// old coding's colours.
pub(crate) fn of_jpeg(bytes: &[u8], layout: &Layout) -> Vec<Carried> {
    let payload = |segment: &Segment| bytes[segment.payload.clone()].to_vec();
    layout
        .metadata
        .iter()
        .map(|segment| (segment.marker, payload(segment)))
        .filter(|(code, payload)| Rider::of(*code, payload) != Rider::Adobe)
        .collect()
}

/// The segments that stand for a PNG's metadata: JFIF, EXIF, XMP, ICC.
pub(crate) fn of_png(icc: Option<&[u8]>, exif: Option<&[u8]>, xmp: Option<&str>) -> Vec<Carried> {
    // JFIF 1.01 without a density (ITU-T T.871 10.1).
    let mut carried = vec![(marker::APP0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec())];
    if let Some(exif) = exif {
        carried.push((marker::APP1, [b"Exif\0\0", exif].concat()));
    }
    if let Some(xmp) = xmp {
        carried.push((marker::APP1, [b"http://ns.adobe.com/xap/1.0/\0", xmp.as_bytes()].concat()));
    }
    carried.extend(icc_segments(icc.unwrap_or_default()));
    carried
}

/// An ICC profile in numbered pieces (ICC.1:2022 annex B.4); in one, too long for a segment, if it has more pieces
/// than can be numbered.
fn icc_segments(profile: &[u8]) -> Vec<Carried> {
    const PIECE: usize = 65_519;
    let head = b"ICC_PROFILE\0".as_slice();
    let Ok(count) = u8::try_from(profile.len().div_ceil(PIECE)) else {
        return vec![(marker::APP2, [head, &[1, 1], profile].concat())];
    };
    let pieces = (1..=count).zip(profile.chunks(PIECE));
    pieces.map(|(number, piece)| (marker::APP2, [head, &[number, count], piece].concat())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_of_too_many_pieces_is_never_cut() {
        for (length, pieces, last) in
            [(0, 0, None), (1, 1, Some((1, 1))), (255 * 65_519, 255, Some((255, 255)))]
        {
            let segments = icc_segments(&vec![7; length]);
            assert_eq!(segments.len(), pieces);
            assert_eq!(segments.last().map(|(_, payload)| (payload[12], payload[13])), last);
            assert!(segments.iter().all(|(_, payload)| payload.len() <= 65_533));
            assert_eq!(segments.iter().map(|(_, payload)| payload.len() - 14).sum::<usize>(), length);
        }
        let [(_, payload)] = &icc_segments(&vec![7; 255 * 65_519 + 1])[..] else { panic!("in one piece") };
        assert!(payload.len() > 65_533, "which no segment holds");
    }
}
