//! Rows of samples: colour conversion and chroma sampling as libjpeg-turbo does them (jccolor.c, jcsample.c,
//! jdsample.c, jdcolor.c).

use archmage::autoversion;

/// `number` in units of 2^-16, rounded.
const fn fixed(number: f64) -> i32 {
    (number * 65536.0 + 0.5) as i32
}

const HALF: i32 = 1 << 15;

/// Y, Cb and Cr of a row of pixels, after ITU-R BT.601 in full range.
#[autoversion]
pub(super) fn to_ycc(rgb: &[[u8; 3]], [luma, blue, red]: [&mut [u8]; 3]) {
    const MIDDLE: i32 = (128 << 16) + HALF - 1;
    for (((pixel, y), cb), cr) in rgb.iter().zip(luma).zip(blue).zip(red) {
        let [r, g, b] = [i32::from(pixel[0]), i32::from(pixel[1]), i32::from(pixel[2])];
        *y = gray(r, g, b);
        *cb = ((MIDDLE - fixed(0.16874) * r - fixed(0.33126) * g + fixed(0.5) * b) >> 16) as u8;
        *cr = ((MIDDLE + fixed(0.5) * r - fixed(0.41869) * g - fixed(0.08131) * b) >> 16) as u8;
    }
}

/// Y of a row of pixels.
#[autoversion]
pub(super) fn to_luma(rgb: &[[u8; 3]], luma: &mut [u8]) {
    for (pixel, y) in rgb.iter().zip(luma) {
        let [r, g, b] = [i32::from(pixel[0]), i32::from(pixel[1]), i32::from(pixel[2])];
        *y = gray(r, g, b);
    }
}

/// Luma of a pixel; Pillow's gray is the same.
#[inline(always)]
fn gray(r: i32, g: i32, b: i32) -> u8 {
    ((fixed(0.299) * r + fixed(0.587) * g + fixed(0.114) * b + HALF) >> 16) as u8
}

/// Means of pairs of a row: halves rounded down and up in turn.
#[autoversion]
pub(super) fn halve_width(row: &[u8], out: &mut [u8]) {
    for (out, quad) in out.as_chunks_mut::<2>().0.iter_mut().zip(row.as_chunks::<4>().0) {
        let [a, b, c, d]: [u16; 4] = std::array::from_fn(|at| u16::from(quad[at]));
        *out = [((a + b) >> 1) as u8, ((c + d + 1) >> 1) as u8];
    }
}

/// Means of two rows, halves rounded up.
#[autoversion]
pub(super) fn halve_height([upper, lower]: [&[u8]; 2], out: &mut [u8]) {
    for ((out, upper), lower) in out.iter_mut().zip(upper).zip(lower) {
        *out = ((u16::from(*upper) + u16::from(*lower) + 1) >> 1) as u8;
    }
}

/// Means of 2x2 samples, a quarter added before halves are dropped, and a half for every other one.
#[autoversion]
pub(super) fn halve_both([upper, lower]: [&[u8]; 2], out: &mut [u8]) {
    let (upper, lower) = (upper.as_chunks::<4>().0, lower.as_chunks::<4>().0);
    for ((out, upper), lower) in out.as_chunks_mut::<2>().0.iter_mut().zip(upper).zip(lower) {
        let [a, b, c, d]: [u16; 4] = std::array::from_fn(|at| u16::from(upper[at]) + u16::from(lower[at]));
        *out = [((a + b + 1) >> 2) as u8, ((c + d + 2) >> 2) as u8];
    }
}

/// A row of chroma brought to the full height: 3/4 of the nearest row and 1/4 of the next, which stands above
/// (`bias` 1) or below (2).
#[autoversion]
pub(super) fn double_height([near, next]: [&[u8]; 2], bias: u16, out: &mut [u8]) {
    for ((out, near), next) in out.iter_mut().zip(near).zip(next) {
        *out = ((3 * u16::from(*near) + u16::from(*next) + bias) >> 2) as u8;
    }
}

/// A row of chroma brought to the full width by "fancy" upsampling: 3/4 of the nearest sample and 1/4 of the next.
/// `columns` is room for two more than the row has.
pub(super) fn double_width(row: &[u8], columns: &mut [u16], out: &mut [u8]) {
    widen(row, &mut columns[1..=row.len()]);
    repeat_ends(columns, row.len());
    mix_columns(columns, out.as_chunks_mut().0);
}

