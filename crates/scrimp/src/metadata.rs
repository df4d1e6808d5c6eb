//! What rides along with a photo.

pub(crate) mod exif;
pub(crate) mod xmp;

use scrimp_jpeg::{Layout, PictureIndex, Segment, marker};
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
    /// JPEG XT: what is to be added to the pixels.
    ExtensionLayer,
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
            _ if PictureIndex::is_in(code, payload) => Self::MultiPicture,
            marker::APP11 if is_extension_layer(payload) => Self::ExtensionLayer,
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
            Self::ExtensionLayer => "JPEG XT layer",
            Self::Adobe => "Adobe colour transform",
            Self::Comment => "comment",
            Self::Other => "other segment",
        }
    }
}

/// Whether a box (ISO/IEC 18477-3 annex B) is another one than JUMBF's, whose type stands behind identifier, number of
/// the box, number of the piece, and length.
fn is_extension_layer(payload: &[u8]) -> bool {
    payload.starts_with(b"JP") && payload.get(12..16).is_some_and(|kind| kind != b"jumb")
}

/// Whether content credentials vouch for the photo that these segments are from: in the file, or elsewhere by XMP
/// (C2PA specification 11.5).
pub(crate) fn hold_credentials(segments: &[Carried]) -> bool {
    const ELSEWHERE: &[u8] = b"dcterms:provenance";
    segments.iter().any(|(code, payload)| match Rider::of(*code, payload) {
        Rider::C2pa => true,
        Rider::Xmp => payload.windows(ELSEWHERE.len()).any(|window| window == ELSEWHERE),
        _ => false,
    })
}

impl fmt::Display for Rider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A metadata segment: marker code and payload.
pub(crate) type Carried = (u8, Vec<u8>);

/// The segments of a JPEG in their order.
pub(crate) fn of_jpeg(bytes: &[u8], layout: &Layout) -> Vec<Carried> {
    let payload = |segment: &Segment| bytes[segment.payload.clone()].to_vec();
    layout.metadata.iter().map(|segment| (segment.marker, payload(segment))).collect()
}

/// Whether it is Adobe's segment and says that the colours are coded in another way than as YCbCr.
pub(crate) fn denies_ycc(code: u8, payload: &[u8]) -> bool {
    const TRANSFORM: usize = 11;
    Rider::of(code, payload) == Rider::Adobe && payload.get(TRANSFORM) != Some(&1)
}

/// The ICC profile that the segments carry: none, or its bytes, or nothing where a piece is missing or two of one
/// number differ.
pub(crate) fn icc_profile(carried: &[Carried]) -> Option<Option<Vec<u8>>> {
    const HEAD: usize = 14;
    let is_piece = |(code, payload): &&Carried| Rider::of(*code, payload) == Rider::Icc;
    let mut pieces: Vec<&[u8]> =
        carried.iter().filter(is_piece).map(|(_, payload)| payload.as_slice()).collect();
    if pieces.is_empty() {
        return None;
    }
    pieces.sort_by_key(|piece| piece.get(HEAD - 2).copied());
    pieces.dedup();
    let is_whole = pieces
        .iter()
        .enumerate()
        .all(|(index, piece)| piece.get(HEAD - 2..HEAD) == Some(&[(index + 1) as u8, pieces.len() as u8]));
    Some(is_whole.then(|| pieces.iter().flat_map(|piece| &piece[HEAD..]).copied().collect()))
}

/// What rides along with a photo that is no JPEG, inflated.
#[derive(Debug, Default)]
pub(crate) struct ForeignMetadata {
    pub(crate) density: Option<Density>,
    pub(crate) exif: Option<Vec<u8>>,
    pub(crate) xmp: Vec<Vec<u8>>,
    pub(crate) icc: Option<Vec<u8>>,
    pub(crate) c2pa: Option<Vec<u8>>,
    /// Texts, each behind its keyword.
    pub(crate) comments: Vec<Vec<u8>>,
}

/// Pixels a metre, or only their aspect ratio.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Density {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) is_per_metre: bool,
}

impl Density {
    /// Unit, x and y as JFIF has them (ITU-T T.871 10.1); `None` if they do not fit.
    fn of_jfif(self) -> Option<(u8, u16, u16)> {
        // An inch is 0.0254 m.
        let inches = |metres: u32| (u64::from(metres) * 254 + 5_000) / 10_000;
        let (unit, x, y) = if self.is_per_metre {
            (1, inches(self.x), inches(self.y))
        } else {
            (0, self.x.into(), self.y.into())
        };
        let side = |side| u16::try_from(side).ok().filter(|side| *side > 0);
        Some((unit, side(x)?, side(y)?))
    }
}

/// The segments that stand for such metadata: JFIF, EXIF, XMP, ICC, C2PA, comments. Some may be longer than a
/// segment can be; a photo with such a one must be left as it is.
pub(crate) fn of_foreign(metadata: ForeignMetadata) -> Vec<Carried> {
    let mut carried = vec![(marker::APP0, jfif(metadata.density))];
    let headed = |code, head: &[u8], payload: Vec<u8>| (code, [head, &payload].concat());
    carried.extend(metadata.exif.map(|exif| headed(marker::APP1, b"Exif\0\0", exif)));
    let xmp = metadata.xmp.into_iter();
    carried.extend(xmp.map(|xmp| headed(marker::APP1, b"http://ns.adobe.com/xap/1.0/\0", xmp)));
    carried.extend(icc_segments(&metadata.icc.unwrap_or_default()));
    // Never written: it is there so that the photo is known for what it is.
    carried.extend(metadata.c2pa.map(|boxes| headed(marker::APP11, b"JP\0\x01\0\0\0\x01", boxes)));
    carried.extend(metadata.comments.into_iter().map(|text| (marker::COM, text)));
    carried
}

/// A JFIF 1.01 header (ITU-T T.871 10.1).
fn jfif(density: Option<Density>) -> Vec<u8> {
    let (unit, x, y) = density.and_then(Density::of_jfif).unwrap_or((0, 1, 1));
    let ([x1, x0], [y1, y0]) = (x.to_be_bytes(), y.to_be_bytes());
    [b"JFIF\0\x01\x01".as_slice(), &[unit, x1, x0, y1, y0, 0, 0]].concat()
}

/// An ICC profile in numbered pieces (ICC.1:2022 annex B.4); in one, too long for a segment, if it has more pieces
/// than can be numbered.
pub(crate) fn icc_segments(profile: &[u8]) -> Vec<Carried> {
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
    fn a_long_profile_is_carried_in_numbered_pieces() {
        let profile: Vec<u8> = (0..65_520).map(|at| (at % 251) as u8).collect();
        let carried =
            of_foreign(ForeignMetadata { icc: Some(profile.clone()), ..ForeignMetadata::default() });
        let numbers: Vec<_> = carried[1..].iter().map(|(_, payload)| payload[12..14].to_vec()).collect();
        assert_eq!(numbers, [[1, 2], [2, 2]]);
        assert_eq!(icc_profile(&carried), Some(Some(profile)));
    }

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

    #[test]
    fn densities_become_dots_an_inch() {
        let density = |x, y, is_per_metre| Density { x, y, is_per_metre }.of_jfif();
        assert_eq!(density(11_811, 2_835, true), Some((1, 300, 72)));
        assert_eq!(density(4, 3, false), Some((0, 4, 3)));
        assert_eq!(density(0, 3, false), None);
        assert_eq!(density(u32::MAX, u32::MAX, true), None);
    }
}
