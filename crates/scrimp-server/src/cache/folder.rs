//! The folder that results are kept in.

use super::{Key, entry};
use crate::finished::Finished;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A file being written is named so until it is whole.
const UNFINISHED: &str = "unfinished-";

/// A folder of one service alone.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Files of one key never share a name, so that the end of an old one cannot take a new one along.
    next: AtomicU64,
    /// Locked as long as the service lives.
    _lock: File,
}

/// A file of the folder.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) age: Duration,
}

impl Folder {
    /// Makes the folder where there is none, and keeps other services out of it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let lock = File::create(path.join("lock"))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::new(
                io::ErrorKind::ResourceBusy,
                "another service has this folder; give each a cache_folder of its own",
            ),
            TryLockError::Error(error) => error,
        })?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self { path: path.to_owned(), next: AtomicU64::new(now.as_nanos() as u64), _lock: lock })
    }

    /// Writes a result, whole or not at all.
    pub(super) fn write(&self, key: Key, finished: &Finished) -> io::Result<Kept> {
        let name = key.to_string();
        let folder = self.path.join(name.get(..2).unwrap_or_default());
        fs::create_dir_all(&folder)?;
        let head = entry::head(key, finished)?;
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.path)?;
        file.write_all(&head)?;
        file.write_all(&finished.file)?;
        let path = folder.join(format!("{name}.{:x}", self.next.fetch_add(1, Ordering::Relaxed)));
        file.persist(&path)?;
        let bytes = (head.len() + finished.file.len()) as u64;
        Ok(Kept { path, bytes, age: Duration::ZERO })
    }

    /// The results of an earlier run, the oldest first. What was never finished is removed; what is none of ours stays.
    pub(super) fn list(&self) -> io::Result<Vec<(Key, Kept)>> {
        let mut found = Vec::new();
        for inside in fs::read_dir(&self.path)? {
            let inside = inside?;
            if inside.file_type()?.is_dir() {
                found.extend(fs::read_dir(inside.path())?.filter_map(|file| kept(&file.ok()?)));
            } else if inside.file_name().to_string_lossy().starts_with(UNFINISHED) {
                fs::remove_file(inside.path())?;
            }
        }
        found.sort_by_key(|(_, kept)| std::cmp::Reverse(kept.age));
        Ok(found)
    }
}

fn kept(file: &fs::DirEntry) -> Option<(Key, Kept)> {
    let name = file.file_name();
    let key = name.to_str()?.split_once('.')?.0.parse().ok()?;
    let about = file.metadata().ok().filter(fs::Metadata::is_file)?;
    // One from the future is new.
    let age = about.modified().ok()?.elapsed().unwrap_or_default();
    Some((key, Kept { path: file.path(), bytes: about.len(), age }))
}
