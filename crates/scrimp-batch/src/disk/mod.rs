//! The disk: new files and replaced ones, whole or not at all, and what killed runs leave behind.
//!
//! The promises of docs/files.md are kept here, by the system calls of Linux and macOS. Elsewhere the same is done
//! with what the standard library has.

#[cfg(unix)]
mod attributes;
#[cfg(unix)]
mod beside;
#[cfg(unix)]
mod folder;
#[cfg(unix)]
mod leftover;
#[cfg(unix)]
mod new_file;
#[cfg(unix)]
mod original;
#[cfg(unix)]
mod temporary;
#[cfg(unix)]
mod unsettled;

#[cfg(not(unix))]
mod elsewhere;

#[cfg(not(unix))]
pub(crate) use elsewhere::{
    Original, clear, fill, folds_case, is_temporary, scratch, sweep, token, write_whole,
};
#[cfg(unix)]
pub(crate) use {
    beside::{clear, fill},
    folder::folds_case,
    leftover::sweep,
    new_file::{scratch, write_whole},
    original::Original,
    temporary::{is_temporary, token},
};

#[cfg(unix)]
use folder::Folder;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// What becomes of a photo that has several names in the file system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HardLinks {
    /// It is left alone.
    #[default]
    Leave,
    /// The one name gets the new file, the others keep the old one.
    Split,
}

/// Where a photo stands that is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// A folder, as the user named it.
    pub(crate) root: PathBuf,
    /// The way from there, on which no link is followed.
    pub(crate) below: PathBuf,
}

impl Place {
    pub(crate) fn path(&self) -> PathBuf {
        self.root.join(&self.below)
    }

    #[cfg(unix)]
    fn name(&self) -> Option<&OsStr> {
        self.below.file_name()
    }

    /// The folders between the root and the photo.
    #[cfg(unix)]
    fn between(&self) -> &Path {
        self.below.parent().unwrap_or(Path::new(""))
    }
}

/// What is the same for all names of a file.
#[cfg(unix)]
pub(crate) type FileNumber = (u64, u64);
/// Files have no numbers that the standard library knows.
#[cfg(not(unix))]
pub(crate) type FileNumber = std::convert::Infallible;

/// The number of a file that has several names.
#[cfg(unix)]
pub(crate) fn number_of_several_names(path: &Path) -> Option<FileNumber> {
    use std::os::unix::fs::MetadataExt;
    let metadata = path.symlink_metadata().ok().filter(|metadata| metadata.is_file() && metadata.nlink() > 1);
    metadata.map(|metadata| (metadata.dev(), metadata.ino()))
}

/// The number of a file that has several names.
#[cfg(not(unix))]
pub(crate) fn number_of_several_names(_: &Path) -> Option<FileNumber> {
    None
}

/// The folder of a file, which is empty where the path has none, and its name in it.
pub(crate) fn parent_and_name(path: &Path) -> Option<(&Path, &OsStr)> {
    Some((path.parent().unwrap_or(Path::new("")), path.file_name()?))
}
