//! The exact scale's kernels: the blur as nine taps, and the errors from it.

use super::plane::PlaneReference;
use super::pool::{ColumnSums, Errors};
use super::pyramid::{MARGIN, REACH, pitch_of};
use super::weights::Counted;
use crate::simd::{Kernel, Lanes, WIDEST};

/// The blur's taps from its middle outwards: the impulse response of the program's recursive filter
/// (Charalampidis 2016, three sections, sigma 1.5), which ends after four samples. A test derives them.
pub(crate) const TAPS: [f64; 1 + REACH] = [
    0.264_621_105_488_198_3,
    0.212_928_592_010_422,
    0.109_335_372_777_460_2,
    0.036_011_114_658_364_3,
    0.009_414_367_809_653_8,
];

/// Keeps the quotient of variances from division by nearly zero (SSIM's second constant).
pub(crate) const C2: f32 = 0.0009;

/// Rows that a blur down of [`BAND`] rows reads.
pub(super) const RING: usize = 16;
/// Rows that are blurred together.
pub(super) const BAND: usize = RING - 2 * REACH;

/// Columns that are gone through together: what is blurred of them stays in a first-level cache.
const TILE: usize = 8 * WIDEST;
/// The most columns of a tile that are blurred down: a vector on either side, into which the blur across reaches.
const TILE_READ: usize = TILE + 2 * WIDEST;

/// Products of a plane that are blurred: the original, differences, their squares, the sums of both pictures' squares.
const PRODUCTS: usize = 4;

/// Products of a band, blurred down: of a tile's columns, and of a vector on either side.
pub(super) type Blurred = [[[f32; TILE_READ]; PRODUCTS]; BAND];

/// Room for them.
pub(super) fn room() -> Box<Blurred> {
    Box::new([[[0.0; TILE_READ]; PRODUCTS]; BAND])
}

/// The last [`RING`] rows of a picture, with margins: row y in place y modulo [`RING`] of each chunk of columns, so that
/// what a blur down reads stands together.
pub(super) struct Ring {
    chunks: Vec<[[f32; WIDEST]; RING]>,
}

impl Ring {
    /// Of zeros, for rows of so many columns.
    pub(super) fn new(columns: usize) -> Self {
        Self { chunks: vec![[[0.0; WIDEST]; RING]; pitch_of(columns) / WIDEST] }
    }

    pub(super) fn put(&mut self, y: usize, row: &[f32]) {
        for (chunk, samples) in self.chunks.iter_mut().zip(row.as_chunks().0) {
            chunk[y % RING] = *samples;
        }
    }

    /// Row `y` lies below the picture.
    pub(super) fn clear(&mut self, y: usize) {
        self.chunks.iter_mut().for_each(|chunk| chunk[y % RING] = [0.0; WIDEST]);
    }

    /// Sixteen rows of a vector of columns, the first of them in place `first`.
    #[inline(always)]
    fn rows<L: Lanes>(&self, lanes: L, first: usize, column: usize) -> [L::Vector; RING] {
        let (chunk, part) = (&self.chunks[column / WIDEST], column % WIDEST);
        let mut rows = [lanes.splat(0.0); RING];
        for (row, vector) in rows.iter_mut().enumerate() {
            *vector = lanes.load(&chunk[(first + row) % RING][part..]);
        }
        rows
    }

    /// A vector of columns of row `y`.
    #[inline(always)]
    fn at<L: Lanes>(&self, lanes: L, y: usize, column: usize) -> L::Vector {
        lanes.load(&self.chunks[column / WIDEST][y % RING][column % WIDEST..])
    }
}

#[inline(always)]
fn taps<L: Lanes>(lanes: L) -> [L::Vector; 1 + REACH] {
    let mut taps = [lanes.splat(0.0); 1 + REACH];
    for (vector, tap) in taps.iter_mut().zip(TAPS) {
        *vector = lanes.splat(tap as f32);
    }
    taps
}

/// The weighted sum of nine of the samples, from `first` on.
#[inline(always)]
fn nine_taps<L: Lanes, const N: usize>(
    lanes: L,
    taps: [L::Vector; 1 + REACH],
    samples: &[L::Vector; N],
    first: usize,
) -> L::Vector {
    let middle = first + REACH;
    let mut sum = lanes.mul(taps[REACH], lanes.add(samples[middle - REACH], samples[middle + REACH]));
    for away in (1..REACH).rev() {
        sum = lanes.mul_add(taps[away], lanes.add(samples[middle - away], samples[middle + away]), sum);
    }
    lanes.mul_add(taps[0], samples[middle], sum)
}

/// Rows that are blurred down together.
#[derive(Clone, Copy)]
pub(super) struct Band {
    pub(super) top: usize,
    /// At most [`BAND`].
    pub(super) rows: usize,
}

/// The errors of a band of rows: products, blur down, blur across, all while a tile of columns is in the cache.
///
/// With d = original - candidate the numerator of SSIM's second factor is 2 cov + C2 = denominator - var d,
/// where denominator = var original + var candidate + C2. So 1 - SSIM = (var d + mean(d)^2 numerator) /
/// denominator: a sum of small numbers, not a difference of large ones.
pub(super) struct Compare<'a> {
    pub(super) band: Band,
    pub(super) counted: Counted,
    pub(super) columns: usize,
    pub(super) original: &'a PlaneReference,
    pub(super) candidate: &'a Ring,
    /// Room for what is blurred down.
    pub(super) blurred: &'a mut Blurred,
    pub(super) sums: &'a mut ColumnSums,
}

