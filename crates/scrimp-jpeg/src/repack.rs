//! A JPEG's own coefficients, written better.

use crate::{Coding, DecodeBounds, Error, read_coefficients, write_coefficients};

/// The same picture, bit for bit, written progressive with optimised Huffman tables: no metadata, and no restart
/// markers. It may be larger than `bytes`.
///
/// # Errors
/// Those of [`read_coefficients`] and [`write_coefficients`].
pub fn repack(bytes: &[u8], bounds: &DecodeBounds<'_>) -> Result<Vec<u8>, Error> {
    write_coefficients(&read_coefficients(bytes, bounds)?, Coding::Progressive)
}
