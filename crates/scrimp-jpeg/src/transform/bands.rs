//! From coefficients to pixels, band by band, as libjpeg-turbo's default decoder shows them (jdcoefct.c, jdmainct.c).

use super::estimate::Tally;
use super::plane::Plane;
use super::quantise::{Division, show_probed, show_quantised};
use super::shape::{BLOCK, Shape};
use super::{Coefficients, QuantisedCoefficients, colour};
use crate::Pixels;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Rows of a picture, from the top to the bottom of the picture or of a part of it.
///
/// Bands are 8 rows high, 16 where chroma has half the height; the last may be lower. Parts of a picture are
/// independent of each other, so that several threads can share one.
pub struct Bands<'a> {
    source: Source<'a>,
    finish: Finish,
    range: Range<usize>,
    rows: Rows,
    samples: Vec<u8>,
}

/// Some rows of a picture.
#[derive(Clone, Copy, Debug)]
pub struct Band<'a> {
    /// The first row, counted from the top of the picture.
    pub first_row: usize,
    /// 8-bit samples, row by row without padding, channels interleaved.
    pub samples: &'a [u8],
}

impl<'a> Bands<'a> {
    /// The bands in `range`, those that do not exist left out.
    pub(super) fn new(source: Source<'a>, finish: Finish, range: Range<usize>) -> Self {
        let shape = source.shape();
        let range = range.start..range.end.min(shape.bands());
        let samples = vec![0; shape.width * finish.channels(shape) * shape.band_rows()];
        Self { range, finish, rows: Rows::new(&source, None), source, samples }
    }

    /// The next band, if there is one more.
    pub fn advance(&mut self) -> Option<Band<'_>> {
        let band = self.range.next()?;
        let shape = self.source.shape();
        self.rows.load(&self.source, band);
        let first_row = band * shape.band_rows();
        let stride = shape.width * self.finish.channels(shape);
        let samples = &mut self.samples[..stride * shape.band_rows().min(shape.height - first_row)];
        self.rows.write(self.finish, samples);
        Some(Band { first_row, samples })
    }
}

/// All pixels of `source`.
pub(super) fn shown(source: &Source<'_>) -> Pixels {
    shown_in(source, Vec::new(), NonZeroUsize::MIN).0
}

/// All pixels of `source`, in memory that is there, and what was counted of its coefficients on the way; on so many
/// threads.
pub(super) fn shown_in(source: &Source<'_>, room: Vec<u8>, threads: NonZeroUsize) -> (Pixels, Tally) {
    let shape = source.shape();
    let stride = shape.width * shape.channels().count();
    let mut samples = room;
    // Every sample is written: what is there already need not be cleared.
    if samples.len() != stride * shape.height {
        samples = vec![0; stride * shape.height];
    }
    let band = stride * shape.band_rows();
    let bands = shape.bands().div_ceil(threads.get()).max(1);
    let (parts, tally) = (Mutex::new(samples.chunks_mut(bands * band).enumerate()), Mutex::default());
    // Nothing panics that holds a lock.
    let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        while let Some((part, samples)) = next() {
            let mut rows = Rows::new(source, Some(Tally::default()));
            for (at, samples) in samples.chunks_mut(band).enumerate() {
                rows.load(source, part * bands + at);
                rows.write(Finish::Shown, samples);
            }
            let sum: &mut Tally = &mut tally.lock().unwrap_or_else(PoisonError::into_inner);
            sum.add(rows.tally.unwrap_or_default());
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.get() {
            // Where the system gives no more, those that there are do all of it.
            if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        work();
    });
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    (Pixels::of(shape.width, shape.height, shape.channels(), samples), tally)
}

/// Where coefficients come from.
pub(super) enum Source<'a> {
    /// Quantised on the way.
    Probe(&'a Coefficients, Box<[Division; 3]>),
    Quantised(&'a QuantisedCoefficients),
}

impl Source<'_> {
    fn shape(&self) -> Shape {
        match self {
            Self::Probe(coefficients, _) => coefficients.shape,
            Self::Quantised(quantised) => quantised.shape,
        }
    }

    fn planes(&self) -> &[Plane] {
        match self {
            Self::Probe(coefficients, _) => &coefficients.planes,
            Self::Quantised(quantised) => &quantised.planes,
        }
    }

    /// Writes the samples of a row of blocks, if there is such a row; and counts them in `tally` where they are quantised
    /// on the way.
    fn show(&self, (component, row): (usize, usize), out: &mut [u8], tally: Option<&mut Tally>) {
        let plane = &self.planes()[component];
        if row >= plane.blocks_down() {
            return;
        }
        match self {
            Self::Probe(_, divisions) => {
                show_probed(plane.row(row), &divisions[component], (out, plane.stride()), tally);
            }
            Self::Quantised(quantised) => {
                let divisors = quantised.tables[component].divisors();
                show_quantised(plane.row(row), divisors, out, plane.stride());
            }
        }
    }
}

/// What becomes of Y, Cb and Cr.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Finish {
    /// What is shown: RGB, or gray for a gray picture.
    Shown,
    /// The gray of what is shown.
    Gray,
}

impl Finish {
    /// Samples of a pixel.
    fn channels(self, shape: Shape) -> usize {
        match self {
            Self::Shown => shape.channels().count(),
            Self::Gray => 1,
        }
    }
}

