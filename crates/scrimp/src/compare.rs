//! The score of one file against another.

use crate::prober::view;
use crate::watch::Watch;
use crate::{Error, Options, Photo};
use scrimp_jpeg::{Channels, Pixels};
use scrimp_metric::{Metric, Reference, Score};

/// How much alike two files look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The metric.
    pub metric: Metric,
    /// The score.
    pub score: Score,
}

/// Scores the photo in `candidate` against the one in `original`: whole JPEG or PNG files of the same size in
/// pixels.
///
/// # Errors
/// [`Error::SizesDiffer`], or what is wrong with one of the files.
pub fn compare(
    original: &[u8],
    candidate: &[u8],
    metric: Metric,
    options: &Options,
) -> Result<Comparison, Error> {
    let watch = Watch::start(options);
    let read = |bytes| Photo::read_watched(bytes, &options.limits, &watch).map(|photo| photo.pixels);
    let (original, candidate) = (read(original)?, read(candidate)?);
    let size = |pixels: &Pixels| (pixels.width(), pixels.height());
    if size(&original) != size(&candidate) {
        return Err(Error::SizesDiffer { original: size(&original), candidate: size(&candidate) });
    }
    let (original, candidate) = if original.channels() == candidate.channels() {
        (original, candidate)
    } else {
        (in_colour(original)?, in_colour(candidate)?)
    };
    let defect = |error: scrimp_metric::Error| Error::Defect(error.to_string());
    let reference = Reference::new(metric, view(&original)?).map_err(defect)?;
    watch.check()?;
    let score = reference.score(view(&candidate)?).map_err(defect)?;
    Ok(Comparison { metric, score })
}

/// A gray picture with its one sample three times.
fn in_colour(pixels: Pixels) -> Result<Pixels, Error> {
    if pixels.channels() == Channels::Rgb {
        return Ok(pixels);
    }
    let samples = pixels.samples().iter().flat_map(|sample| [*sample; 3]).collect();
    Pixels::new(pixels.width(), pixels.height(), Channels::Rgb, samples)
        .map_err(|error| Error::Defect(error.to_string()))
}
