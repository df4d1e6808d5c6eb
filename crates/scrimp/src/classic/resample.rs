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

/// Two passes, along rows and then along columns, with 8-bit samples in between. A side that stays as it is needs no
/// pass.
fn bicubic<const CHANNELS: usize>(photo: &Pixels, width: usize, height: usize) -> Vec<u8> {
    let narrowed = if width == photo.width() {
        photo.samples().to_vec()
    } else {
        let spans = spans(photo.width(), width);
        let rows = photo.samples().chunks_exact(photo.stride());
        rows.flat_map(|row| along_row::<CHANNELS>(row, &spans)).collect()
    };
    if height == photo.height() {
        return narrowed;
    }
    let stride = width * CHANNELS;
    spans(photo.height(), height).iter().flat_map(|span| along_columns(&narrowed, stride, span)).collect()
}

/// Bits behind the binary point of a weight: 32, less 8 for the sample and 2 for weights below 0 and above 1.
const PRECISION_BITS: u32 = 32 - 8 - 2;
/// One half, so that cutting off the bits behind the point rounds.
const HALF: i32 = 1 << (PRECISION_BITS - 1);

/// The places that one new place is made of.
struct Span {
    /// The first of them.
    first: usize,
    /// The weight of each, in units of 2^-[`PRECISION_BITS`]; together 1, but for rounding.
    weights: Vec<i32>,
}

/// What each of `to` places is made of, out of `from`.
fn spans(from: usize, to: usize) -> Vec<Span> {
    let scale = from as f64 / to as f64;
    let stretch = scale.max(1.0);
    let support = 2.0 * stretch;
    let span = |place: usize| {
        let centre = (place as f64 + 0.5) * scale;
        // `as` cuts the fraction off and moves what is below 0 to 0, like Pillow's cast and test.
        let first = (centre - support + 0.5) as usize;
        let end = ((centre + support + 0.5) as usize).min(from);
        let height = |at: usize| cubic((at as f64 - centre + 0.5) * (1.0 / stretch));
        let heights: Vec<f64> = (first..end).map(height).collect();
        let sum: f64 = heights.iter().sum();
        let share = |height: &f64| if sum == 0.0 { *height } else { height / sum };
        Span { first, weights: heights.iter().map(|height| fixed_point(share(height))).collect() }
    };
    (0..to).map(span).collect()
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

/// A new row: each of its pixels made from those of `row` in its span.
fn along_row<const CHANNELS: usize>(row: &[u8], spans: &[Span]) -> Vec<u8> {
    let (pixels, _) = row.as_chunks::<CHANNELS>();
    let pixel = |span: &Span| {
        let mut sums = [HALF; CHANNELS];
        for (pixel, weight) in pixels[span.first..].iter().zip(&span.weights) {
            for (sum, sample) in sums.iter_mut().zip(pixel) {
                *sum += i32::from(*sample) * weight;
            }
        }
        sums.map(clip8)
    };
    spans.iter().map(pixel).collect::<Vec<_>>().into_flattened()
}

/// A new row, made from the rows of `samples` in its span.
fn along_columns(samples: &[u8], stride: usize, span: &Span) -> Vec<u8> {
    let mut sums = vec![HALF; stride];
    for (row, weight) in samples[span.first * stride..].chunks_exact(stride).zip(&span.weights) {
        for (sum, sample) in sums.iter_mut().zip(row) {
            *sum += i32::from(*sample) * weight;
        }
    }
    sums.into_iter().map(clip8).collect()
}
