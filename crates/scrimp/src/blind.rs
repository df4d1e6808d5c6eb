//! The blind score: what a JPEG has already lost, told from the file alone.
//!
//! Quantising a JPEG anew on its own grid of blocks changes little, whatever was lost before. On a grid that is moved
//! against its own it is another picture's worth of coefficients, nearly as even as those of the original once were,
//! and dividing them by the file's own table costs about what it had cost the original. So the loss is repeated, and
//! measured against the file that is there.
//!
//! The tables tell not all: a file saved coarsely and then finely, or by a quantiser that drops more than it rounds
//! away, holds fewer coefficients than its tables would leave. So the steps are widened until the moved grid keeps no
//! more coefficients than the file does. docs/blind.md has the evidence and the limits.

use crate::prober::{defect, view};
use crate::watch::Watch;
use crate::{Error, Format, Goal, Options, Photo, written};
use sample::Sample;
use scrimp_jpeg::{Coefficients, Pixels, QuantTable, QuantisedCoefficients, Rounding, Subsampling, TableSet};
use scrimp_metric::{Metric, Reference, Score};

mod sample;
mod steps;

/// By how much a blind score may lie above a goal for the photo to count as sitting at it, as a part of what the goal
/// lies below identical: the more is lost, the less well is it known. Files that scrimp made lie within it, but for
/// some of strong colours whose chroma was halved. docs/blind.md has the evidence.
const MARGIN: f64 = 0.125;

/// By how much a blind score may be wrong, as a part of what was lost: for more than nine files of ten saved once, and
/// for most saved twice on one grid. What was resized or cropped between two saves lies beyond. docs/blind.md has the
/// evidence.
const ERROR: f64 = 0.2;

/// [`MARGIN`] in the metric's unit.
pub(crate) fn margin(goal: &Goal) -> f64 {
    MARGIN * (goal.metric().of_identical().value() - goal.score().value())
}

/// [`ERROR`] of a blind score in the metric's unit.
pub(crate) fn error_bound(blind: Score, metric: Metric) -> f64 {
    ERROR * (metric.of_identical().value() - blind.value())
}

/// How much the JPEG in `bytes` looks like the original that nobody has, in the unit and direction of the goal's metric:
/// an estimate from the file alone, made in the samples as they are, whatever its colour profile. `None` of a
/// photo of another format, of a JPEG too small to tell or of a rare kind.
///
/// # Errors
/// Any [`Error`] but those of a comparison: the photo is at fault, or a limit would be passed.
pub fn blind_score(bytes: &[u8], options: &Options) -> Result<Option<f64>, Error> {
    let watch = Watch::start(options);
    let photo = Photo::read_watched(bytes, options, &watch)?;
    let metric = options.goal.metric();
    options.limits.check_metric(metric, &photo)?;
    Ok(of_photo(&photo, bytes, metric, &watch)?.map(|score| metric.value_of(score)))
}

/// The blind score of a photo, which came in as `bytes`.
pub(crate) fn of_photo(
    photo: &Photo,
    bytes: &[u8],
    metric: Metric,
    watch: &Watch<'_>,
) -> Result<Option<Score>, Error> {
    match &photo.source {
        _ if photo.format != Format::Jpeg => Ok(None),
        Some(held) => score(&photo.pixels, held, metric),
        // Where decoders differ the pixels are the library's, and the coefficients are read for this alone.
        None => match written::read(bytes, watch) {
            Ok(held) => score(&photo.pixels, &held, metric),
            Err(error @ (Error::Interrupted | Error::Limit { .. })) => Err(error),
            Err(_) => Ok(None),
        },
    }
}

/// The blind score of a file of our own that holds `held`: what [`of_photo`] will say of it.
pub(crate) fn of_written(
    file: &[u8],
    held: &QuantisedCoefficients,
    metric: Metric,
    watch: &Watch<'_>,
) -> Result<Option<Score>, Error> {
    watch.check()?;
    if held.is_within_8_bit_range() {
        score(&held.shown(), held, metric)
    } else {
        score(&written::decode(file, watch)?.pixels, held, metric)
    }
}

/// How much `pixels`, which `held` show, look like the original that nobody has: an estimate. `None` of a picture
/// that is too small to move its grid.
///
/// # Errors
/// [`Error::Defect`] only.
fn score(pixels: &Pixels, held: &QuantisedCoefficients, metric: Metric) -> Result<Option<Score>, Error> {
    let Some(sample) = Sample::of(pixels) else { return Ok(None) };
    let moved = sample.pixels(pixels)?;
    let coefficients = Coefficients::subsampled(&moved, held.subsampling());
    let Some(tables) = tables(held, &coefficients, &sample) else { return Ok(None) };
    let shown = coefficients.shown_at(&tables, Rounding::Nearest);
    let reference = Reference::new(metric, view(&moved)?).map_err(defect)?;
    let repeated = reference.score(view(&shown)?).map_err(defect)?;
    Ok(Score::new(repeated.value() - unseen(held.subsampling(), metric)))
}

/// The loss that cannot be repeated: chroma that was halved before is smooth, and being halved again costs it little.
/// The medians over the corpus, in points of SSIMULACRA2 (docs/blind.md).
const fn unseen(subsampling: Subsampling, metric: Metric) -> f64 {
    match (metric, subsampling) {
        (Metric::Ssimulacra2 | Metric::Ssimulacra2Exact, Subsampling::S420) => 0.8,
        (Metric::Ssimulacra2 | Metric::Ssimulacra2Exact, Subsampling::S422 | Subsampling::S440) => 0.4,
        _ => 0.0,
    }
}

/// The tables that leave of the moved grid's coefficients no more than the file holds.
fn tables(held: &QuantisedCoefficients, moved: &Coefficients, sample: &Sample) -> Option<TableSet> {
    let components = held.tables().len();
    let ones = TableSet::of_components(&[QuantTable::ONES; 3][..components])?;
    let moved = moved.quantise(&ones, Rounding::Nearest);
    let widened: Vec<_> =
        (0..components).map(|component| steps::widened(held, &moved, component, sample)).collect();
    TableSet::of_components(&widened)
}
