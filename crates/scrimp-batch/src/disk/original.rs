//! A photo that is going to be replaced, and how that is done.

use super::folder::{OldName, holds, try_lock};
use super::temporary::{Temporary, token};
use super::{Folder, HardLinks, Place, attributes, unsettled};
use crate::FileError;
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A photo that was read to be replaced, and taken for this run alone.
#[derive(Debug)]
pub(crate) struct Original {
    path: PathBuf,
    folder: Folder,
    name: OsString,
    file: File,
    /// As it was when it was read.
    seen: Metadata,
}

impl Original {
    /// Opens a photo if it may be replaced, and reads at most one byte more than `limit`.
    pub(crate) fn read(
        place: &Place,
        limit: u64,
        hard_links: HardLinks,
    ) -> Result<(Self, Vec<u8>), FileError> {
        let original = Self::open(place)?;
        original.ensure_replaceable(hard_links)?;
        let mut bytes = Vec::new();
        let reading = (&original.file).take(limit.saturating_add(1)).read_to_end(&mut bytes);
        reading.map_err(FileError::Unreadable)?;
        let now = original.file.metadata().map_err(FileError::Unreadable)?;
        if !is_same(&original.seen, &now) {
            return Err(FileError::Changed);
        }
        Ok((original, bytes))
    }

    fn open(place: &Place) -> Result<Self, FileError> {
        let name = place.name().ok_or(FileError::NotAFile)?.to_os_string();
        let folder = Folder::open(&place.root).and_then(|root| root.descend(place.between()));
        let folder = folder.map_err(FileError::Unreadable)?;
        let file = folder.open_file(&name).map_err(|error| match error.raw_os_error() {
            Some(code) if code == Errno::LOOP.raw_os_error() => FileError::Link,
            _ => FileError::Unreadable(error),
        })?;
        let seen = file.metadata().map_err(FileError::Unreadable)?;
        if !seen.is_file() {
            return Err(FileError::NotAFile);
        }
        Ok(Self { path: place.path(), folder, name, file, seen })
    }

