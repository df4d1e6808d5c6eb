//! Resizing as Pillow does it, bit for bit.
//!
//! Written after Pillow 13.0 (MIT-CMU): `ImagingScaleAffine` of `src/libImaging/Geometry.c` for nearest, and
//! `src/libImaging/Resample.c` for bicubic. Floating-point steps keep Pillow's order, since a rounding may hang on it.

use scrimp_jpeg::{Channels, Error, Pixels};

/// How pixels are resized.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Filter {
    /// The pixel under the middle of the new one: Pillow's default before version 7.
    #[default]
    Nearest,
    /// Cubic convolution with a = -0.5 over 4x4 pixels, or as many times more as the picture shrinks: Pillow's
    /// default since version 7.
    Bicubic,
}

/// The picture at `width` x `height` pixels (1 to [`Pixels::MAX_SIDE`] each), its aspect ratio ignored.
///
/// # Errors
/// [`Error::Shape`] for sides out of range.
pub fn resize(photo: &Pixels, width: usize, height: usize, filter: Filter) -> Result<Pixels, Error> {
    if (width, height) == (photo.width(), photo.height()) {
        return Ok(photo.clone());
    }
    let samples = match (filter, photo.channels()) {
        (Filter::Nearest, Channels::Gray) => nearest::<1>(photo, width, height),
        (Filter::Nearest, Channels::Rgb) => nearest::<3>(photo, width, height),
        (Filter::Bicubic, Channels::Gray) => bicubic::<1>(photo, width, height),
        (Filter::Bicubic, Channels::Rgb) => bicubic::<3>(photo, width, height),
    };
    Pixels::new(width, height, photo.channels(), samples)
}

fn nearest<const CHANNELS: usize>(photo: &Pixels, width: usize, height: usize) -> Vec<u8> {
    let columns = nearest_places(photo.width(), width);
    let mut samples = Vec::with_capacity(width * height * CHANNELS);
    for row in nearest_places(photo.height(), height) {
        let (pixels, _) = photo.samples()[row * photo.stride()..][..photo.stride()].as_chunks::<CHANNELS>();
        for column in &columns {
            samples.extend_from_slice(&pixels[*column]);
        }
    }
    samples
}

/// For each of `to` places, the one of `from` under its middle. Like Pillow, adds up the step from place to place.
fn nearest_places(from: usize, to: usize) -> Vec<usize> {
    let step = from as f64 / to as f64;
    let middles = std::iter::successors(Some(step * 0.5), |middle| Some(middle + step));
    middles.take(to).map(|middle| (middle as usize).min(from - 1)).collect()
}

/// Two passes with 8-bit samples in between, along rows first unless [`columns_go_first`].
fn bicubic<const CHANNELS: usize>(photo: &Pixels, width: usize, height: usize) -> Vec<u8> {
    let (old_width, old_height) = (photo.width(), photo.height());
    let (rows, columns) = (Spans::new(old_width, width), Spans::new(old_height, height));
    if columns_go_first(photo, width, height) {
        let lowered = along_columns(photo.samples(), old_width * CHANNELS, &columns);
        along_rows::<CHANNELS>(&lowered, old_width, &rows)
    } else {
        let narrowed = along_rows::<CHANNELS>(photo.samples(), old_width, &rows);
        along_columns(&narrowed, width * CHANNELS, &columns)
    }
}

/// Pillow since 13.0: a height that shrinks by more than twice as many pixels as the width goes first. (Found by
/// trying sizes; python-pillow/Pillow#9549.)
fn columns_go_first(photo: &Pixels, width: usize, height: usize) -> bool {
    let (fewer_rows, fewer_columns) =
        (photo.height().saturating_sub(height), photo.width().saturating_sub(width));
    fewer_rows > 2 * fewer_columns
}

