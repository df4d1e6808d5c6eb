//! The standard scale's blur: the recursive filter of the public programs, operation by operation.
//!
//! The filter (D. Charalampidis, "Recursive Implementation of the Gaussian Filter Using Truncated Cosine
//! Functions", IEEE TSP 2016) is a sum of three sections, each
//! `y[n] = N (x[n - 6] + x[n + 4]) - D y[n - 1] - y[n - 2]`. Their poles lie on the unit circle, so rounding
//! errors stay for good, and the standard scale is only what it is if each operation is done in the public
//! programs' order (libjxl's `FastGaussian`, BSD-3-Clause): across, four outputs at a time, the second to
//! fourth unrolled; down, one at a time. Rows and columns are independent of each other, so lanes are rows
//! on the way across and columns on the way down.

use super::pyramid::{MARGIN, Scale};
use crate::simd::{Lanes, WIDEST};
use core::ops::Range;

/// Half of the filter's length: output n takes in samples n - RADIUS - 1 and n + RADIUS - 1.
pub(super) const RADIUS: usize = 5;
/// Samples ahead of the output that is computed when they arrive.
pub(super) const AHEAD: usize = RADIUS - 1;
/// Samples from the one that leaves the filter to the one that arrives.
const SPAN: usize = 2 * RADIUS;
/// Outputs that are computed together on the way across.
const UNROLLED: usize = 4;

/// N of each section for sigma 1.5; a test derives them.
pub(super) const GAIN: [f64; 3] =
    [0.055_295_235_726_086_62, -0.058_836_687_026_949_95, 0.012_955_819_110_517_082];
/// D of each section: -2 cos(k pi / 10) for k = 1, 3, 5.
pub(super) const FEEDBACK: [f64; 3] =
    [-1.902_113_032_590_307, -1.175_570_504_584_946_3, -1.224_646_799_147_353_2e-16];

/// A section's coefficients.
struct Section {
    gain: f32,
    feedback: f32,
    /// Of the input's newest sum, for the outputs 0 to 3 steps on.
    of_input: [f32; UNROLLED],
    /// Of the last output.
    of_last: [f32; UNROLLED],
    /// Of the output before the last.
    of_older: [f32; UNROLLED],
}

const SECTIONS: [Section; 3] = [section(0), section(1), section(2)];

const fn section(index: usize) -> Section {
    let (n, d) = (GAIN[index], FEEDBACK[index]);
    let d2 = d * d;
    Section {
        gain: n as f32,
        feedback: d as f32,
        of_input: [n as f32, (-d * n) as f32, (d2 * n - n) as f32, (-d2 * d * n + 2.0 * d * n) as f32],
        of_last: [
            -d as f32,
            (d2 - 1.0) as f32,
            (-d2 * d + 2.0 * d) as f32,
            (d2 * d2 - 3.0 * d2 + 1.0) as f32,
        ],
        of_older: [-1.0, d as f32, (-d2 + 1.0) as f32, (d2 * d - 2.0 * d) as f32],
    }
}

/// Columns of a block of rows that are held turned: a window that moves along the rows, column x in place x
/// modulo this.
pub(super) const WINDOW: usize = 64;

/// A block's columns, each as one vector of rows.
pub(super) type Window = [f32; WINDOW * WIDEST];

/// What is blurred across.
#[derive(Clone, Copy)]
pub(super) enum Columns<'a> {
    Plain(&'a Window),
    Product(&'a Window, &'a Window),
}

impl Columns<'_> {
    #[inline(always)]
    fn at<L: Lanes>(self, lanes: L, x: usize) -> L::Vector {
        let place = x % WINDOW * L::WIDTH;
        match self {
            Self::Plain(samples) => lanes.load(&samples[place..]),
            Self::Product(a, b) => lanes.mul(lanes.load(&a[place..]), lanes.load(&b[place..])),
        }
    }
}

