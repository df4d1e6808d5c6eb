//! A ledger in the hands of one job.

use super::{Entry, Key, Ledger, LedgerError, content_of, entry::Standing};
use crate::{Destination, Effect, Input, Job, Record, Task};
use scrimp::{Goal, Limits, Options, Show};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A ledger in the hands of one job.
#[derive(Clone, Copy, Debug)]
pub struct Session<'a> {
    ledger: &'a Ledger,
    settings: u128,
    resumes: bool,
}

impl<'a> Session<'a> {
    /// Only writes down what is done.
    #[must_use]
    pub fn recording(ledger: &'a Ledger, job: &Job) -> Self {
        Self { ledger, settings: settings_of(job), resumes: false }
    }

    /// Also leaves out what was done before by the same settings, and is as it was left.
    #[must_use]
    pub fn resuming(ledger: &'a Ledger, job: &Job) -> Self {
        Self { resumes: true, ..Self::recording(ledger, job) }
    }

    /// What was written down of a photo that need not be looked at again. In doubt it is.
    pub(crate) fn done_before(&self, task: &Task) -> Option<Entry> {
        let key = if self.resumes && task.is_file() { self.key(&task.input) } else { None };
        let entry = key.and_then(|key| self.ledger.entry(&key).ok().flatten());
        entry.filter(|entry| entry.still_holds(&task.input))
    }

    fn key(&self, path: &Path) -> Option<Key> {
        let path = std::path::absolute(path).ok()?;
        Some((path.as_os_str().as_encoded_bytes().to_vec(), self.settings))
    }

    fn entry(&self, record: &Record, standing: &Standing) -> Option<(Key, Entry)> {
        let path = std::path::absolute(&record.path).ok()?;
        Some((self.key(&path)?, Entry::of(&path, self.settings, record, standing)?))
    }
}

/// All of a job on which its outputs depend, and where they go; not what bounds the work. Another version may write other
/// bytes. That two builds describe the same settings in other words costs time alone.
fn settings_of(job: &Job) -> u128 {
    let mut options = deciding(&job.options);
    if matches!(job.effect, Effect::Measure(_)) {
        // What is measured is the same for all goals of a metric, whoever is held to them.
        options.rollout = None;
        options.control = Options::default().control;
        let metric = options.goal.metric();
        options.goal = Goal::new(metric, metric.value_of(metric.of_identical())).unwrap_or(options.goal);
    }
    let (version, destination) = (env!("CARGO_PKG_VERSION"), destination_of(job));
    content_of(format!("{version} {options:?} {:?} {destination}", job.effect).as_bytes())
}

/// The same for photos of stores, hexadecimal.
pub(crate) fn hash_of_settings(options: &Options, destination: &str) -> String {
    let (version, options) = (env!("CARGO_PKG_VERSION"), deciding(options));
    format!("{:032x}", content_of(format!("{version} {options:?} {destination}").as_bytes()))
}

/// The options but for what bounds the work.
fn deciding(options: &Options) -> Options {
    let mut options = options.clone();
    options.limits = Limits::default();
    options.threads = NonZeroUsize::MIN;
    options.interrupt = None;
    options.show = Show::default();
    options
}

/// Where outputs go, whatever folder the program runs in.
fn destination_of(job: &Job) -> String {
    match &job.destination {
        Destination::File(path) | Destination::Folder(path) => format!("{:?}", absolute(path)),
        Destination::Stream(_) => "-".to_owned(),
        Destination::Nowhere(_) => "nowhere".to_owned(),
        Destination::InPlace(how) => {
            format!("{:?} {:?}", how.backup.as_deref().map(absolute), how.hard_links)
        }
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

impl Job {
    /// A name by which the job's ledger is found again: the same for the same inputs and destination.
    #[must_use]
    pub fn name(&self) -> String {
        let inputs = self.inputs.iter().filter_map(|input| match input {
            Input::Path(path) => Some(absolute(path)),
            Input::Bytes(_) => None,
        });
        let text = format!("{:?} {}", inputs.collect::<Vec<_>>(), destination_of(self));
        format!("{:016x}", content_of(text.as_bytes()) as u64)
    }
}

/// What is to be written down next.
pub(crate) struct Notes<'a> {
    session: Session<'a>,
    entries: Vec<(Key, Entry)>,
    written: Instant,
}

impl<'a> Notes<'a> {
    /// So much work is lost at most when the program is killed.
    pub(crate) const DELAY: Duration = Duration::from_secs(2);
    const MOST: usize = 1000;

    pub(crate) fn of(session: Session<'a>) -> Self {
        Self { session, entries: Vec::new(), written: Instant::now() }
    }

    pub(crate) fn add(&mut self, record: &Record, standing: &Standing) {
        self.entries.extend(self.session.entry(record, standing));
    }

    /// Writes them down if it is time.
    pub(crate) fn write_some(&mut self) -> Result<(), LedgerError> {
        let is_due = self.written.elapsed() >= Self::DELAY || self.entries.len() >= Self::MOST;
        if is_due { self.write_all() } else { Ok(()) }
    }

    pub(crate) fn write_all(&mut self) -> Result<(), LedgerError> {
        self.written = Instant::now();
        if self.entries.is_empty() {
            Ok(())
        } else {
            self.session.ledger.add(&std::mem::take(&mut self.entries))
        }
    }
}