/// Bits behind the binary point of a weight: 32, less 8 for the sample and 2 for weights below 0 and above 1.
const PRECISION_BITS: u32 = 32 - 8 - 2;
/// One half, so that cutting off the bits behind the point rounds.
const HALF: i32 = 1 << (PRECISION_BITS - 1);

/// The old places that one new place is made of.
struct Span {
    /// The first of them.
    first: usize,
    /// The weight of each, in units of 2^-[`PRECISION_BITS`]; together 1, but for rounding.
    weights: Vec<i32>,
}

/// What a side is made of.
enum Spans {
    /// It stays as it is and needs no pass.
    Same,
    /// One span for each new place.
    New(Vec<Span>),
}

impl Spans {
    /// What each of `to` places is made of, out of `from`.
    fn new(from: usize, to: usize) -> Self {
        if from == to {
            return Self::Same;
        }
        let scale = from as f64 / to as f64;
        Self::New((0..to).map(|place| Span::new(place, scale, from)).collect())
    }
}

impl Span {
    /// What `place` is made of, out of `from` places, `scale` for each new one.
    fn new(place: usize, scale: f64, from: usize) -> Self {
        let stretch = scale.max(1.0);
        let support = 2.0 * stretch;
        let centre = (place as f64 + 0.5) * scale;
        // `as` cuts the fraction off and moves what is below 0 to 0, like Pillow's cast and test.
        let first = (centre - support + 0.5) as usize;
        let end = ((centre + support + 0.5) as usize).min(from);
        let height = |at: usize| cubic((at as f64 - centre + 0.5) * (1.0 / stretch));
        let heights: Vec<f64> = (first..end).map(height).collect();
        let sum: f64 = heights.iter().sum();
        let share = |height: &f64| if sum == 0.0 { *height } else { height / sum };
        Self { first, weights: heights.iter().map(|height| fixed_point(share(height))).collect() }
    }
}

/// Keys' cubic convolution with a = -0.5.
fn cubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    let x = x.abs();
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * A
    } else {
        0.0
    }
}

/// The weight in units of 2^-[`PRECISION_BITS`], halves away from 0.
fn fixed_point(weight: f64) -> i32 {
    let scaled = weight * f64::from(1 << PRECISION_BITS);
    (if scaled < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i32
}

fn clip8(sum: i32) -> u8 {
    (sum >> PRECISION_BITS).clamp(0, 255) as u8
}

/// The picture with each of its rows, of `width` pixels, made anew.
fn along_rows<const CHANNELS: usize>(samples: &[u8], width: usize, spans: &Spans) -> Vec<u8> {
    let Spans::New(spans) = spans else { return samples.to_vec() };
    let (pixels, _) = samples.as_chunks::<CHANNELS>();
    let mut rows = Vec::with_capacity(pixels.len() / width * spans.len());
    for row in pixels.chunks_exact(width) {
        rows.extend(spans.iter().map(|span| {
            let mut sums = [HALF; CHANNELS];
            for (pixel, weight) in row[span.first..].iter().zip(&span.weights) {
                for (sum, sample) in sums.iter_mut().zip(pixel) {
                    *sum += i32::from(*sample) * weight;
                }
            }
            sums.map(clip8)
        }));
    }
    rows.into_flattened()
}

/// The picture with each of its columns made anew; a row has `stride` samples.
fn along_columns(samples: &[u8], stride: usize, spans: &Spans) -> Vec<u8> {
    let Spans::New(spans) = spans else { return samples.to_vec() };
    let mut columns = Vec::with_capacity(stride * spans.len());
    let mut sums = vec![0; stride];
    for span in spans {
        sums.fill(HALF);
        for (row, weight) in samples[span.first * stride..].chunks_exact(stride).zip(&span.weights) {
            for (sum, sample) in sums.iter_mut().zip(row) {
                *sum += i32::from(*sample) * weight;
            }
        }
        columns.extend(sums.iter().map(|sum| clip8(*sum)));
    }
    columns
}
