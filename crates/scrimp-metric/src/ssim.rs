//! SSIM of Wang et al.: "Image quality assessment: from error visibility to structural similarity", IEEE
//! Transactions on Image Processing 13(4), 2004, as pyssim 0.7.1 computes it.
//!
//! Both pictures are compared in 8-bit gray; means, variances and the covariance are taken under a Gaussian
//! [`Kernel`] that slides along both axes, the picture being continued by its mirror image; the answer is the mean
//! over all pixels. All in f64, so it agrees with pyssim to 1e-9.
//!
//! ```
//! use scrimp_metric::ssim::{Centre, Kernel, Reference};
//! use scrimp_metric::{Channels, ImageView};
//!
//! let original: Vec<u8> = (0..32 * 32).map(|i| (i % 251) as u8).collect();
//! let mut candidate = original.clone();
//! candidate[40] ^= 8;
//! let original = ImageView::new(32, 32, Channels::Gray, &original)?;
//! let candidate = ImageView::new(32, 32, Channels::Gray, &candidate)?;
//! let reference = Reference::new(original, Kernel::of_wang(Centre::Centred));
//! assert_eq!(reference.ssim(original)?, 1.0);
//! assert!(reference.ssim(candidate)? < 1.0);
//! # Ok::<(), scrimp_metric::Error>(())
//! ```

mod comparison;
mod gray;
mod kernel;
mod octet;
mod strip;
mod window;

pub use comparison::Comparison;
pub use gray::gray;
pub use kernel::{Centre, Kernel, KernelError};

use crate::map::Grid;
use crate::stop::{Latch, NEVER, Stop};
use crate::{Error, ImageView};
use archmage::autoversion;
use comparison::Slide;
use octet::{LANES, Octet};
use strip::{LaidOut, Samples, Strip, strips};
use window::{TOGETHER, Window};

/// (K1 L)^2 with K1 = 0.01 and L = 255.
const C1: f64 = (0.01 * 255.0) * (0.01 * 255.0);
/// (K2 L)^2 with K2 = 0.03 and L = 255.
const C2: f64 = (0.03 * 255.0) * (0.03 * 255.0);

/// The original, prepared once: its gray samples and their means. Takes some 10 bytes a pixel.
#[derive(Clone, Debug)]
pub struct Reference {
    width: usize,
    height: usize,
    kernel: Kernel,
    strips: Vec<PreparedStrip>,
}

/// A strip of the original, row after row.
#[derive(Clone, Debug)]
struct PreparedStrip {
    strip: Strip,
    samples: Vec<Samples>,
    means: Vec<Octet>,
}

impl Reference {
    /// Prepares `original` for comparisons under `kernel`. Colour is turned to gray as [`gray`](gray()) does.
    #[must_use]
    pub fn new(original: ImageView<'_>, kernel: Kernel) -> Self {
        Self::until(original, kernel, &Latch::on(NEVER))
    }

    /// As [`Self::new`], but given up soon once `stop` says so: none then.
    pub(crate) fn unless(original: ImageView<'_>, kernel: Kernel, stop: Stop<'_>) -> Option<Self> {
        let latch = Latch::on(stop);
        let reference = Self::until(original, kernel, &latch);
        (!latch.is_closed()).then_some(reference)
    }

    /// As [`Self::new`], but unfinished once the latch is closed.
    fn until(original: ImageView<'_>, kernel: Kernel, latch: &Latch<'_>) -> Self {
        let (width, height) = (original.width(), original.height());
        let gray = gray(original);
        let prepared = |strip| PreparedStrip::new(strip, (&gray, width), &kernel, latch);
        let strips = strips(width, &kernel).map(prepared).collect();
        Self { width, height, kernel, strips }
    }

    /// SSIM of `candidate` to the original: 1 for identical pictures, the lower the less they have in common;
    /// may be negative, never below -1.
    ///
    /// # Errors
    /// [`Error::SizesDiffer`] unless the candidate has the original's size.
    pub fn ssim(&self, candidate: ImageView<'_>) -> Result<f64, Error> {
        let (width, height) = (self.width, self.height);
        let size = (candidate.width(), candidate.height());
        if size != (width, height) {
            return Err(Error::SizesDiffer { original: (width, height), candidate: size });
        }
        let gray = gray(candidate);
        let sum = |strip| {
            let mut slide = Slide::new(self, strip);
            slide.go_on(&gray, |_, _| ());
            slide.total()
        };
        let total: f64 = self.strips.iter().map(sum).sum();
        Ok(total / (width * height) as f64)
    }

