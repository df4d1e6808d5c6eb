//! The standard scale: the recursive blur, block after block of sixteen rows.
//!
//! Each block's rows are turned, so
//! that lanes are rows, blurred across, and turned back into a ring of rows; the blur down takes them from
//! there as they arrive, keeps its state for each column, and its outputs go into the errors at once.

use super::fir::C2;
use super::plane::{Keep, PlaneReference, Planes, Work};
use super::pool::{ColumnSums, Errors, cell_side};
use super::pyramid::{MARGIN, Scale, pitch_of};
use super::recursive::{ABREAST, AHEAD, Columns, Down, blur_across, leaving};
use super::weights::Counted;
use crate::simd::{InstructionSet, Kernel, Lanes, Rows, RowsMut, WIDEST};
use core::ops::Range;

/// Rows of a block.
const BLOCK: usize = WIDEST;
/// Rows of a ring: the blur down reaches back from a block's last row to 25 before.
const RING: usize = 2 * BLOCK;

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

/// Steps of the blur down: at step t row t arrives, and row t - 4 is complete if there is one.
#[derive(Clone, Copy)]
struct Steps {
    from: usize,
    to: usize,
    height: usize,
}

/// The last rows of a plane: row y in place (y + 12) modulo 32, so that no block is cut in two.
struct Ring {
    pitch: usize,
    rows: Vec<f32>,
}

impl Ring {
    fn new(pitch: usize) -> Self {
        Self { pitch, rows: vec![0.0; RING * pitch] }
    }

    fn place(&self, y: usize) -> usize {
        (y + BLOCK - AHEAD) % RING * self.pitch
    }

    fn row(&self, y: usize) -> &[f32] {
        &self.rows[self.place(y)..][..self.pitch]
    }
}

/// One product of a plane on its way down.
struct Falling {
    /// Its last rows, blurred across; without margins.
    ring: Ring,
    /// What the blur down keeps for each column.
    state: Vec<f32>,
}

/// A pair of vectors of outputs for each row of a block.
type Outputs<L> = [[<L as Lanes>::Vector; ABREAST]; BLOCK];

impl Falling {
    fn new(width: usize) -> Self {
        let pitch = pitch_of(width) - 2 * MARGIN;
        Self { ring: Ring::new(pitch), state: vec![0.0; 6 * pitch] }
    }

    /// Takes these steps in the two vectors of columns from the `at`th on.
    #[inline(always)]
    fn blur_down<L: Lanes>(&mut self, lanes: L, (steps, at): (Steps, usize), outputs: &mut Outputs<L>) {
        let place = (self.ring.pitch, at);
        let mut down = Down::load(lanes, &self.state, place);
        for (step, output) in (steps.from..steps.to).zip(outputs) {
            let arriving = (step < steps.height).then_some(step);
            let (new, old) = (self.pair(lanes, arriving, at), self.pair(lanes, leaving(step), at));
            *output = down.step(lanes, [lanes.add(old[0], new[0]), lanes.add(old[1], new[1])]);
        }
        down.store(lanes, &mut self.state, place);
    }

    /// Two vectors of a row; zeros for a row outside the picture.
    #[inline(always)]
    fn pair<L: Lanes>(&self, lanes: L, y: Option<usize>, at: usize) -> [L::Vector; ABREAST] {
        match y {
            Some(y) => {
                let row = self.ring.row(y);
                [lanes.load(&row[at..]), lanes.load(&row[at + L::WIDTH..])]
            }
            None => [lanes.splat(0.0); ABREAST],
        }
    }
}

/// Room for a block's rows turned, so that each column's samples stand together.
struct Turned {
    original: Vec<f32>,
    row: Vec<f32>,
    blurred: Vec<f32>,
}

impl Turned {
    fn new(width: usize) -> Self {
        let room = || vec![0.0; width.next_multiple_of(WIDEST) * WIDEST];
        Self { original: room(), row: room(), blurred: room() }
    }
}

