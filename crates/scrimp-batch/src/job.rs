//! What is asked for, and the tasks that follow from it.

use crate::permit::{Permit, settle};
use crate::task::{Sink, Source};
use crate::{InPlace, Origin, Overwrite, Record, Stream, Task, in_place, walk};
use scrimp::{Convert, Options};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
}

/// Photos to shrink.
#[derive(Clone, Debug)]
pub struct Job {
    /// Files and folders.
    pub inputs: Vec<Input>,
    /// Where outputs go.
    pub destination: Destination,
    /// How each photo is shrunk.
    pub options: Options,
    /// Whether outputs that are there already may be replaced.
    pub overwrite: Overwrite,
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
}

/// The tasks of a job, and what is known before they begin.
#[derive(Debug)]
pub struct Planned {
    /// What is to be done, in order.
    pub tasks: Vec<Task>,
    /// What could not even be looked at.
    pub troubles: Vec<Record>,
}

impl Job {
    /// Finds the photos and where each goes, and settles which of them may be written there.
    ///
    /// # Errors
    /// [`JobError`] if the job makes no sense as a whole.
    pub fn plan(&self) -> Result<Planned, JobError> {
        let mut planned = match &self.destination {
            Destination::File(file) => {
                self.one(Sink::File(file.clone()), JobError::OneFileForMany(file.clone()))?
            }
            Destination::Stream(stream) => {
                self.one(Sink::Stream(stream.clone()), JobError::OneStreamForMany)?
            }
            Destination::Folder(folder) => self.many(folder)?,
            Destination::InPlace(how) => in_place::plan(self, how)?,
        };
        let claims: Vec<_> = planned.tasks.iter().map(Task::claim).collect();
        // A backup that is there already is settled when its bytes are known.
        let in_place = matches!(self.destination, Destination::InPlace(_));
        let overwrite = if in_place { Overwrite::Always } else { self.overwrite };
        for (task, permit) in planned.tasks.iter_mut().zip(settle(&claims, overwrite)) {
            task.permit = permit;
        }
        Ok(planned)
    }

    /// One photo that becomes a JPEG whatever it is: the caller named its output.
    fn one(&self, sink: Sink, otherwise: JobError) -> Result<Planned, JobError> {
        let [input] = self.inputs.as_slice() else { return Err(otherwise) };
        let (name, source) = match input {
            Input::Path(path) => (path.clone(), Source::File),
            Input::Bytes(bytes) => (PathBuf::from("-"), Source::Bytes(Arc::clone(bytes))),
        };
        let mut task = self.task(name, sink, Origin::Named);
        task.format = source.format(&task.input);
        task.source = source;
        task.options.convert = Convert::Always;
        Ok(Planned { tasks: vec![task], troubles: Vec::new() })
    }

    fn many(&self, output: &Path) -> Result<Planned, JobError> {
        let mut planned = Planned { tasks: Vec::new(), troubles: Vec::new() };
        for input in &self.inputs {
            let Input::Path(input) = input else { return Err(JobError::NoName) };
            if input.is_dir() {
                self.add_folder(input, output, &mut planned);
            } else {
                let name = input.file_name().map_or_else(|| input.clone(), PathBuf::from);
                let sink = Sink::InFolder(output.join(name));
                planned.tasks.push(self.task(input.clone(), sink, Origin::Named));
            }
        }
        Ok(planned)
    }

    fn add_folder(&self, folder: &Path, output: &Path, planned: &mut Planned) {
        let outside = output.canonicalize().ok();
        // Only an output folder inside the input is left out; the input itself never is.
        let outside = outside.filter(|outside| folder.canonicalize().ok().as_ref() != Some(outside));
        for found in walk::files(folder, outside.as_deref()) {
            match found {
                Ok(path) => {
                    let relative = path.strip_prefix(folder).map_or_else(|_| path.clone(), Path::to_path_buf);
                    let sink = Sink::InFolder(output.join(relative));
                    planned.tasks.push(self.task(path, sink, Origin::Walked));
                }
                Err(error) => planned.troubles.push(Record::trouble(folder, 0, &error)),
            }
        }
    }

    pub(crate) fn task(&self, input: PathBuf, sink: Sink, origin: Origin) -> Task {
        let mut options = self.options.clone();
        options.convert = Convert::PhotoLike;
        let source = Source::File;
        let format = source.format(&input);
        Task { input, origin, source, sink, format, permit: Ok(Permit::default()), options }
    }
}
