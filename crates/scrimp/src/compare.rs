//! The score of one file against another.

use crate::colour::ToSrgb;
use crate::turn::Turn;
use crate::views::{View, heat_view};
use crate::watch::Watch;
use crate::{Error, Options, Source, heat_map};
use scrimp_jpeg::Pixels;
use scrimp_metric::{Metric, Region, Score, ScoreMap};
use serde::Serialize;
use std::num::NonZeroUsize;

/// How much alike two files look, as a whole and place by place.
#[derive(Clone, Debug)]
pub struct Comparison {
    original: Pixels,
    /// How the original stands upright.
    turn: Turn,
    metric: Metric,
    map: ScoreMap,
}

/// The place where two files look least alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WorstCell {
    /// Its left column in pixels.
    pub x: usize,
    /// Its top row.
    pub y: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Its own score, in the metric's unit and direction.
    pub score: f64,
}

/// The picture of [`Comparison::heat_map`], small and upright, with the key to its colours beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// The picture, at most [`Views::WHOLE`](crate::Views::WHOLE) pixels wide and high, without legend and frame.
    pub view: View,
    /// Values in the metric's unit and their colours, from the finest to the coarsest; the colours between are mixed.
    pub key: Vec<(f64, [u8; 3])>,
    /// The worst cell in the pixels of the whole photo as it stands upright.
    pub worst: WorstCell,
}

impl WorstCell {
    pub(crate) const fn new(Region { x, y, width, height }: Region, score: f64) -> Self {
        Self { x, y, width, height, score }
    }

    pub(crate) const fn region(self) -> Region {
        Region { x: self.x, y: self.y, width: self.width, height: self.height }
    }
}

impl Comparison {
    /// The metric.
    #[must_use]
    pub const fn metric(&self) -> Metric {
        self.metric
    }

    /// The score of the whole: higher is better, whatever the metric's own direction.
    #[must_use]
    pub const fn score(&self) -> Score {
        self.map.score()
    }

    /// The score of the whole in the metric's own unit and direction.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.metric.value_of(self.score())
    }

    /// The place where the two look least alike.
    #[must_use]
    pub fn worst(&self) -> WorstCell {
        let (region, score) = self.map.worst();
        WorstCell::new(region, self.metric.value_of(score))
    }

    /// A PNG of the original in gray under the colours of its cells' scores, with a legend; the worst cell is framed
    /// in white.
    ///
    /// # Errors
    /// [`Error::Defect`] if the picture cannot be encoded.
    pub fn heat_map(&self) -> Result<Vec<u8>, Error> {
        let (width, height, samples) = heat_map::draw(&self.original, self.metric, &self.map);
        let defect = |error: png::EncodingError| Error::Defect(error.to_string());
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().map_err(defect)?;
        writer.write_image_data(&samples).map_err(defect)?;
        writer.finish().map_err(defect)?;
        Ok(file)
    }

    /// The same for a page: small, upright, and without the legend.
    ///
    /// # Errors
    /// [`Error::Defect`] if the picture cannot be encoded.
    pub fn heat_view(&self) -> Result<HeatMap, Error> {
        let tinted = heat_map::tinted(&self.original, self.metric, &self.map)?;
        let (region, score) = self.map.worst();
        let worst = WorstCell::new(
            self.turn.region((tinted.width(), tinted.height()), region),
            self.metric.value_of(score),
        );
        Ok(HeatMap { view: heat_view(&tinted, self.turn)?, key: heat_map::key(self.metric), worst })
    }
}

/// Scores the photo in `candidate` against the one in `original`: whole files of photos of the same size in
/// pixels, each in the colours of its own ICC profile.
///
/// # Errors
/// [`Error::SizesDiffer`], or what is wrong with one of the files.
pub fn compare(
    original: &[u8],
    candidate: &[u8],
    metric: Metric,
    options: &Options,
) -> Result<Comparison, Error> {
    compare_sources(Source::File(original), Source::File(candidate), metric, options)
}

pub(crate) fn compare_sources(
    original: Source<'_>,
    candidate: Source<'_>,
    metric: Metric,
    options: &Options,
) -> Result<Comparison, Error> {
    let watch = Watch::start(options);
    // Each by its own profile.
    let read = |source: Source<'_>| {
        let photo = source.read_seen(options, &watch)?;
        options.limits.check_metric(metric, &photo)?;
        let colour = ToSrgb::of(&photo).map_err(Error::Unsupported)?;
        let seen = colour.original(&photo, &watch)?.into_owned();
        Ok((colour.apply_watched(&photo.pixels, &watch)?.into_owned(), Turn::of_photo(&photo), seen))
    };
    let ((drawn, turn, original), (_, _, candidate)) = (read(original)?, read(candidate)?);
    if original.size() != candidate.size() {
        return Err(Error::SizesDiffer { original: original.size(), candidate: candidate.size() });
    }
    let (original, candidate) = if original.channels() == candidate.channels() {
        (original, candidate)
    } else {
        (original.in_colour()?, candidate.in_colour()?)
    };
    let reference = watch.reference(metric, original.view()?, NonZeroUsize::MIN)?;
    let map = watch.score_with_map(&reference, candidate.view()?)?;
    Ok(Comparison { original: drawn, turn, metric, map })
}

#[cfg(test)]
mod tests {
    use super::*;
    use scrimp_testkit::{jpeg, riders, scenes};

    #[test]
    fn a_map_for_a_page_tells_the_worst_cell_where_it_is_seen() {
        let (fine, mut scene) = (scenes::landscape(320, 200, 1), scenes::landscape(320, 200, 1));
        // Spoilt at the right of the stored picture, at its top.
        for row in scene.samples.chunks_exact_mut(320 * 3).take(60) {
            row[260 * 3..].fill(128);
        }
        // Its right side is up: orientation 8.
        let sideways = riders::Exif { orientation: 8, ..riders::Exif::default() }.segment();
        let turned = |scene| riders::with_segments(&jpeg(scene, 90), std::slice::from_ref(&sideways));
        let found =
            compare(&turned(&fine), &turned(&scene), Metric::Ssimulacra2, &Options::default()).unwrap();
        assert_eq!((found.worst().x, found.worst().y), (256, 0));
        let map = found.heat_view().unwrap();
        assert_eq!((map.view.width, map.view.height), (200, 320));
        assert_eq!((map.worst.x, map.worst.y, map.worst.score), (0, 0, found.worst().score));
    }
}
