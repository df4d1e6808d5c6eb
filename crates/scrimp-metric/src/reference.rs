//! The original, prepared once; candidates are scored against it.

use crate::butteraugli::{self, Norm};
use crate::map::Grid;
use crate::simd::InstructionSet;
use crate::ssim;
use crate::ssimulacra2::{Errors, Evaluation, Prepared, Working};
use crate::stop::{NEVER, Stop};
use crate::{Error, ImageView, Metric, Score, ScoreMap};
use core::num::NonZeroUsize;

/// The most pixels that a picture may have: beyond, sums over it are not known to be exact enough.
const MOST_PIXELS: usize = 1 << 28;

/// All that depends on the original alone.
///
/// SSIMULACRA2 takes 7 bytes a pixel, 8 with margins, and a comparison five megabytes a thread while it lasts; SSIM takes
/// 10, and a comparison 1. Butteraugli takes some 150, comparison included.
#[derive(Debug)]
pub struct Reference {
    size: (usize, usize),
    measure: Measure,
}

/// What each metric prepares.
#[derive(Debug)]
enum Measure {
    Ssimulacra2(Evaluation, Prepared),
    Ssim(ssim::Reference),
    Butteraugli(Metric, Box<butteraugli::Prepared>),
}

impl Reference {
    /// Prepares `original` for comparisons by `metric`, on this thread alone.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the picture has more pixels than the metric can take.
    pub fn new(metric: Metric, original: ImageView<'_>) -> Result<Self, Error> {
        Self::with_threads(metric, original, NonZeroUsize::MIN)
    }

    /// As [`Self::new`], on so many threads, and so is each comparison; they are started anew for each. The scores
    /// are the same to the bit. Both scales of SSIMULACRA2 make use of up to a thread for 256 columns of the
    /// picture, the other metrics of one.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_threads(
        metric: Metric,
        original: ImageView<'_>,
        threads: NonZeroUsize,
    ) -> Result<Self, Error> {
        Self::with_threads_unless(metric, original, threads, NEVER)
    }

    /// As [`Self::with_threads`], but given up soon once `stop` says so.
    ///
    /// # Errors
    /// As [`Self::new`], and [`Error::Stopped`].
    pub fn with_threads_unless(
        metric: Metric,
        original: ImageView<'_>,
        threads: NonZeroUsize,
        stop: Stop<'_>,
    ) -> Result<Self, Error> {
        let size = (original.width(), original.height());
        let pixels = size.0 * size.1;
        if pixels > MOST_PIXELS {
            return Err(Error::TooLarge { pixels });
        }
        let working = Working { set: InstructionSet::widest(), threads };
        let ssimulacra2 = |evaluation| {
            let prepared = Prepared::new(working, original, stop).ok_or(Error::Stopped)?;
            Ok(Measure::Ssimulacra2(evaluation, prepared))
        };
        let butteraugli = |norm| {
            butteraugli::Prepared::new(norm, original, stop)
                .map(|prepared| Measure::Butteraugli(metric, Box::new(prepared)))
        };
        let measure = match metric {
            Metric::Ssimulacra2 => ssimulacra2(Evaluation::Standard)?,
            Metric::Ssimulacra2Exact => ssimulacra2(Evaluation::Exact)?,
            Metric::Ssim => {
                let kernel = ssim::Kernel::of_wang(ssim::Centre::Centred);
                Measure::Ssim(ssim::Reference::unless(original, kernel, stop).ok_or(Error::Stopped)?)
            }
            Metric::Butteraugli => butteraugli(Norm::Max)?,
            Metric::Butteraugli3Norm => butteraugli(Norm::Three)?,
        };
        Ok(Self { size, measure })
    }

    /// How much `candidate` looks like the original.
    ///
    /// # Errors
    /// [`Error::SizesDiffer`] unless the candidate has the original's size.
    pub fn score(&self, candidate: ImageView<'_>) -> Result<Score, Error> {
        self.check_size(candidate)?;
        self.checked(match &self.measure {
            Measure::Ssimulacra2(evaluation, prepared) => {
                prepared.errors(candidate, *evaluation, NEVER).ok_or(Error::Stopped)?.score()
            }
            Measure::Ssim(reference) => at_most_1(reference.ssim(candidate)?),
            Measure::Butteraugli(..) => return Ok(self.score_with_map(candidate)?.score()),
        })
    }

    /// How much `candidate` looks like the original as a whole and in each cell of a grid; hardly slower than
    /// the score alone.
    ///
    /// # Errors
    /// [`Error::SizesDiffer`] unless the candidate has the original's size.
    pub fn score_with_map(&self, candidate: ImageView<'_>) -> Result<ScoreMap, Error> {
        self.score_with_map_unless(candidate, NEVER)
    }

    /// As [`Self::score_with_map`], but given up soon once `stop` says so.
    ///
    /// # Errors
    /// As [`Self::score_with_map`], and [`Error::Stopped`].
    pub fn score_with_map_unless(&self, candidate: ImageView<'_>, stop: Stop<'_>) -> Result<ScoreMap, Error> {
        self.check_size(candidate)?;
        let grid = Grid::new(self.size);
        let (score, cells): (f64, Vec<f64>) = match &self.measure {
            Measure::Ssimulacra2(evaluation, prepared) => {
                let errors = prepared.errors(candidate, *evaluation, stop).ok_or(Error::Stopped)?;
                return self.map_of(&errors);
            }
            Measure::Ssim(reference) => {
                let ssim = reference.ssim_of_cells(candidate, grid, stop);
                let (score, cells) = ssim.ok_or(Error::Stopped)?;
                (at_most_1(score), cells.into_iter().map(at_most_1).collect())
            }
            Measure::Butteraugli(metric, prepared) => {
                let (distance, cells) = prepared.distances(candidate, grid, stop)?;
                let turned = |distance| metric.score_of(distance).ok_or(Error::NoScore { metric: *metric });
                let cells = cells.into_iter().map(turned).collect::<Result<_, _>>()?;
                return Ok(ScoreMap { score: turned(distance)?, grid, cells });
            }
        };
        let cells = cells.into_iter().map(|cell| self.checked(cell)).collect::<Result<_, _>>()?;
        Ok(ScoreMap { score: self.checked(score)?, grid, cells })
    }

    fn map_of(&self, errors: &Errors) -> Result<ScoreMap, Error> {
        let grid = Grid::new(self.size);
        let (columns, rows) = (grid.columns, grid.rows);
        let cells = (0..grid.cells())
            .map(|index| errors.score_of_cell((index % columns, columns), (index / columns, rows)))
            .map(|cell| self.checked(cell))
            .collect::<Result<_, _>>()?;
        Ok(ScoreMap { score: self.checked(errors.score())?, grid, cells })
    }

    fn check_size(&self, candidate: ImageView<'_>) -> Result<(), Error> {
        let size = (candidate.width(), candidate.height());
        if size == self.size {
            Ok(())
        } else {
            Err(Error::SizesDiffer { original: self.size, candidate: size })
        }
    }

    /// Sums over so few pixels are never NaN.
    fn checked(&self, points: f64) -> Result<Score, Error> {
        Score::new(points).ok_or(Error::TooLarge { pixels: self.size.0 * self.size.1 })
    }
}

