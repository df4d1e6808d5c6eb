//! One photo of a job.

use crate::{FileError, Overwrite, Record, file, write_whole};
use scrimp::{Error, Format, Options, Outcome, Photo, memory_needed};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// How a photo came into a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Named by the user: if it is no image, that is an error.
    Named,
    /// Met in a folder: if it is no image, it is passed over.
    Walked,
}

/// Where the output of a photo goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outputs {
    /// Into this very file.
    File(PathBuf),
    /// Under this name in the output folder, or with a JPEG's extension if a photo of another format becomes one.
    InFolder(PathBuf),
}

/// One photo of a job.
#[derive(Clone, Debug)]
pub struct Task {
    /// The photo.
    pub input: PathBuf,
    /// How it came into the job.
    pub origin: Origin,
    pub(crate) outputs: Outputs,
    pub(crate) overwrite: Overwrite,
    pub(crate) options: Options,
}

/// A photo read into memory, admitted by what it needs.
pub(crate) struct Loaded<'a> {
    task: &'a Task,
    bytes: Vec<u8>,
    started: Instant,
}

impl Task {
    /// Every path to which this photo might be written.
    pub(crate) fn possible_outputs(&self) -> Vec<PathBuf> {
        match &self.outputs {
            Outputs::File(path) => vec![path.clone()],
            Outputs::InFolder(path) if is_jpeg_name(path) => vec![path.clone()],
            // A file without a photo's extension is as likely no photo: its own name is all it claims.
            Outputs::InFolder(path)
                if path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("png")) =>
            {
                vec![path.clone(), path.with_extension("jpg")]
            }
            Outputs::InFolder(path) => vec![path.clone()],
        }
    }

    /// Reads the photo; `None` for a file of a folder that is no image.
    pub(crate) fn load(&self) -> Result<Option<Loaded<'_>>, Box<Record>> {
        let started = Instant::now();
        let trouble = |error: &FileError| Box::new(Record::trouble(&self.input, 0, error));
        let bytes =
            file::read(&self.input, self.options.limits.file_bytes).map_err(|error| trouble(&error))?;
        if self.origin == Origin::Walked && Format::sniff(&bytes).is_none() {
            return Ok(None);
        }
        Ok(Some(Loaded { task: self, bytes, started }))
    }
}

fn is_jpeg_name(path: &Path) -> bool {
    path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("jpg") || ext.eq_ignore_ascii_case("jpeg"))
}

impl Loaded<'_> {
    /// The memory that the work needs; little where the photo will be refused at once.
    pub(crate) fn memory(&self) -> u64 {
        let size = Photo::size(&self.bytes, &self.task.options.limits);
        size.map_or(0, |(width, height)| memory_needed(width, height)).saturating_add(self.bytes.len() as u64)
    }

    /// As [`Self::shrink`], and a panic, which is a defect of scrimp, costs this photo alone.
    pub(crate) fn shrink_without_panic(self) -> Record {
        let (task, length) = (self.task, self.bytes.len());
        // Unwind-safe: the photo's own bytes and the task are all that the work touches, and neither is changed.
        catch_unwind(AssertUnwindSafe(|| self.shrink())).unwrap_or_else(|_| {
            let error = Error::Defect("the work on this photo panicked".to_owned());
            Record::refused(&task.input, length, &task.options, &error)
        })
    }

    /// Shrinks the photo and writes what is to be written.
    fn shrink(self) -> Record {
        let Self { task, bytes, started } = self;
        let input = &task.input;
        if let Err(error) = task.check_outputs() {
            return Record::trouble(input, bytes.len(), &error);
        }
        let outcome = match scrimp::shrink(&bytes, &task.options) {
            Ok(outcome) => outcome,
            Err(error) => return Record::refused(input, bytes.len(), &task.options, &error),
        };
        let mut record = Record::of(input, bytes.len(), &outcome);
        let written = Instant::now();
        match task.write(&bytes, &outcome) {
            Ok(output) => record.set_output(output),
            Err(error) => return Record::trouble(input, bytes.len(), &error),
        }
        record.set_times(written.elapsed(), started.elapsed());
        record
    }
}

impl Task {
    /// Looks before the work at what would forbid the writing after it.
    fn check_outputs(&self) -> Result<(), FileError> {
        let input = self.input.canonicalize().ok();
        for path in self.possible_outputs() {
            if path.canonicalize().is_ok_and(|output| Some(output) == input) {
                return Err(FileError::OutputIsInput);
            }
            if self.overwrite == Overwrite::Never && path.symlink_metadata().is_ok() {
                return Err(FileError::OutputExists { path });
            }
        }
        Ok(())
    }

    /// Writes the output, if there is one; returns its path and size.
    fn write(&self, input: &[u8], outcome: &Outcome) -> Result<Option<(PathBuf, usize)>, FileError> {
        let Some((path, bytes)) = self.output(input, outcome) else { return Ok(None) };
        write_whole(&path, bytes, self.overwrite)?;
        Ok(Some((path, bytes.len())))
    }

    /// What is written where (design: the new JPEG; of a kept photo its own bytes, but never those of another format
    /// under a name that was given for a JPEG; a best effort only if it is smaller).
    fn output<'b>(&self, input: &'b [u8], outcome: &'b Outcome) -> Option<(PathBuf, &'b [u8])> {
        let is_jpeg = Format::sniff(input) == Some(Format::Jpeg);
        match (outcome, &self.outputs) {
            (Outcome::BestEffort(shrunk), _) if shrunk.bytes.len() >= input.len() => None,
            (Outcome::Saved(shrunk) | Outcome::BestEffort(shrunk), Outputs::File(path)) => {
                Some((path.clone(), &shrunk.bytes))
            }
            (Outcome::Saved(shrunk) | Outcome::BestEffort(shrunk), Outputs::InFolder(path)) => {
                let path = if is_jpeg { path.clone() } else { path.with_extension("jpg") };
                Some((path, &shrunk.bytes))
            }
            (Outcome::Kept(..), Outputs::File(_)) if !is_jpeg => None,
            (Outcome::Kept(..), Outputs::File(path) | Outputs::InFolder(path)) => Some((path.clone(), input)),
        }
    }
}
