//! Shards of photos in object stores, through scrimp-batch.

use crate::error::{Failure, refuse};
use crate::wish::Wish;
use crate::worker::{Flag, attended};
use pyo3::prelude::*;
use scrimp_batch::json_line;
use scrimp_batch::store::{Job, Place, ShardRun, StoreError, Stores, Writing};
use std::num::NonZeroUsize;
use std::sync::Arc;

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::of_code(error.code(), error)
    }
}

/// Cuts a manifest into shards and gives their URLs.
#[pyfunction]
pub(crate) fn cut_shards(
    py: Python<'_>,
    manifest: String,
    into: String,
    rows: usize,
) -> PyResult<Vec<String>> {
    let flag = Flag::default();
    let interrupt = Flag::clone(&flag);
    let work = move || {
        let stores = Arc::new(Stores::new()?.interrupted_by(&interrupt));
        let shards = stores.shards(&place(&manifest)?, &place(&into)?, rows)?;
        Ok::<_, Failure>(shards.iter().map(ToString::to_string).collect())
    };
    refuse(py, attended(py, &flag, work)?)
}

/// A shard and how it is done: an item for each keyword.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Task {
    shard: String,
    to: String,
    results: String,
    threads: NonZeroUsize,
    memory: u64,
}

/// Shrinks the photos of a shard and gives what they came to, as JSON.
#[pyfunction]
pub(crate) fn shrink_shard(py: Python<'_>, task: Task, wish: Wish) -> PyResult<String> {
    let flag = Flag::default();
    let options = refuse(py, wish.options(&flag))?;
    let Task { shard, to, results, threads, memory } = task;
    let interrupt = Flag::clone(&flag);
    let work = move || {
        let (from, place_of_shard) = (None, place(&shard)?);
        let to = place(&to)?;
        let job = Job { from, to, options, writing: Writing::New, dry_run: false, threads, memory };
        let results = place(&results)?.join(place_of_shard.file_name());
        let stores = Stores::new()?.interrupted_by(&interrupt);
        let shard = stores.shard(&place_of_shard)?;
        let run = ShardRun { job: &job, stores: &stores, engine: scrimp::shrink, interrupt: &interrupt };
        let done = run.work(&shard, Some(&results), |_| {})?;
        Ok::<_, Failure>(json_line(&done.sum(&place_of_shard))?)
    };
    refuse(py, attended(py, &flag, work)?)
}

/// A URL, or a path of this machine.
fn place(text: &str) -> Result<Place, Failure> {
    text.parse().map_err(Failure::of_option)
}