/// The sum of the samples that arrive at and leave the filter for output n.
#[inline(always)]
fn arriving_and_leaving<L: Lanes>(lanes: L, n: usize, input: Columns<'_>) -> L::Vector {
    lanes.add(input.at(lanes, n - RADIUS - 1), input.at(lanes, n + AHEAD))
}

/// The filter's state at the right edge of a strip, for a block of rows: the last and the last but one output of each
/// section, for each of the [`PRODUCTS`] that are blurred.
pub(crate) type Carried = [[[[f32; WIDEST]; 2]; 3]; PRODUCTS];

/// What is blurred of a plane in a comparison: the original's samples and the candidate's, the squares of each, and the
/// products of both.
///
/// The original's own could be kept, which would take twice its memory: to fill that for the first time takes longer than
/// to blur it anew in three comparisons.
pub(super) const PRODUCTS: usize = 5;

/// The filter on its way along a vector of rows of a strip. Columns are counted from the left margin on.
pub(super) struct Across<V> {
    /// The column behind the strip's last.
    end: usize,
    /// Where the program has stopped to take one output at a time, and where it starts again.
    by_fours: Range<usize>,
    /// The next output.
    pub(super) next: usize,
    /// The last two outputs of each section.
    last: [V; 3],
    older: [V; 3],
}

impl<V: Copy> Across<V> {
    /// At the left edge of a strip, with the `group`th vector of rows of the state that is carried there.
    #[inline(always)]
    pub(super) fn new<L: Lanes<Vector = V>>(
        lanes: L,
        scale: Scale,
        (carried, group): (&[[[f32; WIDEST]; 2]; 3], usize),
    ) -> Self {
        let end = MARGIN + scale.width;
        // From eight outputs in to eight before the end of the picture's row, the program takes four at a time.
        let unrolled_from = (RADIUS + 1).next_multiple_of(UNROLLED);
        let first = if scale.ends.left { (MARGIN + unrolled_from).min(end) } else { MARGIN };
        let last = if scale.ends.right { (end + 1).saturating_sub(UNROLLED + AHEAD) } else { end };
        let mut across = Self {
            end,
            by_fours: first..last,
            // The first samples arrive before there is an output.
            next: if scale.ends.left { MARGIN - AHEAD } else { MARGIN },
            last: [lanes.splat(0.0); 3],
            older: [lanes.splat(0.0); 3],
        };
        for (section, [last, older]) in carried.iter().enumerate() {
            across.last[section] = lanes.load(&last[group..]);
            across.older[section] = lanes.load(&older[group..]);
        }
        across
    }

    /// Writes the state at the right edge of the strip over that at its left edge.
    #[inline(always)]
    pub(super) fn carry<L: Lanes<Vector = V>>(
        &self,
        lanes: L,
        (carried, group): (&mut [[[f32; WIDEST]; 2]; 3], usize),
    ) {
        for (section, [last, older]) in carried.iter_mut().enumerate() {
            lanes.store(self.last[section], &mut last[group..]);
            lanes.store(self.older[section], &mut older[group..]);
        }
    }

