//! Where shards are put.

use super::StoreError;
use crate::permit::holds;
use crate::{FileError, Overwrite, disk, write_whole};
use std::path::{Path, PathBuf};

/// What became of a file that was to be put somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It was written.
    New,
    /// One with the same bytes was there.
    Same,
    /// One with other bytes was there, and stays.
    Other,
}

/// A folder or a prefix of a store that takes files, each whole or not at all.
pub trait Shelf {
    /// How a file of this name is called in messages.
    fn place(&self, name: &str) -> String;

    /// Puts a file there, unless there is one of this name.
    ///
    /// # Errors
    /// What the folder or store answers.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<Put, StoreError>;

    /// Whether there is a file of this name.
    ///
    /// # Errors
    /// What the folder or store answers.
    fn has(&self, name: &str) -> Result<bool, StoreError>;
}

/// A folder of this machine.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at this path, which need not be there yet. What a killed run left in it is removed.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        disk::sweep(path);
        Self(path.to_path_buf())
    }

    fn failed(&self, name: &str, error: &FileError) -> StoreError {
        StoreError::Other { place: self.place(name), why: error.in_full() }
    }
}

impl Shelf for Folder {
    fn place(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        let path = self.0.join(name);
        if holds(&path, bytes) {
            return Ok(Put::Same);
        }
        match write_whole(&path, bytes, Overwrite::Never) {
            Ok(()) => Ok(Put::New),
            // Another run may have written the same just now.
            Err(FileError::OutputExists { .. }) if holds(&path, bytes) => Ok(Put::Same),
            Err(FileError::OutputExists { .. }) => Ok(Put::Other),
            Err(error) => Err(self.failed(name, &error)),
        }
    }

    fn has(&self, name: &str) -> Result<bool, StoreError> {
        let there = self.0.join(name).try_exists().map_err(FileError::Unreadable);
        there.map_err(|error| self.failed(name, &error))
    }
}
