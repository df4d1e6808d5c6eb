//! A shard's work: the same function for every engine that hands shards out.

use super::engines::Engines;
use super::one::Bench;
use super::{Item, Place, Results, Row, Shard, StoreError, Stores, object};
use crate::ledger::hash_of_settings;
use crate::memory::MemoryBudget;
use crate::run::Engine;
use crate::{OutcomeKind, Summary};
use bytes::Bytes;
use scrimp::{Convert, Options};
use serde::Serialize;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// What may be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writing {
    /// Outputs below [`Job::to`] where nothing is.
    #[default]
    New,
    /// These also over outputs of other photos or settings.
    Over,
    /// Each JPEG over itself if it gets smaller and is still the object that was read, which the store must see to:
    /// [`Stores::ensure_conditions`].
    InPlace,
}

/// What is done to photos of stores.
#[derive(Clone, Debug)]
pub struct Job {
    /// What bare keys of manifests are names in, and below which names go on below [`Job::to`]; without it an output has the whole
    /// name that its source has in its bucket.
    pub from: Option<Place>,
    /// Where outputs go: a prefix, as a folder.
    pub to: Place,
    /// How each photo is shrunk: on one thread, and where it is no JPEG as in a folder, if it is photo-like; in
    /// place JPEGs alone.
    pub options: Options,
    /// What may be written.
    pub writing: Writing,
    /// Whether nothing is written after all, results neither.
    pub dry_run: bool,
    /// Photos that are worked on at once.
    pub threads: NonZeroUsize,
    /// Memory that photos may take together, in bytes.
    pub memory: u64,
}

/// A shard that is done.
#[derive(Clone, Debug)]
pub struct Done {
    /// What its photos came to.
    pub summary: Summary,
    /// Whether it was done before: then no photo was looked at.
    pub before: bool,
}

/// What a shard came to, flat: for engines that add up numbers.
#[derive(Clone, Debug, Serialize)]
pub struct ShardSum {
    /// Its URL.
    pub shard: String,
    /// How many photos it has, and how many there are of each outcome.
    pub photos: u64,
    /// See [`OutcomeKind`].
    pub saved: u64,
    /// See [`OutcomeKind`].
    pub kept: u64,
    /// See [`OutcomeKind`].
    pub best_effort: u64,
    /// See [`OutcomeKind`].
    pub refused: u64,
    /// See [`OutcomeKind`].
    pub failed: u64,
    /// Bytes of all of them.
    pub bytes_before: u64,
    /// Bytes of their outputs; a photo without one counts as it was.
    pub bytes_after: u64,
    /// Whether it was done before.
    pub resumed: bool,
}

impl Done {
    /// What the shard at this place came to.
    #[must_use]
    pub fn sum(&self, shard: &Place) -> ShardSum {
        let Summary { photos, bytes_before, bytes_after, ref outcomes, .. } = self.summary;
        let count = |kind| outcomes.get(&kind).map_or(0, |outcomes| outcomes.photos);
        ShardSum {
            shard: shard.to_string(),
            photos,
            saved: count(OutcomeKind::Saved),
            kept: count(OutcomeKind::Kept),
            best_effort: count(OutcomeKind::BestEffort),
            refused: count(OutcomeKind::Refused),
            failed: count(OutcomeKind::Failed),
            bytes_before,
            bytes_after,
            resumed: self.before,
        }
    }
}

/// So many photos are asked for or put while one is worked on: what waits for a store costs no processor.
const AT_STORES: usize = 4;

impl Job {
    /// The hash of all that outputs depend on but for the photos: the version, the options, the destination. Hexadecimal.
    #[must_use]
    pub fn settings(&self) -> String {
        match self.writing {
            Writing::InPlace => hash_of_settings(&self.shrinking(), "in place"),
            Writing::New | Writing::Over => hash_of_settings(&self.shrinking(), &self.to.to_string()),
        }
    }

