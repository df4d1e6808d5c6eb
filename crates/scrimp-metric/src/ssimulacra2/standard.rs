//! The standard scale: the recursive blur, block after block of sixteen rows.
//!
//! Each block's rows are turned, so that lanes are rows, blurred across, and turned back into a ring of rows; the blur
//! down takes them from there as they arrive, keeps its state for each column, and its outputs go into the errors at
//! once. A strip hands the state of its blur across to the next one, block after block.

use super::block::{BLOCK, BlurBlock, Falling, Outputs, Ring, Steps};
use super::fir::C2;
use super::plane::{Keep, PIECE_WIDTH, PlaneReference, Planes, Work};
use super::pool::{ColumnSums, Errors, cell_side};
use super::pyramid::{MARGIN, Scale, pitch_of};
use super::recursive::{ABREAST, AHEAD, CHUNK, PRODUCTS};
use super::strip::Link;
use super::weights::Counted;
use crate::simd::{InstructionSet, Kernel, Lanes, Rows};
use core::ops::Range;

/// How far a plane has come.
struct Progress {
    height: usize,
    /// Rows of a row of cells.
    cell: usize,
    /// The rows of the block that is being filled. The first block is short, so that each later one completes
    /// the outputs of sixteen rows.
    block: Range<usize>,
}

/// What is done with a block of rows.
trait BlockWork: Sized {
    fn progress(&mut self) -> &mut Progress;
    /// The rows from `from` to the end of the block are there.
    fn across(&mut self, from: usize);
    /// The rows that reach into these steps are blurred across.
    fn down(&mut self, steps: Steps);

    /// Row `y` is there.
    fn advance(&mut self, y: usize) {
        let end = self.progress().height + AHEAD;
        while y + 1 == self.progress().block.end
            || (y + AHEAD + 1 == end && self.progress().block.start < end)
        {
            let Progress { height, cell, ref block } = *self.progress();
            let (from, to, step) = (block.start, block.end, BLOCK.min(cell));
            if from < height {
                self.across(from);
            }
            for first in (from..to.min(end)).step_by(step) {
                self.down(Steps { from: first, to: (first + step).min(to).min(end), height });
            }
            self.progress().block = to..to + BLOCK;
        }
    }
}

impl Progress {
    fn new(scale: Scale) -> Self {
        Self { height: scale.height, cell: cell_side(scale.index), block: 0..AHEAD }
    }
}

/// The original's part for one plane of a strip.
pub(super) struct Preparation<'a> {
    set: InstructionSet,
    scale: Scale,
    link: Link,
    progress: Progress,
    plane: &'a mut PlaneReference,
    samples: Falling,
}

impl<'a> Preparation<'a> {
    pub(super) fn new(set: InstructionSet, scale: Scale, link: Link, plane: &'a mut PlaneReference) -> Self {
        let samples = Falling::new(scale.width);
        Self { set, scale, link, progress: Progress::new(scale), plane, samples }
    }
}

impl Work for Preparation<'_> {
    fn take(&mut self, y: usize, row: &[f32]) {
        Keep(self.plane).take(y, row);
        self.advance(y);
    }
}

impl BlockWork for Preparation<'_> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn across(&mut self, from: usize) {
        let mut carried = self.link.receive();
        self.set.run(BlurBlock {
            scale: self.scale,
            from,
            rows: self.plane.rows(from),
            original: None,
            carried: &mut carried,
            products: std::slice::from_mut(&mut self.samples),
        });
        self.link.send(carried);
    }

    fn down(&mut self, steps: Steps) {
        let width = self.scale.width;
        self.set.run(Means { width, steps, samples: &mut self.samples, plane: self.plane });
    }
}

/// The original's means, for the rows that these steps complete.
struct Means<'a> {
    width: usize,
    steps: Steps,
    samples: &'a mut Falling,
    plane: &'a mut PlaneReference,
}

impl Kernel for Means<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let mut means: Outputs<L> = [[lanes.splat(0.0); ABREAST]; BLOCK];
        for at in (0..self.width).step_by(ABREAST * L::WIDTH) {
            self.samples.0[at / CHUNK].blur_down(lanes, (self.steps, at % CHUNK), &mut means);
            for (row, y) in self.steps.completed() {
                let place = self.plane.piece(at, y) + at % PIECE_WIDTH;
                let [left, right] = means[row];
                lanes.store(left, &mut self.plane.mean[place..]);
                lanes.store(right, &mut self.plane.mean[place + L::WIDTH..]);
            }
        }
    }
}

/// The candidate's part for one plane of a strip.
pub(super) struct Comparison<'a> {
    set: InstructionSet,
    scale: Scale,
    link: Link,
    progress: Progress,
    planes: Planes<'a>,
    /// The candidate's rows, with margins.
    candidate: Ring,
    /// The candidate's samples, their squares, their products with the original's, and the original's squares.
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
            progress: Progress::new(scale),
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

impl BlockWork for Comparison<'_> {
    fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    fn across(&mut self, from: usize) {
        let samples = &self.candidate.rows[self.candidate.place(from)..];
        let mut carried = self.link.receive();
        self.set.run(BlurBlock {
            scale: self.scale,
            from,
            rows: Rows { samples, pitch: self.candidate.pitch },
            original: Some(self.planes.original.rows(from)),
            carried: &mut carried,
            products: &mut self.products,
        });
        self.link.send(carried);
    }

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
            && ((bottom + 1).is_multiple_of(self.progress.cell) || bottom + 1 == steps.height)
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
        let [samples, squares, crossed, originals] = self.products;
        let mut means: Outputs<L> = [[lanes.splat(0.0); ABREAST]; BLOCK];
        let (mut mean_squares, mut mean_products, mut mean_originals) = (means, means, means);
        for at in (0..self.width).step_by(ABREAST * L::WIDTH) {
            let (chunk, part) = (at / CHUNK, (self.steps, at % CHUNK));
            samples.0[chunk].blur_down(lanes, part, &mut means);
            squares.0[chunk].blur_down(lanes, part, &mut mean_squares);
            crossed.0[chunk].blur_down(lanes, part, &mut mean_products);
            originals.0[chunk].blur_down(lanes, part, &mut mean_originals);
            for vector in 0..ABREAST {
                let at = at + vector * L::WIDTH;
                let mut pools = self.sums.load(lanes, at);
                for (row, y) in self.steps.completed() {
                    let place = self.original.piece(at, y) + at % PIECE_WIDTH;
                    let means = [lanes.load(&self.original.mean[place..]), means[row][vector]];
                    let [original, squares] = [mean_originals[row][vector], mean_squares[row][vector]];
                    let blurred = [original, squares, mean_products[row][vector]];
                    let mut errors = Errors { ssim: lanes.splat(0.0), edge: lanes.splat(0.0) };
                    if self.counted.ssim.is_some() {
                        errors.ssim = ssim_error(lanes, means, blurred);
                    }
                    if self.counted.edges.is_some() {
                        let [original, candidate] = [self.original.row(y), self.candidate.row(y)];
                        let original = lanes.load(&original[MARGIN + at..]);
                        let candidate = lanes.load(&candidate[MARGIN + at..]);
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
