//! SSIMULACRA2 v2.1 (Jon Sneyers; Cloudinary and libjxl), on its two scales.
//!
//! Both pictures go to linear light and are halved five times over. At each scale they go to XYB; a blur
//! gives means, variances and covariance round each pixel of each plane, and these an SSIM error and an edge
//! error, which says artifact or loss of detail; the errors' means and means of fourth powers are weighted
//! and bent into a score.
//!
//! Of the 108 weights 25 count (see [`weights`]), so at full size only Y is looked at, and B only in pictures
//! of an eighth of the size and less.

mod block;
mod exact;
mod fir;
mod linear;
mod pad;
mod plane;
mod pool;
mod pyramid;
mod recursive;
mod standard;
mod weights;
mod xyb;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

pub(crate) use linear::LINEAR;
pub(crate) use pad::Padded;

use crate::ImageView;
use crate::simd::InstructionSet;
use plane::{Keep, PlaneReference, Planes, Work};
use pool::CellSums;
use pyramid::{Pyramid, Scale};
use weights::{CHANNELS, Counted, POOLS, points, scales_of, weighted};

/// How the blur is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evaluation {
    /// As the public programs do it: a recursive filter in 32-bit floats, its rounding errors included.
    Standard,
    /// As it is defined: nine taps.
    Exact,
}

/// All that depends on the original alone: 14 bytes a pixel on the standard scale, 7 on the exact one.
#[derive(Debug)]
pub(crate) struct Prepared {
    evaluation: Evaluation,
    set: InstructionSet,
    scales: Vec<PreparedScale>,
}

/// The original at one scale.
#[derive(Debug)]
struct PreparedScale {
    scale: Scale,
    counted: [Option<Counted>; CHANNELS],
    /// Of each channel that counts.
    planes: [Option<PlaneReference>; CHANNELS],
}

/// The errors of a candidate, summed over cells, for each plane that counts.
pub(crate) struct Errors {
    /// How many scales the picture has, whether they count or not.
    scales: usize,
    sums: Vec<(Scale, [Option<CellSums>; CHANNELS])>,
}

impl Prepared {
    /// Prepares for comparisons with `original`, with the instructions of `set`, which change no score.
    pub(crate) fn new(evaluation: Evaluation, set: InstructionSet, original: ImageView<'_>) -> Self {
        let padded = Padded::new(original);
        let mut scales: Vec<PreparedScale> = what_counts(padded.view())
            .map(|(scale, counted)| {
                let planes = counted.map(|counted| counted.map(|_| PlaneReference::new(scale, evaluation)));
                PreparedScale { scale, counted, planes }
            })
            .collect();
        let pyramid = Pyramid::new(padded.view(), set, scales.iter().map(PreparedScale::outline));
        let prepare = |scale, plane| -> Box<dyn Work + '_> {
            match evaluation {
                Evaluation::Standard => Box::new(standard::Preparation::new(set, scale, plane)),
                Evaluation::Exact => Box::new(Keep(plane)),
            }
        };
        let work = scales.iter_mut().map(|PreparedScale { scale, planes, .. }| {
            planes.each_mut().map(|plane| plane.as_mut().map(|plane| prepare(*scale, plane)))
        });
        work_through(pyramid, work.collect());
        Self { evaluation, set, scales }
    }

    /// Finds the errors of `candidate`, which must be of the original's size.
    pub(crate) fn errors(&self, candidate: ImageView<'_>) -> Errors {
        let padded = Padded::new(candidate);
        let view = padded.view();
        let cells = |PreparedScale { scale, counted, .. }: &PreparedScale| {
            (*scale, counted.map(|counted| counted.map(|_| CellSums::new(*scale))))
        };
        let mut sums: Vec<_> = self.scales.iter().map(cells).collect();
        let work = self.scales.iter().zip(&mut sums).map(|(prepared, (_, cells))| {
            let mut cells = cells.iter_mut();
            core::array::from_fn(|channel| {
                let cells = cells.next()?.as_mut()?;
                let original = prepared.planes[channel].as_ref()?;
                let counted = prepared.counted[channel]?;
                Some(self.comparison(prepared.scale, Planes { original, counted, cells }))
            })
        });
        let pyramid = Pyramid::new(view, self.set, self.scales.iter().map(PreparedScale::outline));
        work_through(pyramid, work.collect());
        Errors { scales: scales_of(view.width(), view.height()), sums }
    }

    fn comparison<'a>(&self, scale: Scale, planes: Planes<'a>) -> Box<dyn Work + 'a> {
        match self.evaluation {
            Evaluation::Standard => Box::new(standard::Comparison::new(self.set, scale, planes)),
            Evaluation::Exact => Box::new(exact::Comparison::new(self.set, scale, planes)),
        }
    }
}

impl PreparedScale {
    /// The scale, and whether its B plane is needed.
    fn outline(&self) -> (Scale, bool) {
        (self.scale, self.counted[2].is_some())
    }
}

/// Hands each row of each plane that counts to its work.
fn work_through(pyramid: Pyramid<'_>, mut work: Vec<[Option<Box<dyn Work + '_>>; CHANNELS]>) {
    pyramid.each_row(|scale, y, rows| {
        for (work, row) in work[scale.index].iter_mut().zip(rows) {
            if let Some(work) = work {
                work.take(y, row);
            }
        }
    });
}

/// What counts at each scale of a picture, up to the last scale at which anything does.
fn what_counts(view: ImageView<'_>) -> impl Iterator<Item = (Scale, [Option<Counted>; CHANNELS])> {
    let size = (view.width(), view.height());
    let scales = scales_of(size.0, size.1);
    let counted = move |scale| core::array::from_fn(|channel| Counted::of(scales, scale, channel));
    let counts = move |scale: &usize| counted(*scale).iter().any(Option::is_some);
    let last = (0..scales).rev().find(counts).map_or(0, |last| last + 1);
    Scale::halvings(size, last).into_iter().map(move |scale| (scale, counted(scale.index)))
}

impl Errors {
    /// The score of the whole picture.
    pub(crate) fn score(&self) -> f64 {
        self.points_of(|cells, (width, height)| (cells.total(), (width * height) as f64))
    }

    /// The score of one cell: of this number among so many in a row, and of this number among so many in a
    /// column. The last takes in what lies beyond it.
    pub(crate) fn score_of_cell(&self, column: (usize, usize), row: (usize, usize)) -> f64 {
        self.points_of(|cells, (width, height)| {
            let (columns, of_width) = cells.along(column, width);
            let (rows, of_height) = cells.along(row, height);
            (cells.sum(columns, rows), (of_width * of_height) as f64)
        })
    }

    /// The score for sums of errors, and the pixels that they are summed over, picked from each plane's.
    fn points_of(&self, pick: impl Fn(&CellSums, (usize, usize)) -> ([f64; POOLS], f64)) -> f64 {
        let mut total = 0.0;
        for (scale, planes) in &self.sums {
            for (channel, cells) in planes.iter().enumerate() {
                if let Some(cells) = cells {
                    let (sums, pixels) = pick(cells, (scale.width, scale.height));
                    total += weighted((self.scales, scale.index, channel), &sums, pixels);
                }
            }
        }
        points(total)
    }
}