    fn shrinking(&self) -> Options {
        let mut options = self.options.clone();
        options.threads = NonZeroUsize::MIN;
        options.convert = if self.writing == Writing::InPlace { Convert::Never } else { Convert::Open };
        options
    }

    /// Where a photo is.
    pub(super) fn place_of(&self, item: &Item) -> Result<Place, StoreError> {
        let bad = |why: String| StoreError::Key { place: item.key.clone(), why };
        match (&self.from, Place::is_url(&item.key)) {
            (_, true) => item.key.parse().map_err(bad),
            (Some(from), false) => Ok(from.join(&item.key)),
            (None, false) => Err(bad("it is no URL, and nothing says in which bucket it is".to_owned())),
        }
    }

    /// Where its output may go: that of a JPEG first, then that of a photo which stays as it is.
    pub(super) fn outputs_of(&self, source: &Place) -> Result<Vec<Place>, StoreError> {
        if self.writing == Writing::InPlace {
            // Of another bucket nobody knows whether it keeps conditions.
            let is_known = source == &self.to || source.name_below(&self.to).is_some();
            let unknown = || StoreError::Unconditional { place: source.to_string() };
            return is_known.then(|| vec![source.clone()]).ok_or_else(unknown);
        }
        let outputs = self.outputs_elsewhere(source);
        match outputs.contains(source) {
            true => Err(StoreError::OutputIsInput { place: source.to_string() }),
            false => Ok(outputs),
        }
    }

    fn outputs_elsewhere(&self, source: &Place) -> Vec<Place> {
        let name =
            self.from.as_ref().and_then(|from| source.name_below(from)).unwrap_or_else(|| source.path());
        let (folder, file) = name.rsplit_once('/').map_or(("", name), |(folder, file)| (folder, file));
        let (stem, ending) = file.rsplit_once('.').unwrap_or((file, "jpg"));
        let own = self.to.join(name);
        if ["jpg", "jpeg"].iter().any(|jpeg| ending.eq_ignore_ascii_case(jpeg)) {
            return vec![own];
        }
        let jpeg = format!("{stem}.jpg");
        let jpeg = if folder.is_empty() { jpeg } else { format!("{folder}/{jpeg}") };
        vec![self.to.join(&jpeg), own]
    }
}

/// How shards are done.
#[derive(Clone, Copy, Debug)]
pub struct ShardRun<'a> {
    /// What is done to their photos.
    pub job: &'a Job,
    /// Where they are.
    pub stores: &'a Stores,
    /// What shrinks a photo.
    pub engine: Engine,
    /// Set it to `true` from anywhere, and the run ends soon.
    pub interrupt: &'a AtomicBool,
}

impl<'a> ShardRun<'a> {
    /// Does a shard, unless it is done: its results, if any are to be kept, are written last. A photo that is done is known by its
    /// output, so that a shard may be done again after its worker was killed at any time, or by two workers at once: no output is lost
    /// or written twice. Tells of each photo as it ends.
    ///
    /// # Errors
    /// [`StoreError`] where the shard is not done: the store is away or keeps us out, or the run was interrupted. Then no results are
    /// written.
    pub fn work(
        &self,
        shard: &Shard,
        results: Option<&Place>,
        tell: impl FnMut(&Row),
    ) -> Result<Done, StoreError> {
        let results = results.filter(|_| !self.job.dry_run);
        let (stores, settings) = (self.stores, self.job.settings());
        let there = results.map(|place| stores.look(place)).transpose()?.flatten();
        if let (Some(place), Some(_)) = (results, &there) {
            let written = stores.results(place)?;
            if written.settle(shard, &settings) {
                return Ok(Done { summary: written.summary(), before: true });
            }
        }
        let bench = self.bench(settings);
        let rows = bench.work_on_all(shard.items(), self.interrupt, tell)?;
        let new = Results { shard: shard.hash().to_owned(), settings: bench.settings, rows };
        let summary = new.summary();
        if let Some(place) = results {
            stores.write(place, new.to_parquet()?, there.as_ref())?;
        }
        Ok(Done { summary, before: false })
    }

