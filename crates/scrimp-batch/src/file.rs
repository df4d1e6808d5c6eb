//! Reading and writing whole files.

use crate::disk;
use scrimp::Format;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What is wrong with a file or its disk, rather than with the photo in it. The cause is not part of the text, but
/// its source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It cannot be read.
    #[error("it cannot be read")]
    Unreadable(#[source] io::Error),
    /// It is a folder, a device or the like.
    #[error("it is no regular file")]
    NotAFile,
    /// It is not what it was when the job was planned or when it was read.
    #[error("it changed while the job ran; shrink it again")]
    Changed,
    /// The output cannot be written.
    #[error("{} cannot be written", path.display())]
    Unwritable {
        /// The output.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The output is there already.
    #[error("{} is there already", path.display())]
    OutputExists {
        /// The output.
        path: PathBuf,
    },
    /// The output is the input itself.
    #[error("the output would be the photo itself; choose another folder or name")]
    OutputIsInput,
    /// The output is another photo of the same job.
    #[error("{} would be replaced, which is itself a photo to be read; choose another folder", path.display())]
    OutputIsPhoto {
        /// The output.
        path: PathBuf,
    },
    /// It is a link, and is to be replaced.
    #[error("it is a link and stays one; the photo behind it is rewritten under its own name")]
    Link,
    /// It has several names, and is to be replaced.
    #[error("{names} names (hard links) stand for it, and only this one would get the new file")]
    HardLinked {
        /// How many.
        names: u64,
    },
    /// It is protected against writing, and is to be replaced.
    #[error("it is protected against writing")]
    ReadOnly,
    /// Another run has it in hand.
    #[error("another run of scrimp has it in hand; shrink it again when that has ended")]
    Busy,
    /// Something that it has besides its bytes cannot be given to the new file.
    #[error("its {what} cannot be carried over to the new file, so it stays as it is")]
    Attributes {
        /// What.
        what: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A backup of other bytes is there already.
    #[error("{} is there already with other bytes; choose another folder for backups", path.display())]
    BackupExists {
        /// The backup.
        path: PathBuf,
    },
    /// A whole new file stands at its path, but something after that failed.
    #[error("the whole new file stands at {}, but {step}", path.display())]
    Unsettled {
        /// The new file.
        path: PathBuf,
        /// What failed.
        step: String,
        /// Why.
        source: io::Error,
    },
    /// Several photos would be written to one output.
    #[error("{} would be the output of several photos; write them into folders of their own", path.display())]
    OutputCollision {
        /// The output.
        path: PathBuf,
    },
}

impl FileError {
    /// A stable word for this cause.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::NotAFile => "not_a_file",
            Self::Changed => "changed",
            Self::Unwritable { .. } => "unwritable",
            Self::OutputExists { .. } => "output_exists",
            Self::OutputIsInput => "output_is_input",
            Self::OutputIsPhoto { .. } => "output_is_photo",
            Self::OutputCollision { .. } => "output_collision",
            Self::Link => "link",
            Self::HardLinked { .. } => "hard_linked",
            Self::ReadOnly => "read_only",
            Self::Busy => "busy",
            Self::Attributes { .. } => "attributes",
            Self::BackupExists { .. } => "backup_exists",
            Self::Unsettled { .. } => "unsettled",
        }
    }

    /// The whole story in one line: this error and its cause.
    #[must_use]
    pub fn in_full(&self) -> String {
        match self.source() {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }
}

/// The bytes of a regular file; of one that is longer than `limit`, only `limit` + 1 of them, so that a limit on its
/// size can be seen to be passed without its being read.
///
/// # Errors
/// [`FileError::Unreadable`] or [`FileError::NotAFile`].
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(FileError::Unreadable)?;
    Ok(bytes)
}

/// The format that the first bytes of a regular file are of.
pub(crate) fn format(path: &Path) -> Result<Option<Format>, FileError> {
    const HEAD: u64 = 16;
    let mut bytes = Vec::new();
    open(path)?.take(HEAD).read_to_end(&mut bytes).map_err(FileError::Unreadable)?;
    Ok(Format::sniff(&bytes))
}

fn open(path: &Path) -> Result<File, FileError> {
    // Looked at before it is opened: opening a pipe would wait for its other end.
    if !fs::metadata(path).map_err(FileError::Unreadable)?.is_file() {
        return Err(FileError::NotAFile);
    }
    File::open(path).map_err(FileError::Unreadable)
}

/// Whether an output that is there already may be replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// It stays, and the photo fails.
    #[default]
    Never,
    /// It is as good if it holds the very bytes that would be written; else it stays, and the photo fails.
    Same,
    /// It is replaced.
    Always,
}

/// Writes a whole new file: under a temporary name in the same folder, made durable, then renamed. Missing folders
/// are made.
///
/// # Errors
/// [`FileError::OutputExists`] or [`FileError::Unwritable`], and nothing is left behind then; or
/// [`FileError::Unsettled`], and the new file is there.
pub fn write_whole(path: &Path, bytes: &[u8], overwrite: Overwrite) -> Result<(), FileError> {
    disk::write_whole(path, bytes, overwrite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_whole_and_alone_in_its_folder() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("deep/er/photo.jpg");
        write_whole(&path, b"bytes", Overwrite::Never).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"bytes");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_there_stays_unless_it_may_be_replaced() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("photo.jpg");
        fs::write(&path, b"old").unwrap();
        let error = write_whole(&path, b"new", Overwrite::Never).unwrap_err();
        assert_eq!(error.code(), "output_exists");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        write_whole(&path, b"new", Overwrite::Always).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(room.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn an_output_has_the_mode_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let room = tempfile::tempdir().unwrap();
        fs::write(room.path().join("plain"), b"").unwrap();
        let path = room.path().join("photo.jpg");
        write_whole(&path, b"bytes", Overwrite::Never).unwrap();
        let mode = |name: &str| fs::metadata(room.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("photo.jpg"), mode("plain"));
    }

    #[test]
    fn a_folder_cannot_be_read_as_a_file() {
        let room = tempfile::tempdir().unwrap();
        assert_eq!(read(room.path(), 10).unwrap_err().code(), "not_a_file");
        assert_eq!(read(&room.path().join("none"), 10).unwrap_err().code(), "unreadable");
    }

    #[test]
    fn no_more_is_read_than_shows_that_a_limit_is_passed() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("long");
        fs::write(&path, [7; 100]).unwrap();
        assert_eq!(read(&path, 10).unwrap().len(), 11);
        assert_eq!(read(&path, 100).unwrap().len(), 100);
    }
}
