//! The standard scale: the recursive blur, block after block of sixteen rows.
//!
//! Each block's rows are turned, so that lanes are rows, blurred across, and turned back into a ring of rows; the blur
//! down takes them from there as they arrive, keeps its state for each column, and its outputs go into the errors at
//! once. A strip hands the state of its blur across to the next one, block after block.

use super::block::{BLOCK, BlurBlock, Falling, Outputs, Ring, Steps};
use super::fir::C2;
use super::plane::{PlaneReference, Planes, Work};
use super::pool::{ColumnSums, Errors, cell_side};
use super::pyramid::{MARGIN, Scale, pitch_of};
use super::recursive::{ABREAST, AHEAD, CHUNK, PRODUCTS};
use super::strip::Link;
use super::weights::Counted;
use crate::simd::{InstructionSet, Kernel, Lanes, Rows};
use core::ops::Range;

/// The candidate's part for one plane of a strip.
pub(super) struct Comparison<'a> {
    set: InstructionSet,
    scale: Scale,
    link: Link,
    /// The rows of the block that is being filled. The first block is short, so that each later one completes
    /// the outputs of sixteen rows.
    block: Range<usize>,
    planes: Planes<'a>,
    /// The candidate's rows, with margins.
    candidate: Ring,
    /// What is blurred, in the order of [`PRODUCTS`].
    products: [Falling; PRODUCTS],
    sums: ColumnSums,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(set: InstructionSet, scale: Scale, link: Link, planes: Planes<'a>) -> Self {
        let width = scale.width;
        Self {
            set,
            scale,
            link,
            block: 0..AHEAD,
            planes,
            candidate: Ring::new(pitch_of(width)),
            products: [(); PRODUCTS].map(|()| Falling::new(width)),
            sums: ColumnSums::new(width),
        }
    }
}

impl Work for Comparison<'_> {
    fn take(&mut self, y: usize, row: &[f32]) {
        let place = self.candidate.place(y);
        self.candidate.rows[place..place + row.len()].copy_from_slice(row);
        self.advance(y);
    }
}

impl Comparison<'_> {
    /// Row `y` is there.
    fn advance(&mut self, y: usize) {
        let (height, cell) = (self.scale.height, cell_side(self.scale.index));
        let end = height + AHEAD;
        while y + 1 == self.block.end || (y + 1 == height && self.block.start < end) {
            let (from, to, step) = (self.block.start, self.block.end, BLOCK.min(cell));
            if from < height {
                self.across(from);
            }
            for first in (from..to.min(end)).step_by(step) {
                self.down(Steps { from: first, to: (first + step).min(to).min(end), height });
            }
            self.block = to..to + BLOCK;
        }
    }

    /// The rows from `from` to the end of the block are there.
    fn across(&mut self, from: usize) {
        let block = PlaneReference::block_of(from);
        let place = block % 2 * BLOCK;
        let samples = &self.candidate.rows[place * self.candidate.pitch..];
        let mut carried = self.link.receive();
        self.set.run(BlurBlock {
            scale: self.scale,
            original: self.planes.original.block(block),
            candidate: Rows { samples, pitch: self.candidate.pitch },
            place,
            carried: &mut carried,
            products: &mut self.products,
        });
        self.link.send(carried);
    }

    /// The rows that reach into these steps are blurred across.
    fn down(&mut self, steps: Steps) {
        let Planes { original, counted, cells } = &mut self.planes;
        self.set.run(Compare {
            width: self.scale.width,
            steps,
            counted: *counted,
            products: &mut self.products,
            original,
            candidate: &self.candidate,
            sums: &mut self.sums,
        });
        if let Some((_, bottom)) = steps.completed().last()
            && ((bottom + 1).is_multiple_of(cell_side(self.scale.index)) || bottom + 1 == steps.height)
        {
            cells.collect(bottom, &mut self.sums);
        }
    }
}

/// The errors of the rows that these steps complete.
struct Compare<'a> {
    width: usize,
    steps: Steps,
    counted: Counted,
    products: &'a mut [Falling; PRODUCTS],
    original: &'a PlaneReference,
    candidate: &'a Ring,
    sums: &'a mut ColumnSums,
}

impl Kernel for Compare<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let [originals, candidates, original_squares, candidate_squares, crossed] = self.products;
        let mut original: Outputs<L> = [[lanes.splat(0.0); ABREAST]; BLOCK];
        let (mut candidate, mut original_square, mut candidate_square) = (original, original, original);
        let mut product = original;
        for at in (0..self.width).step_by(ABREAST * L::WIDTH) {
            let (chunk, part) = (at / CHUNK, (self.steps, at % CHUNK));
            originals.0[chunk].blur_down(lanes, part, &mut original);
            candidates.0[chunk].blur_down(lanes, part, &mut candidate);
            original_squares.0[chunk].blur_down(lanes, part, &mut original_square);
            candidate_squares.0[chunk].blur_down(lanes, part, &mut candidate_square);
            crossed.0[chunk].blur_down(lanes, part, &mut product);
            for vector in 0..ABREAST {
                let at = at + vector * L::WIDTH;
                let mut pools = self.sums.load(lanes, at);
                for (row, y) in self.steps.completed() {
                    let means = [original[row][vector], candidate[row][vector]];
                    let [original, squares] = [original_square[row][vector], candidate_square[row][vector]];
                    let blurred = [original, squares, product[row][vector]];
                    let mut errors = Errors { ssim: lanes.splat(0.0), edge: lanes.splat(0.0) };
                    if self.counted.ssim.is_some() {
                        errors.ssim = ssim_error(lanes, means, blurred);
                    }
                    if self.counted.edges.is_some() {
                        let original = self.original.at(lanes, y, MARGIN + at);
                        let candidate = lanes.load(&self.candidate.row(y)[MARGIN + at..]);
                        errors.edge = edge_error(lanes, means, [original, candidate]);
                    }
                    pools.add(lanes, self.counted, errors);
                }
                self.sums.store(lanes, at, pools);
            }
        }
    }
}

/// 1 - SSIM in the public program's order, which sets means' products against blurred ones.
#[inline(always)]
fn ssim_error<L: Lanes>(lanes: L, means: [L::Vector; 2], blurred: [L::Vector; 3]) -> L::Vector {
    let [original, candidate] = means;
    let [original_squares, squares, products] = blurred;
    let (one, two, c2) = (lanes.splat(1.0), lanes.splat(2.0), lanes.splat(C2));
    let off = lanes.sub(original, candidate);
    let luminance = lanes.sub(one, lanes.mul(off, off));
    let covariance = lanes.sub(products, lanes.mul(original, candidate));
    let numerator = lanes.add(lanes.mul(two, covariance), c2);
    let variance = lanes.sub(original_squares, lanes.mul(original, original));
    let candidate_variance = lanes.sub(squares, lanes.mul(candidate, candidate));
    let denominator = lanes.add(lanes.add(variance, candidate_variance), c2);
    let quotient = lanes.div(lanes.mul(luminance, numerator), denominator);
    lanes.max(lanes.sub(one, quotient), lanes.splat(0.0))
}

/// (1 + |candidate - its mean|) / (1 + |original - its mean|) - 1
#[inline(always)]
fn edge_error<L: Lanes>(lanes: L, means: [L::Vector; 2], samples: [L::Vector; 2]) -> L::Vector {
    let original = lanes.abs(lanes.sub(samples[0], means[0]));
    let candidate = lanes.abs(lanes.sub(samples[1], means[1]));
    lanes.div(lanes.sub(candidate, original), lanes.add(lanes.splat(1.0), original))
}
