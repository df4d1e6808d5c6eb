//! Colour conversion and chroma sampling as libjpeg-turbo does them (jccolor.c, jcsample.c, jdsample.c, jdcolor.c).

use super::plane::Samples;
use archmage::autoversion;

/// `number` in units of 2^-16, rounded.
const fn fixed(number: f64) -> i32 {
    (number * 65536.0 + 0.5) as i32
}

const HALF: i32 = 1 << 15;

/// Y, Cb and Cr of each pixel, three planes.
#[autoversion]
pub(super) fn to_ycc(rgb: &[[u8; 3]]) -> [Vec<u8>; 3] {
    const MIDDLE: i32 = (128 << 16) + HALF - 1;
    let mut planes = [(); 3].map(|()| vec![0; rgb.len()]);
    let [luma, blue_chroma, red_chroma] = &mut planes;
    let out = luma.iter_mut().zip(blue_chroma).zip(red_chroma);
    for (pixel, ((y, cb), cr)) in rgb.iter().zip(out) {
        let [r, g, b] = pixel.map(i32::from);
        *y = gray(r, g, b);
        *cb = ((MIDDLE - fixed(0.16874) * r - fixed(0.33126) * g + fixed(0.5) * b) >> 16) as u8;
        *cr = ((MIDDLE + fixed(0.5) * r - fixed(0.41869) * g - fixed(0.08131) * b) >> 16) as u8;
    }
    planes
}

/// Luma of a pixel; Pillow's gray is the same.
#[inline(always)]
fn gray(r: i32, g: i32, b: i32) -> u8 {
    ((fixed(0.299) * r + fixed(0.587) * g + fixed(0.114) * b + HALF) >> 16) as u8
}

/// A plane at half the width and height, sides rounded up: means of 2x2, halves rounded down and up in turn.
///
/// Its rows are as long as whole blocks need: behind the right edge the last column is repeated before it is halved, as
/// it makes a difference to the rounding.
pub(super) fn halved(plane: &[u8], width: usize, height: usize) -> (Vec<u8>, usize) {
    let half_width = width.div_ceil(2).next_multiple_of(8);
    let mut half = Vec::with_capacity(half_width * height.div_ceil(2));
    let mut sums = vec![0_u16; 2 * half_width];
    for y in (0..height).step_by(2) {
        let upper = &plane[y * width..][..width];
        let lower = &plane[(y + 1).min(height - 1) * width..][..width];
        for ((sum, upper), lower) in sums.iter_mut().zip(upper).zip(lower) {
            *sum = u16::from(*upper) + u16::from(*lower);
        }
        let last = sums[width - 1];
        sums[width..].fill(last);
        let (quads, _) = sums.as_chunks::<4>();
        half.extend(
            quads.iter().flat_map(|[a, b, c, d]| [(a + b + 1) >> 2, (c + d + 2) >> 2].map(|mean| mean as u8)),
        );
    }
    (half, half_width)
}

/// Brings a chroma plane of half the sides back to full size, row by row: "fancy" upsampling, in which a sample has
/// 9/16 of the nearest, 3/16 of the two next and 1/16 of the one across. Up to 2 samples wide it is repeated instead.
pub(super) struct Doubler<'a> {
    plane: &'a Samples,
    width: usize,
    height: usize,
    /// Four times the column's mean, with the first and the last one repeated.
    columns: Vec<i32>,
}

impl<'a> Doubler<'a> {
    /// Doubles the first `width` x `height` samples of `plane`.
    pub(super) fn new(plane: &'a Samples, width: usize, height: usize) -> Self {
        Self { plane, width, height, columns: vec![0; width + 2] }
    }

    /// Row `y` of the doubled plane, 2 x width samples.
    pub(super) fn row(&mut self, y: usize, out: &mut [u8]) {
        let width = self.width;
        let near = &self.plane.row(y / 2)[..width];
        let (pairs, _) = out.as_chunks_mut::<2>();
        if width <= 2 {
            pairs.iter_mut().zip(near).for_each(|(pair, sample)| *pair = [*sample; 2]);
            return;
        }
        let next =
            if y.is_multiple_of(2) { (y / 2).saturating_sub(1) } else { (y / 2 + 1).min(self.height - 1) };
        let next = &self.plane.row(next)[..width];
        mix_rows(near, next, &mut self.columns[1..=width]);
        self.columns[0] = self.columns[1];
        self.columns[width + 1] = self.columns[width];
        mix_columns(&self.columns, pairs);
    }
}

#[autoversion]
fn mix_rows(near: &[u8], next: &[u8], columns: &mut [i32]) {
    for ((column, near), next) in columns.iter_mut().zip(near).zip(next) {
        *column = 3 * i32::from(*near) + i32::from(*next);
    }
}

#[autoversion]
fn mix_columns(columns: &[i32], pairs: &mut [[u8; 2]]) {
    let (Some(here), Some(right)) = (columns.get(1..), columns.get(2..)) else { return };
    for (((pair, left), here), right) in pairs.iter_mut().zip(columns).zip(here).zip(right) {
        *pair = [((3 * here + left + 8) >> 4) as u8, ((3 * here + right + 7) >> 4) as u8];
    }
}

/// The gray of the RGB that Y, Cb and Cr are shown as.
#[autoversion]
pub(super) fn gray_of_shown(luma: &[u8], [blue, red]: [&[u8]; 2], out: &mut [u8]) {
    for (((out, y), cb), cr) in out.iter_mut().zip(luma).zip(blue).zip(red) {
        let (y, cb, cr) = (i32::from(*y), i32::from(*cb) - 128, i32::from(*cr) - 128);
        let r = y + ((fixed(1.402) * cr + HALF) >> 16);
        let g = y + ((HALF - fixed(0.34414) * cb - fixed(0.71414) * cr) >> 16);
        let b = y + ((fixed(1.772) * cb + HALF) >> 16);
        *out = gray(r.clamp(0, 255), g.clamp(0, 255), b.clamp(0, 255));
    }
}
