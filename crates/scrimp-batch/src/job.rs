//! What is asked for, and the tasks that follow from it.

use crate::permit::{Permit, settle};
use crate::task::{Sink, Source};
use crate::{Event, Gauge, InPlace, Origin, Overwrite, Record, Selection, Stream, Task, in_place};
use scrimp::{Convert, Options};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What comes in.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file or a folder.
    Path(PathBuf),
    /// One photo from elsewhere, such as standard input. It is called `-`.
    Bytes(Arc<[u8]>),
}

/// Where outputs go.
#[derive(Clone, Debug)]
pub enum Destination {
    /// One photo into this file.
    File(PathBuf),
    /// Each photo under its own name into this folder; the trees of folders are kept.
    Folder(PathBuf),
    /// One photo into this stream.
    Stream(Stream),
    /// Each JPEG over itself; photos of other formats are looked at and stay.
    InPlace(InPlace),
    /// There are none: every photo is taken for one that is to become a JPEG, and looked at.
    Nowhere,
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Effect {
    /// Yes.
    #[default]
    Write,
    /// All the work is done, and nothing written.
    DryRun,
    /// No goal is applied: each photo is measured, and nothing written.
    Measure(Gauge),
}

/// Photos to shrink.
#[derive(Clone, Debug)]
pub struct Job {
    /// Files and folders.
    pub inputs: Vec<Input>,
    /// Which files of the folders.
    pub selection: Selection,
    /// Where outputs go.
    pub destination: Destination,
    /// How each photo is shrunk.
    pub options: Options,
    /// Whether outputs that are there already may be replaced.
    pub overwrite: Overwrite,
    /// Whether anything is written.
    pub effect: Effect,
}

/// Why a job cannot begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// Several photos into one file.
    #[error("several photos cannot go into the one file {}; end it with / to make it a folder", .0.display())]
    OneFileForMany(PathBuf),
    /// Several photos into one stream.
    #[error("standard input and standard output take one photo")]
    OneStreamForMany,
    /// A photo without a file over itself.
    #[error("a photo from standard input has no file to be rewritten in place")]
    NoFile,
    /// A photo without a name into a folder.
    #[error("a photo from standard input needs a file name for its output")]
    NoName,
    /// A glob that is none.
    #[error("{0}; globs are written as in a .gitignore, for example *.jpg or raw/**")]
    Glob(String),
    /// Photos replaced through links.
    #[error("photos behind links are not replaced; name the folder that they stand in")]
    LinksInPlace,
    /// The caller gave up on it while the photos were looked for.
    #[error("interrupted while looking for photos")]
    Interrupted,
}

/// The tasks of a job, and what is known before they begin.
#[derive(Debug)]
pub struct Planned {
    /// What is to be done, in order.
    pub tasks: Vec<Task>,
    /// What could not even be looked at.
    pub troubles: Vec<Record>,
}

impl Planned {
    fn empty() -> Self {
        Self { tasks: Vec::new(), troubles: Vec::new() }
    }
}

impl Job {
    /// Finds the photos and where each goes, and settles which of them may be written there. Tells of each that was
    /// found.
    ///
    /// # Errors
    /// [`JobError`] if the job makes no sense as a whole, or `interrupt` is set.
    pub fn plan(&self, interrupt: &AtomicBool, tell: impl FnMut(Event)) -> Result<Planned, JobError> {
        let mut plan = Plan::of(self, interrupt, tell);
        match &self.destination {
            Destination::File(file) => {
                plan.one(Sink::File(file.clone()), JobError::OneFileForMany(file.clone()))?;
            }
            Destination::Stream(stream) => {
                plan.one(Sink::Stream(stream.clone()), JobError::OneStreamForMany)?;
            }
            Destination::Folder(folder) => plan.many(folder)?,
            Destination::InPlace(how) => in_place::plan(&mut plan, how)?,
            Destination::Nowhere => plan.nowhere()?,
        }
        let mut planned = plan.planned;
        let claims: Vec<_> = planned.tasks.iter().map(Task::claim).collect();
        // A backup that is there already is settled when its bytes are known.
        let in_place = matches!(self.destination, Destination::InPlace(_));
        let overwrite = if in_place { Overwrite::Always } else { self.overwrite };
        for (task, permit) in planned.tasks.iter_mut().zip(settle(&claims, overwrite)) {
            task.permit = permit;
        }
        Ok(planned)
    }
}

