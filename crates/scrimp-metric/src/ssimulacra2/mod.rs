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
mod strip;
mod weights;
mod xyb;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod photo_tests;
#[cfg(test)]
mod tests;

pub(crate) use linear::{LINEAR, linear_16};
pub(crate) use pad::Padded;

use crate::ImageView;
use crate::map::CELL;
use crate::simd::InstructionSet;
use crate::stop::{Latch, Stop};
use core::array;
use core::num::NonZeroUsize;
use core::ops::Range;
use plane::{PlaneReference, Planes, Work};
use pool::CellSums;
use pyramid::{Pyramid, Scale, XybRow};
use std::sync::{Mutex, PoisonError};
use strip::{Ends, Link, share_out, strips};
use weights::{CHANNELS, Counted, POOLS, points, scales_of, weighted};

/// How the blur is evaluated in a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evaluation {
    /// As the public programs do it: a recursive filter in 32-bit floats, its rounding errors included.
    Standard,
    /// As it is defined: nine taps.
    Exact,
}

/// All that depends on the original alone, whatever the evaluation: 7 bytes a pixel, 8 with margins.
#[derive(Debug)]
pub(crate) struct Prepared {
    working: Working,
    /// How many scales the picture has, whether they count or not.
    scales: usize,
    strips: Vec<PreparedStrip>,
}

/// How the work is done, which changes no score.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Working {
    pub(crate) set: InstructionSet,
    pub(crate) threads: NonZeroUsize,
}

/// A strip of the original.
#[derive(Debug)]
struct PreparedStrip {
    columns: Range<usize>,
    scales: Vec<PreparedScale>,
}

/// A strip of the original at one scale.
#[derive(Debug)]
struct PreparedScale {
    scale: Scale,
    counted: [Option<Counted>; CHANNELS],
    /// Of each channel that counts.
    planes: [Option<PlaneReference>; CHANNELS],
}

/// The sums of errors of each plane that counts, scale by scale.
type Sums = Vec<(Scale, [Option<CellSums>; CHANNELS])>;

/// The errors of a candidate, summed over cells.
pub(crate) struct Errors {
    /// How many scales the picture has, whether they count or not.
    scales: usize,
    sums: Sums,
}

/// For each scale of a strip the links of its planes to the neighbouring strips.
type Links = Vec<[Link; CHANNELS]>;

impl Prepared {
    /// Prepares for comparisons with `original`; none if that was stopped.
    pub(crate) fn new(working: Working, original: ImageView<'_>, stop: Stop<'_>) -> Option<Self> {
        let stop = Latch::on(stop);
        let padded = Padded::new(original);
        let view = padded.view();
        let columns = strips(view.width(), working.threads);
        let prepared = Mutex::new(Vec::with_capacity(columns.len()));
        share_out(working.threads, columns, |columns| {
            let strip = PreparedStrip::new(working.set, view, columns, &stop);
            // Nothing panics that holds the lock.
            prepared.lock().unwrap_or_else(PoisonError::into_inner).push(strip);
        });
        let mut strips = prepared.into_inner().unwrap_or_else(PoisonError::into_inner);
        strips.sort_unstable_by_key(|strip| strip.columns.start);
        let scales = scales_of(view.width(), view.height());
        (!stop.is_closed()).then_some(Self { working, scales, strips })
    }

    /// Finds the errors of `candidate`, which must be of the original's size; none if that was stopped.
    pub(crate) fn errors(
        &self,
        candidate: ImageView<'_>,
        evaluation: Evaluation,
        stop: Stop<'_>,
    ) -> Option<Errors> {
        let stop = Latch::on(stop);
        let padded = Padded::new(candidate);
        let view = padded.view();
        let tasks: Vec<_> = self.strips.iter().zip(links(self.strips.len(), view)).collect();
        let sums = Mutex::new(zeros(what_counts(view, 0..view.width())));
        share_out(self.working.threads, tasks, |(strip, links)| {
            let of_strip = strip.compare((evaluation, self.working.set), view, links, &stop);
            let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
            for ((_, planes), (_, of_strip)) in sums.iter_mut().zip(&of_strip) {
                for (cells, of_strip) in planes.iter_mut().flatten().zip(of_strip.iter().flatten()) {
                    cells.take_strip(strip.columns.start / CELL, of_strip);
                }
            }
        });
        let sums = sums.into_inner().unwrap_or_else(PoisonError::into_inner);
        (!stop.is_closed()).then_some(Errors { scales: self.scales, sums })
    }
}