/// Blurs a block of rows across: the rows, their squares and, given the original's, the products with those.
struct BlurBlock<'a> {
    width: usize,
    /// The first row of the block.
    from: usize,
    rows: Rows<'a>,
    original: Option<Rows<'a>>,
    turned: &'a mut Turned,
    products: &'a mut [Falling],
}

impl Kernel for BlurBlock<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for group in (0..BLOCK).step_by(L::WIDTH) {
            turn(lanes, self.width, below(self.rows, group), &mut self.turned.row);
            if let Some(original) = self.original {
                turn(lanes, self.width, below(original, group), &mut self.turned.original);
            }
            let Turned { original, row, blurred } = &mut *self.turned;
            let inputs = [Columns::Plain(row), Columns::Product(row, row), Columns::Product(original, row)];
            for (input, product) in inputs.into_iter().zip(self.products.iter_mut()) {
                blur_across(lanes, self.width, input, blurred);
                let at = product.ring.place(self.from) + group * product.ring.pitch;
                for x in (0..self.width).step_by(L::WIDTH) {
                    let from = Rows { samples: &blurred[x * L::WIDTH..], pitch: L::WIDTH };
                    let pitch = product.ring.pitch;
                    lanes.transpose(from, RowsMut { samples: &mut product.ring.rows[at + x..], pitch });
                }
            }
        }
    }
}

fn below(rows: Rows<'_>, by: usize) -> Rows<'_> {
    Rows { samples: &rows.samples[by * rows.pitch..], ..rows }
}

/// Turns as many rows as a vector has lanes: the samples of each column come to stand together.
#[inline(always)]
fn turn<L: Lanes>(lanes: L, width: usize, rows: Rows<'_>, turned: &mut [f32]) {
    for x in (0..width).step_by(L::WIDTH) {
        let from = Rows { samples: &rows.samples[x..], pitch: rows.pitch };
        lanes.transpose(from, RowsMut { samples: &mut turned[x * L::WIDTH..], pitch: L::WIDTH });
    }
}

/// The original's part for one plane.
pub(super) struct Preparation<'a> {
    set: InstructionSet,
    width: usize,
    progress: Progress,
    plane: &'a mut PlaneReference,
    turned: Turned,
    /// Samples and squares.
    products: [Falling; 2],
}

impl<'a> Preparation<'a> {
    pub(super) fn new(set: InstructionSet, scale: Scale, plane: &'a mut PlaneReference) -> Self {
        let width = scale.width;
        let products = [Falling::new(width), Falling::new(width)];
        Self { set, width, progress: Progress::new(scale), plane, turned: Turned::new(width), products }
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
        self.set.run(BlurBlock {
            width: self.width,
            from,
            rows: self.plane.rows(from),
            original: None,
            turned: &mut self.turned,
            products: &mut self.products,
        });
    }

    fn down(&mut self, steps: Steps) {
        self.set.run(Moments { width: self.width, steps, products: &mut self.products, plane: self.plane });
    }
}

/// Mean and variance of the original, for the rows that these steps complete.
struct Moments<'a> {
    width: usize,
    steps: Steps,
    products: &'a mut [Falling; 2],
    plane: &'a mut PlaneReference,
}

impl Kernel for Moments<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let [samples, squares] = self.products;
        let mut means: Outputs<L> = [[lanes.splat(0.0); ABREAST]; BLOCK];
        let mut mean_squares = means;
        for at in (0..self.width).step_by(ABREAST * L::WIDTH) {
            samples.blur_down(lanes, (self.steps, at), &mut means);
            squares.blur_down(lanes, (self.steps, at), &mut mean_squares);
            for (row, y) in self.steps.completed() {
                for vector in 0..ABREAST {
                    let place = self.plane.place(y) + at + vector * L::WIDTH;
                    let mean = means[row][vector];
                    let variance = lanes.sub(mean_squares[row][vector], lanes.mul(mean, mean));
                    lanes.store(mean, &mut self.plane.mean[place..]);
                    lanes.store(variance, &mut self.plane.variance[place..]);
                }
            }
        }
    }
}