/// The tasks of a job as they are found.
pub(crate) struct Plan<'a, T> {
    pub(crate) job: &'a Job,
    /// One for all photos.
    options: Arc<Options>,
    planned: Planned,
    interrupt: &'a AtomicBool,
    tell: T,
}

impl<'a, T: FnMut(Event)> Plan<'a, T> {
    fn of(job: &'a Job, interrupt: &'a AtomicBool, tell: T) -> Self {
        let convert = match job.destination {
            // The caller named its output.
            Destination::File(_) | Destination::Stream(_) | Destination::Nowhere => Convert::Always,
            Destination::Folder(_) => Convert::PhotoLike,
            Destination::InPlace(_) => Convert::Never,
        };
        let mut options = job.options.clone();
        options.convert = convert;
        Self { job, options: Arc::new(options), planned: Planned::empty(), interrupt, tell }
    }

    /// One photo that becomes a JPEG whatever it is.
    fn one(&mut self, sink: Sink, otherwise: JobError) -> Result<(), JobError> {
        let [input] = self.job.inputs.as_slice() else { return Err(otherwise) };
        match input {
            Input::Path(path) => self.add(path.clone(), Source::File, sink, Origin::Named),
            Input::Bytes(bytes) => {
                self.add(PathBuf::from("-"), Source::Bytes(Arc::clone(bytes)), sink, Origin::Named)
            }
        }
    }

    fn many(&mut self, output: &Path) -> Result<(), JobError> {
        for input in &self.job.inputs {
            let Input::Path(input) = input else { return Err(JobError::NoName) };
            if input.is_dir() {
                self.add_folder(input, output)?;
            } else {
                let name = input.file_name().map_or_else(|| input.clone(), PathBuf::from);
                let sink = Sink::InFolder(output.join(name));
                self.add(input.clone(), Source::File, sink, Origin::Named)?;
            }
        }
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path, output: &Path) -> Result<(), JobError> {
        let outside = output.canonicalize().ok();
        // Only an output folder inside the input is left out; the input itself never is.
        let outside = outside.filter(|outside| folder.canonicalize().ok().as_ref() != Some(outside));
        for found in self.job.selection.files(folder, outside.as_deref())? {
            match found {
                Ok(path) => {
                    let relative = path.strip_prefix(folder).map_or_else(|_| path.clone(), Path::to_path_buf);
                    let sink = Sink::InFolder(output.join(relative));
                    self.add(path, Source::File, sink, Origin::Walked)?;
                }
                Err(error) => self.fail(folder, &error),
            }
        }
        Ok(())
    }

    fn nowhere(&mut self) -> Result<(), JobError> {
        for input in &self.job.inputs {
            match input {
                Input::Bytes(bytes) => {
                    self.add("-".into(), Source::Bytes(Arc::clone(bytes)), Sink::Nowhere, Origin::Named)?;
                }
                Input::Path(path) if path.is_dir() => {
                    for found in self.job.selection.files(path, None)? {
                        match found {
                            Ok(found) => self.add(found, Source::File, Sink::Nowhere, Origin::Walked)?,
                            Err(error) => self.fail(path, &error),
                        }
                    }
                }
                Input::Path(path) => self.add(path.clone(), Source::File, Sink::Nowhere, Origin::Named)?,
            }
        }
        Ok(())
    }

    /// Adds a photo.
    pub(crate) fn add(
        &mut self,
        input: PathBuf,
        source: Source,
        sink: Sink,
        origin: Origin,
    ) -> Result<(), JobError> {
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(JobError::Interrupted);
        }
        let format = source.format(&input);
        let (permit, options, effect) = (Ok(Permit::default()), Arc::clone(&self.options), self.job.effect);
        self.planned.tasks.push(Task {
            input,
            origin,
            source,
            sink,
            format,
            permit,
            options,
            effect,
            album: None,
        });
        (self.tell)(Event::Found);
        Ok(())
    }

    /// Adds something that could not be looked at.
    pub(crate) fn fail(&mut self, path: &Path, error: &crate::FileError) {
        self.planned.troubles.push(Record::trouble(path, 0, error));
    }
}
