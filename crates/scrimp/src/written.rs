//! Files from coefficients, each proved to hold them.

use crate::prober::defect;
use crate::watch::{Watch, timed};
use crate::{Error, Milliseconds, Photo};
use scrimp_jpeg::{Coding, DecodeBounds, Decoded, QuantisedCoefficients};

/// The whole file of `quantised` with all that `photo` carries. Its coefficients, read back from the bytes, are those
/// that went in: what is known of them is true of the file.
pub(crate) fn file_of(
    quantised: &QuantisedCoefficients,
    photo: &Photo,
    watch: &Watch<'_>,
    ms: &mut Milliseconds,
) -> Result<Vec<u8>, Error> {
    watch.check()?;
    let coded = timed(&mut ms.entropy, || scrimp_jpeg::write_coefficients(quantised, Coding::Progressive));
    let carried = photo.carried.iter().map(|(code, payload)| (*code, payload.as_slice()));
    let file = scrimp_jpeg::with_segments(&coded.map_err(defect)?, carried).map_err(defect)?;
    let stop = || watch.must_stop();
    let read = timed(&mut ms.proof, || scrimp_jpeg::read_coefficients(&file, &bounds(&stop)));
    if read.map_err(|error| stopped_or(error, watch))? == *quantised {
        Ok(file)
    } else {
        Err(Error::Defect("its own output does not hold what was scored".into()))
    }
}

/// The pixels of a file of our own.
pub(crate) fn decode(file: &[u8], watch: &Watch<'_>) -> Result<Decoded, Error> {
    let stop = || watch.must_stop();
    scrimp_jpeg::decode(file, &bounds(&stop)).map_err(|error| stopped_or(error, watch))
}

fn bounds<'a>(stop: &'a (dyn Fn() -> bool + Sync)) -> DecodeBounds<'a> {
    DecodeBounds { memory: usize::MAX, stop }
}

fn stopped_or(error: scrimp_jpeg::Error, watch: &Watch<'_>) -> Error {
    match error {
        scrimp_jpeg::Error::Stopped => watch.check().err().unwrap_or(Error::Interrupted),
        other => defect(other),
    }
}