    /// Writes the outputs that can be had from the columns before `available`: output n in place n modulo
    /// [`WINDOW`].
    #[inline(always)]
    pub(super) fn advance<L: Lanes<Vector = V>>(
        &mut self,
        lanes: L,
        (input, available): (Columns<'_>, usize),
        outputs: &mut Window,
    ) {
        let to = available.saturating_sub(AHEAD).min(self.end);
        self.one_by_one(lanes, (input, to.min(self.by_fours.start)), outputs);
        while self.next < self.by_fours.end && self.next + UNROLLED <= to {
            let n = self.next;
            let sums = [
                arriving_and_leaving(lanes, n, input),
                arriving_and_leaving(lanes, n + 1, input),
                arriving_and_leaving(lanes, n + 2, input),
                arriving_and_leaving(lanes, n + 3, input),
            ];
            for (step, output) in self.four_steps(lanes, sums).into_iter().enumerate() {
                lanes.store(output, &mut outputs[(n + step) % WINDOW * L::WIDTH..]);
            }
            self.next += UNROLLED;
        }
        if self.next >= self.by_fours.end {
            self.one_by_one(lanes, (input, to), outputs);
        }
    }

    /// The column before which outputs are there, with those beyond the end that fill the last vector.
    pub(super) fn ready(&self) -> usize {
        if self.next == self.end { self.end.next_multiple_of(WIDEST) } else { self.next }
    }

    #[inline(always)]
    fn one_by_one<L: Lanes<Vector = V>>(
        &mut self,
        lanes: L,
        (input, to): (Columns<'_>, usize),
        outputs: &mut Window,
    ) {
        while self.next < to {
            let output = self.step(lanes, arriving_and_leaving(lanes, self.next, input));
            lanes.store(output, &mut outputs[self.next % WINDOW * L::WIDTH..]);
            self.next += 1;
        }
    }

    #[inline(always)]
    fn step<L: Lanes<Vector = V>>(&mut self, lanes: L, sum: V) -> V {
        for (index, section) in SECTIONS.iter().enumerate() {
            let output = lanes.mul(sum, lanes.splat(section.of_input[0]));
            let output = lanes.mul_add(lanes.splat(section.of_older[0]), self.older[index], output);
            let output = lanes.mul_add(lanes.splat(section.of_last[0]), self.last[index], output);
            self.older[index] = self.last[index];
            self.last[index] = output;
        }
        lanes.add(self.last[0], lanes.add(self.last[1], self.last[2]))
    }

    #[expect(clippy::needless_range_loop, reason = "as the recursion is written")]
    #[inline(always)]
    fn four_steps<L: Lanes<Vector = V>>(&mut self, lanes: L, sums: [V; 4]) -> [V; 4] {
        let mut outputs = [[lanes.splat(0.0); UNROLLED]; 3];
        for (index, section) in SECTIONS.iter().enumerate() {
            for step in 0..UNROLLED {
                let mut output = lanes.mul(sums[0], lanes.splat(section.of_input[step]));
                for later in 1..=step {
                    output = lanes.mul_add(lanes.splat(section.of_input[step - later]), sums[later], output);
                }
                output = lanes.mul_add(lanes.splat(section.of_older[step]), self.older[index], output);
                outputs[index][step] =
                    lanes.mul_add(lanes.splat(section.of_last[step]), self.last[index], output);
            }
            self.older[index] = outputs[index][2];
            self.last[index] = outputs[index][3];
        }
        let [first, second, third] = outputs;
        [
            lanes.add(first[0], lanes.add(second[0], third[0])),
            lanes.add(first[1], lanes.add(second[1], third[1])),
            lanes.add(first[2], lanes.add(second[2], third[2])),
            lanes.add(first[3], lanes.add(second[3], third[3])),
        ]
    }
}

/// Vectors of columns that go down together, so that one waits while the other works.
pub(super) const ABREAST: usize = 2;

/// The last two outputs of each section, of columns.
#[derive(Clone, Copy)]
pub(super) struct Down<V> {
    last: [[V; ABREAST]; 3],
    older: [[V; ABREAST]; 3],
}

/// Columns that are blurred down together at the most.
pub(super) const CHUNK: usize = ABREAST * WIDEST;

/// What the blur down keeps for a chunk of columns.
pub(super) type DownState = [[[f32; CHUNK]; 2]; 3];

impl<V: Copy> Down<V> {
    /// Reads what [`Self::store`] wrote, from the `at`th column on.
    #[inline(always)]
    pub(super) fn load<L: Lanes<Vector = V>>(lanes: L, state: &DownState, at: usize) -> Self {
        let mut down =
            Self { last: [[lanes.splat(0.0); ABREAST]; 3], older: [[lanes.splat(0.0); ABREAST]; 3] };
        for (section, [last, older]) in state.iter().enumerate() {
            for vector in 0..ABREAST {
                let column = at + vector * L::WIDTH;
                down.last[section][vector] = lanes.load(&last[column..]);
                down.older[section][vector] = lanes.load(&older[column..]);
            }
        }
        down
    }

    #[inline(always)]
    pub(super) fn store<L: Lanes<Vector = V>>(&self, lanes: L, state: &mut DownState, at: usize) {
        for (section, [last, older]) in state.iter_mut().enumerate() {
            for vector in 0..ABREAST {
                let column = at + vector * L::WIDTH;
                lanes.store(self.last[section][vector], &mut last[column..]);
                lanes.store(self.older[section][vector], &mut older[column..]);
            }
        }
    }

    /// The output for the sum of the samples that arrive and leave.
    #[expect(clippy::needless_range_loop, reason = "as the recursion is written")]
    #[inline(always)]
    pub(super) fn step<L: Lanes<Vector = V>>(&mut self, lanes: L, sums: [V; ABREAST]) -> [V; ABREAST] {
        for (index, section) in SECTIONS.iter().enumerate() {
            for vector in 0..ABREAST {
                let (last, older) = (self.last[index][vector], self.older[index][vector]);
                let back = lanes.neg_mul_sub(lanes.splat(section.feedback), last, older);
                self.older[index][vector] = last;
                self.last[index][vector] = lanes.mul_add(lanes.splat(section.gain), sums[vector], back);
            }
        }
        let [first, second, third] = self.last;
        [
            lanes.add(first[0], lanes.add(second[0], third[0])),
            lanes.add(first[1], lanes.add(second[1], third[1])),
        ]
    }
}

/// The row that leaves the filter when row `arriving` arrives, if any does.
pub(super) const fn leaving(arriving: usize) -> Option<usize> {
    arriving.checked_sub(SPAN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ssimulacra2::fir::TAPS;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "derives constants, not a score")]
    fn the_coefficients_follow_from_the_paper() {
        let (sigma, radius) = (1.5_f64, RADIUS as f64);
        let omega = [1.0, 3.0, 5.0].map(|k| k * std::f64::consts::PI / (2.0 * radius));
        let sign = [1.0, -1.0, 1.0];
        let p: [f64; 3] = std::array::from_fn(|k| sign[k] / (0.5 * omega[k]).tan());
        let r: [f64; 3] = std::array::from_fn(|k| sign[k] * p[k] * p[k] / omega[k].sin());
        let rho = omega.map(|omega| (-0.5 * sigma * sigma * omega * omega).exp() / radius);
        let d = |i: usize, j: usize| p[i] * r[j] - r[i] * p[j];
        let zeta = [d(1, 2) / d(0, 1), d(2, 0) / d(0, 1)];
        // Cramer's rule for [p; r; zeta] beta = gamma.
        let rows = [p, r, [zeta[0], zeta[1], 1.0]];
        let gamma = [1.0, radius * radius - sigma * sigma, zeta[0] * rho[0] + zeta[1] * rho[1] + rho[2]];
        let determinant = |m: [[f64; 3]; 3]| {
            m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
                - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
                + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
        };
        for k in 0..3 {
            let mut replaced = rows;
            for (row, value) in replaced.iter_mut().zip(gamma) {
                row[k] = value;
            }
            let beta = determinant(replaced) / determinant(rows);
            assert!((GAIN[k] + beta * (omega[k] * (radius + 1.0)).cos()).abs() < 1e-14);
            assert!((FEEDBACK[k] + 2.0 * omega[k].cos()).abs() < 1e-15);
        }
    }

    #[test]
    fn the_impulse_response_is_nine_taps() {
        let input = |n: i32| if n == 20 { 1.0 } else { 0.0 };
        let mut history = [[0.0_f64; 2]; 3];
        for n in 0..60 {
            let sum = input(n - 6) + input(n + 4);
            let mut output = 0.0;
            for (k, [last, older]) in history.iter_mut().enumerate() {
                let section = GAIN[k] * sum - FEEDBACK[k] * *last - *older;
                (*older, *last) = (*last, section);
                output += section;
            }
            let tap = TAPS.get(n.abs_diff(20) as usize).copied().unwrap_or(0.0);
            assert!((output - tap).abs() < 3e-15, "{n}: {output} {tap}");
        }
    }
}
