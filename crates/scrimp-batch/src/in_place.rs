//! Jobs that replace photos by smaller ones.

use crate::disk::parent_and_name;
use crate::job::Plan;
use crate::{Event, HardLinks, Input, JobError};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use twox_hash::XxHash3_128;

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
    if plan.job.selection.follow_links {
        return Err(JobError::LinksInPlace);
    }
    find(plan, how.backup.as_deref())
}

/// The same, whatever becomes of them. Backups are no photos to shrink.
pub(crate) fn find<T: FnMut(Event)>(plan: &mut Plan<'_, T>, backups: Option<&Path>) -> Result<(), JobError> {
    let (job, mut known) = (plan.job, Known::default());
    let outside = backups.and_then(|folder| folder.canonicalize().ok());
    for input in &job.inputs {
        let Input::Path(input) = input else { return Err(JobError::NoFile) };
        // In one folder, nothing is met twice.
        let mut is_new = |path: &Path| job.inputs.len() == 1 || known.add(path);
        if input.is_dir() {
            plan.walk(input, outside.as_deref(), is_new)?;
        } else if is_new(input) {
            plan.add_named(input)?;
        }
    }
    Ok(())
}

/// The names of files that were met, whatever the way to them. A link is another name than that of its photo.
#[derive(Debug, Default)]
struct Known {
    /// Hashes: two names of one hash do not occur.
    names: HashSet<u128>,
    /// The last folder, and what it is without links.
    folder: Option<(PathBuf, PathBuf)>,
}

impl Known {
    /// Whether it was not met before.
    fn add(&mut self, path: &Path) -> bool {
        let whole = parent_and_name(path).and_then(|(above, name)| Some(self.whole(above)?.join(name)));
        let whole = whole.unwrap_or_else(|| path.to_path_buf());
        self.names.insert(XxHash3_128::oneshot(whole.as_os_str().as_encoded_bytes()))
    }

    fn whole(&mut self, folder: &Path) -> Option<&Path> {
        let above = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if self.folder.as_ref().is_none_or(|(known, _)| known.as_os_str() != above.as_os_str()) {
            self.folder = Some((above.to_path_buf(), above.canonicalize().ok()?));
        }
        self.folder.as_ref().map(|(_, whole)| whole.as_path())
    }
}
