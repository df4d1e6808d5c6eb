//! The part of a photo that is looked at: all of a small one, of a large one tiles spread evenly over it.

use crate::Error;
use crate::prober::defect;
use scrimp_jpeg::{Pixels, QuantisedCoefficients};
use std::ops::Range;

/// How far the grid is moved, in pixels across and down: half a block, so that old and new edges lie furthest apart.
const SHIFT: usize = 4;

/// The least side that leaves a whole block once the grid is moved.
const LEAST_SIDE: usize = 8 + SHIFT;

/// The side of a tile: a multiple of every MCU, and large enough that the metric's coarse scales see little of the
/// seams between tiles.
const TILE: usize = 256;

/// About how many tiles are taken, and up to how many tiles' pixels a photo is taken whole.
const TILES: usize = 9;

/// Tiles of one size on the file's own grid; moved by [`SHIFT`] their pixels are another picture's.
#[derive(Debug, PartialEq)]
pub(super) struct Sample {
    /// Columns and rows of tiles.
    grid: (usize, usize),
    /// Pixels of a tile, across and down.
    tile: (usize, usize),
    /// The left columns and the top rows of the tiles, on the file's own grid.
    origins: (Vec<usize>, Vec<usize>),
}

impl Sample {
    /// `None` of a picture without a whole block on the moved grid.
    pub(super) fn of(pixels: &Pixels) -> Option<Self> {
        let (width, height) = (pixels.width(), pixels.height());
        if width.min(height) < LEAST_SIDE {
            return None;
        }
        let room = (width - SHIFT, height - SHIFT);
        let grid = grid(room);
        let tile = if grid == (1, 1) { room } else { (room.0.min(TILE), room.1.min(TILE)) };
        let origins = (spread(room.0, tile.0, grid.0), spread(room.1, tile.1, grid.1));
        Some(Self { grid, tile, origins })
    }

    /// The sample's pixels on the moved grid, the tiles beside each other.
    pub(super) fn pixels(&self, of: &Pixels) -> Result<Pixels, Error> {
        let ((columns, rows), (width, height)) = (self.grid, self.tile);
        let channels = of.channels().count();
        let mut samples = Vec::with_capacity(columns * width * rows * height * channels);
        for top in &self.origins.1 {
            for y in top + SHIFT..top + SHIFT + height {
                let row = &of.samples()[y * of.stride()..][..of.stride()];
                for left in &self.origins.0 {
                    samples.extend_from_slice(&row[(left + SHIFT) * channels..][..width * channels]);
                }
            }
        }
        Pixels::new(columns * width, rows * height, of.channels(), samples).map_err(defect)
    }

    /// The blocks of a component that lie in the sample, as columns and rows for each tile.
    pub(super) fn blocks(
        &self,
        held: &QuantisedCoefficients,
        component: usize,
    ) -> Vec<(Range<usize>, Range<usize>)> {
        let factors = if component == 0 { (1, 1) } else { held.subsampling().luma_factors() };
        let (across, down) = held.blocks(component).unwrap_or((0, 0));
        let range = |origin: usize, length: usize, factor: u8, blocks: usize| {
            let block = 8 * usize::from(factor);
            origin / block..(origin + length).div_ceil(block).min(blocks)
        };
        let columns = self.origins.0.iter().map(|left| range(*left, self.tile.0, factors.0, across));
        let rows = || self.origins.1.iter().map(|top| range(*top, self.tile.1, factors.1, down));
        columns.flat_map(|column| rows().map(move |row| (column.clone(), row))).collect()
    }
}

/// Columns and rows of tiles: as many as there shall be, in the shape of the picture.
fn grid(room: (usize, usize)) -> (usize, usize) {
    if room.0 * room.1 <= TILES * TILE * TILE {
        return (1, 1);
    }
    let fit = (room.0 / TILE, room.1 / TILE);
    // The side of a square cell, of which TILES cover the picture; a narrow picture has one row or column of tiles.
    let cell = (room.0 * room.1 / TILES).isqrt().max(TILE);
    match fit {
        (0, _) => (1, fit.1.min(TILES)),
        (_, 0) => (fit.0.min(TILES), 1),
        _ => ((room.0 / cell).clamp(1, fit.0.min(TILES)), (room.1 / cell).clamp(1, fit.1.min(TILES))),
    }
}

/// Where `count` tiles begin, each in the middle of its share of `room`, on the grid of the largest MCU.
fn spread(room: usize, tile: usize, count: usize) -> Vec<usize> {
    let share = room / count;
    (0..count).map(|at| (at * share + share.saturating_sub(tile) / 2) / 16 * 16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scrimp_jpeg::Channels;

    fn sample(width: usize, height: usize) -> Option<Sample> {
        let samples = vec![0; width * height];
        Sample::of(&Pixels::new(width, height, Channels::Gray, samples).unwrap())
    }

    #[test]
    fn a_small_picture_is_taken_whole() {
        let whole = sample(640, 480).unwrap();
        assert_eq!((whole.grid, whole.tile, whole.origins), ((1, 1), (636, 476), (vec![0], vec![0])));
        assert_eq!(sample(12, 12).unwrap().tile, (8, 8));
        assert_eq!((sample(11, 400), sample(400, 11)), (None, None));
    }

    #[test]
    fn of_any_large_picture_no_more_is_taken_than_of_a_small_one_and_all_of_it_lies_within() {
        for (width, height) in
            [(4000, 3000), (3000, 4000), (770, 770), (65_000, 20), (12, 60_000), (65_000, 300), (260, 2400)]
        {
            let taken = sample(width, height).unwrap();
            let ((columns, rows), (across, down)) = (taken.grid, taken.tile);
            assert!(columns * across * rows * down <= 2 * TILES * TILE * TILE, "{taken:?}");
            assert!(columns * rows >= 1 && taken.origins.0.len() == columns && taken.origins.1.len() == rows);
            let lies_within = |origins: &[usize], length: usize, side: usize| {
                let apart = origins.windows(2).all(|pair| pair[1] - pair[0] >= length);
                apart && origins.iter().all(|at| at % 16 == 0 && at + SHIFT + length <= side)
            };
            assert!(lies_within(&taken.origins.0, across, width), "{taken:?}");
            assert!(lies_within(&taken.origins.1, down, height), "{taken:?}");
        }
        assert_eq!(sample(4000, 3000).unwrap().grid, (3, 2));
    }
}
