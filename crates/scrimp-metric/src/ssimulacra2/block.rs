//! A block of rows on the standard scale: turned, blurred across, turned back, and blurred down.

use super::plane::{FETCHED_AHEAD, PIECE, Piece};
use super::pyramid::{MARGIN, Scale};
use super::recursive::{
    ABREAST, AHEAD, Across, CHUNK, Carried, Columns, Down, DownState, PRODUCTS, WINDOW, Window, leaving,
};
use crate::simd::{Kernel, Lanes, Rows, RowsMut, WIDEST};

/// Rows of a block.
pub(super) const BLOCK: usize = PIECE;
/// Rows of a ring: the blur down reaches back from a block's last row to 25 before.
pub(super) const RING: usize = 2 * BLOCK;

/// Steps of the blur down: at step t row t arrives, and row t - 4 is complete if there is one.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) height: usize,
}

impl Steps {
    /// The rows that are complete, each with the number of its step among these.
    pub(super) fn completed(self) -> impl Iterator<Item = (usize, usize)> {
        (self.from.max(AHEAD)..self.to).map(move |step| (step - self.from, step - AHEAD))
    }
}

/// Where row y stands among the last [`RING`]: such that no block is cut in two.
pub(super) const fn place(y: usize) -> usize {
    (y + BLOCK - AHEAD) % RING
}

/// The last rows of a plane, each in its [`place`].
pub(super) struct Ring {
    pub(super) pitch: usize,
    pub(super) rows: Vec<f32>,
}

impl Ring {
    pub(super) fn new(pitch: usize) -> Self {
        Self { pitch, rows: vec![0.0; RING * pitch] }
    }

    pub(super) fn place(&self, y: usize) -> usize {
        place(y) * self.pitch
    }

    pub(super) fn row(&self, y: usize) -> &[f32] {
        &self.rows[self.place(y)..][..self.pitch]
    }
}

/// One product of a plane on its way down.
pub(super) struct Falling(pub(super) Vec<FallingChunk>);

#[derive(Clone)]
pub(super) struct FallingChunk {
    /// The last rows, blurred across: row y in [`place`] y.
    pub(super) rows: [[f32; CHUNK]; RING],
    state: DownState,
}

/// A pair of vectors of outputs for each row of a block.
pub(super) type Outputs<L> = [[<L as Lanes>::Vector; ABREAST]; BLOCK];

impl Falling {
    pub(super) fn new(width: usize) -> Self {
        let chunk = FallingChunk { rows: [[0.0; CHUNK]; RING], state: [[[0.0; CHUNK]; 2]; 3] };
        Self(vec![chunk; width.div_ceil(CHUNK)])
    }
}

impl FallingChunk {
    /// Takes these steps in the two vectors of columns from the `at`th on.
    #[inline(always)]
    pub(super) fn blur_down<L: Lanes>(
        &mut self,
        lanes: L,
        (steps, at): (Steps, usize),
        outputs: &mut Outputs<L>,
    ) {
        let mut down = Down::load(lanes, &self.state, at);
        for (step, output) in (steps.from..steps.to).zip(outputs) {
            let arriving = (step < steps.height).then_some(step);
            let (new, old) = (self.pair(lanes, arriving, at), self.pair(lanes, leaving(step), at));
            *output = down.step(lanes, [lanes.add(old[0], new[0]), lanes.add(old[1], new[1])]);
        }
        down.store(lanes, &mut self.state, at);
    }

    /// Two vectors of a row; zeros for a row outside the picture.
    #[inline(always)]
    fn pair<L: Lanes>(&self, lanes: L, y: Option<usize>, at: usize) -> [L::Vector; ABREAST] {
        match y {
            Some(y) => {
                let row = &self.rows[place(y)];
                [lanes.load(&row[at..]), lanes.load(&row[at + L::WIDTH..])]
            }
            None => [lanes.splat(0.0); ABREAST],
        }
    }
}

/// Blurs a block of rows of both pictures across, and their products: see [`PRODUCTS`].
pub(super) struct BlurBlock<'a> {
    pub(super) scale: Scale,
    /// The original's rows, with their margins.
    pub(super) original: &'a [Piece],
    /// The candidate's rows.
    pub(super) candidate: Rows<'a>,
    /// Where the block stands in a ring.
    pub(super) place: usize,
    /// The state at the strip's left edge, which that at its right edge takes the place of.
    pub(super) carried: &'a mut Carried,
    pub(super) products: &'a mut [Falling; PRODUCTS],
}

