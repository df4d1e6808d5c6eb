//! The pixels of a PNG, row by row.

use super::Reading;
use crate::watch::Watch;
use crate::{Error, LimitKind, Limits};
use png::{DecodeOptions, DecodingError, InterlaceInfo, Reader, Transformations};
use std::io::Cursor;

/// A look at the clock costs about as much as a row of ten pixels.
const ROWS_A_CHECK: usize = 32;

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
    let mut samples = Vec::new();
    samples.try_reserve_exact(size).map_err(|_| too_much_memory(limits))?;
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

/// The decoder's error as ours.
pub(super) fn refusal(error: DecodingError, limits: &Limits) -> Error {
    match error {
        DecodingError::LimitsExceeded => too_much_memory(limits),
        other => Error::Damaged(other.to_string()),
    }
}

fn too_much_memory(limits: &Limits) -> Error {
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
        let file = scrimp_testkit::png(&scenes::static_noise(300, 300, 1));
        let interrupt = Some(Arc::new(AtomicBool::new(true)));
        let options = Options { interrupt, ..Options::default() };
        let (limits, watch) = (options.limits, Watch::start(&options));
        let mut rows = decoder(&file, &limits, Reading::Faithful).read_info().unwrap();
        assert_eq!(decode(&mut rows, &limits, &watch), Err(Error::Interrupted));
    }
}
