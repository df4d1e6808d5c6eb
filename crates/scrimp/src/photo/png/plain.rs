//! The pixels of a plain PNG, as nearly all photos are: 8 bits a sample, no palette, not interlaced.
//!
//! They are inflated once, to the end. The `png` crate's rows stop before the checksum of what was compressed, and to
//! inflate all of it a second time for that would take a tenth of what a whole shrink does.

use super::pixels::{ROWS_A_CHECK, room_for, too_much_memory};
use super::stream::{Stream, damaged};
use crate::watch::Watch;
use crate::{Error, Limits};
use png::{BitDepth, ColorType, Info};

/// Whether a picture is plain.
pub(super) fn is_plain(info: &Info<'_>) -> bool {
    info.bit_depth == BitDepth::Eight
        && info.color_type != ColorType::Indexed
        && info.trns.is_none()
        && !info.interlaced
}

/// The samples of all rows of a plain picture, from the pieces of its compressed pixels.
///
/// # Errors
/// [`Error::Damaged`] unless these end where the picture does, with their checksum.
pub(super) fn decode<'a>(
    pieces: impl Iterator<Item = &'a [u8]>,
    info: &Info<'_>,
    limits: &Limits,
    watch: &Watch<'_>,
) -> Result<Vec<u8>, Error> {
    let channels = info.color_type.samples();
    let (width, height) = (info.width as usize, info.height as usize);
    let size = width.checked_mul(channels).and_then(|line| line.checked_mul(height));
    let mut samples = room_for(size.ok_or_else(|| too_much_memory(limits))?, limits)?;
    let line = width * channels;
    let mut stream = Stream::new(pieces, 1 + line);
    let first_above = vec![0; line];
    for y in 0..height {
        if y.is_multiple_of(ROWS_A_CHECK) {
            watch.check()?;
        }
        let (filter, filtered) = stream.line()?;
        samples.extend_from_slice(filtered);
        let (above, row) = samples.split_at_mut(y * line);
        let above = if y == 0 { &first_above } else { &above[(y - 1) * line..] };
        match channels {
            1 => unfilter::<1>(filter, above, row),
            2 => unfilter::<2>(filter, above, row),
            3 => unfilter::<3>(filter, above, row),
            _ => unfilter::<4>(filter, above, row),
        }?;
    }
    stream.finish(watch)?;
    Ok(samples)
}

/// Undoes the filter of a row of pixels of N bytes (PNG third edition, 9.2); above the first row there are zeros.
fn unfilter<const N: usize>(filter: u8, above: &[u8], row: &mut [u8]) -> Result<(), Error> {
    let pixels = row.as_chunks_mut::<N>().0.iter_mut().zip(above.as_chunks::<N>().0);
    match filter {
        0 => {}
        1 => {
            let mut left = [0; N];
            for (pixel, _) in pixels {
                for (byte, left) in pixel.iter_mut().zip(&mut left) {
                    *byte = byte.wrapping_add(*left);
                    *left = *byte;
                }
            }
        }
        2 => {
            for (byte, above) in row.iter_mut().zip(above) {
                *byte = byte.wrapping_add(*above);
            }
        }
        3 => {
            let mut left = [0; N];
            for (pixel, above) in pixels {
                for ((byte, left), above) in pixel.iter_mut().zip(&mut left).zip(above) {
                    *byte = byte.wrapping_add(((u16::from(*left) + u16::from(*above)) / 2) as u8);
                    *left = *byte;
                }
            }
        }
        4 => {
            let (mut left, mut corner) = ([0; N], [0; N]);
            for (pixel, above) in pixels {
                for at in 0..N {
                    let above = i16::from(above[at]);
                    pixel[at] = pixel[at].wrapping_add(paeth(left[at], above, corner[at]) as u8);
                    (left[at], corner[at]) = (i16::from(pixel[at]), above);
                }
            }
        }
        _ => return Err(damaged("have a filter that does not exist")),
    }
    Ok(())
}

/// The one of three neighbours that is nearest to left + above - corner, the first of them where two are (9.4). Of left and
/// above the less is it where that estimate lies at or below it, the greater where it lies at or above, else the corner;
/// written so that nothing branches.
#[inline(always)]
fn paeth(left: i16, above: i16, corner: i16) -> i16 {
    let (less, greater) = (left.min(above), left.max(above));
    // Twice the corner less the estimate.
    let mirrored = 3 * corner - (left + above);
    let below = if greater <= mirrored { less } else { corner };
    if mirrored <= less { greater } else { below }
}

#[cfg(test)]
mod tests {
    use super::super::chunks::Chunks;
    use super::super::{Reading, pixels};
    use super::*;
    use crate::Options;
    use png::{Compression, Filter};
    use scrimp_testkit::{Noise, scenes};

    const FILTERS: [Filter; 6] =
        [Filter::NoFilter, Filter::Sub, Filter::Up, Filter::Avg, Filter::Paeth, Filter::Adaptive];

    fn png((width, height): (usize, usize), colour: ColorType, filter: Filter, samples: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
        encoder.set_color(colour);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Fast);
        encoder.set_filter(filter);
        encoder.write_header().unwrap().write_image_data(samples).unwrap();
        file
    }

    #[test]
    fn rows_are_those_of_the_png_crate_whatever_the_filter() {
        let options = Options::default();
        let (limits, watch) = (options.limits, Watch::start(&options));
        let mut noise = Noise::seeded(7);
        let colours = [ColorType::Grayscale, ColorType::GrayscaleAlpha, ColorType::Rgb, ColorType::Rgba];
        for (colour, filter) in colours.into_iter().flat_map(|colour| FILTERS.map(|filter| (colour, filter)))
        {
            for (width, height) in [(1, 1), (2, 3), (37, 11), (400, 300), (30_001, 3)] {
                // Noise, which nothing predicts, beside what filters do predict.
                let mut samples = scenes::landscape(width, height, 2).samples.repeat(2);
                samples.truncate(width * height * colour.samples());
                samples.iter_mut().step_by(5).for_each(|sample| *sample = noise.bits() as u8);
                let file = png((width, height), colour, filter, &samples);
                let chunks = Chunks::read(&file, &limits, Reading::Faithful).unwrap();
                let mut rows = pixels::decoder(&file, &limits, Reading::Faithful).read_info().unwrap();
                let ours = decode(chunks.pixel_data(), rows.info(), &limits, &watch).unwrap();
                assert!(ours == samples, "{colour:?}, {filter:?}, {width} x {height}");
                assert!(pixels::decode(&mut rows, &limits, &watch).unwrap() == ours);
            }
        }
    }

    #[test]
    fn a_filter_that_does_not_exist_is_damage() {
        let found = unfilter::<3>(5, &[0; 6], &mut [1; 6]);
        assert!(matches!(found, Err(Error::Damaged(message)) if message.contains("filter")));
    }

    #[test]
    fn paeth_is_the_standards_predictor() {
        for left in 0..=255 {
            for above in (0..=255).step_by(3) {
                for corner in 0..=255_i16 {
                    let estimate = left + above - corner;
                    let [a, b, c] = [left, above, corner].map(|neighbour| (estimate - neighbour).abs());
                    let nearest = if a <= b && a <= c {
                        left
                    } else if b <= c {
                        above
                    } else {
                        corner
                    };
                    assert_eq!(paeth(left, above, corner), nearest, "{left} {above} {corner}");
                }
            }
        }
    }
}
