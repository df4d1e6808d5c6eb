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

/// An ICC profile in numbered pieces (ICC.1:2022 annex B.4).
fn icc_segments(profile: &[u8]) -> impl Iterator<Item = Carried> {
    const PIECE: usize = 65_519;
    let count = profile.len().div_ceil(PIECE);
    profile.chunks(PIECE).enumerate().map(move |(index, piece)| {
        // A profile over 255 pieces cannot be numbered; metadata limits lie far below (P7), and the splice would
        // otherwise carry a profile that no reader puts together.
        (marker::APP2, [b"ICC_PROFILE\0".as_slice(), &[(index + 1) as u8, count as u8], piece].concat())
    })
}
