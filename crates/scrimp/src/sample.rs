//! A sample of a photo, for the guide: a mosaic of its tiles, scored by itself.
//!
//! It leads the search at a fraction of the cost. Its score lies off that of the whole photo, by a gap that hardly
//! changes between the settings of a photo: the search learns it from each proof.

use crate::colour::ToSrgb;
use crate::prober::{defect, view};
use crate::search::Setting;
use crate::transforms::Transforms;
use crate::{Effort, Error, Photo};
use scrimp_jpeg::{Coding, Mosaic, Pixels, QuantisedCoefficients, Subsampling, TableFamily, TableSet};
use scrimp_metric::{Metric, Reference, Score};
use std::num::NonZeroUsize;

/// The most tiles: half a megapixel.
const MOST_TILES: usize = 32;
/// The part of a photo that is looked at, where that is no more than the most tiles and no fewer than the least.
const SHARE: usize = 8;
/// Fewer say too little.
const LEAST_TILES: usize = 6;
/// The greatest part of a photo that is worth what it costs: photos below 0.3 megapixels have no sample.
const GREATEST_SHARE: usize = 3;

/// The tiles of a photo, prepared for probes.
pub(crate) struct Sample {
    pixels: Pixels,
    source: Option<QuantisedCoefficients>,
    reference: Reference,
    transforms: Transforms,
    /// What estimates are to be multiplied by, learnt from a file of the tiles: families are compared by their sizes.
    factors: Vec<Factor>,
    /// Pixels of the photo for each of the sample.
    share: f64,
}

impl Sample {
    /// The tiles to look at; `None` for a photo that is so small that all of it is looked at.
    pub(crate) fn mosaic(pixels: &Pixels) -> Option<Mosaic> {
        let (width, height) = (pixels.width(), pixels.height());
        let tiles = width * height / (Mosaic::TILE * Mosaic::TILE * SHARE);
        let mosaic = Mosaic::new(width, height, tiles.clamp(LEAST_TILES, MOST_TILES))?;
        (mosaic.pixels() * GREATEST_SHARE <= width * height).then_some(mosaic)
    }

    /// The most pixels that the sample of a photo of so many has.
    pub(crate) fn most_pixels(pixels: u64) -> u64 {
        let tile = (Mosaic::TILE * Mosaic::TILE) as u64;
        let (least, most) = (LEAST_TILES as u64 * tile, MOST_TILES as u64 * tile);
        (pixels / SHARE as u64).clamp(least, most).min(pixels / GREATEST_SHARE as u64)
    }

    /// Prepares the tiles of `mosaic` to be scored by the nearest cheap relative of `metric`.
    pub(crate) fn new(
        photo: &Photo,
        mosaic: &Mosaic,
        colour: &ToSrgb,
        metric: Metric,
    ) -> Result<Self, Error> {
        let metric = if metric == Metric::Ssimulacra2 { Metric::Ssimulacra2Exact } else { metric };
        let pixels = mosaic.of_pixels(&photo.pixels);
        let reference = Reference::new(metric, view(&*colour.apply(&pixels)?)?).map_err(defect)?;
        let share = (photo.pixels.width() * photo.pixels.height()) as f64 / mosaic.pixels() as f64;
        let source = photo.source.as_ref().map(|source| mosaic.of_coefficients(source));
        Ok(Self { pixels, source, reference, transforms: Transforms::default(), factors: Vec::new(), share })
    }

    /// The score of the tiles, and an estimate of the whole photo's bytes.
    pub(crate) fn look(
        &mut self,
        setting: Setting,
        tables: &TableSet,
        colour: &ToSrgb,
    ) -> Result<(Score, f64), Error> {
        let never = || false;
        let coefficients = self
            .transforms
            .of(setting.subsampling, &self.pixels, self.source.as_ref(), &never)
            .map_err(defect)?;
        let rounding = setting.effort.rounding(setting.tables);
        let (shown, estimate) =
            coefficients.shown_and_estimated(tables, rounding, Vec::new(), NonZeroUsize::MIN);
        let score = self.reference.score(view(&*colour.apply(&shown)?)?).map_err(defect)?;
        let estimate = estimate as f64;
        // Far from where it was learnt it is another.
        let is_near = |known: &Factor| (2.0 / 3.0..1.5).contains(&(known.estimate / estimate));
        let factor = match Factor::of(&self.factors, setting).filter(|known| is_near(known)) {
            Some(known) => known.factor,
            None => {
                let quantised = coefficients.quantise(tables, rounding);
                let coded = scrimp_jpeg::write_coefficients(&quantised, Coding::Progressive);
                let factor = coded.map_err(defect)?.len() as f64 / estimate;
                self.factors.push(Factor { family: family(setting), estimate, factor });
                factor
            }
        };
        Ok((score, estimate * factor * self.share))
    }

    /// What an estimate is to be multiplied by in the family of a setting, as far as is known.
    pub(crate) fn factor(&self, setting: Setting) -> f64 {
        Factor::of(&self.factors, setting).map_or(1.0, |known| known.factor)
    }
}

/// By how much an estimate of a file of the tiles was wrong.
struct Factor {
    family: (Subsampling, TableFamily, Effort),
    estimate: f64,
    factor: f64,
}

impl Factor {
    /// What was learnt last in the family of a setting.
    fn of(learnt: &[Self], setting: Setting) -> Option<&Self> {
        learnt.iter().rev().find(|known| known.family == family(setting))
    }
}

const fn family(setting: Setting) -> (Subsampling, TableFamily, Effort) {
    (setting.subsampling, setting.tables, setting.effort)
}
