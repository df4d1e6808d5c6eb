//! The scales of a strip, row by row, each halved into the next on the way: no plane is ever stored.

use super::linear::{LINEAR, linear_16};
use super::strip::{Ends, LEFT_HALO, RIGHT_HALO};
use super::weights::CHANNELS;
use super::xyb::ToXyb;
use crate::image::Samples;
use crate::simd::{InstructionSet, Kernel, Lanes, WIDEST};
use crate::{Channels, ImageView};
use core::ops::Range;

/// Columns beside a row, on either side, that are read: what lies there in the picture, as far as the blur reaches, and
/// zeros outside the picture.
pub(crate) const MARGIN: usize = WIDEST;
/// How far the blur reaches.
pub(crate) const REACH: usize = 4;

/// Samples that a row of so many pixels takes, with its margins and what fills two of the widest vectors.
pub(crate) const fn pitch_of(width: usize) -> usize {
    width.next_multiple_of(2 * WIDEST) + 2 * MARGIN
}

/// One scale of a strip, or of the whole picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// 0 is full size.
    pub(crate) index: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) ends: Ends,
}

impl Scale {
    /// So many scales of a strip of this size; each side is half of the one before, rounded up.
    pub(crate) fn halvings((mut width, mut height): (usize, usize), ends: Ends, count: usize) -> Vec<Self> {
        let mut scales = Vec::with_capacity(count);
        for index in 0..count {
            scales.push(Self { index, width, height, ends });
            (width, height) = (width.div_ceil(2), height.div_ceil(2));
        }
        scales
    }
}

/// X, Y and B of a row of a strip: column x at `MARGIN + x`.
pub(crate) type XybRow = [Vec<f32>; CHANNELS];

/// The last rows of every scale.
pub(crate) struct Pyramid<'a> {
    view: ImageView<'a>,
    /// The strip's columns.
    columns: Range<usize>,
    set: InstructionSet,
    levels: Vec<Level>,
}

struct Level {
    scale: Scale,
    /// Whether the B plane is needed.
    blue: bool,
    /// Linear light of the last even and the last odd row: column x at `LEFT_HALO + x`.
    linear: [[Vec<f32>; CHANNELS]; 2],
    xyb: XybRow,
}

impl<'a> Pyramid<'a> {
    /// The scales of a strip, each with whether its B plane is needed.
    pub(crate) fn new(
        (view, columns): (ImageView<'a>, Range<usize>),
        set: InstructionSet,
        scales: impl Iterator<Item = (Scale, bool)>,
    ) -> Self {
        let level = |(scale, blue): (Scale, bool)| {
            let rows = |pitch: usize| [(); CHANNELS].map(|()| vec![0.0; pitch]);
            let pitch = LEFT_HALO + scale.width.next_multiple_of(2 * WIDEST) + LEFT_HALO;
            Level { scale, blue, linear: [rows(pitch), rows(pitch)], xyb: rows(pitch_of(scale.width)) }
        };
        Self { view, columns, set, levels: scales.map(level).collect() }
    }

    /// Hands out each row of each scale, from the top; a row of a smaller scale as soon as it is known.
    pub(crate) fn each_row(mut self, mut take: impl FnMut(Scale, usize, &XybRow)) {
        for row in 0..self.view.height() {
            let level = &mut self.levels[0];
            let (left, right) = level.halo();
            let linear = level.linear[row % 2].each_mut().map(|row| &mut row[LEFT_HALO - left..]);
            write_linear(self.view, (row, self.columns.start - left..self.columns.end + right), linear);
            let (mut index, mut y) = (0, row);
            loop {
                let (level, smaller) = self.levels[index..].split_at_mut(1);
                let level = &mut level[0];
                level.finish_row(y, self.set);
                take(level.scale, y, &level.xyb);
                let Some(smaller) = smaller.first_mut() else { break };
                if y % 2 == 0 && y + 1 < level.scale.height {
                    break;
                }
                level.halve(y, smaller, self.set);
                (index, y) = (index + 1, y / 2);
            }
        }
    }
}

impl Level {
    /// Columns to the left and to the right that are read besides the strip's own.
    fn halo(&self) -> (usize, usize) {
        let Scale { index, ends, .. } = self.scale;
        let left = if ends.left { 0 } else { LEFT_HALO >> index };
        let right = if ends.right { 0 } else { RIGHT_HALO >> index };
        (left, right)
    }

