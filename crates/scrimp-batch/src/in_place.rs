//! Jobs that replace photos by smaller ones.

use crate::disk::{Place, parent_and_name};
use crate::task::{Replacement, Sink};
use crate::{HardLinks, Input, Job, JobError, Origin, Planned, Record, walk};
use scrimp::Convert;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// How photos are replaced.
#[derive(Clone, Debug, Default)]
pub struct InPlace {
    /// The folder into which each photo is copied, durably, before it is replaced. The trees of folders are kept.
    pub backup: Option<PathBuf>,
    /// What becomes of photos with several names.
    pub hard_links: HardLinks,
}

/// A task for each photo; one that is named twice, or named and in a named folder, is one photo.
pub(crate) fn plan(job: &Job, how: &InPlace) -> Result<Planned, JobError> {
    let mut planned = Planned { tasks: Vec::new(), troubles: Vec::new() };
    let mut known = HashSet::new();
    let mut add = |planned: &mut Planned, place: Place, origin| {
        let input = place.path();
        if known.insert(identity(&input)) {
            let backup = how.backup.as_ref().map(|folder| folder.join(&place.below));
            let replacement = Replacement { place, backup, hard_links: how.hard_links };
            let mut task = job.task(input, Sink::InPlace(replacement), origin);
            task.options.convert = Convert::Never;
            planned.tasks.push(task);
        }
    };
    for input in &job.inputs {
        let Input::Path(input) = input else { return Err(JobError::NoFile) };
        if !input.is_dir() {
            add(&mut planned, named(input), Origin::Named);
            continue;
        }
        // Backups are no photos to shrink.
        let outside = how.backup.as_ref().and_then(|folder| folder.canonicalize().ok());
        for found in walk::files(input, outside.as_deref()) {
            match found {
                Ok(path) => {
                    let below = path.strip_prefix(input).map_or_else(|_| path.clone(), Path::to_path_buf);
                    add(&mut planned, Place { root: input.clone(), below }, Origin::Walked);
                }
                Err(error) => planned.troubles.push(Record::trouble(input, 0, &error)),
            }
        }
    }
    Ok(planned)
}

fn named(path: &Path) -> Place {
    match parent_and_name(path) {
        Some((above, name)) => Place { root: above.to_path_buf(), below: name.into() },
        // Nothing that can be a file, as reading it will tell.
        None => Place { root: path.to_path_buf(), below: PathBuf::new() },
    }
}

/// The same for all ways to one name of a file. A link is another name than that of its photo.
fn identity(path: &Path) -> PathBuf {
    let whole = parent_and_name(path).and_then(|(above, name)| {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        Some(above.canonicalize().ok()?.join(name))
    });
    whole.unwrap_or_else(|| path.to_path_buf())
}