    fn ensure_replaceable(&self, hard_links: HardLinks) -> Result<(), FileError> {
        if hard_links == HardLinks::Leave && self.seen.nlink() > 1 {
            return Err(FileError::HardLinked { names: self.seen.nlink() });
        }
        // An administrator may write to everything, but a photo that everyone is kept from is meant to stay.
        if self.seen.mode() & 0o222 == 0 {
            return Err(FileError::ReadOnly);
        }
        self.folder.ensure_writable_file(&self.name).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => FileError::ReadOnly,
            _ => self.unwritable(error),
        })?;
        self.folder.ensure_writable().map_err(|error| self.unwritable(error))?;
        // Where there are no locks, the check before the replacement has to do.
        if let Ok(false) = try_lock(&self.file) {
            return Err(FileError::Busy);
        }
        Ok(())
    }

    fn unwritable(&self, source: io::Error) -> FileError {
        FileError::Unwritable { path: self.path.clone(), source }
    }

    /// Replaces the photo, whose bytes are `old`, by a new file with all its attributes. At every instant one of the
    /// two whole files stands at its path; a photo that has changed since it was read stays.
    pub(crate) fn replace(&self, old: &[u8], new: &[u8]) -> Result<(), FileError> {
        let mut temporary = self.copy_to(&self.folder, new).map_err(|error| self.name_it(error))?;
        self.ensure_unchanged(old)?;
        match self.folder.exchange(temporary.name(), &self.name) {
            Ok(Some(())) => self.ensure_right_exchange(temporary),
            Ok(None) => {
                temporary.rename(&self.name).map_err(|error| self.unwritable(error))?;
                self.sync()
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(FileError::Changed),
            Err(error) => Err(self.unwritable(error)),
        }
    }

    /// Writes the photo, whose bytes are `old`, to `path` as well, with all its attributes. What is there already is
    /// as good if it is the same, and never replaced.
    pub(crate) fn back_up(&self, old: &[u8], path: &Path) -> Result<(), FileError> {
        let unwritable = |source| FileError::Unwritable { path: path.to_path_buf(), source };
        let (above, name) = super::parent_and_name(path).ok_or(FileError::NotAFile)?;
        super::folder::make(above).map_err(unwritable)?;
        let folder = Folder::open(above).map_err(unwritable)?;
        let mut temporary = self.copy_to(&folder, old).map_err(|error| match error {
            Fault::Attribute(error) => error,
            Fault::Disk(source) => unwritable(source),
        })?;
        match temporary.rename_new(name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let earlier = folder.open_file(name).and_then(|file| holds(&file, old));
                if !earlier.map_err(unwritable)? {
                    return Err(FileError::BackupExists { path: path.to_path_buf() });
                }
            }
            Ok(OldName::Stays(error)) | Err(error) => return Err(unwritable(error)),
            Ok(OldName::Gone) => {}
        }
        folder.sync().map_err(unwritable)
    }

    /// A new file with these bytes and the photo's attributes, durable but for its name.
    fn copy_to<'a>(&self, folder: &'a Folder, bytes: &[u8]) -> Result<Temporary<'a>, Fault> {
        // Not for others to read before its owner and access control list are right.
        let mut temporary = Temporary::create(folder, self.seen.mode() & 0o600)?;
        temporary.write(bytes)?;
        attributes::copy(&self.file, &self.seen, temporary.file()).map_err(Fault::Attribute)?;
        temporary.settle()?;
        Ok(temporary)
    }

    fn name_it(&self, fault: Fault) -> FileError {
        match fault {
            Fault::Attribute(error) => error,
            Fault::Disk(source) => self.unwritable(source),
        }
    }

    /// Whether what stands under the photo's name is the file that was read, to the byte.
    fn ensure_unchanged(&self, old: &[u8]) -> Result<(), FileError> {
        let file = match self.folder.open_file(&self.name) {
            // Gone, or a link by now.
            Err(error) if error.kind() != io::ErrorKind::NotFound && !is_link(&error) => {
                return Err(FileError::Unreadable(error));
            }
            Err(_) => return Err(FileError::Changed),
            Ok(file) => file,
        };
        let unreadable = FileError::Unreadable;
        let now = file.metadata().map_err(unreadable)?;
        if is_same(&self.seen, &now)
            && is_same_status(&self.seen, &now)
            && holds(&file, old).map_err(unreadable)?
        {
            Ok(())
        } else {
            Err(FileError::Changed)
        }
    }

    /// After the exchange, what stood at the photo's path has the temporary name. If it is not what was read,
    /// somebody was faster: it goes back.
    fn ensure_right_exchange(&self, temporary: Temporary<'_>) -> Result<(), FileError> {
        let taken = self.folder.open_file(temporary.name()).and_then(|file| file.metadata());
        match taken {
            Ok(taken) if is_same(&self.seen, &taken) => {
                let synced = self.sync();
                let removed = temporary.remove().map_err(|source| unsettled::leftover(&self.path, source));
                synced.and(removed)
            }
            Err(error) if !is_link(&error) => {
                self.take_back(temporary)?;
                Err(FileError::Unreadable(error))
            }
            _ => {
                self.take_back(temporary)?;
                Err(FileError::Changed)
            }
        }
    }

    fn take_back(&self, temporary: Temporary<'_>) -> Result<(), FileError> {
        match self.folder.exchange(temporary.name(), &self.name) {
            Ok(_) => Ok(()),
            Err(source) => {
                // What stood there is somebody's: it must not bear a name that the next run takes for a leftover.
                let rescued = format!("rescued-{}.jpg", token());
                let name = match self.folder.rename_new(temporary.name(), OsStr::new(&rescued)) {
                    Ok(_) => rescued,
                    Err(_) => temporary.name().to_string_lossy().into_owned(),
                };
                temporary.leave();
                let step =
                    format!("it changed in that very moment, and what stood there is now called {name}");
                Err(unsettled::after(&self.path, &step, source))
            }
        }
    }

    fn sync(&self) -> Result<(), FileError> {
        self.folder.sync().map_err(|source| unsettled::not_durable(&self.path, source))
    }
}

/// What went wrong with a new file, before it is said which one that is.
enum Fault {
    Attribute(FileError),
    Disk(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

fn is_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::LOOP.raw_os_error())
}

/// The same file with, as far as its times tell, the same content.
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    let facts = |of: &Metadata| (of.dev(), of.ino(), of.size(), of.mtime(), of.mtime_nsec(), of.file_type());
    facts(one) == facts(other)
}

