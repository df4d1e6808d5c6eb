//! One photo of a store, from the look whether it is done to the row of the results.

use super::engines::{Engines, Shrunk};
use super::marks::{Marks, quality};
use super::object::{Fetched, Known};
use super::put::New;
use super::work::{Job, Writing};
use super::{Item, Place, Row, StoreError, Stores};
use crate::memory::MemoryBudget;
use crate::run::Engine;
use crate::summary::Part;
use crate::{OutcomeKind, Record, task};
use bytes::Bytes;
use scrimp::{Error, Format, LimitKind, Options, Outcome, Photo, Rollout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the photos of a shard share.
pub(super) struct Bench<'a> {
    pub(super) stores: &'a Stores,
    pub(super) job: &'a Job,
    pub(super) engine: Engine,
    pub(super) options: Options,
    pub(super) settings: String,
    /// Who shrinks: those who wait for a store do not.
    pub(super) engines: Engines,
    /// For photos that were fetched and wait, in bytes.
    pub(super) waiting: MemoryBudget,
    /// For photos in hand, in bytes.
    pub(super) working: MemoryBudget,
    /// Photos in a row that failed because of the store.
    pub(super) in_a_row: AtomicUsize,
}

/// After so many photos in a row that failed because of the store it is idle to try others.
const ENOUGH: usize = 20;

