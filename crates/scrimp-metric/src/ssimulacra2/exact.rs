//! The exact scale: the blur as nine taps, strip by strip of columns that fit the cache.
//!
//! Rows of a strip pass through: linear light, halving, XYB, products, blur across into rings of sixteen
//! rows, blur down eight rows at once, errors, sums. What a pixel yields does not depend on the strips.

use super::Scale;
use super::fir::{BAND, Band, BlurAcross, Compare, Differences, RING, Ring};
use super::plane::{PlaneReference, Planes};
use super::pool::{ColumnSums, cell_side};
use super::pyramid::{Columns, LinearPlanes, MARGIN, REACH, RowFeed, pitch_of};
use super::weights::CHANNELS;
use crate::simd::{InstructionSet, Rows};

/// Columns of a strip: a multiple of every cell's side and of two vectors. At this width the rings of the
/// full-size plane take about 130 KiB.
pub(super) const STRIP: usize = 512;

/// Fills in the planes: their samples are all that is kept.
pub(super) fn prepare(
    scale: &Scale<'_>,
    planes: &mut [Option<PlaneReference>; CHANNELS],
    mut half: Option<&mut LinearPlanes>,
) {
    let (_, height) = scale.walk.level.size();
    for columns in strips(scale) {
        let mut feed = RowFeed::new(&scale.walk, columns, half.as_deref_mut());
        for y in 0..height {
            for (plane, row) in planes.iter_mut().zip(feed.row(y)) {
                if let Some(plane) = plane {
                    plane.keep(y, columns, row);
                }
            }
        }
    }
}

/// Sums the candidate's errors over cells.
pub(super) fn compare(
    scale: &Scale<'_>,
    planes: &mut [Option<Planes<'_>>; CHANNELS],
    mut half: Option<&mut LinearPlanes>,
) {
    for columns in strips(scale) {
        let feed = RowFeed::new(&scale.walk, columns, half.as_deref_mut());
        let mut workers = planes
            .each_mut()
            .map(|planes| planes.as_mut().map(|planes| Comparison::new(scale, planes, columns)));
        pass(scale, feed, &mut workers);
    }
}

fn strips(scale: &Scale<'_>) -> impl Iterator<Item = Columns> + use<> {
    let ((width, _), strip) = (scale.walk.level.size(), scale.strip);
    (0..width).step_by(strip).map(move |first| Columns { first, count: strip.min(width - first) })
}

fn pass(scale: &Scale<'_>, mut feed: RowFeed<'_>, workers: &mut [Option<Comparison<'_, '_>>; CHANNELS]) {
    let (_, height) = scale.walk.level.size();
    let step = BAND.min(cell_side(scale.index));
    let mut taken = 0;
    for top in (0..height).step_by(step) {
        while taken < top + BAND + REACH {
            let rows = (taken < height).then(|| feed.row(taken));
            for (channel, worker) in workers.iter_mut().enumerate() {
                if let Some(worker) = worker {
                    worker.take(taken, rows.map(|rows| rows[channel].as_slice()));
                }
            }
            taken += 1;
        }
        for worker in workers.iter_mut().flatten() {
            worker.finish(top, step.min(height - top));
        }
    }
}

/// The candidate's part for one plane of one strip.
struct Comparison<'a, 'b> {
    set: InstructionSet,
    columns: Columns,
    /// Rows of the picture.
    height: usize,
    /// Rows of a row of cells.
    cell: usize,
    planes: &'a mut Planes<'b>,
    products: [Vec<f32>; 2],
    /// The original, differences, their squares, the sums of both pictures' squares: blurred across.
    rings: [Ring; 4],
    /// Differences as they are, with margins: the rows of the last two bands, row y in place y modulo 16.
    differences: Vec<f32>,
    /// Samples from one of them to the next.
    pitch: usize,
    sums: ColumnSums,
}

impl<'a, 'b> Comparison<'a, 'b> {
    fn new(scale: &Scale<'_>, planes: &'a mut Planes<'b>, columns: Columns) -> Self {
        let pitch = pitch_of(columns.count);
        Self {
            set: scale.walk.set,
            columns,
            height: scale.walk.level.size().1,
            cell: cell_side(scale.index),
            planes,
            products: [vec![0.0; pitch], vec![0.0; pitch]],
            rings: [(); 4].map(|()| Ring::new(columns.count)),
            differences: vec![0.0; RING * pitch],
            pitch,
            sums: ColumnSums::new(columns),
        }
    }

    /// Row `y`, with its margins; none for a row below the picture.
    fn take(&mut self, y: usize, row: Option<&[f32]>) {
        let Some(candidate) = row else {
            return self.rings.iter_mut().for_each(|ring| ring.clear(y));
        };
        let difference = &mut self.differences[y % RING * self.pitch..][..self.pitch];
        let [difference_squared, squares] = &mut self.products;
        let original = self.planes.original.row(y, self.columns);
        self.set.run(Differences { original, candidate, difference, difference_squared, squares });
        let rows = [original, difference, difference_squared, squares];
        for (row, ring) in rows.into_iter().zip(&mut self.rings) {
            self.set.run(BlurAcross { y, row, ring });
        }
    }

    /// The rows that reach into the band `top..top + rows` are taken.
    fn finish(&mut self, top: usize, rows: usize) {
        let Planes { original, counted, cells } = &mut *self.planes;
        let at = original.place(top, self.columns);
        // A band does not run over the end of the ring, since its top is a multiple of its height.
        let differences = &self.differences[top % RING * self.pitch + MARGIN..];
        self.set.run(Compare {
            band: Band { top, rows },
            counted: *counted,
            rings: &self.rings,
            differences: Rows { samples: differences, pitch: self.pitch },
            sample: Rows { samples: &original.sample[at..], pitch: original.pitch },
            sums: &mut self.sums,
        });
        if (top + rows).is_multiple_of(self.cell) || top + rows == self.height {
            cells.collect(top, self.columns, &mut self.sums);
        }
    }
}