/// The samples of a band, and of chroma what stands round it.
struct Rows {
    shape: Shape,
    band: Option<usize>,
    luma: Vec<u8>,
    luma_stride: usize,
    chroma: Vec<Chroma>,
    columns: Vec<u16>,
    /// What was counted of the rows of blocks that were brought here: of each once where bands follow each other, and not
    /// again of those that a part has in common with the one above it.
    ///
    /// None where nobody asks: counting takes a twentieth of the time.
    tally: Option<Tally>,
}

/// Rows of a chroma component.
struct Chroma {
    stride: usize,
    /// The row above the band.
    above: Vec<u8>,
    current: Vec<u8>,
    /// The block row below, where chroma has half the height.
    next: Vec<u8>,
    /// One row at full width.
    enlarged: Vec<u8>,
}

impl Rows {
    fn new(source: &Source<'_>, tally: Option<Tally>) -> Self {
        let shape = source.shape();
        let (across, down) = shape.factors();
        let planes = source.planes();
        let luma_stride = planes[0].stride();
        let chroma = planes.iter().skip(1).map(|plane| {
            let stride = plane.stride();
            let room = |rows: usize| vec![0; rows * stride];
            let [next, above] = if down == 2 { [room(BLOCK), room(1)] } else { [room(0), room(0)] };
            let enlarged = room(if (across, down) == (1, 1) { 0 } else { across });
            Chroma { stride, above, current: room(BLOCK), next, enlarged }
        });
        Self {
            shape,
            band: None,
            luma: vec![0; down * BLOCK * luma_stride],
            luma_stride,
            chroma: chroma.collect(),
            columns: vec![0; shape.width.div_ceil(across) + 2],
            tally,
        }
    }

    /// Brings the samples of `band` here; cheaper for the one behind the last.
    fn load(&mut self, source: &Source<'_>, band: usize) {
        let (_, down) = self.shape.factors();
        let follows = self.band.is_some_and(|last| last + 1 == band);
        self.band = Some(band);
        for (line, out) in self.luma.chunks_exact_mut(BLOCK * self.luma_stride).enumerate() {
            source.show((0, band * down + line), out, self.tally.as_mut());
        }
        for (at, chroma) in self.chroma.iter_mut().enumerate() {
            if down == 1 {
                source.show((at + 1, band), &mut chroma.current, self.tally.as_mut());
                continue;
            }
            if !follows {
                // A part that does not begin at the top leaves the counting of its first row to the part above.
                let above = band.checked_sub(1);
                let tally = if above.is_some() { None } else { self.tally.as_mut() };
                source.show((at + 1, band), &mut chroma.next, tally);
                if let Some(above) = above {
                    source.show((at + 1, above), &mut chroma.current, None);
                }
            }
            chroma.above.copy_from_slice(&chroma.current[(BLOCK - 1) * chroma.stride..]);
            std::mem::swap(&mut chroma.current, &mut chroma.next);
            source.show((at + 1, band + 1), &mut chroma.next, self.tally.as_mut());
        }
    }

    /// Writes the pixels of the band that was loaded last, as many rows as `out` has.
    fn write(&mut self, finish: Finish, out: &mut [u8]) {
        let channels = finish.channels(self.shape);
        let band = self.band.unwrap_or_default();
        for (line, out) in out.chunks_exact_mut(self.shape.width * channels).enumerate() {
            let luma = &self.luma[line * self.luma_stride..][..self.shape.width];
            let [blue, red] = self.chroma.as_mut_slice() else {
                out.copy_from_slice(luma);
                continue;
            };
            let [blue, red] =
                [blue, red].map(|chroma| chroma.enlarged_row(self.shape, band, line, &mut self.columns));
            match finish {
                Finish::Shown => colour::to_rgb([luma, blue, red], out.as_chunks_mut().0),
                Finish::Gray => colour::gray_of_shown([luma, blue, red], out),
            }
        }
    }
}

impl Chroma {
    /// Pixel row `line` of `band` at full width.
    fn enlarged_row(&mut self, shape: Shape, band: usize, line: usize, columns: &mut [u16]) -> &[u8] {
        let (across, down) = shape.factors();
        let component = shape.component(1);
        let mut enlarged = std::mem::take(&mut self.enlarged);
        let near = band * BLOCK + line / down;
        let next = if line.is_multiple_of(2) {
            near.saturating_sub(1)
        } else {
            (near + 1).min(component.height - 1)
        };
        let row = |y: usize| &self.row(band, y)[..component.width];
        // Two samples are too few for the library's upsampling of width: it repeats them.
        match (across, down) {
            (1, 1) => {}
            (1, _) => {
                let bias = if line.is_multiple_of(2) { 1 } else { 2 };
                colour::double_height([row(near), row(next)], bias, &mut enlarged);
            }
            _ if component.width <= 2 => colour::repeat(row(near), &mut enlarged),
            (_, 1) => colour::double_width(row(near), columns, &mut enlarged),
            _ => colour::double_both([row(near), row(next)], columns, &mut enlarged),
        }
        self.enlarged = enlarged;
        if (across, down) == (1, 1) { self.row(band, near) } else { &self.enlarged }
    }

    /// Row `y` of the component, which must be in `band` or next to it.
    fn row(&self, band: usize, y: usize) -> &[u8] {
        let first = band * BLOCK;
        match y.checked_sub(first) {
            None => &self.above,
            Some(line @ 0..BLOCK) => &self.current[line * self.stride..][..self.stride],
            Some(line) => &self.next[(line - BLOCK) * self.stride..][..self.stride],
        }
    }
}
