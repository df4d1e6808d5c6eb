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

mod kernel;
mod window;

pub use kernel::{Centre, Kernel, KernelError};

use crate::image::Samples;
use crate::map::Grid;
use crate::stop::{Latch, NEVER, Stop};
use crate::{Channels, Error, ImageView};
use archmage::autoversion;
use std::borrow::Cow;
use std::ops::Range;
use std::slice::ChunksExactMut;
use window::{Edges, Window, strips};

/// (K1 L)^2 with K1 = 0.01 and L = 255.
const C1: f64 = (0.01 * 255.0) * (0.01 * 255.0);
/// (K2 L)^2 with K2 = 0.03 and L = 255.
const C2: f64 = (0.03 * 255.0) * (0.03 * 255.0);

/// The original, prepared once: its gray samples and their means. Takes 9 bytes a pixel.
#[derive(Clone, Debug)]
pub struct Reference {
    width: usize,
    height: usize,
    kernel: Kernel,
    gray: Vec<u8>,
    means: Vec<f64>,
}

impl Reference {
    /// Prepares `original` for comparisons under `kernel`. Colour is turned to gray as [`gray`] does.
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
        let gray = gray(original).into_owned();
        let mut means = vec![0.0; width * height];
        for columns in strips(width) {
            let edges = Edges::new(width, &columns, &kernel);
            let mut window = Window::new(&kernel, (columns.len(), height), 1);
            let mut samples = vec![0; edges.places()];
            for y in rows_until(height, latch) {
                let mut stripes = window.means(y, |row, stripes| {
                    edges.pad(row_of(&gray, row, width), &mut samples);
                    paint_samples(&samples, stripes);
                });
                let Some(mean) = stripes.next() else { break };
                means[y * width..][columns.clone()].copy_from_slice(&mean[..columns.len()]);
            }
        }
        Self { width, height, kernel, gray, means }
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
        let latch = Latch::on(NEVER);
        let sum = |columns: Range<usize>| self.sum_of_strip(&gray, &columns, &latch, |_, _| ());
        let total: f64 = strips(width).map(sum).sum();
        Ok(total / (width * height) as f64)
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
        let total: f64 = strips(self.width)
            .map(|columns| {
                self.sum_of_strip(&gray, &columns, &latch, |y, row| {
                    for (x, ssim) in columns.clone().zip(row) {
                        cells[grid.at(x, y)] += ssim;
                    }
                })
            })
            .sum();
        for (index, cell) in cells.iter_mut().enumerate() {
            *cell /= grid.region(index).pixels() as f64;
        }
        (!latch.is_closed()).then_some((total / (self.width * self.height) as f64, cells))
    }

    /// The sum of SSIM over all pixels of some columns, of which `look` sees each row with its number; unfinished once
    /// the latch is closed.
    fn sum_of_strip(
        &self,
        candidate: &[u8],
        columns: &Range<usize>,
        latch: &Latch<'_>,
        mut look: impl FnMut(usize, &[f64]),
    ) -> f64 {
        let edges = Edges::new(self.width, columns, &self.kernel);
        let mut window = Window::new(&self.kernel, (columns.len(), self.height), 3);
        let [mut original_samples, mut samples] = [(); 2].map(|()| vec![0; edges.places()]);
        let mut row_ssim = vec![0.0; columns.len()];
        let mut total = 0.0;
        for y in rows_until(self.height, latch) {
            let mut stripes = window.means(y, |row, stripes| {
                edges.pad(row_of(&self.gray, row, self.width), &mut original_samples);
                edges.pad(row_of(candidate, row, self.width), &mut samples);
                paint_products(&original_samples, &samples, stripes);
            });
            let (Some(mean), Some(mean_squares), Some(mean_product)) =
                (stripes.next(), stripes.next(), stripes.next())
            else {
                break;
            };
            let original_mean = &self.means[y * self.width..][columns.clone()];
            ssim_of_row(Row { original_mean, mean, mean_squares, mean_product }, &mut row_ssim);
            look(y, &row_ssim);
            total += sum(&row_ssim);
        }
        total
    }
}

/// The rows of a strip from the top down, until the latch is closed, which is asked for every few of them.
fn rows_until<'a>(height: usize, latch: &'a Latch<'a>) -> impl Iterator<Item = usize> + 'a {
    // Some hundred microseconds.
    const ROWS_A_LOOK: usize = 32;
    (0..height).take_while(|y| {
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

/// The picture in 8-bit gray as Pillow's `convert("L")` makes it: `(19595 R + 38470 G + 7471 B + 32768) >> 16`.
/// A gray picture is left as it is. Of 16 bits, the nearest gray of 8.
#[must_use]
pub fn gray(image: ImageView<'_>) -> Cow<'_, [u8]> {
    match (image.samples(), image.channels()) {
        (Samples::Eight(samples), Channels::Gray) => Cow::Borrowed(samples),
        (Samples::Eight(samples), Channels::Rgb) => {
            let (pixels, _) = samples.as_chunks::<3>();
            let mut gray = vec![0; pixels.len()];
            gray_of_pixels(pixels, &mut gray);
            Cow::Owned(gray)
        }
        (Samples::Sixteen(samples), Channels::Gray) => {
            samples.iter().map(|gray| nearest_of_8(*gray)).collect()
        }
        (Samples::Sixteen(samples), Channels::Rgb) => {
            samples.as_chunks().0.iter().map(|rgb| nearest_of_8(gray_of_16(*rgb))).collect()
        }
    }
}

fn gray_of_16(rgb: [u16; 3]) -> u16 {
    // At most 65,535 x 65,536 + 32,768, which 32 bits hold.
    let [red, green, blue] = rgb.map(u32::from);
    ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16) as u16
}

/// The 8-bit sample that is nearest to a 16-bit one.
fn nearest_of_8(sample: u16) -> u8 {
    ((u32::from(sample) + 128) / 257) as u8
}

/// Writes the gray of each pixel.
#[autoversion]
fn gray_of_pixels(pixels: &[[u8; 3]], gray: &mut [u8]) {
    for (gray, rgb) in gray.iter_mut().zip(pixels) {
        let [red, green, blue] = rgb.map(u32::from);
        *gray = ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16) as u8;
    }
}

/// Writes the samples.
#[autoversion]
fn paint_samples(samples: &[u8], stripes: ChunksExactMut<'_, f64>) {
    let mut stripes = stripes;
    let Some(stripe) = stripes.next() else { return };
    for (from, to) in samples.iter().zip(stripe) {
        *to = f64::from(*from);
    }
}

/// Writes the samples of the candidate, the sums of both pictures' squares and the products of the two.
///
/// SSIM asks for the variances' sum alone, so neither picture's squares need a window of their own. All three are
/// whole numbers and exact.
#[autoversion]
fn paint_products(original: &[u8], candidate: &[u8], stripes: ChunksExactMut<'_, f64>) {
    let mut stripes = stripes;
    let (Some(samples), Some(squares), Some(products)) = (stripes.next(), stripes.next(), stripes.next())
    else {
        return;
    };
    let from = original.iter().zip(candidate);
    for ((((original, candidate), sample), square), product) in from.zip(samples).zip(squares).zip(products) {
        let (x, y) = (f64::from(*original), f64::from(*candidate));
        *sample = y;
        *square = x * x + y * y;
        *product = x * y;
    }
}

/// What is known of one row of pixels; the last three slices may be longer than the row.
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
    let (chunks, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += value;
        }
    }
    sums.iter().chain(rest).sum()
}

#[cfg(test)]
mod tests;
