//! What has been done so far, in one file: it saves time, and nothing depends on it.
//!
//! The file is a redb database with one table: from a photo's absolute path and the hash of a job's settings to an
//! [`Entry`] in JSON. A killed run loses what it wrote down last, at most two seconds of work, which is done again.

mod entry;
mod error;
mod session;

pub use entry::Entry;
pub use error::LedgerError;
pub use session::Session;

pub(crate) use entry::{Stamp, Standing, content_of};
pub(crate) use session::{Notes, hash_of_settings};

use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};
use std::path::{Path, PathBuf};

const ENTRIES: TableDefinition<'_, (&[u8], u128), &[u8]> = TableDefinition::new("entries");

/// What the database may keep in memory. Its own default is a gigabyte.
const CACHE: usize = 16 << 20;

/// A photo's absolute path and the hash of a job's settings.
pub(crate) type Key = (Vec<u8>, u128);

/// An open ledger. One process has it at a time.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    database: Database,
}

impl Ledger {
    /// Opens the ledger, or makes an empty one; missing folders are made.
    ///
    /// # Errors
    /// [`LedgerError::Held`] if another process has it, [`LedgerError::Unusable`] if it is none or the disk is at fault.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| LedgerError::of(path, redb::Error::Io(error)))?;
        }
        let opened = Database::builder().set_cache_size(CACHE).create(path);
        let ledger = Self::from(path, opened)?;
        if ledger.len().is_err() {
            // A new one has no table yet, which could not be read.
            ledger.write(|_| Ok(()))?;
        }
        Ok(ledger)
    }

    /// Opens a ledger that is there.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_existing(path: &Path) -> Result<Self, LedgerError> {
        Self::from(path, Database::builder().set_cache_size(CACHE).open(path))
    }

    fn from(path: &Path, opened: Result<Database, redb::DatabaseError>) -> Result<Self, LedgerError> {
        let database = opened.map_err(|error| LedgerError::of(path, error))?;
        Ok(Self { path: path.to_path_buf(), database })
    }

    /// Its file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many entries there are.
    ///
    /// # Errors
    /// [`LedgerError::Unusable`].
    pub fn len(&self) -> Result<u64, LedgerError> {
        self.read(|table| Ok(table.len()?))
    }

    /// Whether there are none.
    ///
    /// # Errors
    /// [`LedgerError::Unusable`].
    pub fn is_empty(&self) -> Result<bool, LedgerError> {
        Ok(self.len()? == 0)
    }

    /// Shows every entry, in the order of paths.
    ///
    /// # Errors
    /// [`LedgerError::Unusable`].
    pub fn for_each(&self, mut show: impl FnMut(Entry)) -> Result<(), LedgerError> {
        self.read(|table| {
            for row in table.iter()? {
                Entry::read(row?.1.value()).into_iter().for_each(&mut show);
            }
            Ok(())
        })
    }

    /// Forgets the entries of a photo, or of all photos in a folder; returns how many.
    ///
    /// # Errors
    /// [`LedgerError::Unusable`].
    pub fn forget(&self, place: &Path) -> Result<usize, LedgerError> {
        let place = std::path::absolute(place).unwrap_or_else(|_| place.to_path_buf());
        let mut forgotten = 0;
        self.write(|table| {
            table.retain(|_, value| {
                let is_there =
                    Entry::read(value).is_some_and(|entry| Path::new(&entry.path).starts_with(&place));
                forgotten += usize::from(is_there);
                !is_there
            })?;
            Ok(())
        })?;
        Ok(forgotten)
    }

    pub(crate) fn entry(&self, (path, settings): &Key) -> Result<Option<Entry>, LedgerError> {
        self.read(|table| {
            let row = table.get((path.as_slice(), *settings))?;
            Ok(row.and_then(|row| Entry::read(row.value())))
        })
    }

    /// Writes entries down, durably.
    pub(crate) fn add(&self, entries: &[(Key, Entry)]) -> Result<(), LedgerError> {
        self.write(|table| {
            for ((path, settings), entry) in entries {
                table.insert((path.as_slice(), *settings), entry.to_json().as_slice())?;
            }
            Ok(())
        })
    }

    fn read<T>(
        &self,
        look: impl FnOnce(redb::ReadOnlyTable<(&'static [u8], u128), &'static [u8]>) -> Result<T, redb::Error>,
    ) -> Result<T, LedgerError> {
        let read = || look(self.database.begin_read()?.open_table(ENTRIES)?);
        read().map_err(|error| LedgerError::of(&self.path, error))
    }

    fn write(
        &self,
        change: impl FnOnce(&mut redb::Table<'_, (&'static [u8], u128), &'static [u8]>) -> Result<(), redb::Error>,
    ) -> Result<(), LedgerError> {
        let write = || {
            let mut transaction = self.database.begin_write()?;
            // Else opening it after a kill would read all of it.
            transaction.set_quick_repair(true);
            change(&mut transaction.open_table(ENTRIES)?)?;
            Ok(transaction.commit()?)
        };
        write().map_err(|error: redb::Error| LedgerError::of(&self.path, error))
    }
}

#[cfg(test)]
mod tests;
