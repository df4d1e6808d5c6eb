//! New files, whole or not at all.

use super::folder::OldName;
use super::{Folder, folder, parent_and_name, temporary::Temporary, unsettled};
use crate::{FileError, Overwrite};
use std::fs::File;
use std::io;
use std::path::Path;

/// What any new file may be, before the user's own mask.
const ANY_NEW_FILE: u32 = 0o666;

/// Writes a new file under a temporary name in its folder, makes it durable and renames it.
pub(crate) fn write_whole(path: &Path, bytes: &[u8], overwrite: Overwrite) -> Result<(), FileError> {
    let unwritable = |source| FileError::Unwritable { path: path.to_path_buf(), source };
    let no_name = || unwritable(io::Error::from(io::ErrorKind::InvalidFilename));
    let (above, name) = parent_and_name(path).ok_or_else(no_name)?;
    folder::make(above).map_err(unwritable)?;
    let folder = Folder::open(above).map_err(unwritable)?;
    let mut file = Temporary::create(&folder, ANY_NEW_FILE).map_err(unwritable)?;
    file.write(bytes).and_then(|()| file.settle()).map_err(unwritable)?;
    let renamed = match overwrite {
        Overwrite::Always => file.rename(name).map(|()| OldName::Gone),
        Overwrite::Never | Overwrite::Same => file.rename_new(name),
    };
    let old_name = renamed.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => FileError::OutputExists { path: path.to_path_buf() },
        _ => unwritable(error),
    })?;
    folder.sync().map_err(|source| unsettled::not_durable(path, source))?;
    match old_name {
        OldName::Gone => Ok(()),
        OldName::Stays(source) => Err(unsettled::leftover(path, source)),
    }
}

/// A file without a name in the folder at `path`, gone with its last handle. The folder is made if it is missing.
pub(crate) fn scratch(path: &Path) -> io::Result<File> {
    folder::make(path)?;
    let folder = Folder::open(path)?;
    let temporary = Temporary::create(&folder, 0o600)?;
    let file = temporary.file().try_clone()?;
    temporary.remove()?;
    Ok(file)
}
