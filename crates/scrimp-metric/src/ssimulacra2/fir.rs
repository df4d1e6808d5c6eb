//! The exact scale's kernels: the blur as nine taps, and the errors from it.

use super::pool::{ColumnSums, Errors};
use super::pyramid::{MARGIN, REACH};
use super::weights::Counted;
use crate::simd::{Kernel, Lanes};

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

/// Rows of blurred samples that a vertical blur of [`BAND`] rows reads.
pub(super) const RING: usize = 16;
/// Rows that are blurred together.
pub(super) const BAND: usize = RING - 2 * REACH;

/// The products that are blurred, for one row of original and candidate.
pub(super) struct Differences<'a> {
    pub(super) original: &'a [f32],
    pub(super) candidate: &'a [f32],
    /// Original minus candidate.
    pub(super) difference: &'a mut [f32],
    /// Its square.
    pub(super) difference_squared: &'a mut [f32],
    /// The candidate's square.
    pub(super) candidate_squared: &'a mut [f32],
}

impl Kernel for Differences<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for at in (0..self.original.len()).step_by(L::WIDTH) {
            let candidate = lanes.load(&self.candidate[at..]);
            let difference = lanes.sub(lanes.load(&self.original[at..]), candidate);
            lanes.store(difference, &mut self.difference[at..]);
            lanes.store(lanes.mul(difference, difference), &mut self.difference_squared[at..]);
            lanes.store(lanes.mul(candidate, candidate), &mut self.candidate_squared[at..]);
        }
    }
}

/// Squares a row.
pub(super) struct Square<'a> {
    pub(super) row: &'a [f32],
    pub(super) square: &'a mut [f32],
}

impl Kernel for Square<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for at in (0..self.row.len()).step_by(L::WIDTH) {
            let sample = lanes.load(&self.row[at..]);
            lanes.store(lanes.mul(sample, sample), &mut self.square[at..]);
        }
    }
}

/// Blurs a row, which has margins, into one which has none.
pub(super) struct BlurAcross<'a> {
    pub(super) row: &'a [f32],
    pub(super) blurred: &'a mut [f32],
}

impl Kernel for BlurAcross<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let taps = taps(lanes);
        let reached = &self.row[MARGIN - REACH..];
        for at in (0..self.blurred.len()).step_by(L::WIDTH) {
            let mut samples = [lanes.splat(0.0); 1 + 2 * REACH];
            for (tap, sample) in samples.iter_mut().enumerate() {
                *sample = lanes.load(&reached[at + tap..]);
            }
            lanes.store(nine_taps(lanes, taps, samples, 0), &mut self.blurred[at..]);
        }
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
    samples: [L::Vector; N],
    first: usize,
) -> L::Vector {
    let middle = first + REACH;
    let mut sum = lanes.mul(taps[REACH], lanes.add(samples[middle - REACH], samples[middle + REACH]));
    for away in (1..REACH).rev() {
        sum = lanes.mul_add(taps[away], lanes.add(samples[middle - away], samples[middle + away]), sum);
    }
    lanes.mul_add(taps[0], samples[middle], sum)
}

/// The last [`RING`] rows of one product, blurred across: row y in place y modulo [`RING`].
pub(super) struct Ring {
    pitch: usize,
    rows: Vec<f32>,
}

impl Ring {
    pub(super) fn new(pitch: usize) -> Self {
        Self { pitch, rows: vec![0.0; RING * pitch] }
    }

    pub(super) fn row(&self, y: usize) -> &[f32] {
        &self.rows[y % RING * self.pitch..][..self.pitch]
    }

    pub(super) fn row_mut(&mut self, y: usize) -> &mut [f32] {
        &mut self.rows[y % RING * self.pitch..][..self.pitch]
    }

    /// Rows `top..top + BAND` blurred down, in one vector of columns; the ring holds the rows that reach.
    #[inline(always)]
    fn blur_down<L: Lanes>(&self, lanes: L, top: usize, at: usize) -> [L::Vector; BAND] {
        let taps = taps(lanes);
        let mut rows = [lanes.splat(0.0); RING];
        for (row, vector) in rows.iter_mut().enumerate() {
            *vector = lanes.load(&self.row(top + RING - REACH + row)[at..]);
        }
        let mut blurred = [lanes.splat(0.0); BAND];
        for (row, vector) in blurred.iter_mut().enumerate() {
            *vector = nine_taps(lanes, taps, rows, row);
        }
        blurred
    }
}