impl Bench<'_> {
    /// What becomes of a photo. Whatever is wrong with it, or with its objects, is a row.
    ///
    /// # Errors
    /// What no other photo would escape, and [`StoreError::Interrupted`].
    pub(super) fn work_on(&self, item: &Item) -> Result<Row, StoreError> {
        // Unwind-safe: of what a panic has touched nothing but budgets is used again, which are plain numbers.
        let ended = catch_unwind(AssertUnwindSafe(|| self.shrink(item)));
        let defect = |_| Err(Error::Defect("the work on this photo panicked".to_owned()).into());
        let ended = ended.unwrap_or_else(defect);
        let is_of_store = matches!(&ended, Err(Trouble::Store(error)) if error.is_of_store());
        let in_a_row = match is_of_store {
            true => self.in_a_row.fetch_add(1, Ordering::Relaxed) + 1,
            false => {
                self.in_a_row.store(0, Ordering::Relaxed);
                0
            }
        };
        let (outcome, code, reason) = match ended {
            Ok(row) => return Ok(row),
            Err(Trouble::Photo(Error::Interrupted)) => return Err(StoreError::Interrupted),
            Err(Trouble::Store(error)) if error.ends_all() || in_a_row >= ENOUGH => return Err(error),
            Err(Trouble::Store(error)) => (OutcomeKind::Failed, error.code(), error.to_string()),
            Err(Trouble::Photo(error)) => (OutcomeKind::Refused, error.code(), error.to_string()),
        };
        Ok(self.bare(item, item.size.unwrap_or(0), (outcome, code, reason)))
    }

    fn shrink(&self, item: &Item) -> Result<Row, Trouble> {
        let source = self.job.place_of(item)?;
        let outputs = self.job.outputs_of(&source)?;
        if self.job.writing == Writing::InPlace {
            return self.replace(item, &source, &outputs);
        }
        let (etag, size) = self.etag_and_size(item, &source)?;
        self.ensure_within(size)?;
        let seen = self.seen(&outputs)?;
        if let Some(row) = self.done_before(item, &etag, &seen) {
            return Ok(row);
        }
        self.shrink_into(item, Way { source: &source, etag, size, outputs: &outputs, seen })
    }

    /// Over itself.
    fn replace(&self, item: &Item, source: &Place, outputs: &[Place]) -> Result<Row, Trouble> {
        let known = self.look(source)?;
        if let Some(row) = self.replaced_before(item, source, &known) {
            return Ok(row);
        }
        let (etag, size) = checked(item, source, &known)?;
        if etag.is_empty() {
            return Err(StoreError::Unconditional { place: source.to_string() }.into());
        }
        self.ensure_within(size)?;
        self.shrink_into(item, Way { source, etag, size, outputs, seen: vec![(source, known)] })
    }

    fn shrink_into(&self, item: &Item, way: Way<'_>) -> Result<Row, Trouble> {
        let Way { source, etag, size, outputs, seen } = way;
        let _fetched = self.waiting.enter().take(size);
        let Fetched { known, bytes } =
            self.stores.fetch(source, Some(&*etag).filter(|etag| !etag.is_empty()), size)?;
        let Some(bytes) = bytes else {
            return Err(StoreError::Changed { place: source.to_string() }.into());
        };
        let made = match self.made(source, &bytes) {
            Err(error) if error != Error::Interrupted => {
                return Ok(self.refused(item, (etag, &bytes), &error));
            }
            made => made?,
        };
        let bytes_after = made.bytes.as_ref().map(|new| new.len() as u64);
        let Some(new) = made.bytes.filter(|_| !self.job.dry_run) else {
            let row = self.unwritten(item, &made.record, made.cpu_seconds);
            return Ok(Row { source_etag: Some(etag), bytes_after, ..row });
        };
        let size = new.len() as u64;
        let marks = Marks::of_record(&made.record, &etag, &self.settings, (size, made.cpu_seconds));
        let output = if made.is_jpeg_now { &outputs[0] } else { outputs.last().unwrap_or(&outputs[0]) };
        let attributes = match Format::sniff(&new) {
            Some(Format::Jpeg) => known.attributes_of_jpeg(made.is_jpeg_now),
            _ => known.attributes,
        };
        let there = seen.iter().find(|(place, _)| *place == output).map(|(_, known)| known);
        let new = New { place: output, bytes: new, attributes: marks.beside(&attributes), marks: &marks };
        let output_etag = self.put(&new, there)?;
        Ok(marks.row(&item.key, (output.to_string(), output_etag, size)))
    }

    fn look(&self, source: &Place) -> Result<Known, StoreError> {
        self.stores.look(source)?.ok_or_else(|| StoreError::NotFound { place: source.to_string() })
    }

    /// The row of a photo that says itself that it was replaced by these settings: listed before that, or afterwards.
    fn replaced_before(&self, item: &Item, source: &Place, known: &Known) -> Option<Row> {
        let marks = Marks::of(known).filter(|marks| marks.settings == self.settings)?;
        let is_listed = |etag: &String| *etag == marks.source_etag || Some(etag) == known.etag.as_ref();
        let output = (source.to_string(), known.etag.clone(), known.size);
        item.etag.as_ref().is_none_or(is_listed).then(|| marks.row(&item.key, output))
    }

    /// Of the source: those of the manifest if it has both, which saves a question.
    fn etag_and_size(&self, item: &Item, source: &Place) -> Result<(String, u64), StoreError> {
        if let (Some(etag), Some(size)) = (&item.etag, item.size) {
            return Ok((etag.clone(), size));
        }
        checked(item, source, &self.look(source)?)
    }

    fn ensure_within(&self, size: u64) -> Result<(), Error> {
        self.options.limits.check(LimitKind::FileBytes, size)
    }

    /// Which of the outputs are there.
    fn seen<'p>(&self, outputs: &'p [Place]) -> Result<Vec<(&'p Place, Known)>, StoreError> {
        let look = |place| match self.stores.look(place) {
            // S3 denies what is not there to those who may not list. That nothing is replaced is asked of the store once more when
            // the output is put.
            Err(StoreError::Denied { .. }) => Ok(None),
            there => Ok(there?.map(|known| (place, known))),
        };
        outputs.iter().filter_map(|place| look(place).transpose()).collect()
    }

    /// The row of a photo whose output says that it is done.
    fn done_before(&self, item: &Item, etag: &str, seen: &[(&Place, Known)]) -> Option<Row> {
        seen.iter().find_map(|(place, known)| {
            let marks = Marks::of(known).filter(|marks| marks.are_of(etag, &self.settings))?;
            Some(marks.row(&item.key, (place.to_string(), known.etag.clone(), known.size)))
        })
    }

    fn made(&self, source: &Place, bytes: &Bytes) -> Result<Made, Error> {
        let need = Photo::memory_needed(bytes, &self.options).unwrap_or(0).saturating_add(bytes.len() as u64);
        let mut limits = self.options.limits;
        limits.memory = limits.memory.max(self.job.memory);
        limits.check(LimitKind::Memory, need)?;
        let _memory = self.working.enter().take(need);
        let Shrunk { outcome, seconds } = self.engines.shrink(bytes.clone())?;
        let path = source.to_string();
        let mut record = Record::of(Path::new(&path), bytes.len(), &outcome);
        record.ms.total = 1000.0 * seconds;
        let (bytes, is_jpeg_now) = what_to_write(bytes, &outcome, &self.options);
        Ok(Made { record, bytes, is_jpeg_now, cpu_seconds: seconds })
    }

    /// The row of a photo of which nothing is written.
    fn unwritten(&self, item: &Item, record: &Record, cpu_seconds: f64) -> Row {
        let why = (record.outcome, record.code, record.reason.clone());
        let row = self.bare(item, record.input_bytes as u64, why);
        let error = row.error.filter(|_| !record.is_done());
        let rollout = record.rollout.map(Part::from);
        Row { score: record.score, quality: quality(record), rollout, error, cpu_seconds, ..row }
    }

    /// The row of a photo that was read, and refused for what it is.
    fn refused(&self, item: &Item, (etag, bytes): (String, &Bytes), error: &Error) -> Row {
        let why = (OutcomeKind::Refused, error.code(), error.to_string());
        let row = self.bare(item, bytes.len() as u64, why);
        let part = |rollout: Rollout| Part { arm: rollout.arm(bytes), shadow: None };
        Row { source_etag: Some(etag), rollout: self.options.rollout.map(part), ..row }
    }

    fn bare(&self, item: &Item, bytes_before: u64, why: (OutcomeKind, &'static str, String)) -> Row {
        let (outcome, code, reason) = why;
        Row {
            key: item.key.clone(),
            source_etag: item.etag.clone(),
            output_key: None,
            output_etag: None,
            bytes_before,
            bytes_after: None,
            score: None,
            quality: None,
            rollout: None,
            outcome,
            code: Some(code.to_owned()),
            error: Some(reason),
            cpu_seconds: 0.0,
            settings: self.settings.clone(),
        }
    }
}