/// A row of chroma brought to the full width and height: 9/16 of the nearest sample, 3/16 of the two next and 1/16 of
/// the one across. `columns` is room for two more than a row has.
pub(super) fn double_both(rows: [&[u8]; 2], columns: &mut [u16], out: &mut [u8]) {
    let width = rows[0].len();
    mix_rows(rows, &mut columns[1..=width]);
    repeat_ends(columns, width);
    mix_mixed_columns(columns, out.as_chunks_mut().0);
}

fn repeat_ends(columns: &mut [u16], width: usize) {
    columns[0] = columns[1];
    columns[width + 1] = columns[width];
}

#[autoversion]
fn widen(row: &[u8], columns: &mut [u16]) {
    columns.iter_mut().zip(row).for_each(|(column, sample)| *column = (*sample).into());
}

/// Four times the column's mean.
#[autoversion]
fn mix_rows([near, next]: [&[u8]; 2], columns: &mut [u16]) {
    for ((column, near), next) in columns.iter_mut().zip(near).zip(next) {
        *column = 3 * u16::from(*near) + u16::from(*next);
    }
}

#[autoversion]
fn mix_columns(columns: &[u16], pairs: &mut [[u8; 2]]) {
    let (Some(here), Some(right)) = (columns.get(1..), columns.get(2..)) else { return };
    for (((pair, left), here), right) in pairs.iter_mut().zip(columns).zip(here).zip(right) {
        *pair = [((3 * here + left + 1) >> 2) as u8, ((3 * here + right + 2) >> 2) as u8];
    }
}

#[autoversion]
fn mix_mixed_columns(columns: &[u16], pairs: &mut [[u8; 2]]) {
    let (Some(here), Some(right)) = (columns.get(1..), columns.get(2..)) else { return };
    for (((pair, left), here), right) in pairs.iter_mut().zip(columns).zip(here).zip(right) {
        *pair = [((3 * here + left + 8) >> 4) as u8, ((3 * here + right + 7) >> 4) as u8];
    }
}

/// Each sample of a row twice.
pub(super) fn repeat(row: &[u8], out: &mut [u8]) {
    out.as_chunks_mut().0.iter_mut().zip(row).for_each(|(pair, sample)| *pair = [*sample; 2]);
}

/// R, G and B, not yet held within 0 and 255. In 16 bits where that gives the same: 1.402 = 1 + 0.402, 1.772 = 2 - 0.228
/// and, where both chroma samples count, 0.71414 = 1 - 0.28586.
#[inline(always)]
fn rgb(y: u8, cb: u8, cr: u8) -> [i16; 3] {
    const RED: i32 = fixed(1.402) - (1 << 16);
    const BLUE: i32 = fixed(1.772) - (2 << 16);
    let (y, cb, cr) = (i16::from(y), i16::from(cb) - 128, i16::from(cr) - 128);
    // (n x factor + 2^15) >> 16 is the same as ((2 n x factor) >> 16 + 1) >> 1.
    let times = |n: i16, factor: i32| (((i32::from(2 * n) * factor) >> 16) as i16 + 1) >> 1;
    let green = (HALF - fixed(0.34414) * i32::from(cb) + ((1 << 16) - fixed(0.71414)) * i32::from(cr)) >> 16;
    [y + cr + times(cr, RED), y - cr + green as i16, y + 2 * cb + times(cb, BLUE)]
}

/// The pixels that Y, Cb and Cr are shown as.
#[autoversion]
pub(super) fn to_rgb([luma, blue, red]: [&[u8]; 3], out: &mut [[u8; 3]]) {
    for (((out, y), cb), cr) in out.iter_mut().zip(luma).zip(blue).zip(red) {
        let [r, g, b] = rgb(*y, *cb, *cr);
        *out = [r.clamp(0, 255) as u8, g.clamp(0, 255) as u8, b.clamp(0, 255) as u8];
    }
}

/// The gray of the pixels that Y, Cb and Cr are shown as.
#[autoversion]
pub(super) fn gray_of_shown([luma, blue, red]: [&[u8]; 3], out: &mut [u8]) {
    for (((out, y), cb), cr) in out.iter_mut().zip(luma).zip(blue).zip(red) {
        let [r, g, b] = rgb(*y, *cb, *cr);
        *out = gray(r.clamp(0, 255).into(), g.clamp(0, 255).into(), b.clamp(0, 255).into());
    }
}
