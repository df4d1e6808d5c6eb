//! Jobs that replace photos by smaller ones.

use crate::disk::{Place, parent_and_name};
use crate::job::Plan;
use crate::task::{Backup, Replacement, Sink, Source};
use crate::{Event, HardLinks, Input, JobError, Origin};
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
pub(crate) fn plan<T: FnMut(Event)>(plan: &mut Plan<'_, T>, how: &InPlace) -> Result<(), JobError> {
    let job = plan.job;
    if job.selection.follow_links {
        return Err(JobError::LinksInPlace);
    }
    let mut known = HashSet::new();
    let mut add = |plan: &mut Plan<'_, T>, place: Place, origin| {
        let input = place.path();
        if !known.insert(identity(&input)) {
            return Ok(());
        }
        let backup = how
            .backup
            .as_ref()
            .map(|folder| Backup { folder: folder.clone(), path: folder.join(&place.below) });
        let replacement = Replacement { place, backup, hard_links: how.hard_links };
        plan.add(input, Source::File, Sink::InPlace(replacement), origin)
    };
    // Backups are no photos to shrink.
    let outside = how.backup.as_ref().and_then(|folder| folder.canonicalize().ok());
    for input in &job.inputs {
        let Input::Path(input) = input else { return Err(JobError::NoFile) };
        if !input.is_dir() {
            add(plan, named(input), Origin::Named)?;
            continue;
        }
        for found in job.selection.files(input, outside.as_deref())? {
            match found {
                Ok(path) => {
                    let below = path.strip_prefix(input).map_or_else(|_| path.clone(), Path::to_path_buf);
                    add(plan, Place { root: input.clone(), below }, Origin::Walked)?;
                }
                Err(error) => plan.fail(input, &error),
            }
        }
    }
    Ok(())
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
