//! Systems that are neither Linux nor macOS: times and the permissions that the standard library knows are kept,
//! links are told apart by their kind alone, and leftovers stay.

use super::{HardLinks, Place, parent_and_name};
use crate::{FileError, Overwrite};
use std::ffi::OsString;
use std::fs::{self, File, FileTimes, Metadata};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Writes a new file under a temporary name in its folder, makes it durable and renames it.
pub(crate) fn write_whole(path: &Path, bytes: &[u8], overwrite: Overwrite) -> Result<(), FileError> {
    let unwritable = |source| FileError::Unwritable { path: path.to_path_buf(), source };
    let file = temporary(path, bytes).map_err(unwritable)?;
    let persisted = match overwrite {
        Overwrite::Always => file.persist(path),
        Overwrite::Never | Overwrite::Same => file.persist_noclobber(path),
    };
    persisted.map(drop).map_err(|failed| match failed.error.kind() {
        io::ErrorKind::AlreadyExists => FileError::OutputExists { path: path.to_path_buf() },
        _ => unwritable(failed.error),
    })
}

fn temporary(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let (above, _) = parent_and_name(path).ok_or(io::ErrorKind::InvalidFilename)?;
    let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
    fs::create_dir_all(above)?;
    let mut file = tempfile::Builder::new().prefix(".scrimp-").suffix(".part").tempfile_in(above)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Whether a name is of the form that a file in the making has.
pub(crate) fn is_temporary(name: &std::ffi::OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(".scrimp-") && name.ends_with(".part"))
}

/// A file without a name, or removed with its last handle, in the folder at `path`, which is made if it is missing.
pub(crate) fn scratch(path: &Path) -> io::Result<File> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    fs::create_dir_all(path)?;
    tempfile::tempfile_in(path)
}

/// Writes new files, by their names, into a folder of their own; after an error none of them stays.
pub(crate) fn fill(
    path: &Path,
    files: impl Iterator<Item = io::Result<(OsString, Vec<u8>)>>,
) -> io::Result<()> {
    fs::create_dir_all(path)?;
    let mut made = Vec::new();
    let written = files.into_iter().try_for_each(|file| {
        let (name, bytes) = file?;
        made.push(path.join(name));
        let mut file = File::create_new(&made[made.len() - 1])?;
        file.write_all(&bytes)?;
        file.sync_all()
    });
    if written.is_err() {
        made.iter().for_each(|path| drop(fs::remove_file(path)));
        let _ = fs::remove_dir(path);
    }
    written
}

/// Removes the files of which `is_left` is true, and the folder if nothing else is in it.
pub(crate) fn clear(path: &Path, is_left: impl Fn(&str) -> bool) {
    let Ok(entries) = fs::read_dir(path) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(&is_left) {
            // What stays harms nothing.
            let _ = fs::remove_file(entry.path());
        }
    }
    let _ = fs::remove_dir(path);
}

/// A word that no name of a file holds by chance.
pub(crate) fn token() -> String {
    format!("{:016x}", RandomState::new().hash_one("scrimp"))
}

/// Windows does not tell upper from lower case unless asked to.
pub(crate) fn folds_case(_: &Path) -> bool {
    true
}

/// Nothing tells here whether the run that made a temporary file still lives.
pub(crate) fn sweep(_: &Path) -> Vec<PathBuf> {
    Vec::new()
}

/// A photo that was read to be replaced.
#[derive(Debug)]
pub(crate) struct Original {
    path: PathBuf,
    seen: Metadata,
}

impl Original {
    /// Opens a photo if it may be replaced, and reads at most one byte more than `limit`.
    pub(crate) fn read(place: &Place, limit: u64, _: HardLinks) -> Result<(Self, Vec<u8>), FileError> {
        let path = place.path();
        let seen = path.symlink_metadata().map_err(FileError::Unreadable)?;
        if seen.is_symlink() {
            return Err(FileError::Link);
        } else if !seen.is_file() {
            return Err(FileError::NotAFile);
        } else if seen.permissions().readonly() {
            return Err(FileError::ReadOnly);
        }
        let bytes = read(&path, limit).map_err(FileError::Unreadable)?;
        Ok((Self { path, seen }, bytes))
    }

    /// Replaces the photo, whose bytes are `old`.
    pub(crate) fn replace(&self, old: &[u8], new: &[u8]) -> Result<(), FileError> {
        let unwritable = |source| FileError::Unwritable { path: self.path.clone(), source };
        let file = temporary(&self.path, new).map_err(unwritable)?;
        self.copy_times(file.as_file())?;
        let now = self.path.symlink_metadata().map_err(FileError::Unreadable)?;
        let is_same = now.is_file() && now.modified().ok() == self.seen.modified().ok();
        let limit = old.len() as u64;
        if !is_same || read(&self.path, limit).map_err(FileError::Unreadable)? != old {
            return Err(FileError::Changed);
        }
        file.persist(&self.path).map(drop).map_err(|failed| unwritable(failed.error))
    }

    /// Writes the photo, whose bytes are `old`, to `path` as well; never over other bytes.
    pub(crate) fn back_up(&self, old: &[u8], path: &Path) -> Result<(), FileError> {
        match write_whole(path, old, Overwrite::Never) {
            Err(FileError::OutputExists { path }) => {
                match read(&path, old.len() as u64).map_err(FileError::Unreadable)? == old {
                    true => Ok(()),
                    false => Err(FileError::BackupExists { path }),
                }
            }
            written => written,
        }
    }

    fn copy_times(&self, to: &File) -> Result<(), FileError> {
        let times = || -> io::Result<()> {
            let times = FileTimes::new().set_accessed(self.seen.accessed()?);
            to.set_times(times.set_modified(self.seen.modified()?))
        };
        times().map_err(|source| FileError::Attributes { what: "times", source })
    }
}

fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