    /// Turns row `y`, whose linear light is there, to XYB.
    fn finish_row(&mut self, y: usize, set: InstructionSet) {
        let Scale { width, ends, .. } = self.scale;
        let linear = &mut self.linear[y % 2];
        if ends.right {
            for row in linear.iter_mut() {
                // The last column stands twice where the width is odd.
                row[LEFT_HALO + width] = row[LEFT_HALO + width - 1];
            }
        }
        let left = if ends.left { 0 } else { MARGIN };
        let right = width.next_multiple_of(WIDEST) + if ends.right { 0 } else { MARGIN };
        let linear = linear.each_ref().map(|row| &row[LEFT_HALO - left..]);
        let xyb = self.xyb.each_mut().map(|row| &mut row[MARGIN - left..MARGIN + right]);
        set.run(ToXyb { linear, xyb, blue: self.blue });
        if ends.right {
            for row in &mut self.xyb {
                row[MARGIN + width..].fill(0.0);
            }
        }
    }

    /// Averages squares of four pixels of row `y` and the even one before; the last row stands twice where
    /// the height is odd.
    fn halve(&self, y: usize, smaller: &mut Self, set: InstructionSet) {
        let (left, right) = smaller.halo();
        let to = LEFT_HALO - left + (left + smaller.scale.width + right).next_multiple_of(WIDEST);
        for (channel, row) in smaller.linear[y / 2 % 2].iter_mut().enumerate() {
            let upper = &self.linear[0][channel][LEFT_HALO - 2 * left..];
            let lower = &self.linear[y % 2][channel][LEFT_HALO - 2 * left..];
            set.run(Halve { upper, lower, out: &mut row[LEFT_HALO - left..to] });
        }
    }
}

/// Writes the linear light of these columns of row `y` to the start of `rows`.
fn write_linear(view: ImageView<'_>, (y, columns): (usize, Range<usize>), rows: [&mut [f32]; CHANNELS]) {
    let rows = rows.map(|row| &mut row[..columns.len()]);
    let (first, count) = (y * view.width() + columns.start, view.channels().count());
    let range = first * count..(first + columns.len()) * count;
    match (view.samples(), view.channels()) {
        (Samples::Eight(samples), Channels::Rgb) => {
            LINEAR.of_pixels(samples[range].as_chunks().0, rows);
        }
        (Samples::Eight(samples), Channels::Gray) => {
            write_gray(&samples[range], |sample| LINEAR.of(sample), rows);
        }
        (Samples::Sixteen(samples), channels) => {
            let table = linear_16();
            let light = |sample: u16| table[usize::from(sample)];
            match channels {
                Channels::Rgb => write_colour(samples[range].as_chunks().0, light, rows),
                Channels::Gray => write_gray(&samples[range], light, rows),
            }
        }
    }
}

/// Writes the light of pixels.
fn write_colour<T: Copy>(
    pixels: &[[T; 3]],
    light: impl Fn(T) -> f32,
    [red, green, blue]: [&mut [f32]; CHANNELS],
) {
    for (pixel, ((r, g), b)) in pixels.iter().zip(red.iter_mut().zip(green).zip(blue)) {
        (*r, *g, *b) = (light(pixel[0]), light(pixel[1]), light(pixel[2]));
    }
}

/// Writes the light of grays.
fn write_gray<T: Copy>(samples: &[T], light: impl Fn(T) -> f32, [red, green, blue]: [&mut [f32]; CHANNELS]) {
    for (sample, r) in samples.iter().zip(red.iter_mut()) {
        *r = light(*sample);
    }
    green.copy_from_slice(red);
    blue.copy_from_slice(red);
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