    /// A comparison with a candidate of the original's size that comes row by row, and may be left before its end.
    #[must_use]
    pub fn comparison(&self) -> Comparison<'_> {
        Comparison::new(self)
    }

    /// As [`Self::ssim`] for a candidate of the original's size, and the mean of each cell; given up soon once `stop`
    /// says so: none then.
    pub(crate) fn ssim_of_cells(
        &self,
        candidate: ImageView<'_>,
        grid: Grid,
        stop: Stop<'_>,
    ) -> Option<(f64, Vec<f64>)> {
        let (gray, latch) = (gray(candidate), Latch::on(stop));
        let mut cells = vec![0.0; grid.cells()];
        let mut sum = |prepared: &PreparedStrip| {
            let mut slide = Slide::new(self, prepared);
            for end in tops_until(self.height, &latch) {
                let rows = self.height.min(end + TOGETHER + self.kernel.taps_behind());
                slide.go_on(&gray[..rows * self.width], |y, row| {
                    for (at, ssim) in row.iter().enumerate() {
                        if let Some(x) = prepared.strip.column(at) {
                            cells[grid.at(x, y)] += ssim;
                        }
                    }
                });
            }
            slide.total()
        };
        let total: f64 = self.strips.iter().map(&mut sum).sum();
        for (index, cell) in cells.iter_mut().enumerate() {
            *cell /= grid.region(index).pixels() as f64;
        }
        (!latch.is_closed()).then_some((total / (self.width * self.height) as f64, cells))
    }
}

impl PreparedStrip {
    /// Of a gray picture of this width; unfinished once the latch is closed.
    fn new(strip: Strip, (gray, width): (&[u8], usize), kernel: &Kernel, latch: &Latch<'_>) -> Self {
        let height = gray.len() / width;
        let mut window = Window::new(kernel, (&strip, height), 1);
        let mut laid_out = LaidOut::default();
        let mut samples = Vec::with_capacity(height * strip.reach());
        let mut means = Vec::with_capacity(height * strip.step());
        for top in tops_until(height, latch) {
            // Rows are painted from the top down, each once.
            let stripes = window.means(top, |row, stripe| {
                strip.lay_out(row_of(gray, row, width), &mut laid_out);
                samples.extend_from_slice(&laid_out.samples);
                paint_samples(&laid_out.samples, stripe);
            });
            stripes.take(height - top).for_each(|stripe| means.extend_from_slice(stripe));
        }
        Self { strip, samples, means }
    }
}

/// The first of each few rows that are filtered together, from the top down, until the latch is closed, which is asked
/// for now and then.
fn tops_until<'a>(height: usize, latch: &'a Latch<'a>) -> impl Iterator<Item = usize> + 'a {
    // Some hundred microseconds.
    const ROWS_A_LOOK: usize = 8 * TOGETHER;
    (0..height).step_by(TOGETHER).take_while(|y| {
        if y % ROWS_A_LOOK == 0 {
            latch.look();
        }
        !latch.is_closed()
    })
}

/// Row `y` of `samples`.
fn row_of(samples: &[u8], y: usize, width: usize) -> &[u8] {
    &samples[y * width..][..width]
}

/// Writes the samples.
#[autoversion]
fn paint_samples(samples: &[Samples], stripe: &mut [Octet]) {
    for (from, to) in samples.as_flattened().iter().zip(Octet::numbers_mut(stripe)) {
        *to = f64::from(*from);
    }
}

/// Writes the samples of the candidate, the sums of both pictures' squares and the products of the two.
///
/// SSIM asks for the variances' sum alone, so neither picture's squares need a window of their own. All three are
/// whole numbers and exact.
#[autoversion]
fn paint_products(original: &[Samples], candidate: &[Samples], stripes: &mut [Octet]) {
    let (samples, rest) = stripes.split_at_mut(original.len());
    let [samples, squares, products] = {
        let (squares, products) = rest.split_at_mut(original.len());
        [samples, squares, products].map(Octet::numbers_mut)
    };
    let from = original.as_flattened().iter().zip(candidate.as_flattened());
    for ((((original, candidate), sample), square), product) in from.zip(samples).zip(squares).zip(products) {
        let (x, y) = (f64::from(*original), f64::from(*candidate));
        *sample = y;
        *square = x * x + y * y;
        *product = x * y;
    }
}

/// What is known of one row of a strip, number by number.
#[derive(Clone, Copy)]
struct Row<'a> {
    original_mean: &'a [f64],
    mean: &'a [f64],
    /// Of the sum of both pictures' squares.
    mean_squares: &'a [f64],
    mean_product: &'a [f64],
}

/// SSIM of each pixel of a row.
#[autoversion]
fn ssim_of_row(row: Row<'_>, ssim: &mut [f64]) {
    let means = row.original_mean.iter().zip(row.mean);
    let means_of_products = row.mean_squares.iter().zip(row.mean_product);
    for ((ssim, (mean_x, mean_y)), (squares, product)) in ssim.iter_mut().zip(means).zip(means_of_products) {
        let product_of_means = mean_x * mean_y;
        let squares_of_means = mean_x * mean_x + mean_y * mean_y;
        let covariance = product - product_of_means;
        let variances = squares - squares_of_means;
        let above = (2.0 * product_of_means + C1) * (2.0 * covariance + C2);
        let below = (squares_of_means + C1) * (variances + C2);
        *ssim = above / below;
    }
}

/// The sum of `values`: eight sums side by side, so that it is quick and the same on every machine.
#[autoversion]
fn sum(values: &[f64]) -> f64 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += value;
        }
    }
    sums.iter().chain(rest).sum()
}

#[cfg(test)]
mod tests;
