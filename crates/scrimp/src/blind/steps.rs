//! Steps that tell what a file's coefficients were really divided by.

use super::sample::Sample;
use scrimp_jpeg::{QuantTable, QuantisedCoefficients};

/// Magnitudes above are counted as this: no step is wide enough to drop them.
const MOST: usize = 128;

/// A file whose moved grid keeps this many times the coefficients that it holds itself was quantised more coarsely
/// before. Files saved once lie between 0.94 and 1.08, a trellis or dead zone takes them to 0.87, quality 75 after a
/// save at 60 to 0.65 (docs/blind.md).
const SAVED_BEFORE: f64 = 0.9;

/// What counts as too many in one place of the table.
const TOO_MANY: f64 = 0.97;

/// The file's own table for a component, each step widened until the moved grid, of which `moved` has the rounded
/// coefficients, keeps no more in its place than the file does.
pub(super) fn widened(
    held: &QuantisedCoefficients,
    moved: &QuantisedCoefficients,
    component: usize,
    sample: &Sample,
) -> QuantTable {
    let Some(own) = held.tables().get(component) else { return QuantTable::ONES };
    let moved = Magnitudes::of_all(moved, component);
    let wanted = Magnitudes::in_sample(held, component, sample).kept_of(moved.blocks);
    let place_by_place = QuantTable::from_steps(|place| match (place, own.divisors()[place]) {
        (0, step) => step,
        (_, step) if is_fewer(wanted[place], TOO_MANY * moved.kept(place, step)) => {
            (step..=u8::MAX).find(|step| moved.kept(place, *step) <= wanted[place]).unwrap_or(u8::MAX)
        }
        (_, step) => step,
    });
    let total: f64 = wanted[1..].iter().sum();
    if is_fewer(total, SAVED_BEFORE * moved.kept_by(own)) {
        // Where a coarser save went before, the noise of its rounding to samples fills up places with fine steps,
        // and one factor for all tells more.
        place_by_place.at_least(&scaled_to_keep(own, &moved, total))
    } else {
        place_by_place
    }
}

/// Whether `found` is less than `expected` by more than chance makes it: two deviations of a count.
fn is_fewer(found: f64, expected: f64) -> bool {
    found + 2.0 * found.sqrt() < expected
}

/// `own` times the least factor that keeps at most `total` coefficients, DC left out of the count.
fn scaled_to_keep(own: &QuantTable, moved: &Magnitudes, total: f64) -> QuantTable {
    const PARTS: u32 = 16;
    let scaled = |factor: u32| {
        QuantTable::from_steps(|place| {
            (u32::from(own.divisors()[place]) * factor / PARTS).clamp(1, 255) as u8
        })
    };
    let (mut fine, mut coarse) = (PARTS, 255 * PARTS);
    while coarse - fine > 1 {
        let middle = fine.midpoint(coarse);
        if moved.kept_by(&scaled(middle)) > total { fine = middle } else { coarse = middle }
    }
    scaled(coarse)
}

/// How many coefficients have at least each magnitude.
struct Magnitudes {
    /// For each place of a block, by magnitude from 0 to [`MOST`].
    at_least: Vec<[u32; MOST + 1]>,
    blocks: usize,
}

impl Magnitudes {
    fn of_all(held: &QuantisedCoefficients, component: usize) -> Self {
        let (across, down) = held.blocks(component).unwrap_or((0, 0));
        Self::of(held, component, (0..down).flat_map(|y| (0..across).map(move |x| (x, y))))
    }

    fn in_sample(held: &QuantisedCoefficients, component: usize, sample: &Sample) -> Self {
        let tiles = sample.blocks(held, component);
        let blocks = tiles
            .into_iter()
            .flat_map(|(columns, rows)| rows.flat_map(move |y| columns.clone().map(move |x| (x, y))));
        Self::of(held, component, blocks)
    }

    fn of(
        held: &QuantisedCoefficients,
        component: usize,
        places: impl Iterator<Item = (usize, usize)>,
    ) -> Self {
        let mut at_least = vec![[0; MOST + 1]; 64];
        let mut blocks = 0;
        for block in places.filter_map(|(x, y)| held.block(component, x, y)) {
            blocks += 1;
            for (counts, value) in at_least.iter_mut().zip(block) {
                counts[usize::from(value.unsigned_abs()).min(MOST)] += 1;
            }
        }
        for counts in &mut at_least {
            for magnitude in (0..MOST).rev() {
                counts[magnitude] += counts[magnitude + 1];
            }
        }
        Self { at_least, blocks }
    }

    /// How many are not zero in each place, had there been `blocks` blocks.
    fn kept_of(&self, blocks: usize) -> [f64; 64] {
        let share = blocks as f64 / self.blocks.max(1) as f64;
        std::array::from_fn(|place| f64::from(self.at_least[place][1]) * share)
    }

    /// How many of these, which are coefficients divided by one, a step leaves: halves are rounded away from zero.
    fn kept(&self, place: usize, step: u8) -> f64 {
        f64::from(self.at_least[place][usize::from(step.div_ceil(2))])
    }

    /// How many a table leaves, DC not counted.
    fn kept_by(&self, table: &QuantTable) -> f64 {
        (1..64).map(|place| self.kept(place, table.divisors()[place])).sum()
    }
}
