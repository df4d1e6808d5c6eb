//! Leaving out what the caller asked for where nothing else changes: the photo is kept as it is coded. A photo that
//! still holds something of it is never returned as if all were done.

use crate::metadata::hold_credentials;
use crate::riders::Riders;
use crate::watch::Watch;
use crate::{
    Credentials, Damage, Decision, Error, Format, Frames, Kept, Options, Outcome, Photo, ProbeRecord, Shrunk,
};
use scrimp_jpeg::Layout;

/// What becomes of a sound photo that would be kept for `reason`: the same if it holds nothing that is to be left out,
/// else the very same coded picture without that.
///
/// # Errors
/// [`Error::CannotStrip`] if that cannot be done.
pub(crate) fn strip_kept(
    bytes: &[u8],
    reason: Kept,
    decision: Decision,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Outcome, Error> {
    if Format::sniff(bytes) != Some(Format::Jpeg) {
        let riders = riders_of_other(bytes, options, watch)?;
        return match riders.stripped(options)? {
            None => Ok(Outcome::Kept(reason, decision)),
            Some(_) => Err(Error::CannotStrip(format!(
                "it is kept ({reason}), and only JPEGs are stripped as they are"
            ))),
        };
    }
    let most = usize::try_from(options.limits.metadata_segments).unwrap_or(usize::MAX);
    let layout = Layout::read(bytes, most).map_err(|error| Error::Damaged(error.to_string()))?;
    let riders = Riders::of_jpeg(bytes, &layout, layout.end.unwrap_or(bytes.len()));
    let Some(riders) = riders.stripped(options)? else { return Ok(Outcome::Kept(reason, decision)) };
    if options.credentials == Credentials::Respect && hold_credentials(&riders.segments) {
        return Err(Error::CannotStrip(Kept::ContentCredentials.to_string()));
    }
    let bytes = without(bytes, &layout, &riders)?;
    let subsampling = layout.frame.subsampling();
    let source = ProbeRecord::of_source(Some(&layout), subsampling, bytes.len(), options);
    // Against an original that nobody has, nothing was measured.
    let score = decision.error_bound.is_none().then_some(source.score);
    let setting = Some(source.setting);
    let decision = Decision { score, floor: score, setting, is_only_stripped: true, ..decision };
    Ok(Outcome::Saved(Shrunk { bytes, decision }).with_riders(&riders))
}

/// All that rides along with a photo of another format, whether or not a JPEG could be made of it.
fn riders_of_other(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Riders, Error> {
    let (background, frames) = (Some([255; 3]), Frames::First);
    let options = Options { background, frames, damage: Damage::Refuse, ..options.clone() };
    Ok(Photo::read_watched(bytes, &options, watch)?.riders)
}

impl Riders {
    /// What is left of them; none if nothing has to go.
    fn stripped(&self, options: &Options) -> Result<Option<Self>, Error> {
        let mut left = self.clone();
        left.prepare(options, Format::Jpeg)?;
        let is_all = left.segments == self.segments
            && left.behind.bytes == self.behind.bytes
            && left.behind.parts == self.behind.parts;
        Ok((!is_all).then_some(left))
    }
}

/// A JPEG with these riders instead of its own.
fn without(bytes: &[u8], layout: &Layout, riders: &Riders) -> Result<Vec<u8>, Error> {
    if let Some(file) = overwritten(bytes, layout, riders) {
        return Ok(file);
    }
    // What cannot be moved along must not be moved.
    if let Some(obstacle) = riders.behind.obstacle() {
        return Err(Error::CannotStrip(obstacle.to_string()));
    }
    // There may be rubbish between its markers, which would be read in another way.
    let odd = || Error::CannotStrip("its markers are unusual".into());
    let coded = scrimp_jpeg::without_segments(bytes, layout);
    let file = riders.around(&coded, |_, _| true).map_err(|_| odd())?;
    let read = Layout::read(&file, layout.metadata.len()).map_err(|_| odd())?;
    let is_same = scrimp_jpeg::without_segments(&file, &read) == coded;
    if is_same { Ok(file) } else { Err(odd()) }
}

/// The file with what stays of each rider in its old place, where all keep their lengths: nothing moves.
fn overwritten(bytes: &[u8], layout: &Layout, riders: &Riders) -> Option<Vec<u8>> {
    let end = layout.end?;
    let is_as_long = layout.metadata.len() == riders.segments.len()
        && bytes.len() - end == riders.behind.bytes.len()
        && layout.metadata.iter().zip(&riders.segments).all(|(segment, (code, payload))| {
            segment.marker == *code && segment.payload.len() == payload.len()
        });
    if !is_as_long {
        return None;
    }
    let mut file = bytes.to_vec();
    for (segment, (_, payload)) in layout.metadata.iter().zip(&riders.segments) {
        file[segment.payload.clone()].copy_from_slice(payload);
    }
    file[end..].copy_from_slice(&riders.behind.bytes);
    Some(file)
}
