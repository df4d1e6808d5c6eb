//! One photo of a job.

use crate::disk::{self, FileNumber, Original, Place};
use crate::gate::Gate;
use crate::ledger::{Stamp, Standing, content_of};
use crate::permit::{Claim, Permit};
use crate::report::Album;
use crate::{Effect, Engine, Exhibit, FileError, Gauge, HardLinks, Measured, Record, Stream, file, walk};
use scrimp::{Convert, Error, Format, LimitKind, Options, Outcome, Photo, RolloutRecord};
use std::borrow::Cow;
use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// How a photo came into a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Named by the user: if it is no image, that is an error.
    Named,
    /// Met in a folder: if it is no image, it is passed over.
    Walked,
}

/// Where a photo comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// From the file of the task's name.
    File,
    /// It is in memory already.
    Bytes(Arc<[u8]>),
}

/// Where the output of a photo goes.
#[derive(Clone, Debug)]
pub(crate) enum Sink {
    /// Into this very file.
    File(PathBuf),
    /// Under this name in the output folder, or with a JPEG's extension if a photo of another format becomes one.
    InFolder(PathBuf),
    /// Into a stream.
    Stream(Stream),
    /// Over the photo itself.
    InPlace(Replacement),
    /// It is only told what would become of it.
    Nowhere,
}

/// How a photo is replaced.
#[derive(Clone, Debug)]
pub(crate) struct Replacement {
    pub(crate) place: Place,
    pub(crate) backup: Option<Backup>,
    pub(crate) hard_links: HardLinks,
}

/// Where the old file goes.
#[derive(Clone, Debug)]
pub(crate) struct Backup {
    /// The folder of all backups.
    pub(crate) folder: PathBuf,
    pub(crate) path: PathBuf,
    /// Whether nothing else is in that folder, which then says so.
    pub(crate) is_marked: bool,
}

/// One photo of a job.
#[derive(Debug)]
pub struct Task {
    /// The photo's name: its path, or `-`.
    pub input: PathBuf,
    /// How it came into the job.
    pub origin: Origin,
    pub(crate) source: Source,
    pub(crate) sink: Sink,
    /// By its first bytes, when the job was planned: its outputs follow from it.
    pub(crate) format: Option<Format>,
    /// Whether it may be written.
    pub(crate) permit: Result<Permit, FileError>,
    pub(crate) options: Arc<Options>,
    pub(crate) effect: Effect,
    /// What takes pictures of it, where a report is made.
    pub(crate) album: Option<Arc<Album>>,
}

/// A photo read into memory.
pub(crate) struct Loaded<'a> {
    task: &'a Task,
    /// Those of the task, with the threads that it is given.
    options: Options,
    bytes: Cow<'a, [u8]>,
    /// The file to be replaced.
    original: Option<Original>,
    /// Width and height, if its markers tell them within the limits.
    size: Option<(u64, u64)>,
    /// The photo's file before it was read.
    stamp: Option<Stamp>,
    started: Instant,
}

impl Task {
    /// Every path to which this photo might be written.
    pub(crate) fn claim(&self) -> Claim {
        let outputs = match (&self.sink, self.format) {
            (Sink::Stream(_) | Sink::Nowhere, _) => Vec::new(),
            (Sink::InPlace(replacement), _) => {
                replacement.backup.iter().map(|backup| backup.path.clone()).collect()
            }
            (Sink::File(path), _) => vec![path.clone()],
            (Sink::InFolder(_), None) if self.origin == Origin::Walked => Vec::new(),
            (Sink::InFolder(path), None | Some(Format::Jpeg)) => vec![path.clone()],
            (Sink::InFolder(path), Some(_)) => {
                let mut outputs = vec![path.clone(), path.with_extension("jpg")];
                outputs.dedup();
                outputs
            }
        };
        let input = self.is_file().then(|| self.input.clone());
        Claim { input, outputs }
    }

