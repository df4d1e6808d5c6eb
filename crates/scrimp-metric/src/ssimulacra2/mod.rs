//! SSIMULACRA2 v2.1 (Jon Sneyers; Cloudinary and libjxl), on its two scales.
//!
//! Both pictures go to linear light and are halved five times over. At each scale they go to XYB; a blur
//! gives means, variances and covariance round each pixel of each plane, and these an SSIM error and an edge
//! error, which says artifact or loss of detail; the errors' means and means of fourth powers are weighted
//! and bent into a score.
//!
//! Of the 108 weights 25 count (see [`weights`]), so at full size only Y is looked at, and B only in pictures
//! of an eighth of the size and less.

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

use crate::ImageView;
use crate::simd::InstructionSet;
use pad::Padded;
use plane::{PlaneReference, Planes};
use pool::CellSums;
use pyramid::{Level, LinearPlanes, Walk};
use weights::{CHANNELS, Counted, POOLS, points, scales_of, weighted};

/// How the blur is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evaluation {
    /// As the public programs do it: a recursive filter in 32-bit floats, its rounding errors included.
    Standard,
    /// As it is defined: nine taps.
    Exact,
}

/// How the work is done; none of it changes a score.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Means {
    pub(crate) set: InstructionSet,
    /// Columns a strip on the exact scale: a multiple of 64.
    pub(crate) strip: usize,
}

impl Default for Means {
    fn default() -> Self {
        Self { set: InstructionSet::widest(), strip: exact::STRIP }
    }
}

/// All that depends on the original alone: 20 bytes a pixel on the standard scale, 7 on the exact one.
#[derive(Debug)]
pub(crate) struct Prepared {
    evaluation: Evaluation,
    means: Means,
    /// Sides as measured, at least 8.
    size: (usize, usize),
    scales: Vec<[Option<PlaneReference>; CHANNELS]>,
    /// What counts, alike.
    counted: Vec<[Option<Counted>; CHANNELS]>,
}

/// The errors of a candidate, summed over cells, for each plane that counts.
pub(crate) struct Errors {
    sizes: Vec<(usize, usize)>,
    scales: Vec<[Option<CellSums>; CHANNELS]>,
}

/// One scale, as an evaluation walks it.
struct Scale<'a> {
    walk: Walk<'a>,
    /// Which scale it is; 0 is full size.
    index: usize,
    /// Columns a strip, where there are strips.
    strip: usize,
}

impl Prepared {
    /// Prepares for comparisons with `original`.
    pub(crate) fn new(evaluation: Evaluation, means: Means, original: ImageView<'_>) -> Self {
        let padded = Padded::new(original);
        let view = padded.view();
        let size = (view.width(), view.height());
        let counted = what_counts(size);
        let mut scales = Vec::with_capacity(counted.len());
        descend(view, means, &counted, |scale, half| {
            let room = || PlaneReference::new(scale.walk.level.size(), evaluation);
            let mut planes = counted[scale.index].map(|counted| counted.map(|_| room()));
            match evaluation {
                Evaluation::Standard => standard::prepare(scale, &mut planes, half),
                Evaluation::Exact => exact::prepare(scale, &mut planes, half),
            }
            scales.push(planes);
        });
        Self { evaluation, means, size, scales, counted }
    }

    /// Finds the errors of `candidate`, which must be of the original's size.
    pub(crate) fn errors(&self, candidate: ImageView<'_>) -> Errors {
        let padded = Padded::new(candidate);
        let mut errors = Errors { sizes: Vec::new(), scales: Vec::new() };
        debug_assert_eq!((padded.view().width(), padded.view().height()), self.size);
        descend(padded.view(), self.means, &self.counted, |scale, half| {
            let size = scale.walk.level.size();
            let mut cells =
                self.counted[scale.index].map(|counted| counted.map(|_| CellSums::new(size, scale.index)));
            let mut cells_left = cells.iter_mut();
            let mut planes = core::array::from_fn(|channel| {
                Some(Planes {
                    cells: cells_left.next()?.as_mut()?,
                    original: self.scales[scale.index][channel].as_ref()?,
                    counted: self.counted[scale.index][channel]?,
                })
            });
            match self.evaluation {
                Evaluation::Standard => standard::compare(scale, &mut planes, half),
                Evaluation::Exact => exact::compare(scale, &mut planes, half),
            }
            errors.sizes.push(size);
            errors.scales.push(cells);
        });
        errors
    }
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
        let (width, height) = self.sizes[0];
        let scales = scales_of(width, height);
        let mut total = 0.0;
        for (scale, planes) in self.scales.iter().enumerate() {
            for (channel, cells) in planes.iter().enumerate() {
                if let Some(cells) = cells {
                    let (sums, pixels) = pick(cells, self.sizes[scale]);
                    total += weighted((scales, scale, channel), &sums, pixels);
                }
            }
        }
        points(total)
    }
}

/// What counts at each scale of a picture of this size, up to the last scale at which anything does.
fn what_counts((width, height): (usize, usize)) -> Vec<[Option<Counted>; CHANNELS]> {
    let scales = scales_of(width, height);
    let mut counted: Vec<_> = (0..scales)
        .map(|scale| core::array::from_fn(|channel| Counted::of(scales, scale, channel)))
        .collect();
    while counted
        .last()
        .is_some_and(|planes: &[Option<Counted>; CHANNELS]| planes.iter().all(Option::is_none))
    {
        counted.pop();
    }
    counted
}

/// Calls `work` for each scale that counts, with room for the next, which it must fill.
fn descend(
    view: ImageView<'_>,
    means: Means,
    counted: &[[Option<Counted>; CHANNELS]],
    mut work: impl FnMut(&Scale<'_>, Option<&mut LinearPlanes>),
) {
    let mut level = Level::Encoded(view);
    for (index, planes) in counted.iter().enumerate() {
        let mut half = (index + 1 < counted.len()).then(|| level.room_for_half());
        let walk = Walk { level: &level, set: means.set, blue: planes[2].is_some() };
        work(&Scale { walk, index, strip: means.strip }, half.as_mut());
        if let Some(half) = half {
            level = Level::Linear(half);
        }
    }
}
