//! A sample of a picture: some of its tiles, put together into a smaller one.

use super::QuantisedCoefficients;
use super::plane::{GROUP_WIDTH, Plane};
use super::shape::{BLOCK, Shape};
use crate::Pixels;

/// Tiles spread evenly over a picture, side by side in a smaller one.
///
/// They are as far apart as whole blocks of every subsampling, and of whole groups of them, so that a tile's blocks are
/// the picture's own: what a setting does to the mosaic it does to the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mosaic {
    /// Columns and rows of tiles.
    columns: usize,
    rows: usize,
    /// The upper left corner of each tile in the picture, row by row.
    corners: Vec<(usize, usize)>,
}

impl Mosaic {
    /// Pixels a side of a tile.
    pub const TILE: usize = 2 * GROUP_WIDTH;

    /// About so many tiles of a picture of this size; `None` if it has no room for one.
    #[must_use]
    pub fn new(width: usize, height: usize, tiles: usize) -> Option<Self> {
        let (most_across, most_down) = (width / Self::TILE, height / Self::TILE);
        if most_across == 0 || most_down == 0 || tiles == 0 {
            return None;
        }
        // As many across for their number down as the picture is wide for its height.
        let columns = (tiles * width / height).isqrt().clamp(1, most_across.min(tiles));
        let rows = (tiles / columns).clamp(1, most_down);
        let corner = |column: usize, row: usize| {
            let x = (2 * column + 1) * most_across / (2 * columns) * Self::TILE;
            let y = (2 * row + 1) * (height - Self::TILE) / (2 * rows);
            (x, y - y % (2 * BLOCK))
        };
        let corners = (0..rows).flat_map(|row| (0..columns).map(move |column| corner(column, row)));
        Some(Self { columns, rows, corners: corners.collect() })
    }

    /// How many pixels the tiles have.
    #[must_use]
    pub const fn pixels(&self) -> usize {
        self.columns * self.rows * Self::TILE * Self::TILE
    }

    /// The tiles of a picture of the size that the mosaic was made for.
    #[must_use]
    pub fn of_pixels(&self, picture: &Pixels) -> Pixels {
        let channels = picture.channels();
        let length = Self::TILE * channels.count();
        let mut samples = Vec::with_capacity(self.pixels() * channels.count());
        for corners in self.corners.chunks(self.columns) {
            for line in 0..Self::TILE {
                for (x, y) in corners {
                    let start = (y + line) * picture.stride() + x * channels.count();
                    samples.extend_from_slice(&picture.samples()[start..start + length]);
                }
            }
        }
        Pixels::of(self.columns * Self::TILE, self.rows * Self::TILE, channels, samples)
    }

    /// The tiles' blocks out of those of a picture of the size that the mosaic was made for.
    #[must_use]
    pub fn of_coefficients(&self, picture: &QuantisedCoefficients) -> QuantisedCoefficients {
        let (width, height) = (self.columns * Self::TILE, self.rows * Self::TILE);
        let shape = Shape { width, height, ..picture.shape };
        let planes = picture.planes.iter().enumerate().map(|(at, plane)| {
            let factors = if at == 0 { (1, 1) } else { shape.factors() };
            self.of_plane(plane, Plane::new(shape.component(at)), factors)
        });
        QuantisedCoefficients { shape, tables: picture.tables.clone(), planes: planes.collect() }
    }

    fn of_plane(&self, plane: &Plane, mut tiles: Plane, (across, down): (usize, usize)) -> Plane {
        let (groups, blocks) = (Self::TILE / across / GROUP_WIDTH, Self::TILE / down / BLOCK);
        for (index, (x, y)) in self.corners.iter().enumerate() {
            let (column, row) = (index % self.columns * groups, index / self.columns * blocks);
            let (from_column, from_row) = (x / across / GROUP_WIDTH, y / down / BLOCK);
            for line in 0..blocks {
                let from = &plane.row(from_row + line)[from_column..][..groups];
                tiles.row_mut(row + line)[column..][..groups].copy_from_slice(from);
            }
        }
        tiles
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Channels, Coefficients, Quality, Rounding, Subsampling, TableFamily};

    fn picture(width: usize, height: usize) -> Pixels {
        let sample = |at: usize| (at * at / 7 + at / 300) as u8;
        Pixels::of(width, height, Channels::Rgb, (0..width * height * 3).map(sample).collect())
    }

    #[test]
    fn tiles_lie_within_the_picture_on_whole_blocks_and_apart() {
        for (width, height) in [(128, 128), (129, 700), (1000, 200), (4000, 3000), (65_500, 128)] {
            for tiles in [1, 5, 24, 64] {
                let mosaic = Mosaic::new(width, height, tiles).unwrap();
                assert!(mosaic.pixels() <= tiles * Mosaic::TILE * Mosaic::TILE);
                assert_eq!(mosaic.corners.len(), mosaic.columns * mosaic.rows);
                for (index, (x, y)) in mosaic.corners.iter().enumerate() {
                    assert!(x + Mosaic::TILE <= width && y + Mosaic::TILE <= height);
                    assert!(x.is_multiple_of(Mosaic::TILE) && y.is_multiple_of(2 * BLOCK));
                    assert!(!mosaic.corners[..index].contains(&(*x, *y)));
                }
            }
        }
        assert_eq!(Mosaic::new(127, 4000, 9), None);
    }

    #[test]
    fn blocks_of_the_tiles_are_the_tiles_of_the_blocks() {
        let picture = picture(700, 400);
        let mosaic = Mosaic::new(700, 400, 8).unwrap();
        let tables = TableFamily::AnnexK.at(Quality::MAX);
        for subsampling in [Subsampling::S444, Subsampling::S422, Subsampling::S440, Subsampling::S420] {
            let of = |pixels: &Pixels| {
                Coefficients::subsampled(pixels, subsampling).quantise(&tables, Rounding::Nearest)
            };
            let picked = mosaic.of_coefficients(&of(&picture));
            assert!(picked == of(&mosaic.of_pixels(&picture)), "{subsampling:?}");
        }
    }
}