impl PreparedStrip {
    fn new(set: InstructionSet, view: ImageView<'_>, columns: Range<usize>, stop: &Latch<'_>) -> Self {
        let mut scales: Vec<PreparedScale> = what_counts(view, columns.clone())
            .map(|(scale, counted)| {
                let planes = counted.map(|counted| counted.map(|_| PlaneReference::new(scale)));
                PreparedScale { scale, counted, planes }
            })
            .collect();
        let outlines = scales.iter().map(PreparedScale::outline);
        let pyramid = Pyramid::new((view, columns.clone()), set, outlines);
        each_row(pyramid, stop, |scale, y, rows| {
            for (plane, row) in scales[scale.index].planes.iter_mut().zip(rows) {
                if let Some(plane) = plane {
                    plane.keep(y, row);
                }
            }
        });
        Self { columns, scales }
    }

    /// The errors of the candidate in this strip.
    fn compare(
        &self,
        (evaluation, set): (Evaluation, InstructionSet),
        candidate: ImageView<'_>,
        links: Links,
        stop: &Latch<'_>,
    ) -> Sums {
        let mut sums = zeros(self.scales.iter().map(|prepared| (prepared.scale, prepared.counted)));
        let compare = |scale, (link, planes)| -> Box<dyn Work + '_> {
            match evaluation {
                Evaluation::Standard => Box::new(standard::Comparison::new(set, scale, link, planes)),
                Evaluation::Exact => Box::new(exact::Comparison::new(set, scale, planes)),
            }
        };
        let scales = self.scales.iter().zip(&mut sums).zip(links);
        let work = scales.map(|((prepared, (scale, cells)), links)| {
            let mut planes = prepared.planes.iter().zip(prepared.counted).zip(cells).zip(links);
            array::from_fn::<_, CHANNELS, _>(|_| {
                let (((original, counted), cells), link) = planes.next()?;
                let planes =
                    Planes { original: original.as_ref()?, counted: counted?, cells: cells.as_mut()? };
                Some(compare(*scale, (link, planes)))
            })
        });
        let mut work: Vec<_> = work.collect();
        let outlines = self.scales.iter().map(PreparedScale::outline);
        let pyramid = Pyramid::new((candidate, self.columns.clone()), set, outlines);
        each_row(pyramid, stop, |scale, y, rows| {
            for (work, row) in work[scale.index].iter_mut().zip(rows) {
                if let Some(work) = work {
                    work.take(y, row);
                }
            }
        });
        drop(work);
        sums
    }
}

impl PreparedScale {
    /// The scale, and whether its B plane is needed.
    fn outline(&self) -> (Scale, bool) {
        (self.scale, self.counted[2].is_some())
    }
}

/// No errors yet.
fn zeros(scales: impl Iterator<Item = (Scale, [Option<Counted>; CHANNELS])>) -> Sums {
    scales
        .map(|(scale, counted)| (scale, counted.map(|counted| counted.map(|_| CellSums::new(scale)))))
        .collect()
}

/// The links of so many strips of a picture.
fn links(strips: usize, view: ImageView<'_>) -> Vec<Links> {
    let mut links: Vec<Links> = (0..strips).map(|_| Links::new()).collect();
    for _ in what_counts(view, 0..view.width()) {
        let mut chains = [(); CHANNELS].map(|()| Link::chain(strips).into_iter());
        for links in &mut links {
            links.push(chains.each_mut().map(|chain| chain.next().unwrap_or_default()));
        }
    }
    links
}

/// Hands out each row of each scale until it is told to stop.
fn each_row(pyramid: Pyramid<'_>, stop: &Latch<'_>, mut take: impl FnMut(Scale, usize, &XybRow)) {
    const ROWS_A_LOOK: usize = 32;
    pyramid.each_row(|scale, y, rows| {
        if scale.index == 0 && y % ROWS_A_LOOK == 0 {
            stop.look();
        }
        // The rows that are left are still turned to XYB, which is little work.
        if !stop.is_closed() {
            take(scale, y, rows);
        }
    });
}

/// What counts at each scale of these columns of a picture, up to the last scale at which anything does.
fn what_counts(
    view: ImageView<'_>,
    columns: Range<usize>,
) -> impl Iterator<Item = (Scale, [Option<Counted>; CHANNELS])> {
    let scales = scales_of(view.width(), view.height());
    let (size, ends) = ((columns.len(), view.height()), Ends::of(&columns, view.width()));
    let counted = move |scale| core::array::from_fn(|channel| Counted::of(scales, scale, channel));
    let counts = move |scale: &usize| counted(*scale).iter().any(Option::is_some);
    let last = (0..scales).rev().find(counts).map_or(0, |last| last + 1);
    Scale::halvings(size, ends, last).into_iter().map(move |scale| (scale, counted(scale.index)))
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