/// Nobody has changed anything about it, its attributes included. Renaming it counts as such a change.
fn is_same_status(one: &Metadata, other: &Metadata) -> bool {
    let facts = |of: &Metadata| (of.ctime(), of.ctime_nsec(), of.nlink());
    facts(one) == facts(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    struct Room(tempfile::TempDir);

    impl Room {
        fn with(bytes: &[u8]) -> Self {
            let room = Self(tempfile::tempdir().unwrap());
            fs::create_dir(room.0.path().join("deep")).unwrap();
            fs::write(room.photo(), bytes).unwrap();
            room
        }

        fn photo(&self) -> PathBuf {
            self.0.path().join("deep/photo.jpg")
        }

        fn read(&self) -> Result<(Original, Vec<u8>), FileError> {
            let place = Place { root: self.0.path().to_path_buf(), below: "deep/photo.jpg".into() };
            Original::read(&place, 1000, HardLinks::Leave)
        }

        fn names(&self, folder: &str) -> Vec<OsString> {
            let entries = fs::read_dir(self.0.path().join(folder)).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        }
    }

    #[test]
    fn a_photo_is_replaced_and_nothing_is_left_beside_it() {
        let room = Room::with(b"old");
        let (original, bytes) = room.read().unwrap();
        original.replace(&bytes, b"new").unwrap();
        assert_eq!(fs::read(room.photo()).unwrap(), b"new");
        assert_eq!(room.names("deep"), ["photo.jpg"]);
    }

    #[test]
    fn whatever_became_of_a_photo_meanwhile_stays() {
        type Change = fn(&Path);
        let changes: [(&str, Change); 6] = [
            ("longer", |photo| fs::write(photo, b"old and more").unwrap()),
            ("gone", |photo| fs::remove_file(photo).unwrap()),
            ("another file", |photo| {
                fs::write(photo.with_extension("new"), b"other").unwrap();
                fs::rename(photo.with_extension("new"), photo).unwrap();
            }),
            ("a link", |photo| {
                fs::remove_file(photo).unwrap();
                std::os::unix::fs::symlink("elsewhere", photo).unwrap();
            }),
            ("linked", |photo| fs::hard_link(photo, photo.with_extension("too")).unwrap()),
            ("of the old time but other content", |photo| {
                let time = fs::metadata(photo).unwrap().modified().unwrap();
                fs::write(photo, b"odl").unwrap();
                fs::File::options().write(true).open(photo).unwrap().set_modified(time).unwrap();
            }),
        ];
        for (what, change) in changes {
            let room = Room::with(b"old");
            let (original, bytes) = room.read().unwrap();
            change(&room.photo());
            let before = (fs::read(room.photo()).ok(), room.names("deep"));
            assert_eq!(original.replace(&bytes, b"new").unwrap_err().code(), "changed", "{what}");
            assert_eq!((fs::read(room.photo()).ok(), room.names("deep")), before, "{what}");
        }
    }

    #[test]
    fn what_comes_in_the_moment_of_the_exchange_goes_back() {
        let room = Room::with(b"old");
        let (original, _) = room.read().unwrap();
        let temporary = original.copy_to(&original.folder, b"new").ok().unwrap();
        fs::write(room.photo().with_extension("newer"), b"newer").unwrap();
        fs::rename(room.photo().with_extension("newer"), room.photo()).unwrap();
        original.folder.exchange(temporary.name(), &original.name).unwrap().unwrap();
        assert_eq!(original.ensure_right_exchange(temporary).unwrap_err().code(), "changed");
        assert_eq!(fs::read(room.photo()).unwrap(), b"newer");
        assert_eq!(room.names("deep"), ["photo.jpg"]);
    }

    #[test]
    fn a_folder_that_became_a_link_is_not_entered() {
        let room = Room::with(b"old");
        fs::rename(room.0.path().join("deep"), room.0.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink("elsewhere", room.0.path().join("deep")).unwrap();
        assert_eq!(room.read().unwrap_err().code(), "unreadable");
    }

    #[test]
    fn a_photo_is_in_one_hand_at_a_time() {
        let room = Room::with(b"old");
        let first = room.read().unwrap();
        assert_eq!(room.read().unwrap_err().code(), "busy");
        drop(first);
        room.read().unwrap();
    }

    #[test]
    fn a_backup_is_never_replaced_by_other_bytes() {
        let room = Room::with(b"old");
        let backup = room.0.path().join("backup/deep/photo.jpg");
        let (original, bytes) = room.read().unwrap();
        original.back_up(&bytes, &backup).unwrap();
        original.back_up(&bytes, &backup).unwrap();
        fs::write(&backup, b"older").unwrap();
        assert_eq!(original.back_up(&bytes, &backup).unwrap_err().code(), "backup_exists");
        assert_eq!(fs::read(&backup).unwrap(), b"older");
        assert_eq!(room.names("backup/deep"), ["photo.jpg"]);
    }

    #[expect(clippy::print_stderr, reason = "what is not tried is said")]
    #[test]
    fn extended_attributes_are_carried_over_where_the_file_system_has_them() {
        let room = Room::with(b"old");
        let file = fs::File::open(room.photo()).unwrap();
        let flags = rustix::fs::XattrFlags::empty();
        if rustix::fs::fsetxattr(&file, "user.note", &[b'x'; 1000], flags) == Err(Errno::NOTSUP) {
            eprintln!("SKIPPED: no extended attributes in {}", room.0.path().display());
            return;
        }
        let (original, bytes) = room.read().unwrap();
        original.replace(&bytes, b"new").unwrap();
        let mut value = [0; 2000];
        assert_eq!(rustix::fs::getxattr(room.photo(), "user.note", &mut value), Ok(1000));
    }
}