    /// The folders in which something may be written for it.
    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        let mut outputs = self.claim().outputs;
        if let Sink::InPlace(replacement) = &self.sink {
            outputs.push(replacement.place.path());
        }
        let folders = outputs.iter().filter_map(|path| path.parent()).map(PathBuf::from);
        folders.chain(self.backup().map(|backup| backup.folder.clone())).collect()
    }

    /// Whether it is a file of a folder that is no image.
    pub(crate) fn is_passed_over(&self) -> bool {
        self.origin == Origin::Walked && matches!(file::format(&self.input), Ok(None))
    }

    /// Whether it comes from a file.
    pub(crate) const fn is_file(&self) -> bool {
        matches!(self.source, Source::File)
    }

    /// What its bytes will take, as far as is known before they are read.
    pub(crate) fn length(&self) -> u64 {
        match &self.source {
            Source::File => {
                let length = fs::metadata(&self.input).map_or(0, |metadata| metadata.len());
                length.min(self.options.limits.file_bytes)
            }
            Source::Bytes(bytes) => bytes.len() as u64,
        }
    }

    /// What is the same for all names of the photo, if it has several and is replaced all the same: the locks and
    /// looks that keep others away would else keep the job from its own photos.
    pub(crate) fn number_of_several_names(&self) -> Option<FileNumber> {
        match &self.sink {
            Sink::InPlace(replacement) if replacement.hard_links == HardLinks::Split => {
                disk::number_of_several_names(&self.input)
            }
            _ => None,
        }
    }

    /// Reads the photo, for so many threads to work on.
    pub(crate) fn load(&self, threads: NonZeroUsize) -> Result<Loaded<'_>, FileError> {
        let started = Instant::now();
        let stamp = if self.is_file() { Stamp::of(&self.input) } else { None };
        let limit = self.options.limits.file_bytes;
        let (bytes, original) = match (&self.source, &self.sink) {
            (Source::File, Sink::InPlace(replacement)) => {
                let (original, bytes) = Original::read(&replacement.place, limit, replacement.hard_links)?;
                (Cow::Owned(bytes), Some(original))
            }
            (Source::File, _) => (Cow::Owned(file::read(&self.input, limit)?), None),
            (Source::Bytes(bytes), _) => (Cow::Borrowed(&**bytes), None),
        };
        if Format::sniff(&bytes) != self.format {
            return Err(FileError::Changed);
        }
        let size = Photo::size(&bytes, &self.options.limits).ok();
        let mut options = Options::clone(&self.options);
        options.threads = threads;
        Ok(Loaded { task: self, options, bytes, original, size, stamp, started })
    }
}

impl Loaded<'_> {
    /// The memory that the work needs; little where the photo will be refused at once.
    pub(crate) fn memory(&self) -> u64 {
        let work = Photo::memory_needed(&self.bytes, &self.options).unwrap_or(0);
        work.saturating_add(self.bytes.len() as u64)
    }

    /// That the work fits into `memory` bytes, or into what the limits allow beyond that.
    pub(crate) fn ensure_fits(&self, memory: u64) -> Result<(), Error> {
        let mut limits = self.task.options.limits;
        limits.memory = limits.memory.max(memory);
        limits.check(LimitKind::Memory, self.memory())
    }

    pub(crate) fn refused(&self, error: &Error) -> Record {
        let options = self.task.options.of_arm(&self.bytes);
        let mut record = Record::refused(&self.task.input, self.bytes.len(), &options, error);
        (record.width, record.height) = self.size.unzip();
        let arm = self.options.rollout.map(|rollout| rollout.arm(&self.bytes));
        record.rollout = arm.map(|arm| RolloutRecord { arm, shadow: None });
        record
    }

    /// Shrinks the photo and writes what is to be written, or measures its curve; none if that was interrupted.
    pub(crate) fn work(self, permit: &Permit, engine: Engine, gate: &Gate) -> Option<(Record, Standing)> {
        let mut standing = Standing { stamp: self.stamp, content: content_of(&self.bytes), output: None };
        let recorded = match self.task.effect {
            Effect::Measure(gauge) => self.measured(gauge, engine),
            Effect::Write | Effect::DryRun => self.shrunk(permit, engine, gate, &mut standing),
        };
        let mut record = match recorded {
            Err(Error::Interrupted) => return None,
            Err(error) => self.refused(&error),
            Ok(record) => record,
        };
        (record.width, record.height) = self.size.unzip();
        record.ms.total = self.started.elapsed().as_secs_f64() * 1000.0;
        Some((record, standing))
    }

    fn shrunk(
        &self,
        permit: &Permit,
        engine: Engine,
        gate: &Gate,
        standing: &mut Standing,
    ) -> Result<Record, Error> {
        let outcome = match &self.task.album {
            None => engine(&self.bytes, &self.options)?,
            Some(album) => {
                let mut options = self.options.clone();
                options.show = album.wish();
                engine(&self.bytes, &options)?
            }
        };
        let _writing = gate.enter().ok_or(Error::Interrupted)?;
        let record = self.written(&outcome, permit, standing);
        Ok(Record { exhibit: self.task.show(&self.bytes, &outcome), ..record })
    }

    fn measured(&self, gauge: Gauge, engine: Engine) -> Result<Record, Error> {
        let Self { task, bytes, .. } = self;
        let measured = Measured::measure(gauge, bytes, &self.options, |options| {
            let outcome = engine(bytes, options)?;
            let written = task.what_to_write(bytes, &outcome).map_or(bytes.len(), <[u8]>::len);
            Ok((outcome, written))
        })?;
        Ok(Record::measured(&task.input, measured))
    }

    /// Writes what is to be written, and tells what stands then.
    fn written(&self, outcome: &Outcome, permit: &Permit, standing: &mut Standing) -> Record {
        let Self { task, bytes, .. } = self;
        let mut record = Record::of(&task.input, bytes.len(), outcome);
        let Some(new) = task.what_to_write(bytes, outcome) else { return record };
        let writing = Instant::now();
        let written = match (task.effect, &self.original) {
            (Effect::DryRun | Effect::Measure(_), _) => Ok(None),
            (Effect::Write, _) if matches!(task.sink, Sink::Nowhere) => Ok(None),
            (Effect::Write, Some(original)) => task.replace(original, bytes, new).map(Some),
            (Effect::Write, None) => task.write(new, outcome, permit).map(Some),
        };
        match written {
            Ok(path) => record.output = path,
            Err(error) => return Record::trouble(&task.input, bytes.len(), &error).stands(new.len(), &error),
        }
        if record.output.is_some() && self.original.is_some() {
            // The new file has the time of the old one.
            standing.stamp = self.stamp.map(|stamp| Stamp { bytes: new.len() as u64, ..stamp });
            standing.content = content_of(new);
        } else {
            standing.output.clone_from(&record.output);
        }
        record.output_bytes = Some(new.len());
        record.ms.write = writing.elapsed().as_secs_f64() * 1000.0;
        record
    }
}

