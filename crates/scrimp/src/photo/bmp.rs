//! A photo from a BMP: what Windows and OS/2 write, of 1 to 32 bits a pixel (Microsoft, BITMAPV5HEADER and [MS-WMF]
//! 3.1.6).

mod header;
mod runs;

use super::raster::{Alpha, Raster, Samples};
use super::watched::room;
use super::{Format, Photo, trailing_bytes};
use crate::metadata::{ForeignMetadata, of_foreign};
use crate::watch::Watch;
use crate::{Error, LimitKind, Limits, Options};
use header::{Header, Packing};
use scrimp_jpeg::Channels;

/// Rows between two looks at the clock.
const ROWS_A_CHECK: usize = 32;

pub(super) fn size(bytes: &[u8], limits: &Limits) -> Result<(u64, u64), Error> {
    let header = Header::read(bytes)?;
    let (width, height) = (header.width as u64, header.height as u64);
    limits.check_size(width, height)?;
    Ok((width, height))
}

pub(super) fn read(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Photo, Error> {
    let limits = &options.limits;
    size(bytes, limits)?;
    let header = Header::read(bytes)?;
    let icc = header.profile(bytes)?.map(<[u8]>::to_vec);
    limits.check(LimitKind::MetadataBytes, icc.as_ref().map_or(0, Vec::len) as u64)?;
    let data = bytes.get(header.pixels_at..).ok_or_else(|| damaged("its pixels lie behind its end"))?;
    let pixels = header.width.checked_mul(header.height);
    let (alpha, samples, used) = match &header.packing {
        Packing::Indexed { bits } => {
            let mut samples = room(pixels.and_then(|pixels| pixels.checked_mul(3)), limits)?;
            let used = indexed(&header, *bits, data, &mut samples, watch)?;
            (Alpha::None, samples, used)
        }
        Packing::Runs { bits } => {
            let (indices, used) = runs::expand(&header, *bits, data, room(pixels, limits)?, watch)?;
            let mut samples = room(pixels.and_then(|pixels| pixels.checked_mul(3)), limits)?;
            for (index, pixel) in indices.iter().zip(samples.as_chunks_mut().0) {
                *pixel = header.colour(usize::from(*index))?;
            }
            (Alpha::None, samples, used)
        }
        Packing::Masks { bytes, masks } => {
            let count = if masks[3].is_empty() { 3 } else { 4 };
            let mut samples = room(pixels.and_then(|pixels| pixels.checked_mul(count)), limits)?;
            let stride = (header.width * bytes).next_multiple_of(4);
            for (y, row) in rows(&header, data, stride)?.enumerate() {
                if y % ROWS_A_CHECK == 0 {
                    watch.check()?;
                }
                let to = header.row(y, count, &mut samples);
                for (pixel, to) in row.chunks_exact(*bytes).zip(to.chunks_exact_mut(count)) {
                    let word = pixel.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
                    to.iter_mut().zip(masks).for_each(|(to, mask)| *to = mask.sample(word));
                }
            }
            (if count == 4 { Alpha::Straight } else { Alpha::None }, samples, stride * header.height)
        }
    };
    let samples = Samples::Eight(samples);
    let (width, height) = (header.width, header.height);
    let raster = Raster { width, height, channels: Channels::Rgb, alpha, samples };
    let carried = of_foreign(ForeignMetadata { icc, ..ForeignMetadata::default() });
    let end = header.profile_end().max(header.pixels_at + used);
    Photo::still(Format::Bmp, raster, carried, trailing_bytes(bytes, end), options)
}

/// Rows of indices of 1, 2, 4 or 8 bits, the first pixel in the highest; how many bytes they take.
fn indexed(
    header: &Header,
    bits: usize,
    data: &[u8],
    samples: &mut [u8],
    watch: &Watch<'_>,
) -> Result<usize, Error> {
    let stride = (header.width * bits).div_ceil(8).next_multiple_of(4);
    for (y, row) in rows(header, data, stride)?.enumerate() {
        if y % ROWS_A_CHECK == 0 {
            watch.check()?;
        }
        for (x, to) in header.row(y, 3, samples).as_chunks_mut().0.iter_mut().enumerate() {
            let byte = usize::from(row[x * bits / 8]);
            let index = byte >> (8 - bits - x * bits % 8) & ((1 << bits) - 1);
            *to = header.colour(index)?;
        }
    }
    Ok(stride * header.height)
}

/// The rows in the file's order.
fn rows<'a>(
    header: &Header,
    data: &'a [u8],
    stride: usize,
) -> Result<std::slice::ChunksExact<'a, u8>, Error> {
    let needed = stride.checked_mul(header.height);
    let data =
        needed.and_then(|needed| data.get(..needed)).ok_or_else(|| damaged("its pixels are cut short"))?;
    Ok(data.chunks_exact(stride))
}

fn damaged(what: &str) -> Error {
    Error::Damaged(what.to_owned())
}