/// The candidate's part for one plane.
pub(super) struct Comparison<'a> {
    set: InstructionSet,
    width: usize,
    progress: Progress,
    planes: Planes<'a>,
    /// The candidate's rows, with margins.
    candidate: Ring,
    turned: Turned,
    /// The candidate's samples, their squares, and their products with the original's.
    products: [Falling; 3],
    sums: ColumnSums,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(set: InstructionSet, scale: Scale, planes: Planes<'a>) -> Self {
        let width = scale.width;
        Self {
            set,
            width,
            progress: Progress::new(scale),
            planes,
            candidate: Ring::new(pitch_of(width)),
            turned: Turned::new(width),
            products: [(); 3].map(|()| Falling::new(width)),
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
        let samples = &self.candidate.rows[self.candidate.place(from) + MARGIN..];
        self.set.run(BlurBlock {
            width: self.width,
            from,
            rows: Rows { samples, pitch: self.candidate.pitch },
            original: Some(self.planes.original.rows(from)),
            turned: &mut self.turned,
            products: &mut self.products,
        });
    }

    fn down(&mut self, steps: Steps) {
        let Planes { original, counted, cells } = &mut self.planes;
        self.set.run(Compare {
            width: self.width,
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
    products: &'a mut [Falling; 3],
    original: &'a PlaneReference,
    candidate: &'a Ring,
    sums: &'a mut ColumnSums,
}

impl Kernel for Compare<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let [samples, squares, crossed] = self.products;
        let mut means: Outputs<L> = [[lanes.splat(0.0); ABREAST]; BLOCK];
        let (mut mean_squares, mut mean_products) = (means, means);
        for at in (0..self.width).step_by(ABREAST * L::WIDTH) {
            samples.blur_down(lanes, (self.steps, at), &mut means);
            squares.blur_down(lanes, (self.steps, at), &mut mean_squares);
            crossed.blur_down(lanes, (self.steps, at), &mut mean_products);
            for vector in 0..ABREAST {
                let at = at + vector * L::WIDTH;
                let mut pools = self.sums.load(lanes, at);
                for (row, y) in self.steps.completed() {
                    let place = self.original.place(y) + at;
                    let means = [lanes.load(&self.original.mean[place..]), means[row][vector]];
                    let variance = lanes.load(&self.original.variance[place..]);
                    let blurred = [variance, mean_squares[row][vector], mean_products[row][vector]];
                    let samples = [
                        lanes.load(&self.original.sample[place..]),
                        lanes.load(&self.candidate.row(y)[MARGIN + at..]),
                    ];
                    let errors = Errors {
                        ssim: ssim_error(lanes, means, blurred),
                        edge: edge_error(lanes, means, samples),
                    };
                    pools.add(lanes, self.counted, errors);
                }
                self.sums.store(lanes, at, pools);
            }
        }
    }
}

impl Steps {
    /// The rows that are complete, each with the number of its step among these.
    fn completed(self) -> impl Iterator<Item = (usize, usize)> {
        (self.from.max(AHEAD)..self.to).map(move |step| (step - self.from, step - AHEAD))
    }
}

/// 1 - SSIM in the public program's order, which sets means' products against blurred ones.
#[inline(always)]
fn ssim_error<L: Lanes>(lanes: L, means: [L::Vector; 2], blurred: [L::Vector; 3]) -> L::Vector {
    let [original, candidate] = means;
    let [variance, squares, products] = blurred;
    let (one, two, c2) = (lanes.splat(1.0), lanes.splat(2.0), lanes.splat(C2));
    let off = lanes.sub(original, candidate);
    let luminance = lanes.sub(one, lanes.mul(off, off));
    let covariance = lanes.sub(products, lanes.mul(original, candidate));
    let numerator = lanes.add(lanes.mul(two, covariance), c2);
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
