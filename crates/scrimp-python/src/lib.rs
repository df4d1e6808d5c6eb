//! The native half of the Python package: each function takes plain values, makes one call, and gives plain values
//! back. Records go as the JSON that the command line prints; python/scrimp makes typed objects of them.

#![forbid(unsafe_code)]
#![deny(clippy::print_stdout, clippy::print_stderr)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![deny(unused_crate_dependencies)]

mod classic;
mod error;
mod files;
mod photo;
mod shards;
mod text;
mod wish;
mod worker;

use error::{Failure, refuse};
use photo::Photo;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use scrimp::{Metric, Outcome};
use scrimp_batch::json_line;
use wish::Wish;
use worker::{Flag, attended};

/// What became of a photo: outcome, code, reason, the new file, the decision as JSON.
type Shrunk = (&'static str, &'static str, String, Option<Py<PyBytes>>, String);

#[pyfunction]
fn shrink(py: Python<'_>, photo: Photo, wish: Wish) -> PyResult<Shrunk> {
    let flag = Flag::default();
    let options = refuse(py, wish.options(&flag))?;
    let taken = refuse(py, photo.take(py, &options.limits))?;
    let work = move || taken.with(|source| source.shrink(&options)).map_err(Failure::from);
    let outcome: Outcome = refuse(py, attended(py, &flag, work)?)?;
    let bytes = outcome.bytes().map(|bytes| PyBytes::new(py, bytes).unbind());
    let decision = refuse(py, json_line(outcome.decision()).map_err(Failure::from))?;
    Ok((outcome.name(), outcome.code(), outcome.reason(), bytes, decision))
}

/// The score of the whole, the worst cell as JSON, and a PNG of the cells' scores where it is wanted.
#[pyfunction]
fn score(
    py: Python<'_>,
    photos: (Photo, Photo),
    metric: &str,
    maps: bool,
    wish: Wish,
) -> PyResult<(f64, String, Option<Py<PyBytes>>)> {
    let flag = Flag::default();
    let options = refuse(py, wish.options(&flag))?;
    let metric =
        refuse(py, wish::named("metric", metric, Metric::from_name, Metric::ALL, |metric| metric.name()))?;
    let original = refuse(py, photos.0.take(py, &options.limits))?;
    let candidate = refuse(py, photos.1.take(py, &options.limits))?;
    let work = move || {
        let comparison = original
            .with(|original| candidate.with(|candidate| original.compare(candidate, metric, &options)))?;
        let map = if maps { Some(comparison.heat_map()?) } else { None };
        Ok::<_, Failure>((comparison.value(), json_line(&comparison.worst())?, map))
    };
    let (value, worst, map) = refuse(py, attended(py, &flag, work)?)?;
    Ok((value, worst, map.map(|png| PyBytes::new(py, &png).unbind())))
}

/// What a photo is, as JSON.
#[pyfunction]
fn inspect(py: Python<'_>, photo: Photo, wish: Wish) -> PyResult<String> {
    let flag = Flag::default();
    let options = refuse(py, wish.options(&flag))?;
    let taken = refuse(py, photo.take(py, &options.limits))?;
    let work = move || taken.with(|source| source.inspect(&options)).map_err(Failure::from);
    let inspection = refuse(py, attended(py, &flag, work)?)?;
    refuse(py, json_line(&inspection).map_err(Failure::from))
}

/// Panics as a defect would, for the test that it becomes an exception.
#[pyfunction]
fn panic(py: Python<'_>) -> PyResult<()> {
    #[expect(clippy::panic, reason = "what it is for")]
    let work = || -> () { panic!("on purpose") };
    attended(py, &Flag::default(), work)
}

#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::classic::{
        classic_decide, classic_of_profile, classic_quality, compute_ssim, ssim_at_quality,
    };
    #[pymodule_export]
    use super::files::{shrink_many, write_whole};
    #[pymodule_export]
    use super::shards::{cut_shards, shrink_shard};
    #[pymodule_export]
    use super::text::{parse_bytes, parse_colour, parse_limit, show_bytes};
    #[pymodule_export]
    use super::{inspect, panic, score, shrink};
}