/// Where a band of rows of a stored plane begins.
#[derive(Clone, Copy)]
pub(super) struct Band {
    pub(super) top: usize,
    pub(super) rows: usize,
    /// Samples from one stored row to the next.
    pub(super) pitch: usize,
}

/// Mean and variance of the original, for a band of rows.
pub(super) struct Moments<'a> {
    pub(super) band: Band,
    /// The samples, and their squares.
    pub(super) rings: &'a [Ring; 2],
    pub(super) mean: &'a mut [f32],
    pub(super) variance: &'a mut [f32],
}

impl Kernel for Moments<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Band { top, rows, pitch } = self.band;
        for at in (0..self.rings[0].pitch).step_by(L::WIDTH) {
            let means = self.rings[0].blur_down(lanes, top, at);
            let squares = self.rings[1].blur_down(lanes, top, at);
            for row in 0..rows {
                let mean = means[row];
                lanes.store(mean, &mut self.mean[row * pitch + at..]);
                lanes.store(
                    lanes.neg_mul_add(mean, mean, squares[row]),
                    &mut self.variance[row * pitch + at..],
                );
            }
        }
    }
}

/// The errors of a band of rows.
///
/// With d = original - candidate the numerator of SSIM's second factor is 2 cov + C2 = denominator - var d,
/// where denominator = var original + var candidate + C2. So 1 - SSIM = (var d + mean(d)^2 numerator) /
/// denominator: a sum of small numbers, not a difference of large ones.
pub(super) struct Compare<'a> {
    pub(super) band: Band,
    pub(super) counted: Counted,
    /// Differences, their squares, and the squares of the candidate.
    pub(super) rings: &'a [Ring; 3],
    /// Differences, not blurred.
    pub(super) differences: &'a Ring,
    /// The original.
    pub(super) sample: &'a [f32],
    pub(super) mean: &'a [f32],
    pub(super) variance: &'a [f32],
    pub(super) sums: &'a mut ColumnSums,
}

impl Kernel for Compare<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Band { top, rows, pitch } = self.band;
        for at in (0..self.rings[0].pitch).step_by(L::WIDTH) {
            let mean_differences = self.rings[0].blur_down(lanes, top, at);
            let difference_squares = self.rings[1].blur_down(lanes, top, at);
            let candidate_squares = self.rings[2].blur_down(lanes, top, at);
            let mut pools = self.sums.load(lanes, at);
            for row in 0..rows {
                let stored = row * pitch + at;
                let place = Place {
                    mean: lanes.load(&self.mean[stored..]),
                    mean_difference: mean_differences[row],
                };
                let ssim = if self.counted.ssim {
                    let variance = lanes.load(&self.variance[stored..]);
                    place.ssim(lanes, [variance, candidate_squares[row], difference_squares[row]])
                } else {
                    lanes.splat(0.0)
                };
                let edge = if self.counted.edges {
                    let difference = lanes.load(&self.differences.row(top + row)[MARGIN + at..]);
                    place.edge(lanes, lanes.load(&self.sample[stored..]), difference)
                } else {
                    lanes.splat(0.0)
                };
                pools.add(lanes, self.counted, Errors { ssim, edge });
            }
            self.sums.store(lanes, at, pools);
        }
    }
}

/// Mean of the original and of its difference from the candidate, round one place.
struct Place<V> {
    mean: V,
    mean_difference: V,
}

impl<V: Copy> Place<V> {
    #[inline(always)]
    fn ssim<L: Lanes<Vector = V>>(&self, lanes: L, [variance, squares, difference_squares]: [V; 3]) -> V {
        let mean = lanes.sub(self.mean, self.mean_difference);
        let variances = lanes.add(variance, lanes.neg_mul_add(mean, mean, squares));
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
