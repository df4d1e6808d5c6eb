//! What is wrong with a ledger.

use std::path::{Path, PathBuf};

/// Why a ledger cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Another process has it.
    #[error("the ledger {} is in use by another run", .0.display())]
    Held(PathBuf),
    /// It is no ledger, or the disk is at fault.
    #[error("the ledger {} cannot be used; choose another file, or remove it", path.display())]
    Unusable {
        /// The ledger.
        path: PathBuf,
        /// Why.
        source: Box<redb::Error>,
    },
}

impl LedgerError {
    pub(super) fn of(path: &Path, error: impl Into<redb::Error>) -> Self {
        match error.into() {
            redb::Error::DatabaseAlreadyOpen => Self::Held(path.to_path_buf()),
            error => Self::Unusable { path: path.to_path_buf(), source: Box::new(error) },
        }
    }
}