impl Kernel for Compare<'_> {
    #[inline(always)]
    fn run<L: Lanes>(mut self, lanes: L) {
        for tile in (0..self.columns).step_by(TILE) {
            let end = TILE_READ.min(pitch_of(self.columns) - tile);
            let known = if tile == 0 { 0 } else { 2 * WIDEST };
            for at in (0..known).step_by(L::WIDTH) {
                for row in self.blurred.as_flattened_mut() {
                    let last = lanes.load(&row[TILE + at..]);
                    lanes.store(last, &mut row[at..]);
                }
            }
            for at in (known..end).step_by(L::WIDTH) {
                self.blur_down(lanes, (tile, at));
            }
            for at in (0..TILE.min(end - 2 * WIDEST)).step_by(L::WIDTH) {
                self.sum_errors(lanes, (tile, at));
            }
        }
    }
}

impl Compare<'_> {
    /// Blurs down the vector of products that begins at the `at`th column that is read of a tile.
    #[inline(always)]
    fn blur_down<L: Lanes>(&mut self, lanes: L, (tile, at): (usize, usize)) {
        let originals = self.original.rows(lanes, (self.band.top, REACH), tile + at);
        let candidates = self.candidate.rows(lanes, self.band.top + RING - REACH, tile + at);
        let (mut differences, mut difference_squares, mut squares) = (originals, originals, originals);
        for row in 0..RING {
            let (original, candidate) = (originals[row], candidates[row]);
            let difference = lanes.sub(original, candidate);
            differences[row] = difference;
            difference_squares[row] = lanes.mul(difference, difference);
            squares[row] = lanes.mul_add(original, original, lanes.mul(candidate, candidate));
        }
        let taps = taps(lanes);
        for (row, blurred) in self.blurred.iter_mut().enumerate() {
            lanes.store(nine_taps(lanes, taps, &originals, row), &mut blurred[0][at..]);
            lanes.store(nine_taps(lanes, taps, &differences, row), &mut blurred[1][at..]);
            lanes.store(nine_taps(lanes, taps, &difference_squares, row), &mut blurred[2][at..]);
            lanes.store(nine_taps(lanes, taps, &squares, row), &mut blurred[3][at..]);
        }
    }

    /// Blurs a tile's `at`th column and those that stand in a vector with it across, and adds up their errors.
    #[inline(always)]
    fn sum_errors<L: Lanes>(&mut self, lanes: L, (tile, at): (usize, usize)) {
        let taps = taps(lanes);
        let mut pools = self.sums.load(lanes, tile + at);
        for row in 0..self.band.rows.min(BAND) {
            let [originals, differences, difference_squares, squares] = &self.blurred[row];
            let mean = nine_taps(lanes, taps, &lanes.reaching(&originals[at..]), 0);
            let mean_difference = nine_taps(lanes, taps, &lanes.reaching(&differences[at..]), 0);
            let difference_squares = nine_taps(lanes, taps, &lanes.reaching(&difference_squares[at..]), 0);
            let squares = nine_taps(lanes, taps, &lanes.reaching(&squares[at..]), 0);
            let place = Place { mean, mean_difference };
            let mut errors = Errors { ssim: lanes.splat(0.0), edge: lanes.splat(0.0) };
            if self.counted.ssim.is_some() {
                errors.ssim = place.ssim(lanes, squares, difference_squares);
            }
            if self.counted.edges.is_some() {
                let (y, column) = (self.band.top + row, MARGIN + tile + at);
                let original = self.original.at(lanes, y, column);
                let candidate = self.candidate.at(lanes, y, column);
                errors.edge = place.edge(lanes, original, lanes.sub(original, candidate));
            }
            pools.add(lanes, self.counted, errors);
        }
        self.sums.store(lanes, tile + at, pools);
    }
}

/// Mean of the original and of its difference from the candidate, round one place.
struct Place<V> {
    mean: V,
    mean_difference: V,
}

impl<V: Copy> Place<V> {
    #[inline(always)]
    fn ssim<L: Lanes<Vector = V>>(&self, lanes: L, squares: V, difference_squares: V) -> V {
        let candidate = lanes.sub(self.mean, self.mean_difference);
        let variances = lanes.neg_mul_add(self.mean, self.mean, squares);
        let variances = lanes.neg_mul_add(candidate, candidate, variances);
        let denominator = lanes.add(variances, lanes.splat(C2));
        let off = lanes.mul(self.mean_difference, self.mean_difference);
        let difference_variance = lanes.sub(difference_squares, off);
        let numerator = lanes.sub(denominator, difference_variance);
        let error = lanes.div(lanes.mul_add(off, numerator, difference_variance), denominator);
        lanes.max(error, lanes.splat(0.0))
    }

    #[inline(always)]
    fn edge<L: Lanes<Vector = V>>(&self, lanes: L, sample: V, difference: V) -> V {
        let original = lanes.sub(sample, self.mean);
        let candidate = lanes.sub(original, lanes.sub(difference, self.mean_difference));
        let (original, candidate) = (lanes.abs(original), lanes.abs(candidate));
        lanes.div(lanes.sub(candidate, original), lanes.add(lanes.splat(1.0), original))
    }
}
