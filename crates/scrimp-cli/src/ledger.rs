//! Ledgers of jobs, and `scrimp ledger`.

use crate::args::LedgerCommand;
use crate::exit::{Exit, UsageError};
use crate::plain::plain;
use crate::table::{percent_saved, photos, sizes};
use crate::{machine, show};
use anyhow::Context;
use indicatif::HumanDuration;
use scrimp_batch::{Destination, Job, Ledger, LedgerError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What was said of the ledger of a job.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) file: Option<&'a Path>,
    pub(crate) resume: bool,
    /// The job's photos and folders.
    pub(crate) paths: &'a [PathBuf],
}

/// The ledger that is asked for, if there is one; a ledger that another run has in hand is done without.
pub(crate) fn of_job(wanted: Wanted<'_>, job: &Job) -> anyhow::Result<Option<Ledger>> {
    let path = match wanted.file {
        Some(path) => path.to_path_buf(),
        None if wanted.resume => in_state_folder(&job.name())?,
        None => return Ok(None),
    };
    ensure_not_among_photos(&path, wanted.paths, &job.destination)?;
    match Ledger::open(&path) {
        Ok(ledger) => Ok(Some(ledger)),
        Err(error @ LedgerError::Held(_)) => {
            note!("scrimp: {error}; going on without it");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Tells that nothing can be written down any more.
pub(crate) fn lost(error: LedgerError) {
    note!("scrimp: {:#}; going on without it", anyhow::Error::from(error));
}

fn in_state_folder(name: &str) -> anyhow::Result<PathBuf> {
    let folder =
        machine::state_folder().context("there is no state folder of the user; name a file with --ledger")?;
    Ok(folder.join(name).with_extension(EXTENSION))
}

const EXTENSION: &str = "redb";

fn ensure_not_among_photos(
    ledger: &Path,
    inputs: &[PathBuf],
    destination: &Destination,
) -> Result<(), UsageError> {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let output = match destination {
        Destination::Folder(folder) => Some(folder),
        _ => None,
    };
    let ledger = absolute(ledger);
    match inputs.iter().chain(output).find(|place| ledger.starts_with(absolute(place))) {
        Some(place) => {
            let (ledger, place) = (ledger.display(), place.display());
            Err(UsageError(format!(
                "the ledger {ledger} would lie among photos, in {place}; name another place"
            )))
        }
        None => Ok(()),
    }
}

pub(crate) fn run(command: &LedgerCommand) -> anyhow::Result<Exit> {
    match command {
        LedgerCommand::Show { ledger: Some(ledger) } => show_one(ledger)?,
        LedgerCommand::Show { ledger: None } => show_all()?,
        LedgerCommand::Export { ledger } => export(ledger)?,
        LedgerCommand::Forget { ledger, paths } => forget(ledger, paths)?,
    }
    Ok(Exit::Done)
}

fn show_all() -> anyhow::Result<()> {
    let folder = machine::state_folder().context("there is no state folder of the user")?;
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut ledgers: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION))
        .collect();
    ledgers.sort();
    if ledgers.is_empty() {
        note!("scrimp: no ledgers in {}", folder.display());
    }
    ledgers.iter().try_for_each(|ledger| show_one(ledger))
}

fn show_one(path: &Path) -> anyhow::Result<()> {
    let ledger = match Ledger::open_existing(path) {
        Err(error @ LedgerError::Held(_)) => return show::line(&plain(&error.to_string())),
        ledger => ledger?,
    };
    let (mut before, mut after, mut latest) = (0, 0, 0);
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let (mut first, mut curves) = (None, 0);
    ledger.for_each(|entry| {
        if entry.measured.is_some() {
            curves += 1;
            return;
        }
        before += entry.input_bytes as u64;
        after += entry.output_bytes.unwrap_or(entry.input_bytes) as u64;
        latest = latest.max(entry.recorded);
        *outcomes.entry(entry.outcome).or_default() += 1;
        first.get_or_insert(entry.path);
    })?;
    show::line(&plain(&path.display().to_string()))?;
    let counts: Vec<_> = outcomes.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let all = photos(outcomes.values().sum());
    if curves > 0 {
        show::line(&format!("  the curves of {}, for --save and calibrate", photos(curves)))?;
    }
    let Some(first) = first else {
        return if curves > 0 { Ok(()) } else { show::line("  nothing yet") };
    };
    show::line(&format!("  {all}: {}", counts.join(", ")))?;
    show::line(&format!("  {} {}", sizes(before, after).trim_start(), percent_saved(before, after)))?;
    let since =
        SystemTime::now().duration_since(UNIX_EPOCH + Duration::from_secs(latest)).unwrap_or_default();
    show::line(&format!(
        "  the first is {}, the last was written down {} ago",
        plain(&first),
        HumanDuration(since)
    ))
}

fn export(path: &Path) -> anyhow::Result<()> {
    let mut printed = Ok(());
    Ledger::open_existing(path)?.for_each(|entry| {
        let line = serde_json::to_string(&entry).map_err(anyhow::Error::from);
        if printed.is_ok() {
            printed = line.and_then(|line| show::line(&line));
        }
    })?;
    printed
}

fn forget(path: &Path, places: &[PathBuf]) -> anyhow::Result<()> {
    let ledger = Ledger::open_existing(path)?;
    for place in places {
        let forgotten = ledger.forget(place)?;
        note!("scrimp: {}: {} forgotten", place.display(), photos(forgotten));
    }
    if places.is_empty() {
        // It was opened, so it is a ledger and nobody else has it.
        drop(ledger);
        std::fs::remove_file(path).with_context(|| format!("{} cannot be removed", path.display()))?;
        note!("scrimp: {} removed", path.display());
    }
    Ok(())
}
