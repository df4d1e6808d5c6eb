//! The whole formula in 64-bit floats, slow and obvious: all 108 weights, nine taps, zeros outside the picture.
#![expect(clippy::disallowed_methods, reason = "the oracle of tests, which saves no bytes")]
#![expect(clippy::excessive_precision, reason = "as published")]

use super::linear::{LINEAR, linear_16};
use super::pad::Padded;
use super::weights::{Counted, SCALES, WEIGHTS, scales_of};
use crate::ImageView;
use crate::image::Samples;

/// A plane of samples.
#[derive(Clone)]
struct Plane {
    width: usize,
    height: usize,
    samples: Vec<f64>,
}

impl Plane {
    fn new(width: usize, height: usize, sample: impl Fn(usize, usize) -> f64) -> Self {
        let samples = (0..width * height).map(|at| sample(at % width, at / width)).collect();
        Self { width, height, samples }
    }

    fn at(&self, x: usize, y: usize) -> f64 {
        self.samples[y * self.width + x]
    }

    /// With zeros outside.
    fn around(&self, x: i64, y: i64) -> f64 {
        let inside = (0..self.width as i64).contains(&x) && (0..self.height as i64).contains(&y);
        if inside { self.at(x as usize, y as usize) } else { 0.0 }
    }

    fn times(&self, other: &Self) -> Self {
        Self::new(self.width, self.height, |x, y| self.at(x, y) * other.at(x, y))
    }

    fn halved(&self) -> Self {
        Self::new(self.width.div_ceil(2), self.height.div_ceil(2), |x, y| {
            let sample = |dx: usize, dy: usize| {
                self.at((2 * x + dx).min(self.width - 1), (2 * y + dy).min(self.height - 1))
            };
            (sample(0, 0) + sample(1, 0) + sample(0, 1) + sample(1, 1)) / 4.0
        })
    }

    fn blurred(&self) -> Self {
        let tap = |d: i64| super::fir::TAPS[d.unsigned_abs() as usize];
        let across = Self::new(self.width, self.height, |x, y| {
            (-4..=4).map(|d| tap(d) * self.around(x as i64 + d, y as i64)).sum()
        });
        Self::new(self.width, self.height, |x, y| {
            (-4..=4).map(|d| tap(d) * across.around(x as i64, y as i64 + d)).sum()
        })
    }
}

fn linear(view: ImageView<'_>) -> [Plane; 3] {
    let bytes = view.channels().count();
    [0, 1, 2].map(|channel| {
        Plane::new(view.width(), view.height(), |x, y| {
            let at = (y * view.width() + x) * bytes + channel.min(bytes - 1);
            f64::from(match view.samples() {
                Samples::Eight(samples) => LINEAR.of(samples[at]),
                Samples::Sixteen(samples) => linear_16()[usize::from(samples[at])],
            })
        })
    })
}

fn xyb(linear: &[Plane; 3]) -> [Plane; 3] {
    let bias: f64 = 0.0037930732552754493;
    let rows = [
        [0.30, 1.0 - 0.078 - 0.30, 0.078],
        [0.23, 1.0 - 0.078 - 0.23, 0.078],
        [0.24342268924547819, 0.20476744424496821, 1.0 - 0.24342268924547819 - 0.20476744424496821],
    ];
    let receptors = rows.map(|row| {
        Plane::new(linear[0].width, linear[0].height, |x, y| {
            let taken: f64 = row.iter().zip(linear).map(|(share, plane)| share * plane.at(x, y)).sum();
            (taken + bias).cbrt() - bias.cbrt()
        })
    });
    let pixel = |x, y| receptors.each_ref().map(|plane| plane.at(x, y));
    let plane = |colour: fn([f64; 3]) -> f64| {
        Plane::new(linear[0].width, linear[0].height, |x, y| colour(pixel(x, y)))
    };
    [
        plane(|[l, m, _]| 14.0 * (l - m) / 2.0 + 0.42),
        plane(|[l, m, _]| (l + m) / 2.0 + 0.01),
        plane(|[l, m, s]| s - (l + m) / 2.0 + 0.55),
    ]
}

/// SSIM, artifact and detail-loss errors: means, then fourth roots of means of fourth powers.
fn pooled(a: &Plane, b: &Plane) -> [f64; 6] {
    let (mean_a, mean_b) = (a.blurred(), b.blurred());
    let (aa, bb, ab) = (a.times(a).blurred(), b.times(b).blurred(), a.times(b).blurred());
    let mut sums = [0.0; 6];
    for i in 0..a.samples.len() {
        let (m, n) = (mean_a.samples[i], mean_b.samples[i]);
        let numerator = 2.0 * (ab.samples[i] - m * n) + 0.0009;
        let denominator = aa.samples[i] - m * m + bb.samples[i] - n * n + 0.0009;
        let ssim = (1.0 - (1.0 - (m - n).powi(2)) * numerator / denominator).max(0.0);
        let edge = (1.0 + (b.samples[i] - n).abs()) / (1.0 + (a.samples[i] - m).abs()) - 1.0;
        for (map, error) in [ssim, edge.max(0.0), (-edge).max(0.0)].into_iter().enumerate() {
            sums[map] += error;
            sums[map + 3] += error.powi(4);
        }
    }
    let pixels = a.samples.len() as f64;
    std::array::from_fn(|pool| if pool < 3 { sums[pool] / pixels } else { (sums[pool] / pixels).powf(0.25) })
}

/// The score by the definition.
pub(super) fn score(original: ImageView<'_>, candidate: ImageView<'_>) -> f64 {
    score_of(original, candidate, |_| true)
}

/// The score from what is looked at: errors whose plane has a weight that counts.
pub(super) fn score_of_what_counts(original: ImageView<'_>, candidate: ImageView<'_>) -> f64 {
    let padded = Padded::new(original);
    let scales = scales_of(padded.view().width(), padded.view().height());
    score_of(original, candidate, |(channel, scale, pool)| {
        Counted::of(scales, scale, channel).is_some_and(|counted| counted.takes_in(pool))
    })
}

/// The score from the errors of which `counts` says so, by channel, scale and pool.
fn score_of(
    original: ImageView<'_>,
    candidate: ImageView<'_>,
    counts: impl Fn((usize, usize, usize)) -> bool,
) -> f64 {
    let mut levels = [original, candidate].map(|view| linear(Padded::new(view).view()));
    let mut errors: [Vec<[f64; 6]>; 3] = Default::default();
    let mut side = 8;
    while errors[0].len() < SCALES && side >= 8 {
        let [a, b] = levels.each_ref().map(xyb);
        for channel in 0..3 {
            let scale = errors[channel].len();
            let mut pools = pooled(&a[channel], &b[channel]);
            for (pool, error) in pools.iter_mut().enumerate() {
                if !counts((channel, scale, pool)) {
                    *error = 0.0;
                }
            }
            errors[channel].push(pools);
        }
        side = a[0].width.min(a[0].height);
        levels = levels.map(|level| level.map(|plane| plane.halved()));
    }
    // Weights are taken from the start of the list, whatever the number of scales.
    let errors = errors.iter().flatten().flatten();
    let weighted: f64 = WEIGHTS.as_flattened().iter().zip(errors).map(|(weight, error)| weight * error).sum();
    let x = 0.9562382616834844 * weighted;
    let bent = 2.326765642916932 * x - 0.020884521182843837 * x * x + 6.248496625763138e-05 * x * x * x;
    if bent > 0.0 { 100.0 - 10.0 * bent.powf(0.6276336467831387) } else { 100.0 }
}