/// ETag and size of a source, if it is the one that the manifest names.
fn checked(item: &Item, source: &Place, there: &Known) -> Result<(String, u64), StoreError> {
    let is_changed = item.etag.is_some() && item.etag != there.etag;
    if is_changed || item.size.is_some_and(|size| size != there.size) {
        return Err(StoreError::Changed { place: source.to_string() });
    }
    Ok((there.etag.clone().unwrap_or_default(), there.size))
}

/// From a photo to its output.
struct Way<'a> {
    source: &'a Place,
    /// Of the source.
    etag: String,
    size: u64,
    /// Where the output may go: that of a JPEG first.
    outputs: &'a [Place],
    /// Which of them are there.
    seen: Vec<(&'a Place, Known)>,
}

/// What was made of a photo.
struct Made {
    record: Record,
    /// What is to be put, if anything is.
    bytes: Option<Bytes>,
    /// Whether that is a JPEG made of another format.
    is_jpeg_now: bool,
    cpu_seconds: f64,
}

/// Why a photo has no output.
enum Trouble {
    /// Its objects.
    Store(StoreError),
    /// Itself.
    Photo(Error),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Photo(error)
    }
}

/// As into a folder, or in place; and whether it is a JPEG made of another format.
fn what_to_write(bytes: &Bytes, outcome: &Outcome, options: &Options) -> (Option<Bytes>, bool) {
    let new = task::what_to_write(options.convert, true, bytes, outcome).map(|new| match outcome {
        Outcome::Kept(..) => bytes.clone(),
        Outcome::Saved(_) | Outcome::BestEffort(_) => Bytes::copy_from_slice(new),
    });
    (new, outcome.bytes().is_some() && Format::sniff(bytes) != Some(Format::Jpeg))
}
