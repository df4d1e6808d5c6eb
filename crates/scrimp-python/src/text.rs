//! Quantities as the command line writes them, for the command lines of Python.

use crate::error::{Failure, refuse};
use crate::wish;
use pyo3::prelude::*;

/// Bytes of "200K", "4GiB".
#[pyfunction]
pub(crate) fn parse_bytes(py: Python<'_>, text: &str) -> PyResult<u64> {
    refuse(py, scrimp_batch::parse_bytes(text).map_err(Failure::of_option))
}

/// The value of a limit, in its unit.
#[pyfunction]
pub(crate) fn parse_limit(py: Python<'_>, name: &str, text: &str) -> PyResult<u64> {
    refuse(
        py,
        wish::limit(name)
            .and_then(|limit| scrimp_batch::parse_limit(limit, text).map_err(Failure::of_option)),
    )
}

/// Red, green and blue of "#RRGGBB", "white".
#[pyfunction]
pub(crate) fn parse_colour(py: Python<'_>, text: &str) -> PyResult<(u8, u8, u8)> {
    refuse(py, scrimp::parse_colour(text).map(Into::into).map_err(Failure::of_option))
}

/// Bytes for people: "1.50 MB".
#[pyfunction]
pub(crate) fn show_bytes(bytes: u64) -> String {
    scrimp_batch::show_bytes(bytes)
}
