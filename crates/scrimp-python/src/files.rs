//! Many photos, through scrimp-batch.

use crate::error::{Failure, refuse};
use crate::wish::Wish;
use crate::worker::{Flag, PATIENCE, attended_telling};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use scrimp_batch::{
    Destination, Effect, Event, FileError, HardLinks, InPlace, Input, Job, Ledger, Overwrite, Record, Run,
    Selection, Session, json_line,
};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Where outputs go and how the work is done: an item for each keyword.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Files {
    paths: Vec<PathBuf>,
    /// None replaces the photos themselves.
    folder: Option<PathBuf>,
    backup: Option<PathBuf>,
    overwrite: bool,
    dry_run: bool,
    /// Where it is written down what was done, and read what was done before.
    ledger: Option<PathBuf>,
    jobs: Option<NonZeroUsize>,
    memory: u64,
}

/// Shrinks photos and folders and tells `hear` the record of each, as JSON, in order.
#[pyfunction]
pub(crate) fn shrink_many(py: Python<'_>, files: Files, wish: Wish, hear: Bound<'_, PyAny>) -> PyResult<()> {
    let flag = Flag::default();
    let options = refuse(py, wish.options(&flag))?;
    let Files { paths, folder, backup, overwrite, dry_run, ledger, jobs, memory } = files;
    let in_place = InPlace { backup, hard_links: HardLinks::Leave };
    let job = Job {
        inputs: paths.into_iter().map(Input::Path).collect(),
        selection: Selection::default(),
        destination: folder.map_or(Destination::InPlace(in_place), Destination::Folder),
        options,
        overwrite: replacing(overwrite),
        effect: if dry_run { Effect::DryRun } else { Effect::Write },
    };
    let threads = jobs.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let interrupt = Flag::clone(&flag);
    let ended = attended_telling(
        py,
        &flag,
        move |teller| {
            let tell =
                |record: &Record| json_line(record).map(|line| teller.tell(line)).map_err(Failure::from);
            let ledger = ledger.map(|path| Ledger::open(&path)).transpose()?;
            let planned = job.plan(&interrupt, |_| {})?;
            planned.troubles.iter().try_for_each(tell)?;
            let run = Run {
                threads,
                memory,
                engine: scrimp::shrink,
                ledger: ledger.as_ref().map(|ledger| Session::resuming(ledger, &job)),
                interrupt: &interrupt,
                patience: PATIENCE / 2,
            };
            let mut told = Ok::<(), Failure>(());
            run.work(&planned.tasks, |event| {
                if let (Event::Record(record), Ok(())) = (event, &told) {
                    told = tell(&record);
                }
            });
            told
        },
        |line| hear.call1((line,)).map(drop),
    )?;
    refuse(py, ended)
}

/// Writes a file whole or not at all.
#[pyfunction]
pub(crate) fn write_whole(
    py: Python<'_>,
    path: PathBuf,
    data: PyBackedBytes,
    overwrite: bool,
) -> PyResult<()> {
    let written = py.detach(|| scrimp_batch::write_whole(&path, &data, replacing(overwrite)));
    refuse(py, written.map_err(|error: FileError| Failure::of_file(&path, &error)))
}

const fn replacing(overwrite: bool) -> Overwrite {
    if overwrite { Overwrite::Always } else { Overwrite::Never }
}
