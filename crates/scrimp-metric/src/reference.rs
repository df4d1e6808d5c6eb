//! The original, prepared once; candidates are scored against it.

use crate::map::cells_along;
use crate::simd::InstructionSet;
use crate::ssimulacra2::{Errors, Evaluation, Prepared};
use crate::{Error, ImageView, Metric, Score, ScoreMap};

/// The most pixels that a picture may have: beyond, sums over it are not known to be exact enough.
const MOST_PIXELS: usize = 1 << 28;

/// All that depends on the original alone.
///
/// Takes 14 bytes a pixel (7 on the exact scale), and a comparison a few thousand a column
/// while it lasts.
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
        Ok(Self { size, ssimulacra2: Prepared::new(evaluation, InstructionSet::widest(), original) })
    }

    /// How much `candidate` looks like the original.
    ///
    /// # Errors
    /// [`Error::SizesDiffer`] unless the candidate has the original's size.
    pub fn score(&self, candidate: ImageView<'_>) -> Result<Score, Error> {
        self.checked(self.errors(candidate)?.score())
    }

    /// How much `candidate` looks like the original as a whole and in each cell of a grid; hardly slower than
    /// the score alone.
    ///
    /// # Errors
    /// [`Error::SizesDiffer`] unless the candidate has the original's size.
    pub fn score_with_map(&self, candidate: ImageView<'_>) -> Result<ScoreMap, Error> {
        let errors = self.errors(candidate)?;
        let (columns, rows) = (cells_along(self.size.0), cells_along(self.size.1));
        let mut cells = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                cells.push(self.checked(errors.score_of_cell((column, columns), (row, rows)))?);
            }
        }
        Ok(ScoreMap { score: self.checked(errors.score())?, size: self.size, columns, cells })
    }

    fn errors(&self, candidate: ImageView<'_>) -> Result<Errors, Error> {
        let size = (candidate.width(), candidate.height());
        if size != self.size {
            return Err(Error::SizesDiffer { original: self.size, candidate: size });
        }
        Ok(self.ssimulacra2.errors(candidate))
    }

    /// Sums over so few pixels are never NaN.
    fn checked(&self, points: f64) -> Result<Score, Error> {
        Score::new(points).ok_or(Error::TooLarge { pixels: self.size.0 * self.size.1 })
    }
}