/// The mean over identical pictures may round up.
fn at_most_1(ssim: f64) -> f64 {
    ssim.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::{AtomicUsize, Ordering};
    use scrimp_testkit::scenes;

    #[test]
    fn a_comparison_is_given_up_at_the_next_look_and_else_changes_nothing() {
        let scene = scenes::landscape(700, 300, 1);
        let channels = crate::Channels::Rgb;
        let original = ImageView::new(scene.width, scene.height, channels, &scene.samples).unwrap();
        for (metric, threads) in Metric::ALL.iter().flat_map(|metric| [(*metric, 1), (*metric, 3)]) {
            let threads = NonZeroUsize::new(threads).unwrap();
            let new = |stop| Reference::with_threads_unless(metric, original, threads, stop);
            let reference = new(NEVER).unwrap();
            let looks = AtomicUsize::new(0);
            let count = || {
                looks.fetch_add(1, Ordering::Relaxed);
                false
            };
            let map = reference.score_with_map_unless(original, &count).unwrap();
            assert_eq!(map.score(), reference.score(original).unwrap());
            let all = looks.swap(0, Ordering::Relaxed);
            // So small a picture is one strip of Butteraugli's.
            let least = if metric.name().starts_with("butteraugli") { 1 } else { 6 };
            assert!(all >= least, "{metric:?}: {all}");
            let in_the_midst = || looks.fetch_add(1, Ordering::Relaxed) >= all.min(3) - 1;
            let stopped = reference.score_with_map_unless(original, &in_the_midst);
            assert_eq!(stopped.err(), Some(Error::Stopped), "{metric:?}");
            assert!(looks.load(Ordering::Relaxed) <= all);
            assert_eq!(new(&|| true).err(), Some(Error::Stopped), "{metric:?}");
        }
    }
}
