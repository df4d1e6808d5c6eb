//! Pictures made smaller for a glance: every pixel of a result is the mean of the area that it covers.
//!
//! Sharper filters take several times as long, and nobody measures anything in these.

use crate::Error;
use crate::prober::defect;
use scrimp_jpeg::{Channels, Pixels};

/// The weights of the places that one new place covers add up to this: sums of 8-bit samples then fit into 16 bits.
const WHOLE: usize = 256;

/// The picture at most `side` pixels wide and high; a smaller one as it is.
pub(super) fn reduced(pixels: &Pixels, side: usize) -> Result<Pixels, Error> {
    let longest = pixels.width().max(pixels.height());
    if longest <= side {
        return Ok(pixels.clone());
    }
    let scaled = |length: usize| ((length * side + longest / 2) / longest).max(1);
    let (width, height) = (scaled(pixels.width()), scaled(pixels.height()));
    let (columns, rows) = (areas(pixels.width(), width), areas(pixels.height(), height));
    let samples = match pixels.channels() {
        Channels::Gray => means::<1>(pixels, &columns, &rows),
        Channels::Rgb => means::<3>(pixels, &columns, &rows),
    };
    Pixels::new(width, height, pixels.channels(), samples).map_err(defect)
}

/// The old places that a new one covers.
struct Area {
    /// The first of them.
    first: usize,
    /// The part of each, [`WHOLE`] together.
    weights: Vec<u16>,
}

/// What each of `to` places covers, out of as many or more.
fn areas(from: usize, to: usize) -> Vec<Area> {
    // In units of which a new place has `from` and an old one `to`.
    let area = |place: usize| {
        let (start, end) = (place * from, (place + 1) * from);
        let covered = start / to..end.div_ceil(to);
        // Rounded where they end, so that what is lost at one is won at the next.
        let part = |at: usize| ((at * to).clamp(start, end) - start) * WHOLE / from;
        let weights = covered.clone().map(|at| (part(at + 1) - part(at)) as u16).collect();
        Area { first: covered.start, weights }
    };
    (0..to).map(area).collect()
}

/// The mean of each new pixel's area, row by row.
fn means<const CHANNELS: usize>(pixels: &Pixels, columns: &[Area], rows: &[Area]) -> Vec<u8> {
    let mut samples = Vec::with_capacity(columns.len() * rows.len());
    let mut sums = vec![0_u16; pixels.stride()];
    for area in rows {
        sums.fill(0);
        let old = pixels.samples()[area.first * pixels.stride()..].chunks_exact(pixels.stride());
        for (row, weight) in old.zip(&area.weights) {
            // At most 255 x [`WHOLE`].
            sums.iter_mut().zip(row).for_each(|(sum, sample)| *sum += u16::from(*sample) * weight);
        }
        let (sums, _) = sums.as_chunks::<CHANNELS>();
        // Three places at the most where a picture is made less than half as wide, and nearly all of the time if they
        // are not known to be so few.
        let is_narrow = columns.iter().all(|area| area.weights.len() <= 3);
        let pixel = |area: &Area| match (is_narrow, sums.get(area.first..area.first + 3)) {
            (true, Some([a, b, c])) => {
                let weights = [0, 1, 2].map(|at| area.weights.get(at).copied().unwrap_or(0));
                mean(&[*a, *b, *c], &weights)
            }
            _ => mean(&sums[area.first..], &area.weights),
        };
        samples.extend(columns.iter().map(pixel));
    }
    samples.into_flattened()
}

/// The mean of some sums, each of [`WHOLE`] weights.
#[inline(always)]
fn mean<const CHANNELS: usize>(sums: &[[u16; CHANNELS]], weights: &[u16]) -> [u8; CHANNELS] {
    let mut pixel = [(WHOLE * WHOLE / 2) as u32; CHANNELS];
    for (sums, weight) in sums.iter().zip(weights) {
        for (pixel, sum) in pixel.iter_mut().zip(sums) {
            *pixel += u32::from(*sum) * u32::from(*weight);
        }
    }
    pixel.map(|sum| (sum / (WHOLE * WHOLE) as u32) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pixel_is_the_mean_of_what_it_covers() {
        let samples: Vec<u8> = (0..24).map(|at| at * 10).collect();
        let pixels = Pixels::new(6, 4, Channels::Gray, samples).unwrap();
        // 2 x 2 pixels each.
        assert_eq!(reduced(&pixels, 3).unwrap().samples(), [35, 55, 75, 155, 175, 195]);
        // One and a half columns each: 0, 10 and 10, 20, the two rows of each 60 and 120 apart.
        let (quarter, three) = (reduced(&pixels, 4).unwrap(), reduced(&pixels, 6).unwrap());
        assert_eq!((quarter.width(), quarter.height()), (4, 3));
        assert_eq!(quarter.samples()[..2], [18, 32], "{:?}", quarter.samples());
        assert_eq!(three.samples(), pixels.samples());
    }

    #[test]
    fn a_plain_picture_stays_what_it_is_at_any_size() {
        for (width, height, side) in
            [(801, 3, 800), (1999, 700, 800), (65_500, 2, 800), (640, 481, 160), (7, 9, 1)]
        {
            for level in [0, 1, 254, 255] {
                let pixels =
                    Pixels::new(width, height, Channels::Rgb, vec![level; width * height * 3]).unwrap();
                let small = reduced(&pixels, side).unwrap();
                assert_eq!(small.width().max(small.height()), side);
                assert!(small.samples().iter().all(|sample| *sample == level), "{width}, {side}");
            }
        }
    }

    #[test]
    fn every_pixel_counts_and_those_of_the_last_row_and_column_too() {
        for (from, to) in [(801, 800), (1601, 800), (5, 2), (900, 160), (65_500, 800), (9, 1)] {
            let areas = areas(from, to);
            assert!(
                areas
                    .iter()
                    .all(|area| area.weights.iter().map(|part| usize::from(*part)).sum::<usize>() == WHOLE)
            );
            assert_eq!(areas.iter().map(|area| area.first).min(), Some(0));
            let ends = areas.iter().map(|area| area.first + area.weights.len());
            assert_eq!(ends.max(), Some(from));
        }
    }
}
