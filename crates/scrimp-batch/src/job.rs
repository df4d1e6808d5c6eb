//! What is asked for, and the tasks that follow from it.

use crate::{Event, Gauge, InPlace, Overwrite, Record, Selection, Stream, Tasks, file, in_place, walk};
use scrimp::{Convert, Options};
use std::fs;
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
    /// Nothing is written: it is told what would become of each photo, whether or not it may be replaced. Which of other
    /// formats count as ones that become a JPEG.
    Nowhere(Convert),
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
    /// Photos into a folder where something else is.
    #[error("photos cannot go into {}, as it is there and no folder; name another place for them", .0.display())]
    NoFolder(PathBuf),
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
    pub tasks: Tasks,
    /// What could not even be looked at.
    pub troubles: Vec<Record>,
    /// The folder for backups, if there is something else in it. It is not marked, and so another job over it takes all
    /// of it for photos.
    pub mixed_backups: Option<PathBuf>,
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
            Destination::File(file) => plan.one(JobError::OneFileForMany(file.clone()))?,
            Destination::Stream(_) => plan.one(JobError::OneStreamForMany)?,
            Destination::Folder(folder) => plan.many(folder)?,
            Destination::InPlace(how) => in_place::plan(&mut plan, how)?,
            Destination::Nowhere(_) => in_place::find(&mut plan, None)?,
        }
        let mut planned = plan.planned;
        planned.tasks.settle();
        Ok(planned)
    }
}

/// The tasks of a job as they are found.
pub(crate) struct Plan<'a, T> {
    pub(crate) job: &'a Job,
    planned: Planned,
    interrupt: &'a AtomicBool,
    tell: T,
}

impl<'a, T: FnMut(Event)> Plan<'a, T> {
    fn of(job: &'a Job, interrupt: &'a AtomicBool, tell: T) -> Self {
        let convert = match job.destination {
            // The caller named its output.
            Destination::File(_) | Destination::Stream(_) => Convert::Always,
            Destination::Folder(_) => Convert::Open,
            Destination::InPlace(_) => Convert::Never,
            Destination::Nowhere(convert) => convert,
        };
        let mut options = job.options.clone();
        options.convert = convert;
        let (overwrite, backups) = match &job.destination {
            // A backup that is there already is settled when its bytes are known.
            Destination::InPlace(how) => (Overwrite::Always, how.backup.as_deref()),
            _ => (job.overwrite, None),
        };
        let mixed_backups = backups.filter(|folder| !walk::may_be_marked(folder)).map(Path::to_path_buf);
        let (options, destination) = (Arc::new(options), job.destination.clone());
        let tasks = Tasks::new(options, job.effect, destination, overwrite, mixed_backups.is_none());
        let planned = Planned { tasks, troubles: Vec::new(), mixed_backups };
        Self { job, planned, interrupt, tell }
    }

    /// One photo that becomes a JPEG whatever it is.
    fn one(&mut self, otherwise: JobError) -> Result<(), JobError> {
        let [input] = self.job.inputs.as_slice() else { return Err(otherwise) };
        match input {
            Input::Path(path) => self.add_named(path)?,
            Input::Bytes(bytes) => self.planned.tasks.add_bytes(bytes),
        }
        Ok(())
    }

    fn many(&mut self, output: &Path) -> Result<(), JobError> {
        ensure_can_be_folder(output)?;
        for input in &self.job.inputs {
            let Input::Path(input) = input else { return Err(JobError::NoName) };
            if input.is_dir() {
                self.add_folder(input, output)?;
            } else {
                self.add_named(input)?;
            }
        }
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path, output: &Path) -> Result<(), JobError> {
        let outside = output.canonicalize().ok();
        // Only an output folder inside the input is left out; the input itself never is.
        let outside = outside.filter(|outside| folder.canonicalize().ok().as_ref() != Some(outside));
        self.walk(folder, outside.as_deref(), |_| true)
    }

    /// Adds the photos in a folder of which `is_wanted` is true, but for those under `outside`.
    pub(crate) fn walk(
        &mut self,
        folder: &Path,
        outside: Option<&Path>,
        mut is_wanted: impl FnMut(&Path) -> bool,
    ) -> Result<(), JobError> {
        let root = Arc::from(folder);
        for found in self.job.selection.files(folder, outside)? {
            match found {
                Ok(path) if is_wanted(&path) => {
                    self.ensure_wanted()?;
                    let format = file::format(&path).ok().flatten();
                    self.planned.tasks.add_walked(&root, &path, format);
                    (self.tell)(Event::Found);
                }
                Ok(_) => {}
                Err(error) => self.planned.troubles.push(Record::trouble(folder, 0, &error)),
            }
        }
        Ok(())
    }

    /// Adds a photo that was named.
    pub(crate) fn add_named(&mut self, path: &Path) -> Result<(), JobError> {
        self.ensure_wanted()?;
        self.planned.tasks.add_named(path, file::format(path).ok().flatten());
        (self.tell)(Event::Found);
        Ok(())
    }

    fn ensure_wanted(&self) -> Result<(), JobError> {
        if self.interrupt.load(Ordering::Relaxed) { Err(JobError::Interrupted) } else { Ok(()) }
    }
}

/// What is there of a folder, or of those that it is to stand in, is one.
fn ensure_can_be_folder(output: &Path) -> Result<(), JobError> {
    // A slash at its end would hide that it is something else.
    let mut ways = output.components().as_path().ancestors();
    match ways.find_map(|way| fs::metadata(way).ok().map(|there| (way, there))) {
        Some((way, there)) if !there.is_dir() => Err(JobError::NoFolder(way.to_owned())),
        _ => Ok(()),
    }
}