    fn bench(&self, settings: String) -> Bench<'a> {
        let memory = self.job.memory;
        let waiting = memory / 4;
        Bench {
            stores: self.stores,
            job: self.job,
            engine: self.engine,
            options: self.job.shrinking(),
            settings,
            engines: Engines::new(),
            waiting: MemoryBudget::of(waiting),
            working: MemoryBudget::of(memory - waiting),
            in_a_row: AtomicUsize::new(0),
        }
    }
}

impl Stores {
    /// A shard.
    ///
    /// # Errors
    /// [`StoreError`] of the store, or [`StoreError::Unreadable`].
    pub fn shard(&self, place: &Place) -> Result<Shard, StoreError> {
        Shard::of_parquet(&place.to_string(), self.whole(place)?)
    }

    /// The results of a shard.
    ///
    /// # Errors
    /// [`StoreError`] of the store, or [`StoreError::Unreadable`].
    pub fn results(&self, place: &Place) -> Result<Results, StoreError> {
        Results::of_parquet(&place.to_string(), self.whole(place)?)
    }

    fn whole(&self, place: &Place) -> Result<bytes::Bytes, StoreError> {
        /// More than the largest shard with its longest keys, or its results.
        const MOST: u64 = 1 << 30;
        let why = || format!("it has more than {MOST} bytes");
        let unreadable = || StoreError::Unreadable { place: place.to_string(), why: why() };
        self.fetch(place, None, MOST)?.bytes.ok_or_else(unreadable)
    }

    /// Results in the place of others, or of none. Those of another worker that were faster are as good.
    fn write(&self, place: &Place, bytes: Vec<u8>, there: Option<&object::Known>) -> Result<(), StoreError> {
        let condition = match there.and_then(|known| known.etag.as_deref()) {
            Some(etag) => object::Condition::Replaces(etag),
            None => object::Condition::New,
        };
        match self.put(place, bytes.into(), object_store::Attributes::new(), condition) {
            Ok(_) | Err(StoreError::OutputExists { .. } | StoreError::Changed { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Bench<'_> {
    /// What became of each photo, in their order.
    fn work_on_all(
        &self,
        items: &[Item],
        interrupt: &AtomicBool,
        mut tell: impl FnMut(&Row),
    ) -> Result<Vec<Row>, StoreError> {
        let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let (sender, receiver) = mpsc::channel();
        let work = |sender: &mpsc::Sender<_>| {
            while !stop.load(Ordering::Relaxed) {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(index) else { break };
                let ended = match interrupt.load(Ordering::Relaxed) {
                    true => Err(StoreError::Interrupted),
                    false => self.work_on(item),
                };
                stop.fetch_or(ended.is_err(), Ordering::Relaxed);
                // The receiver lives as long as the scope.
                let _ = sender.send((index, ended));
            }
        };
        let work = &work;
        let shrink = |bytes: &Bytes| (self.engine)(bytes, &self.options);
        thread::scope(|scope| {
            let _running = self.engines.start(scope, self.job.threads.get().min(items.len()), &shrink)?;
            for begun in 0..(self.job.threads.get() * AT_STORES).min(items.len()) {
                let of_thread = sender.clone();
                if thread::Builder::new().spawn_scoped(scope, move || work(&of_thread)).is_err() {
                    // Where the system gives no more threads, those that there are do all of it.
                    if begun == 0 {
                        work(&sender);
                    }
                    break;
                }
            }
            drop(sender);
            gather(items.len(), &receiver, &mut tell)
        })
    }
}

fn gather(
    count: usize,
    receiver: &mpsc::Receiver<(usize, Result<Row, StoreError>)>,
    tell: &mut impl FnMut(&Row),
) -> Result<Vec<Row>, StoreError> {
    let mut rows = vec![None; count];
    for (index, ended) in receiver {
        let row = ended?;
        tell(&row);
        rows[index] = Some(row);
    }
    rows.into_iter().collect::<Option<_>>().ok_or(StoreError::Interrupted)
}

#[cfg(test)]
mod tests;
