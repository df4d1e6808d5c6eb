//! Files that belong to another one, in a folder of their own beside it.

use super::{Folder, folder};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Writes new files, by their names, into a folder of their own, durably; after an error none of them stays.
pub(crate) fn fill(
    path: &Path,
    files: impl Iterator<Item = io::Result<(OsString, Vec<u8>)>>,
) -> io::Result<()> {
    folder::make(path)?;
    let folder = Folder::open(path)?;
    let mut made = Vec::new();
    let written = write(&folder, files, &mut made);
    if written.is_err() {
        // The way out after an error, which is what is told.
        made.iter().for_each(|name| drop(folder.remove(name)));
        let _ = fs::remove_dir(path);
    }
    written
}

fn write(
    folder: &Folder,
    mut files: impl Iterator<Item = io::Result<(OsString, Vec<u8>)>>,
    made: &mut Vec<OsString>,
) -> io::Result<()> {
    const ANY_NEW_FILE: u32 = 0o666;
    files.try_for_each(|file| {
        let (name, bytes) = file?;
        let mut file = folder.create(&name, ANY_NEW_FILE)?;
        made.push(name);
        file.write_all(&bytes)
    })?;
    folder.sync_files(made)?;
    folder.sync()
}

/// Removes the files of which `is_left` is true, and the folder if nothing else is in it.
pub(crate) fn clear(path: &Path, is_left: impl Fn(&str) -> bool) {
    let Ok(folder) = Folder::open(path) else { return };
    let names = folder.names().unwrap_or_default();
    for name in names.iter().filter(|name| name.to_str().is_some_and(&is_left)) {
        // What stays harms nothing.
        let _ = folder.remove(name);
    }
    let _ = fs::remove_dir(path);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &Path) -> Vec<OsString> {
        let mut names: Vec<_> = fs::read_dir(path).unwrap().map(|it| it.unwrap().file_name()).collect();
        names.sort();
        names
    }

    #[test]
    fn all_files_are_there_or_none() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("page_files");
        let file = |name: &str| Ok((OsString::from(name), name.as_bytes().to_vec()));
        fill(&path, [file("a"), file("b")].into_iter()).unwrap();
        assert_eq!(names(&path), ["a", "b"]);
        assert_eq!(fs::read(path.join("b")).unwrap(), b"b");
        // A file that is there already is nobody's to be replaced.
        fill(&path, [file("c"), file("a")].into_iter()).unwrap_err();
        fill(&path, [file("d"), Err(io::Error::other("no picture"))].into_iter()).unwrap_err();
        assert_eq!(names(&path), ["a", "b"]);
    }

    #[test]
    fn what_is_left_goes_and_an_empty_folder_with_it() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("page_files");
        fs::create_dir(&path).unwrap();
        for name in ["left", "mine"] {
            fs::write(path.join(name), b"").unwrap();
        }
        clear(&path, |name| name == "left");
        assert_eq!(names(&path), ["mine"]);
        clear(&path, |_| true);
        assert!(!path.exists());
        clear(&path, |_| true);
    }
}
