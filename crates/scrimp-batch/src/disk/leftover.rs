//! What killed runs have left behind.

use super::Folder;
use super::folder::try_lock;
use super::temporary::is_temporary;
use std::path::{Path, PathBuf};

/// Removes from a folder the temporary files of runs that live no more; returns their paths. What cannot be looked at
/// or removed stays: it harms nothing.
pub(crate) fn sweep(path: &Path) -> Vec<PathBuf> {
    let Ok(folder) = Folder::open(path) else { return Vec::new() };
    let names = folder.names().unwrap_or_default();
    let removed = names.iter().filter(|name| is_temporary(name)).filter(|name| {
        let Ok(file) = folder.open_file(name) else { return false };
        let is_ours = file.metadata().is_ok_and(|metadata| metadata.is_file());
        // Its run holds a lock on it as long as it lives.
        is_ours && matches!(try_lock(&file), Ok(true)) && folder.remove(name).is_ok()
    });
    removed.map(|name| path.join(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::temporary::Temporary;
    use std::fs;

    #[test]
    fn only_files_of_dead_runs_are_removed() {
        let room = tempfile::tempdir().unwrap();
        let folder = Folder::open(room.path()).unwrap();
        let living = Temporary::create(&folder, 0o600).unwrap();
        let dead = ".scrimp-0123456789abcdef.part";
        for name in [dead, ".scrimp-notes", "photo.jpg"] {
            fs::write(room.path().join(name), b"bytes").unwrap();
        }
        std::os::unix::fs::symlink("photo.jpg", room.path().join(".scrimp-0000000000000000.part")).unwrap();
        assert_eq!(sweep(room.path()), [room.path().join(dead)]);
        assert!(room.path().join(living.name()).exists());
        assert_eq!(fs::read_dir(room.path()).unwrap().count(), 4);
    }
}