impl Task {
    /// Has pictures taken for a report.
    fn show(&self, original: &[u8], outcome: &Outcome) -> Option<Exhibit> {
        self.album.as_ref()?.take_outcome(original, outcome, &self.options)
    }

    const fn backup(&self) -> Option<&Backup> {
        match &self.sink {
            Sink::InPlace(replacement) => replacement.backup.as_ref(),
            _ => None,
        }
    }

    /// Replaces the photo.
    fn replace(&self, original: &Original, old: &[u8], new: &[u8]) -> Result<PathBuf, FileError> {
        if let Some(backup) = self.backup() {
            if backup.is_marked {
                walk::mark_backups(&backup.folder)?;
            }
            original.back_up(old, &backup.path)?;
        }
        original.replace(old, new)?;
        Ok(self.input.clone())
    }

    /// Writes the output; returns its path.
    fn write(&self, bytes: &[u8], outcome: &Outcome, permit: &Permit) -> Result<PathBuf, FileError> {
        let path = match &self.sink {
            Sink::InPlace(_) | Sink::Nowhere => self.input.clone(),
            Sink::Stream(stream) => return stream.write(bytes),
            Sink::File(path) => path.clone(),
            Sink::InFolder(path) if outcome.bytes().is_some() && self.format != Some(Format::Jpeg) => {
                path.with_extension("jpg")
            }
            Sink::InFolder(path) => path.clone(),
        };
        permit.write(&path, bytes)?;
        Ok(path)
    }

    fn what_to_write<'b>(&self, input: &'b [u8], outcome: &'b Outcome) -> Option<&'b [u8]> {
        let keeps_its_name = matches!(self.sink, Sink::InFolder(_));
        let may_be_copied = keeps_its_name || self.format == Some(Format::Jpeg);
        what_to_write(self.options.convert, may_be_copied, input, outcome)
    }
}

/// The new JPEG; of a kept photo its own bytes if it may be copied, but never those of another format where a JPEG was asked
/// for; a best effort only if it is smaller.
pub(crate) fn what_to_write<'b>(
    convert: Convert,
    may_be_copied: bool,
    input: &'b [u8],
    outcome: &'b Outcome,
) -> Option<&'b [u8]> {
    match outcome {
        // In place what does not get better stays.
        Outcome::BestEffort(_) | Outcome::Kept(..) if convert == Convert::Never => None,
        Outcome::BestEffort(shrunk) if shrunk.bytes.len() >= input.len() => None,
        Outcome::Saved(shrunk) | Outcome::BestEffort(shrunk) => Some(&shrunk.bytes),
        Outcome::Kept(..) => may_be_copied.then_some(input),
    }
}