impl Kernel for BlurBlock<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for group in (0..BLOCK).step_by(L::WIDTH) {
            let (mut original, mut candidate) = ([0.0; WINDOW * WIDEST], [0.0; WINDOW * WIDEST]);
            let [originals, candidates, original_squares, candidate_squares, crossed] = &*self.carried;
            let mut ways = [
                Way::new(lanes, self.scale, (originals, group)),
                Way::new(lanes, self.scale, (candidates, group)),
                Way::new(lanes, self.scale, (original_squares, group)),
                Way::new(lanes, self.scale, (candidate_squares, group)),
                Way::new(lanes, self.scale, (crossed, group)),
            ];
            for x in (0..MARGIN + self.scale.width + AHEAD).step_by(WIDEST) {
                if let Some(piece) = self.original.get(x / PIECE + FETCHED_AHEAD) {
                    for row in &piece[group..group + L::WIDTH] {
                        lanes.fetch(row);
                    }
                }
                let piece = Rows { samples: self.original[x / PIECE].as_flattened(), pitch: PIECE };
                turn(lanes, (0, x, group), piece, &mut original);
                turn(lanes, (x, x, group), self.candidate, &mut candidate);
                let available = x + WIDEST;
                let [originals, candidates, original_squares, candidate_squares, crossed] = &mut ways;
                originals.advance(lanes, Columns::Plain(&original), available);
                candidates.advance(lanes, Columns::Plain(&candidate), available);
                original_squares.advance(lanes, Columns::Product(&original, &original), available);
                candidate_squares.advance(lanes, Columns::Product(&candidate, &candidate), available);
                crossed.advance(lanes, Columns::Product(&original, &candidate), available);
                for (way, falling) in ways.iter_mut().zip(self.products.iter_mut()) {
                    way.turn_back(lanes, self.place + group, falling);
                }
            }
            for (way, carried) in ways.iter().zip(self.carried.iter_mut()) {
                way.filter.carry(lanes, (carried, group));
            }
        }
    }
}

/// One product on its way across a group of rows.
pub(super) struct Way<V> {
    filter: Across<V>,
    outputs: Window,
    /// The next column to turn back, counted from the left margin on.
    next: usize,
}

impl<V: Copy> Way<V> {
    #[inline(always)]
    fn new<L: Lanes<Vector = V>>(lanes: L, scale: Scale, carried: (&[[[f32; WIDEST]; 2]; 3], usize)) -> Self {
        let filter = Across::new(lanes, scale, carried);
        Self { filter, outputs: [0.0; WINDOW * WIDEST], next: MARGIN }
    }

    #[inline(always)]
    fn advance<L: Lanes<Vector = V>>(&mut self, lanes: L, input: Columns<'_>, available: usize) {
        self.filter.advance(lanes, (input, available), &mut self.outputs);
    }

    /// Turns what is ready back into rows, the first of them in place `to` of the ring.
    #[inline(always)]
    fn turn_back<L: Lanes<Vector = V>>(&mut self, lanes: L, to: usize, falling: &mut Falling) {
        let ready = self.filter.ready();
        while self.next + WIDEST <= ready {
            let rows = falling.0[(self.next - MARGIN) / CHUNK].rows.as_flattened_mut();
            for column in (self.next..self.next + WIDEST).step_by(L::WIDTH) {
                let from = Rows { samples: &self.outputs[column % WINDOW * L::WIDTH..], pitch: L::WIDTH };
                let samples = &mut rows[to * CHUNK + (column - MARGIN) % CHUNK..];
                lanes.transpose(from, RowsMut { samples, pitch: CHUNK });
            }
            self.next += WIDEST;
        }
    }
}

/// Turns sixteen columns, the `from`th of these rows and those behind it, of as many rows as a vector has lanes, from the
/// `group`th on; they are columns `x..x + 16` of the window, counted from the left margin on.
#[inline(always)]
fn turn<L: Lanes>(lanes: L, (from, x, group): (usize, usize, usize), rows: Rows<'_>, window: &mut Window) {
    for column in (0..WIDEST).step_by(L::WIDTH) {
        let from = Rows { samples: &rows.samples[group * rows.pitch + from + column..], pitch: rows.pitch };
        let samples = &mut window[(x + column) % WINDOW * L::WIDTH..];
        lanes.transpose(from, RowsMut { samples, pitch: L::WIDTH });
    }
}
