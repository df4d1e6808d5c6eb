//! Scores of regions.

use crate::Score;

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    /// The left column.
    pub x: usize,
    /// The top row.
    pub y: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// The score of a whole picture and of each cell of a grid over it.
///
/// A cell is 64 x 64 pixels; the last of a row or column is 32 to 95 wide or high, or as small as the
/// picture. Its score is what the metric's formula makes of the errors in the cell alone, so it means the
/// same as the whole picture's: a picture as bad everywhere scores in each cell what it scores as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreMap {
    pub(crate) score: Score,
    pub(crate) grid: Grid,
    /// Row by row.
    pub(crate) cells: Vec<Score>,
}

impl ScoreMap {
    /// The score of the whole picture, the same as without a map.
    #[must_use]
    pub const fn score(&self) -> Score {
        self.score
    }

    /// Cells in a row.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.grid.columns
    }

    /// Rows of cells.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.grid.rows
    }

    /// Every cell and its score, row by row.
    pub fn cells(&self) -> impl Iterator<Item = (Region, Score)> {
        self.cells.iter().enumerate().map(|(index, score)| (self.grid.region(index), *score))
    }

    /// The cell that scores least, the first of them if there are several.
    #[must_use]
    pub fn worst(&self) -> (Region, Score) {
        let least = |best: (Region, Score), cell: (Region, Score)| if cell.1 < best.1 { cell } else { best };
        let first = (self.grid.region(0), self.cells[0]);
        self.cells().fold(first, least)
    }
}

impl Region {
    pub(crate) const fn pixels(&self) -> usize {
        self.width * self.height
    }
}

/// The cells of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grid {
    size: (usize, usize),
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

impl Grid {
    pub(crate) const fn new(size: (usize, usize)) -> Self {
        Self { size, columns: cells_along(size.0), rows: cells_along(size.1) }
    }

    pub(crate) const fn cells(&self) -> usize {
        self.columns * self.rows
    }

    /// The cell that a pixel lies in.
    pub(crate) fn at(&self, x: usize, y: usize) -> usize {
        (y / CELL).min(self.rows - 1) * self.columns + (x / CELL).min(self.columns - 1)
    }

    pub(crate) const fn region(&self, index: usize) -> Region {
        let (column, row) = (index % self.columns, index / self.columns);
        let (x, y) = (column * CELL, row * CELL);
        let (right, bottom) = (column + 1 == self.columns, row + 1 == self.rows);
        Region {
            x,
            y,
            width: if right { self.size.0 - x } else { CELL },
            height: if bottom { self.size.1 - y } else { CELL },
        }
    }
}

/// The side of a cell in pixels.
pub(crate) const CELL: usize = 64;

/// Cells along a side: a last one that would be less than half a cell belongs to the one before.
pub(crate) const fn cells_along(side: usize) -> usize {
    let cells = (side + CELL / 2) / CELL;
    if cells == 0 { 1 } else { cells }
}

#[cfg(test)]
mod tests {
    use crate::{Channels, Error, ImageView, Metric, Reference};
    use scrimp_testkit::scenes;

    #[test]
    fn cells_tile_the_picture_and_the_ruined_one_is_worst() -> Result<(), Error> {
        let original = scenes::landscape(290, 225, 3);
        let mut candidate = original.clone();
        for y in 70..100 {
            for sample in &mut candidate.samples[(y * 290 + 130) * 3..(y * 290 + 160) * 3] {
                *sample = *sample / 64 * 64;
            }
        }
        let view = |samples| ImageView::new(290, 225, Channels::Rgb, samples);
        for &metric in Metric::ALL {
            let reference = Reference::new(metric, view(&original.samples)?)?;
            let map = reference.score_with_map(view(&candidate.samples)?)?;
            assert_eq!(map.score(), reference.score(view(&candidate.samples)?)?);
            assert_eq!((map.columns(), map.rows()), (5, 4));
            assert_eq!(map.cells().map(|(region, _)| region.width * region.height).sum::<usize>(), 290 * 225);
            let (region, worst) = map.worst();
            assert_eq!((region.x, region.y, region.width, region.height), (128, 64, 64, 64));
            // By the max norm the worst place is the score.
            let is_worse = worst < map.score() || metric == Metric::Butteraugli && worst == map.score();
            assert!(is_worse, "{worst:?} is no worse than {:?}", map.score());
        }
        Ok(())
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]

        #[test]
        fn no_picture_scores_more_than_an_identical_one(
            width in 1..150_usize, height in 1..100_usize, seeds in (0..9_u64, 0..9_u64), of_noise: bool,
        ) {
            let scene = |seed| match of_noise {
                true => scenes::static_noise(width, height, seed),
                false => scenes::landscape(width, height, seed),
            };
            let (original, candidate) = (scene(seeds.0), scene(seeds.1));
            for &metric in Metric::ALL {
                let view = |samples| ImageView::new(width, height, Channels::Rgb, samples);
                let reference = Reference::new(metric, view(&original.samples)?)?;
                let map = reference.score_with_map(view(&candidate.samples)?)?;
                let (score, best) = (map.score(), metric.of_identical());
                proptest::prop_assert!(score.value().is_finite() && score <= best);
                // SSIM's windows round.
                let is_best = best.value() - score.value() < 1e-12;
                proptest::prop_assert_eq!(is_best, seeds.0 == seeds.1, "{:?} {:?}", metric, score);
                proptest::prop_assert!(map.cells().all(|(_, score)| score <= best));
                let pixels: usize = map.cells().map(|(region, _)| region.width * region.height).sum();
                proptest::prop_assert_eq!(pixels, width * height);
            }
        }
    }

    #[test]
    fn small_pictures_are_one_cell() -> Result<(), Error> {
        for (width, height) in [(1, 1), (3, 9), (95, 60)] {
            let samples = vec![90; width * height];
            let view = ImageView::new(width, height, Channels::Gray, &samples)?;
            let map = Reference::new(Metric::Ssimulacra2, view)?.score_with_map(view)?;
            let (region, score) = map.worst();
            assert_eq!((map.columns(), map.rows()), (1, 1));
            assert_eq!((region.width, region.height, score.value()), (width, height, 100.0));
        }
        Ok(())
    }
}
