//! Measuring photos, of which nothing is written.

use crate::exit::UsageError;
use crate::interrupt::Interrupt;
use crate::ledger;
use crate::progress::Progress;
use scrimp_batch::{Event, Job, JobError, Measured, Record, Run};
use std::path::Path;

/// What came of a photo.
pub(crate) enum Looked<'a> {
    /// This, of the photo at this path.
    Measured(&'a Path, &'a Measured),
    /// It could not be measured.
    Not(&'a Record),
}

/// Measures the photos of a job and tells of each; false if that was interrupted.
pub(crate) fn measure(
    job: &Job,
    run: Run<'_>,
    mut progress: Progress,
    interrupt: &Interrupt,
    mut tell: impl FnMut(Looked<'_>),
) -> anyhow::Result<bool> {
    let planned = job.plan(run.interrupt, |event| progress.tell(&event)).inspect_err(|_| progress.end());
    let planned = match planned {
        Err(JobError::Interrupted) => return Ok(false),
        planned => planned.map_err(|error| UsageError(error.to_string()))?,
    };
    progress.begin(planned.tasks.len());
    progress.suspend(|| planned.troubles.iter().for_each(|record| tell(Looked::Not(record))));
    let left = run.work(&planned.tasks, |event| {
        progress.tell(&event);
        match event {
            Event::Record(record) => progress.suspend(|| match &record.measured {
                Some(measured) => tell(Looked::Measured(&record.path, measured)),
                None => tell(Looked::Not(&record)),
            }),
            Event::DoneBefore { path, entry } => {
                entry.measured.iter().for_each(|measured| tell(Looked::Measured(&path, measured)));
            }
            Event::LedgerLost(error) => progress.suspend(|| ledger::lost(error)),
            Event::GivenUp { .. } => {
                progress.end();
                interrupt.leave();
            }
            _ => {}
        }
    });
    progress.end();
    Ok(left == 0)
}
