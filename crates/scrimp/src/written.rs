//! Files from coefficients, each proved to hold them.

use crate::photo::jpeg::OwnFile;
use crate::prober::defect;
use crate::riders::Riders;
use crate::watch::{Watch, timed};
use crate::{Error, Milliseconds, Photo};
use scrimp_jpeg::{Coding, DecodeBounds, Decoded, Layout, Process, QuantisedCoefficients, Stop};

/// How files are written, and when to stop.
#[derive(Clone, Copy)]
pub(crate) struct Writing<'a> {
    pub(crate) coding: Coding,
    pub(crate) watch: &'a Watch<'a>,
}

/// The whole file of `quantised` with all that `photo` carries. Its coefficients, read back from the bytes, are those
/// that went in: what is known of them is true of the file.
pub(crate) fn file_of(
    quantised: &QuantisedCoefficients,
    photo: &Photo,
    Writing { coding, watch }: Writing<'_>,
    ms: &mut Milliseconds,
) -> Result<Vec<u8>, Error> {
    watch.check()?;
    let stop = || watch.must_stop();
    let coded = timed(&mut ms.entropy, || scrimp_jpeg::write_coefficients_unless(quantised, coding, &stop));
    let coded = coded.map_err(|error| stopped_or(error, watch))?;
    let file = photo.file_of(&coded).map_err(defect)?;
    if timed(&mut ms.proof, || holds(&file, quantised, watch))? {
        Ok(file)
    } else {
        Err(Error::Defect("its own output does not hold what was scored".into()))
    }
}

/// The very same picture as `own`, written better, with all that rides along; none where that cannot be done. What
/// the file holds is read back.
pub(crate) fn file_of_own(
    own: &OwnFile,
    riders: &Riders,
    Writing { coding, watch }: Writing<'_>,
    ms: &mut Milliseconds,
) -> Result<Option<Vec<u8>>, Error> {
    watch.check()?;
    let stop = || watch.must_stop();
    let bounds = bounds(&stop);
    let coded = match timed(&mut ms.entropy, || scrimp_jpeg::transcode(&own.bytes, coding, &bounds)) {
        Err(scrimp_jpeg::Error::Unsupported { .. }) => return Ok(None),
        Err(scrimp_jpeg::Error::Stopped) => return Err(stopped(watch)),
        // It cannot be read: what was not decoded before is known to be damaged only now.
        coded => coded.map_err(|error| Error::Damaged(error.to_string()))?,
    };
    let file = riders.around(&coded, |_, _| true).map_err(defect)?;
    let same = timed(&mut ms.proof, || scrimp_jpeg::hold_the_same(&own.bytes, &file, &bounds));
    match same {
        // What cannot be read back is not proved.
        Err(scrimp_jpeg::Error::Unsupported { .. }) => Ok(None),
        Err(error) => Err(stopped_or(error, watch)),
        Ok(true) => Ok(Some(file)),
        Ok(false) => Err(Error::Defect("its own output does not hold its own picture".into())),
    }
}

/// The photo's own picture, written better; none of a photo that is no JPEG, or where that cannot be done.
pub(crate) fn file_of_source(
    photo: &Photo,
    writing: Writing<'_>,
    ms: &mut Milliseconds,
) -> Result<Option<Vec<u8>>, Error> {
    match (&photo.source, &photo.own) {
        (Some(source), _) => file_of(source, photo, writing, ms).map(Some),
        (None, Some(own)) => file_of_own(own, &photo.riders, writing, ms),
        (None, None) => Ok(None),
    }
}

/// Whether a progressive file would be written anew for the sake of its scans alone: by the script that every other
/// program writes it comes to more than `ceiling` bytes. Such a file is left as it is, so that an output stays what it
/// is even after another program has written it anew without loss.
pub(crate) fn differs_in_scans_alone(
    layout: Option<&Layout>,
    ceiling: usize,
    writing: Writing<'_>,
    write: impl FnOnce(Writing<'_>) -> Result<Option<Vec<u8>>, Error>,
) -> Result<bool, Error> {
    let is_progressive = layout.is_some_and(|layout| layout.frame.process == Process::Progressive);
    if !is_progressive || writing.coding == Coding::Baseline {
        return Ok(false);
    }
    let file = write(Writing { coding: Coding::ProgressiveStandard, ..writing })?;
    Ok(file.is_none_or(|file| file.len() > ceiling))
}

/// Whether a file of our own holds these coefficients.
fn holds(file: &[u8], quantised: &QuantisedCoefficients, watch: &Watch<'_>) -> Result<bool, Error> {
    let stop = || watch.must_stop();
    scrimp_jpeg::holds(file, quantised, &bounds(&stop)).map_err(|error| stopped_or(error, watch))
}

/// The coefficients that a file holds.
pub(crate) fn read(file: &[u8], watch: &Watch<'_>) -> Result<QuantisedCoefficients, Error> {
    let stop = || watch.must_stop();
    scrimp_jpeg::read_coefficients(file, &bounds(&stop)).map_err(|error| stopped_or(error, watch))
}

/// The pixels of a file of our own.
pub(crate) fn decode(file: &[u8], watch: &Watch<'_>) -> Result<Decoded, Error> {
    let stop = || watch.must_stop();
    scrimp_jpeg::decode(file, &bounds(&stop)).map_err(|error| stopped_or(error, watch))
}

fn bounds(stop: Stop<'_>) -> DecodeBounds<'_> {
    DecodeBounds { memory: usize::MAX, stop }
}

fn stopped(watch: &Watch<'_>) -> Error {
    watch.check().err().unwrap_or(Error::Interrupted)
}

pub(crate) fn stopped_or(error: scrimp_jpeg::Error, watch: &Watch<'_>) -> Error {
    match error {
        scrimp_jpeg::Error::Stopped => stopped(watch),
        other => defect(other),
    }
}
