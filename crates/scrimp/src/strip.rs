//! What is left out of the new file because the caller asks for it.
//!
//! A profile and the orientation always stay. What stays is not moved within its segment, because makers' own data count
//! places from where they please; what goes is overwritten with zeros or blanks, or cut off where nothing stands behind.

mod alone;
mod behind;
mod exif;
mod flir;
mod photoshop;
mod xmp;

use crate::metadata::{Carried, Rider, exif as exif_block};
use crate::riders::Riders;
use crate::{Error, behind::Behind};
pub(crate) use alone::strip_kept;
use scrimp_jpeg::marker;

/// A group of what can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Strip {
    /// Where the photo was taken: the GPS directory of EXIF, GPS properties of XMP, the GPS record of FLIR's thermal cameras, the
    /// place in a motion video.
    Gps,
    /// Thumbnails in EXIF, JFIF and Photoshop's resources.
    Thumbnail,
    /// Comments.
    Comments,
    /// Everything but the ICC profile and the orientation, what stands behind the image included.
    AllButIcc,
}

impl Strip {
    /// Every group.
    pub const ALL: &[Self] = &[Self::Gps, Self::Thumbnail, Self::Comments, Self::AllButIcc];

    /// Its name, as on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gps => "gps",
            Self::Thumbnail => "thumbnail",
            Self::Comments => "comments",
            Self::AllButIcc => "all-but-icc",
        }
    }

    /// The group of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|group| group.name() == name)
    }
}

/// What is to be left out stands where it cannot be taken out safely.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stuck;

/// Takes these groups out of what goes into the new file.
pub(crate) fn strip(riders: &mut Riders, groups: &[Strip]) -> Result<(), Error> {
    if groups.contains(&Strip::AllButIcc) {
        riders.segments = all_but_icc(&riders.segments);
        riders.behind = Behind::default();
        return Ok(());
    }
    for group in groups {
        match group {
            Strip::Gps => gps(riders),
            Strip::Thumbnail => thumbnails(&mut riders.segments),
            Strip::Comments => {
                riders.segments.retain(|(code, _)| *code != marker::COM);
                Ok(())
            }
            Strip::AllButIcc => Ok(()),
        }
        .map_err(|Stuck| cannot_strip(*group))?;
    }
    Ok(())
}

fn cannot_strip(group: Strip) -> Error {
    let name = group.name();
    Error::CannotStrip(format!(
        "metadata that holds {name} is damaged or unusual; stripping all-but-icc drops it as a whole"
    ))
}

/// The profile, the orientation in an EXIF segment of nothing else, and what decoders need: JFIF's density, Adobe's
/// transform.
fn all_but_icc(carried: &[Carried]) -> Vec<Carried> {
    let mut is_first_exif = true;
    let stays = |(code, payload): &Carried| match Rider::of(*code, payload) {
        Rider::Icc | Rider::Adobe => Some((*code, payload.clone())),
        Rider::Jfif => jfif_without_thumbnail(payload).map(|payload| (*code, payload)),
        Rider::Exif if std::mem::take(&mut is_first_exif) => {
            let orientation = exif_block::orientation(exif_block::block(*code, payload)?)?;
            (orientation != 1).then(|| (*code, exif_block::of_orientation(orientation)))
        }
        _ => None,
    };
    carried.iter().filter_map(stays).collect()
}

fn gps(riders: &mut Riders) -> Result<(), Stuck> {
    for (code, payload) in &mut riders.segments {
        segment_gps(*code, payload)?;
    }
    xmp::blank_places_of_extension(&mut riders.segments)?;
    flir::blank_places(&mut riders.segments)?;
    behind::blank_places(&mut riders.behind)
}

/// Takes the place out of an EXIF or XMP segment of the same length.
fn segment_gps(code: u8, payload: &mut [u8]) -> Result<(), Stuck> {
    if let Some(at) = exif_block::block(code, payload).map(|block| payload.len() - block.len()) {
        exif::remove_gps(&mut payload[at..])
    } else if let Some(at) = xmp::main_packet(code, payload).map(|packet| payload.len() - packet.len()) {
        xmp::blank_places(&mut payload[at..])
    } else {
        Ok(())
    }
}

fn thumbnails(carried: &mut Vec<Carried>) -> Result<(), Stuck> {
    for (code, payload) in carried.iter_mut() {
        if let Some(at) = exif_block::block(*code, payload).map(|block| payload.len() - block.len()) {
            let length = exif::remove_thumbnail(&mut payload[at..])?;
            payload.truncate(at + length);
        }
    }
    photoshop::remove_thumbnails(carried)?;
    carried.retain_mut(|(code, payload)| {
        if Rider::of(*code, payload) != Rider::Jfif {
            return true;
        }
        let without = jfif_without_thumbnail(payload);
        without.map(|without| *payload = without).is_some()
    });
    Ok(())
}

/// A JFIF header whose thumbnail has no pixels (ITU-T T.871 10.1); none of an extension, which is a thumbnail.
fn jfif_without_thumbnail(payload: &[u8]) -> Option<Vec<u8>> {
    const FIELDS: usize = 12;
    let fields = payload.starts_with(b"JFIF\0").then(|| payload.get(..FIELDS))??;
    Some([fields, &[0, 0]].concat())
}
