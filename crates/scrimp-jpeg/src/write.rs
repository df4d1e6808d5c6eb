//! Files from coefficients.

use crate::{Coding, Error, QuantisedCoefficients, Stop, entropy, ffi, scans};

/// Writes coefficients as they are, Huffman tables optimised, without any metadata segment but the tables and scans
/// that it needs: each different table once.
///
/// # Errors
/// [`Error::Library`] for coefficients that no file can hold; [`Error::OutOfMemory`].
pub fn write_coefficients(coefficients: &QuantisedCoefficients, coding: Coding) -> Result<Vec<u8>, Error> {
    write_coefficients_unless(coefficients, coding, &|| false)
}

/// As [`write_coefficients`], but given up soon once `stop` says so, which is asked for each row of blocks at least.
///
/// # Errors
/// As [`write_coefficients`], and [`Error::Stopped`].
pub fn write_coefficients_unless(
    coefficients: &QuantisedCoefficients,
    coding: Coding,
    stop: Stop<'_>,
) -> Result<Vec<u8>, Error> {
    match (coding, scans::of(coefficients.tables.len() as i32)) {
        (Coding::Progressive, Some(script)) => entropy::write(coefficients, script, stop),
        // The script of [`scans`] is none of those that the library tries.
        (Coding::ProgressiveSearched, Some(script)) => {
            let searched = ffi::write_coefficients(coefficients, coding, stop)?;
            let other = entropy::write(coefficients, script, stop)?;
            Ok(if other.len() < searched.len() { other } else { searched })
        }
        _ => ffi::write_coefficients(coefficients, coding, stop),
    }
}
