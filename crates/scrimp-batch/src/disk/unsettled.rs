//! What may be wrong once a whole new file stands at its path.

use crate::FileError;
use std::io;
use std::path::Path;

/// Its folder could not be made durable.
pub(super) fn not_durable(path: &Path, source: io::Error) -> FileError {
    after(path, "the disk does not confirm that this will last", source)
}

/// What it was called before could not be removed.
pub(super) fn leftover(path: &Path, source: io::Error) -> FileError {
    after(path, "a temporary file beside it could not be removed", source)
}

pub(super) fn after(path: &Path, step: &str, source: io::Error) -> FileError {
    FileError::Unsettled { path: path.to_path_buf(), step: step.to_owned(), source }
}
