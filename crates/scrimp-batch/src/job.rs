//! What is asked for, and the tasks that follow from it.

use crate::{FileError, Origin, Overwrite, Record, Task, walk};
use scrimp::{Convert, Options};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Where outputs go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// One photo into this file.
    File(PathBuf),
    /// Each photo under its own name into this folder; the trees of folders are kept.
    Folder(PathBuf),
}

/// Photos to shrink.
#[derive(Clone, Debug)]
pub struct Job {
    /// Files and folders.
    pub inputs: Vec<PathBuf>,
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
}

/// The tasks of a job, and what is known before they begin.
#[derive(Debug)]
pub struct Planned {
    /// What is to be done, in order.
    pub tasks: Vec<Task>,
    /// What cannot even be begun.
    pub troubles: Vec<Record>,
}

impl Job {
    /// Finds the photos and where each goes.
    ///
    /// # Errors
    /// [`JobError`] if the job makes no sense as a whole.
    pub fn plan(&self) -> Result<Planned, JobError> {
        if let Destination::File(file) = &self.destination {
            let [input] = self.inputs.as_slice() else {
                return Err(JobError::OneFileForMany(file.clone()));
            };
            let mut options = self.options.clone();
            options.convert = Convert::Always;
            let task = Task {
                input: input.clone(),
                outputs: crate::task::Outputs::File(file.clone()),
                origin: Origin::Named,
                overwrite: self.overwrite,
                options,
            };
            return Ok(without_collisions(vec![task], Vec::new()));
        }
        let (mut tasks, mut troubles) = (Vec::new(), Vec::new());
        for input in &self.inputs {
            if input.is_dir() {
                self.add_folder(input, &mut tasks, &mut troubles);
            } else {
                let name = input.file_name().map_or_else(|| input.clone(), PathBuf::from);
                tasks.push(self.task(input.clone(), &name, Origin::Named));
            }
        }
        Ok(without_collisions(tasks, troubles))
    }

    fn add_folder(&self, folder: &Path, tasks: &mut Vec<Task>, troubles: &mut Vec<Record>) {
        let outside = self.folder().canonicalize().ok();
        // Only an output folder inside the input is left out; the input itself never is.
        let outside = outside.filter(|outside| folder.canonicalize().ok().as_ref() != Some(outside));
        for found in walk::files(folder, outside.as_deref()) {
            match found {
                Ok(path) => {
                    let relative = path.strip_prefix(folder).map_or_else(|_| path.clone(), Path::to_path_buf);
                    tasks.push(self.task(path, &relative, Origin::Walked));
                }
                Err(error) => troubles.push(Record::trouble(folder, 0, &error)),
            }
        }
    }

    fn task(&self, input: PathBuf, relative: &Path, origin: Origin) -> Task {
        let mut options = self.options.clone();
        options.convert = Convert::PhotoLike;
        Task {
            input,
            outputs: crate::task::Outputs::InFolder(self.folder().join(relative)),
            origin,
            overwrite: self.overwrite,
            options,
        }
    }

    fn folder(&self) -> &Path {
        match &self.destination {
            Destination::Folder(path) | Destination::File(path) => path,
        }
    }
}

/// Takes out every task whose output another one would write too.
fn without_collisions(tasks: Vec<Task>, mut troubles: Vec<Record>) -> Planned {
    let mut claims: HashMap<PathBuf, u32> = HashMap::new();
    for task in &tasks {
        for output in task.possible_outputs() {
            *claims.entry(output).or_default() += 1;
        }
    }
    let collision = |task: &Task| task.possible_outputs().into_iter().find(|output| claims[output] > 1);
    let (mut sound, mut seen) = (Vec::new(), Vec::new());
    for task in tasks {
        match collision(&task) {
            Some(path) => seen.push(Record::trouble(&task.input, 0, &FileError::OutputCollision { path })),
            None => sound.push(task),
        }
    }
    troubles.extend(seen);
    Planned { tasks: sound, troubles }
}
