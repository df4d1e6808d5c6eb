//! A candidate compared from the top down, as far as is wanted.

use super::octet::{LANES, Octet};
use super::strip::LaidOut;
use super::window::{TOGETHER, Window};
use super::{PreparedStrip, Reference, Row, paint_products, row_of, ssim_of_row, sum};
use std::{array, fmt};

/// A candidate whose rows come from the top down, and what is known of its SSIM so far.
///
/// ```
/// use scrimp_metric::ssim::{Centre, Kernel, Reference};
/// use scrimp_metric::{Channels, ImageView};
///
/// let original = vec![90; 64 * 64];
/// let view = ImageView::new(64, 64, Channels::Gray, &original)?;
/// let reference = Reference::new(view, Kernel::of_wang(Centre::Centred));
/// let mut comparison = reference.comparison();
/// assert_eq!(comparison.bounds(), (-1.0, 1.0));
/// comparison.take(&original[..64 * 48]);
/// assert!(comparison.bounds().0 > 0.0, "more than half of the rows are the same");
/// comparison.take(&original[64 * 48..]);
/// assert_eq!(comparison.ssim(), Some(1.0));
/// # Ok::<(), scrimp_metric::Error>(())
/// ```
pub struct Comparison<'a> {
    reference: &'a Reference,
    /// All rows that came.
    gray: Vec<u8>,
    slides: Vec<Slide<'a>>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(reference: &'a Reference) -> Self {
        let slides = reference.strips.iter().map(|strip| Slide::new(reference, strip)).collect();
        Self { reference, gray: Vec::with_capacity(reference.width * reference.height), slides }
    }

    /// Takes the next rows of the candidate, 8-bit gray. What goes beyond the original's height is not looked at, nor
    /// is a row that is not whole.
    pub fn take(&mut self, rows: &[u8]) {
        let Reference { width, height, .. } = *self.reference;
        let room = (width * height).saturating_sub(self.gray.len()).min(rows.len());
        self.gray.extend_from_slice(&rows[..room - room % width]);
        for slide in &mut self.slides {
            slide.go_on(&self.gray, |_, _| ());
        }
    }

    /// Between what SSIM lies, whatever the rows that are still to come: no pixel has less than -1, none more than 1.
    #[must_use]
    pub fn bounds(&self) -> (f64, f64) {
        /// More than rounding can add up to.
        const SLACK: f64 = 1e-9;
        if let Some(ssim) = self.ssim() {
            return (ssim, ssim);
        }
        let Reference { width, height, .. } = *self.reference;
        let (mut sum, mut rows_to_come) = (0.0, 0);
        for slide in &self.slides {
            sum += slide.total;
            rows_to_come = rows_to_come.max(height - slide.done);
        }
        let (pixels, to_come) = ((width * height) as f64, (width * rows_to_come) as f64);
        let bounds = [sum - to_come, sum + to_come].map(|sum| sum / pixels);
        ((bounds[0] - SLACK).max(-1.0), (bounds[1] + SLACK).min(1.0))
    }

    /// SSIM, once all rows have come.
    #[must_use]
    pub fn ssim(&self) -> Option<f64> {
        let Reference { width, height, .. } = *self.reference;
        let is_whole = self.slides.iter().all(|slide| slide.done == height);
        let total: f64 = self.slides.iter().map(|slide| slide.total).sum();
        is_whole.then_some(total / (width * height) as f64)
    }
}

/// What a comparison takes the means of: see [`paint_products`].
const QUANTITIES: usize = 3;

impl fmt::Debug for Comparison<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Comparison").field("bounds", &self.bounds()).finish_non_exhaustive()
    }
}

/// A window on its way down a strip.
pub(super) struct Slide<'a> {
    prepared: &'a PreparedStrip,
    width: usize,
    height: usize,
    /// Rows that the window reaches below a row.
    below: usize,
    window: Window<'a>,
    laid_out: LaidOut,
    /// Numbers of a row to which no column belongs.
    empty: Vec<usize>,
    ssim: Vec<f64>,
    /// Rows whose SSIM is in the total.
    done: usize,
    total: f64,
}

impl<'a> Slide<'a> {
    pub(super) fn new(reference: &'a Reference, prepared: &'a PreparedStrip) -> Self {
        let (width, height, kernel) = (reference.width, reference.height, &reference.kernel);
        let strip = &prepared.strip;
        Self {
            prepared,
            width,
            height,
            below: kernel.taps_behind(),
            window: Window::new(kernel, (strip, height), QUANTITIES),
            laid_out: LaidOut::default(),
            empty: strip.empty(),
            ssim: vec![0.0; strip.step() * LANES],
            done: 0,
            total: 0.0,
        }
    }

    /// The sum of SSIM over the pixels of the rows that are done.
    pub(super) fn total(&self) -> f64 {
        self.total
    }

    /// Goes down as far as the rows of the candidate allow, of which there are more each time. `look` sees the SSIM of
    /// each row with its number.
    pub(super) fn go_on(&mut self, candidate: &[u8], mut look: impl FnMut(usize, &[f64])) {
        let rows = candidate.len() / self.width;
        while self.done < self.height && (rows == self.height || self.done + TOGETHER + self.below <= rows) {
            self.step(candidate, &mut look);
        }
    }

    /// A few rows further down.
    fn step(&mut self, candidate: &[u8], look: &mut impl FnMut(usize, &[f64])) {
        let PreparedStrip { strip, samples: original, means } = self.prepared;
        let (top, step) = (self.done, strip.step());
        let (width, laid_out) = (self.width, &mut self.laid_out);
        let mut stripes = self.window.means(top, |row, stripes| {
            strip.lay_out(row_of(candidate, row, width), laid_out);
            let original = &original[row * strip.reach()..][..strip.reach()];
            paint_products(original, &laid_out.samples, stripes);
        });
        self.done = self.height.min(top + TOGETHER);
        for y in top..self.done {
            let [mean, mean_squares, mean_product] =
                array::from_fn(|_| Octet::numbers(stripes.next().unwrap_or_default()));
            let original_mean = Octet::numbers(&means[y * step..][..step]);
            ssim_of_row(Row { original_mean, mean, mean_squares, mean_product }, &mut self.ssim);
            self.empty.iter().for_each(|at| self.ssim[*at] = 0.0);
            look(y, &self.ssim);
            self.total += sum(&self.ssim);
        }
    }
}
