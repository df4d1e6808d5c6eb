//! Files in a folder.

use crate::FileError;
use std::io;
use std::path::{Path, PathBuf};

/// Every regular file under `folder` in the order of names, hidden ones and those under `outside` left out; links
/// are not followed.
pub(crate) fn files(
    folder: &Path,
    outside: Option<&Path>,
) -> impl Iterator<Item = Result<PathBuf, FileError>> {
    let outside = outside.map(Path::to_path_buf);
    ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .hidden(true)
        .follow_links(false)
        .sort_by_file_name(|a, b| a.cmp(b))
        .filter_entry(move |entry| {
            // An output folder within the input folder is no input.
            outside
                .as_deref()
                .is_none_or(|outside| entry.path().canonicalize().ok().as_deref() != Some(outside))
        })
        .build()
        .filter_map(|entry| match entry {
            Ok(entry) => entry.file_type().is_some_and(|kind| kind.is_file()).then(|| Ok(entry.into_path())),
            Err(error) => {
                let why = error.to_string();
                let error = error.into_io_error().unwrap_or_else(|| io::Error::other(why));
                Some(Err(FileError::Unreadable(error)))
            }
        })
}
