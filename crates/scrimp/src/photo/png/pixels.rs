//! The pixels of a PNG, row by row.

use super::Reading;
use super::chunks::Chunks;
use super::stream::Stream;
use crate::watch::Watch;
use crate::{Error, LimitKind, Limits};
use png::{DecodeOptions, DecodingError, Info, InterlaceInfo, Reader, Transformations};
use std::io::Cursor;

/// A look at the clock costs about as much as a row of ten pixels.
pub(super) const ROWS_A_CHECK: usize = 32;

/// A decoder that stands before the first row.
pub(super) type Rows<'a> = Reader<Cursor<&'a [u8]>>;

pub(super) fn decoder<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    reading: Reading,
) -> png::Decoder<Cursor<&'a [u8]>> {
    let mut options = DecodeOptions::default();
    // Both are inflated elsewhere, within the limit for metadata.
    options.set_ignore_text_chunk(true);
    options.set_ignore_iccp_chunk(true);
    options.set_skip_ancillary_crc_failures(reading == Reading::AsPillow);
    let mut decoder = png::Decoder::new_with_options(Cursor::new(bytes), options);
    decoder.set_limits(png::Limits { bytes: usize::try_from(limits.memory).unwrap_or(usize::MAX) });
    let strip =
        if reading == Reading::AsPillow { Transformations::STRIP_16 } else { Transformations::IDENTITY };
    decoder.set_transformations(Transformations::EXPAND | strip);
    decoder
}

/// The samples of all rows.
pub(super) fn decode(rows: &mut Rows<'_>, limits: &Limits, watch: &Watch<'_>) -> Result<Vec<u8>, Error> {
    let refused = |error| refusal(error, limits);
    let size = rows.output_buffer_size().ok_or_else(|| too_much_memory(limits))?;
    let line = rows.output_line_size(rows.info().width).ok_or_else(|| too_much_memory(limits))?;
    let mut samples = room_for(size, limits)?;
    samples.resize(size, 0);
    if rows.info().interlaced {
        let (colour, depth) = rows.output_color_type();
        let bits = (colour.samples() * depth as usize) as u8;
        let mut count = 0;
        while let Some(row) = rows.next_interlaced_row().map_err(refused)? {
            if count % ROWS_A_CHECK == 0 {
                watch.check()?;
            }
            count += 1;
            if let InterlaceInfo::Adam7(place) = row.interlace() {
                png::expand_interlaced_row(&mut samples, line, row.data(), place, bits);
            }
        }
    } else {
        for (index, row) in samples.chunks_exact_mut(line).enumerate() {
            if index % ROWS_A_CHECK == 0 {
                watch.check()?;
            }
            rows.read_row(row).map_err(refused)?;
        }
    }
    rows.finish().map_err(refused)?;
    Ok(samples)
}

/// Room for so many samples.
pub(super) fn room_for(size: usize, limits: &Limits) -> Result<Vec<u8>, Error> {
    let mut samples = Vec::new();
    samples.try_reserve_exact(size).map_err(|_| too_much_memory(limits))?;
    Ok(samples)
}

/// Whether the compressed pixels end where the picture does, with the checksum of what was compressed. The decoder
/// of the rows stops reading with the last one, before that checksum.
pub(super) fn check_stream(chunks: &Chunks<'_>, info: &Info<'_>, watch: &Watch<'_>) -> Result<(), Error> {
    const LINE: u64 = 1 << 17;
    let bytes = raw_bytes(info);
    let mut stream = Stream::new(chunks.pixel_data(), LINE as usize);
    for _ in 0..bytes / LINE {
        watch.check()?;
        stream.line()?;
    }
    stream.skip((bytes % LINE) as usize)?;
    stream.finish(watch)
}

/// Bytes of all rows, each with its filter's number (PNG third edition, 7.3 and 8.1).
fn raw_bytes(info: &Info<'_>) -> u64 {
    // First column, columns apart, first row, rows apart.
    const WHOLE: &[[u32; 4]] = &[[0, 1, 0, 1]];
    const ADAM7: &[[u32; 4]] =
        &[[0, 8, 0, 8], [4, 8, 0, 8], [0, 4, 4, 8], [2, 4, 0, 4], [0, 2, 2, 4], [1, 2, 0, 2], [0, 1, 1, 2]];
    let bits = info.color_type.samples() as u64 * info.bit_depth as u64;
    let passes = if info.interlaced { ADAM7 } else { WHOLE };
    let bytes = |[column, columns, row, rows]: &[u32; 4]| {
        let width = u64::from(info.width.saturating_sub(*column).div_ceil(*columns));
        let height = u64::from(info.height.saturating_sub(*row).div_ceil(*rows));
        if width == 0 { 0 } else { height * (1 + (width * bits).div_ceil(8)) }
    };
    passes.iter().map(bytes).sum()
}

/// The decoder's error as ours.
pub(super) fn refusal(error: DecodingError, limits: &Limits) -> Error {
    match error {
        DecodingError::LimitsExceeded => too_much_memory(limits),
        other => Error::Damaged(other.to_string()),
    }
}

pub(super) fn too_much_memory(limits: &Limits) -> Error {
    let found = limits.memory.saturating_add(1);
    Error::Limit { which: LimitKind::Memory, found, limit: limits.memory }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use scrimp_testkit::scenes;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn an_interrupted_caller_is_heard_among_the_rows() {
        // Enough that the window of the stream's check fills.
        let file = scrimp_testkit::png(&scenes::static_noise(300, 300, 1));
        let interrupt = Some(Arc::new(AtomicBool::new(true)));
        let options = Options { interrupt, ..Options::default() };
        let (limits, watch) = (options.limits, Watch::start(&options));
        let mut rows = decoder(&file, &limits, Reading::Faithful).read_info().unwrap();
        let chunks = Chunks::read(&file, &limits, Reading::Faithful).unwrap();
        assert_eq!(check_stream(&chunks, rows.info(), &watch), Err(Error::Interrupted));
        assert_eq!(decode(&mut rows, &limits, &watch), Err(Error::Interrupted));
    }
}
