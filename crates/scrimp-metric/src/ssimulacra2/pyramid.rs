//! The scales of a picture, handed out row by row, each halved into the next on the way.

use super::linear::LINEAR;
use super::weights::CHANNELS;
use super::xyb::ToXyb;
use crate::simd::{InstructionSet, Kernel, Lanes, WIDEST};
use crate::{Channels, ImageView};

/// Columns beside a row, on either side, that are read but hold no picture.
pub(crate) const MARGIN: usize = WIDEST;
/// How far the blur reaches.
pub(crate) const REACH: usize = 4;

/// Samples that a row of so many pixels takes, with its margins and what fills two of the widest vectors.
pub(crate) const fn pitch_of(width: usize) -> usize {
    width.next_multiple_of(2 * WIDEST) + 2 * MARGIN
}

/// Some columns of a picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    /// The first, a multiple of two of the widest vectors.
    pub(crate) first: usize,
    /// How many.
    pub(crate) count: usize,
}

/// A picture at one scale.
pub(crate) enum Level<'a> {
    /// Full size.
    Encoded(ImageView<'a>),
    /// A smaller one.
    Linear(LinearPlanes),
}

/// Linear red, green and blue from 0 to 1; each row has its margins.
pub(crate) struct LinearPlanes {
    width: usize,
    height: usize,
    planes: [Vec<f32>; CHANNELS],
}

impl Level<'_> {
    pub(crate) fn size(&self) -> (usize, usize) {
        match self {
            Self::Encoded(view) => (view.width(), view.height()),
            Self::Linear(planes) => (planes.width, planes.height),
        }
    }

    /// Room for this picture at half its size, sides rounded up.
    pub(crate) fn room_for_half(&self) -> LinearPlanes {
        let (width, height) = self.size();
        let (width, height) = (width.div_ceil(2), height.div_ceil(2));
        LinearPlanes { width, height, planes: [(); CHANNELS].map(|()| vec![0.0; pitch_of(width) * height]) }
    }

    /// Writes pixels `from..from + count` of row `y` to the start of `rows`.
    fn write_row(&self, (from, y): (usize, usize), rows: [&mut [f32]; CHANNELS]) {
        let [red, green, blue] = rows;
        let count = red.len();
        match self {
            Self::Encoded(view) => {
                let bytes = view.channels().count();
                let at = (y * view.width() + from) * bytes;
                let samples = &view.samples()[at..at + count * bytes];
                match view.channels() {
                    Channels::Rgb => {
                        let colours = red.iter_mut().zip(green).zip(blue);
                        for (pixel, ((r, g), b)) in samples.as_chunks::<3>().0.iter().zip(colours) {
                            (*r, *g, *b) = (light(pixel[0]), light(pixel[1]), light(pixel[2]));
                        }
                    }
                    Channels::Gray => {
                        for (sample, r) in samples.iter().zip(red.iter_mut()) {
                            *r = light(*sample);
                        }
                        green.copy_from_slice(red);
                        blue.copy_from_slice(red);
                    }
                }
            }
            Self::Linear(level) => {
                let at = y * pitch_of(level.width) + MARGIN + from;
                for (row, plane) in [red, green, blue].into_iter().zip(&level.planes) {
                    row.copy_from_slice(&plane[at..at + count]);
                }
            }
        }
    }
}

fn light(sample: u8) -> f32 {
    LINEAR[usize::from(sample)]
}

/// What a walk over the rows of a picture is made for.
pub(crate) struct Walk<'a> {
    pub(crate) level: &'a Level<'a>,
    pub(crate) set: InstructionSet,
    /// Whether the B plane is needed.
    pub(crate) blue: bool,
}

/// Hands out the rows of some columns, from the top, once; writes the halved picture as it goes.
pub(crate) struct RowFeed<'a> {
    walk: &'a Walk<'a>,
    columns: Columns,
    /// Linear light of the last even and the last odd row.
    linear: [[Vec<f32>; CHANNELS]; 2],
    xyb: [Vec<f32>; CHANNELS],
    half: Option<&'a mut LinearPlanes>,
}

impl<'a> RowFeed<'a> {
    pub(crate) fn new(walk: &'a Walk<'a>, columns: Columns, half: Option<&'a mut LinearPlanes>) -> Self {
        let rows = || [(); CHANNELS].map(|()| vec![0.0; pitch_of(columns.count)]);
        Self { walk, columns, linear: [rows(), rows()], xyb: rows(), half }
    }

    /// X, Y and B of row `y`: column `first + i` at `MARGIN + i`, right for [`REACH`] columns on either side
    /// of those asked for, zero outside the picture.
    pub(crate) fn row(&mut self, y: usize) -> &[Vec<f32>; CHANNELS] {
        let (width, height) = self.walk.level.size();
        let Columns { first, count } = self.columns;
        let from = first.saturating_sub(REACH);
        let to = (first + count + REACH).min(width);
        let (start, end) = (MARGIN + from - first, MARGIN + to - first);

        let linear = &mut self.linear[y % 2];
        self.walk.level.write_row((from, y), linear.each_mut().map(|row| &mut row[start..end]));
        for row in linear.iter_mut() {
            // The last column stands twice where the width is odd.
            row[end] = row[end - 1];
        }
        if y % 2 == 1 || y + 1 == height {
            self.halve(y);
        }
        let linear = self.linear[y % 2].each_ref().map(Vec::as_slice);
        let xyb = self.xyb.each_mut().map(Vec::as_mut_slice);
        self.walk.set.run(ToXyb { linear, xyb, blue: self.walk.blue });
        for row in &mut self.xyb {
            row[..start].fill(0.0);
            row[end..].fill(0.0);
        }
        &self.xyb
    }

    /// Averages squares of four pixels of row `y` and the even one before; the last row stands twice where
    /// the height is odd.
    fn halve(&mut self, y: usize) {
        let Some(half) = &mut self.half else { return };
        let at = y / 2 * pitch_of(half.width) + MARGIN + self.columns.first / 2;
        let count = self.columns.count.div_ceil(2).next_multiple_of(WIDEST);
        for (channel, plane) in half.planes.iter_mut().enumerate() {
            let upper = &self.linear[0][channel][MARGIN..];
            let lower = &self.linear[y % 2][channel][MARGIN..];
            self.walk.set.run(Halve { upper, lower, out: &mut plane[at..at + count] });
        }
    }
}

/// Averages squares of four samples of two rows; the length of `out` is a multiple of the widest vector.
struct Halve<'a> {
    upper: &'a [f32],
    lower: &'a [f32],
    out: &'a mut [f32],
}

impl Kernel for Halve<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for at in (0..self.out.len()).step_by(L::WIDTH) {
            let (upper_left, upper_right) = pairs(lanes, &self.upper[2 * at..]);
            let (lower_left, lower_right) = pairs(lanes, &self.lower[2 * at..]);
            // The order of the public program's sum.
            let sum = lanes.add(lanes.add(upper_left, upper_right), lower_left);
            let sum = lanes.add(sum, lower_right);
            lanes.store(lanes.mul(sum, lanes.splat(0.25)), &mut self.out[at..]);
        }
    }
}

/// The left and the right samples of the row's first pairs.
#[inline(always)]
fn pairs<L: Lanes>(lanes: L, row: &[f32]) -> (L::Vector, L::Vector) {
    lanes.even_odd(lanes.load(row), lanes.load(&row[L::WIDTH..]))
}
