//! Tables of few numbers: all places of a block on one diagonal, row plus column, have the same divisor.

use super::{QuantTable, TableSet};

/// Knots of a component: nine numbers say what a table is.
pub const KNOTS: usize = 9;

/// The diagonals, row plus column, at which the knots stand; between them divisors are interpolated. Knot 2 is the
/// place (1, 1) alone, which is finer than the two others of its diagonal in every table that was fitted freely.
const DIAGONALS: [u32; KNOTS] = [0, 1, 2, 2, 3, 4, 6, 9, 14];

/// Three tables, each by its divisors in sixteenths at the knots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diagonals {
    /// For Y, Cb and Cr; the knots are DC, diagonal 1, the place (1, 1) and diagonals 2, 3, 4, 6, 9 and 14.
    pub sixteenths: [[u16; KNOTS]; 3],
}

impl Diagonals {
    /// The tables, divisors rounded to whole numbers from 1 to 255.
    #[must_use]
    pub fn tables(&self) -> TableSet {
        let [luma, blue, red] = self.sixteenths.map(|knots| {
            QuantTable(std::array::from_fn(|place| {
                ((sixteenths_at(&knots, place as u32) + 8) / 16).clamp(1, 255) as u8
            }))
        });
        TableSet { luma, blue, red }
    }

    /// What lies `part` of `whole` on the way from these to `others`.
    fn towards(&self, others: &Self, part: u32, whole: u32) -> Self {
        let between = |from: u16, to: u16| {
            let sum = u64::from(from) * u64::from(whole - part) + u64::from(to) * u64::from(part);
            ((sum + u64::from(whole) / 2) / u64::from(whole)) as u16
        };
        Self {
            sixteenths: std::array::from_fn(|component| {
                let (from, to) = (self.sixteenths[component], others.sixteenths[component]);
                std::array::from_fn(|knot| between(from[knot], to[knot]))
            }),
        }
    }

    /// These times `part` / `whole`.
    fn times(&self, part: u32, whole: u32) -> Self {
        let scaled = |value: u16| {
            let value = (u64::from(value) * u64::from(part) + u64::from(whole) / 2) / u64::from(whole);
            value.min(u64::from(u16::MAX)) as u16
        };
        Self { sixteenths: self.sixteenths.map(|knots| knots.map(scaled)) }
    }
}

fn sixteenths_at(knots: &[u16; KNOTS], place: u32) -> u32 {
    let diagonal = place / 8 + place % 8;
    if place == 9 {
        return knots[2].into();
    }
    let after = DIAGONALS.iter().rposition(|at| *at <= diagonal).unwrap_or(0);
    let from = u32::from(knots[after]);
    let Some(next) = DIAGONALS.get(after + 1) else { return from };
    let (to, span, way) = (u32::from(knots[after + 1]), next - DIAGONALS[after], diagonal - DIAGONALS[after]);
    (from * (span - way) + to * way + span / 2) / span
}

/// Tables whose shape changes with their scale: at some scales they are given, in rising order, and between these
/// interpolated. Finer than the first and coarser than the last the shape stays.
pub(super) type Anchors = [(u32, Diagonals)];

/// The tables at `scale`, in the unit of the anchors.
pub(super) fn at(anchors: &Anchors, scale: u32) -> Diagonals {
    let next = anchors.partition_point(|(at, _)| *at < scale).min(anchors.len() - 1);
    let (coarser, above) = &anchors[next];
    match next.checked_sub(1).map(|before| &anchors[before]) {
        Some((finer, below)) if scale <= *coarser => below.towards(above, scale - finer, coarser - finer),
        _ => above.times(scale, *coarser),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RISING: [u16; KNOTS] = [16, 32, 40, 48, 64, 80, 112, 160, 240];

    #[test]
    fn a_table_goes_through_its_knots_and_evenly_between_them() {
        let luma = Diagonals { sixteenths: [RISING; 3] }.tables().luma;
        let at = |row: usize, column: usize| luma.divisors()[8 * row + column];
        assert_eq!([at(0, 0), at(0, 1), at(1, 0), at(0, 2), at(2, 0)], [1, 2, 2, 3, 3]);
        // 40 / 16 is 2.5, rounded up.
        assert_eq!(at(1, 1), 3);
        assert_eq!([at(1, 2), at(2, 2), at(5, 0), at(3, 3), at(7, 0)], [4, 5, 6, 7, 8]);
        assert_eq!([at(7, 2), at(6, 6), at(7, 7)], [10, 13, 15]);
        assert_eq!(at(3, 7), at(7, 3));
    }

    #[test]
    fn tables_hold_their_shape_beyond_the_anchors_and_change_it_between_them() {
        let flat = Diagonals { sixteenths: [[160; KNOTS]; 3] };
        let rising = Diagonals { sixteenths: [RISING; 3] };
        let anchors = [(100, rising), (200, flat)];
        assert_eq!((at(&anchors, 100), at(&anchors, 200)), (rising, flat));
        assert_eq!(at(&anchors, 150).sixteenths[0], RISING.map(|knot| (knot + 160) / 2));
        assert_eq!(at(&anchors, 50).sixteenths[0], RISING.map(|knot| knot / 2));
        assert_eq!(at(&anchors, 400).sixteenths[2], [320; KNOTS]);
        assert_eq!(at(&anchors, 0).tables().luma.divisors(), &[1; 64]);
        assert_eq!(at(&anchors, u32::MAX).tables().red.divisors(), &[255; 64]);
    }
}
