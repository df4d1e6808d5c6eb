//! The exact scale's kernels: the blur as nine taps, and the errors from it.

use super::pool::{ColumnSums, Errors};
use super::pyramid::{MARGIN, REACH};
use super::weights::Counted;
use crate::simd::{Kernel, Lanes, Rows, WIDEST};

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
    /// The sum of the squares of both.
    pub(super) squares: &'a mut [f32],
}

impl Kernel for Differences<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for at in (0..self.original.len()).step_by(L::WIDTH) {
            let (original, candidate) = (lanes.load(&self.original[at..]), lanes.load(&self.candidate[at..]));
            let difference = lanes.sub(original, candidate);
            lanes.store(difference, &mut self.difference[at..]);
            lanes.store(lanes.mul(difference, difference), &mut self.difference_squared[at..]);
            let squares = lanes.mul_add(original, original, lanes.mul(candidate, candidate));
            lanes.store(squares, &mut self.squares[at..]);
        }
    }
}

/// Blurs row `y`, which has margins, across and into its place in the ring.
pub(super) struct BlurAcross<'a> {
    pub(super) y: usize,
    pub(super) row: &'a [f32],
    pub(super) ring: &'a mut Ring,
}

impl Kernel for BlurAcross<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let taps = taps(lanes);
        let reached = &self.row[MARGIN - REACH..];
        for (index, chunk) in self.ring.chunks.iter_mut().enumerate() {
            let samples = &reached[index * WIDEST..][..WIDEST + 2 * REACH];
            let blurred = &mut chunk[self.y % RING];
            for part in (0..WIDEST).step_by(L::WIDTH) {
                let mut reaching = [lanes.splat(0.0); 1 + 2 * REACH];
                for (tap, vector) in reaching.iter_mut().enumerate() {
                    *vector = lanes.load(&samples[part + tap..]);
                }
                lanes.store(nine_taps(lanes, taps, reaching, 0), &mut blurred[part..]);
            }
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

/// The last [`RING`] rows of one product, blurred across: row y in place y modulo [`RING`] of each chunk of
/// columns, so that what a blur down reads stands together.
pub(super) struct Ring {
    chunks: Vec<[[f32; WIDEST]; RING]>,
}

impl Ring {
    pub(super) fn new(columns: usize) -> Self {
        Self { chunks: vec![[[0.0; WIDEST]; RING]; columns.div_ceil(WIDEST)] }
    }

    fn chunks(&self) -> &[[[f32; WIDEST]; RING]] {
        &self.chunks
    }

    /// Row `y` lies below the picture.
    pub(super) fn clear(&mut self, y: usize) {
        for chunk in &mut self.chunks {
            chunk[y % RING] = [0.0; WIDEST];
        }
    }
}

/// Rows `top..top + BAND` blurred down, in one vector of a chunk's columns.
#[inline(always)]
fn blur_down<L: Lanes>(
    lanes: L,
    chunk: &[[f32; WIDEST]; RING],
    top: usize,
    part: usize,
) -> [L::Vector; BAND] {
    let taps = taps(lanes);
    let mut rows = [lanes.splat(0.0); RING];
    for (row, vector) in rows.iter_mut().enumerate() {
        *vector = lanes.load(&chunk[(top + RING - REACH + row) % RING][part..]);
    }
    let mut blurred = [lanes.splat(0.0); BAND];
    for (row, vector) in blurred.iter_mut().enumerate() {
        *vector = nine_taps(lanes, taps, rows, row);
    }
    blurred
}

/// Rows that are blurred down together.
#[derive(Clone, Copy)]
pub(super) struct Band {
    pub(super) top: usize,
    /// At most [`BAND`].
    pub(super) rows: usize,
}

/// The errors of a band of rows.
///
/// With d = original - candidate the numerator of SSIM's second factor is 2 cov + C2 = denominator - var d,
/// where denominator = var original + var candidate + C2. So 1 - SSIM = (var d + mean(d)^2 numerator) /
/// denominator: a sum of small numbers, not a difference of large ones.
pub(super) struct Compare<'a> {
    pub(super) band: Band,
    pub(super) counted: Counted,
    /// The original, differences, their squares, and the sums of both pictures' squares.
    pub(super) rings: &'a [Ring; 4],
    /// Differences, not blurred; this band's rows.
    pub(super) differences: Rows<'a>,
    /// The original; this band's rows.
    pub(super) sample: Rows<'a>,
    pub(super) sums: &'a mut ColumnSums,
}

impl Kernel for Compare<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Band { top, rows } = self.band;
        let [originals, differences, difference_squares, squares] = self.rings.each_ref().map(Ring::chunks);
        for (index, original) in originals.iter().enumerate() {
            for part in (0..WIDEST).step_by(L::WIDTH) {
                let means = blur_down(lanes, original, top, part);
                let mean_differences = blur_down(lanes, &differences[index], top, part);
                let mean_difference_squares = blur_down(lanes, &difference_squares[index], top, part);
                let mean_squares = blur_down(lanes, &squares[index], top, part);
                let at = index * WIDEST + part;
                let mut pools = self.sums.load(lanes, at);
                for row in 0..rows.min(BAND) {
                    let place = Place { mean: means[row], mean_difference: mean_differences[row] };
                    let mut errors = Errors { ssim: lanes.splat(0.0), edge: lanes.splat(0.0) };
                    if self.counted.ssim.is_some() {
                        errors.ssim = place.ssim(lanes, mean_squares[row], mean_difference_squares[row]);
                    }
                    if self.counted.edges.is_some() {
                        let difference = &self.differences.samples[row * self.differences.pitch + at..];
                        let sample = &self.sample.samples[row * self.sample.pitch + at..];
                        errors.edge = place.edge(lanes, lanes.load(sample), lanes.load(difference));
                    }
                    pools.add(lanes, self.counted, errors);
                }
                self.sums.store(lanes, at, pools);
            }
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
