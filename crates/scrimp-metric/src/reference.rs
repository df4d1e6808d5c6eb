//! The original, prepared once; candidates are scored against it.

use crate::ssimulacra2::{Evaluation, Means, Prepared};
use crate::{Error, ImageView, Metric, Score};

/// The most pixels that a picture may have: beyond, sums over it are not known to be exact enough.
const MOST_PIXELS: usize = 1 << 28;

/// All that depends on the original alone.
///
/// Takes 20 bytes a pixel (13 on the exact scale), and a comparison 4 more while it lasts.
#[derive(Debug)]
pub struct Reference {
    size: (usize, usize),
    ssimulacra2: Prepared,
}

impl Reference {
    /// Prepares `original` for comparisons by `metric`.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the picture has more pixels than the metric can take.
    pub fn new(metric: Metric, original: ImageView<'_>) -> Result<Self, Error> {
        let size = (original.width(), original.height());
        let pixels = size.0 * size.1;
        if pixels > MOST_PIXELS {
            return Err(Error::TooLarge { pixels });
        }
        let evaluation = match metric {
            Metric::Ssimulacra2 => Evaluation::Standard,
            Metric::Ssimulacra2Exact => Evaluation::Exact,
        };
        Ok(Self { size, ssimulacra2: Prepared::new(evaluation, Means::default(), original) })
    }

    /// How much `candidate` looks like the original.
    ///
    /// # Errors
    /// [`Error::SizesDiffer`] unless the candidate has the original's size.
    pub fn score(&self, candidate: ImageView<'_>) -> Result<Score, Error> {
        let size = (candidate.width(), candidate.height());
        if size != self.size {
            return Err(Error::SizesDiffer { original: self.size, candidate: size });
        }
        let points = self.ssimulacra2.errors(candidate).score();
        Score::new(points).ok_or(Error::TooLarge { pixels: size.0 * size.1 })
    }
}
