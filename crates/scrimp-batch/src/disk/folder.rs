//! An open folder, and what is done by names within it.
//!
//! A folder is opened once, and everything after that goes by its handle: whoever moves it or puts a link into its
//! place meanwhile cannot lead a write elsewhere.

use super::temporary::Temporary;
use rustix::fs::{Access, AtFlags, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

/// An open folder.
#[derive(Debug)]
pub(crate) struct Folder(OwnedFd);

/// What became of the old name of a renamed file.
#[derive(Debug)]
#[must_use]
pub(crate) enum OldName {
    Gone,
    /// It could not be removed.
    Stays(io::Error),
}

impl Folder {
    /// The folder at `path`, links followed; nothing is the folder in which the program runs.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(rustix::fs::open(path, flags, Mode::empty())?))
    }

    /// The folder `below` this one. No link is followed on the way.
    pub(crate) fn descend(self, below: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut folder = self;
        for component in below.components() {
            match component {
                Component::CurDir => {}
                Component::Normal(name) => {
                    folder = Self(rustix::fs::openat(&folder.0, name, flags, Mode::empty())?);
                }
                _ => return Err(Errno::INVAL.into()),
            }
        }
        Ok(folder)
    }

    /// Opens a file to be read. A link is not followed, and a pipe not waited for.
    pub(crate) fn open_file(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.0, name, flags, Mode::empty())?.into())
    }

    /// Makes a file that was not there before, to be written and read back.
    pub(crate) fn create(&self, name: &OsStr, mode: u32) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.0, name, flags, Mode::from_raw_mode(mode as _))?.into())
    }

    /// Whether this user may make and remove files in it.
    pub(crate) fn ensure_writable(&self) -> io::Result<()> {
        Ok(rustix::fs::accessat(&self.0, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)?)
    }

    /// Whether this user may write to the file.
    pub(crate) fn ensure_writable_file(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::accessat(&self.0, name, Access::WRITE_OK, AtFlags::EACCESS)?)
    }

    /// Renames, over what is there.
    pub(crate) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.0, from, &self.0, to)?)
    }

    /// Renames, unless something is there; where the file system cannot do that in one step, the old name may stay
    /// beside the new one.
    pub(crate) fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<OldName> {
        match rustix::fs::renameat_with(&self.0, from, &self.0, to, RenameFlags::NOREPLACE) {
            Err(error) if is_unsupported(error) => {
                rustix::fs::linkat(&self.0, from, &self.0, to, AtFlags::empty())?;
                Ok(self.remove(from).map_or_else(OldName::Stays, |()| OldName::Gone))
            }
            renamed => Ok(renamed.map(|()| OldName::Gone)?),
        }
    }

    /// Lets two files change names in one step; none where the file system cannot do that.
    pub(crate) fn exchange(&self, one: &OsStr, other: &OsStr) -> io::Result<Option<()>> {
        match rustix::fs::renameat_with(&self.0, one, &self.0, other, RenameFlags::EXCHANGE) {
            Err(error) if is_unsupported(error) => Ok(None),
            exchanged => Ok(Some(exchanged?)),
        }
    }

    /// The names of all that is in it.
    pub(crate) fn names(&self) -> io::Result<Vec<OsString>> {
        let entries = rustix::fs::Dir::read_from(&self.0)?;
        entries.map(|entry| Ok(OsStr::from_bytes(entry?.file_name().to_bytes()).to_os_string())).collect()
    }

    pub(crate) fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Makes the files in it durable that were written without being so: here all that the disk holds back, which for
    /// thousands of small files is faster than one by one.
    #[cfg(target_os = "linux")]
    pub(crate) fn sync_files(&self, _: &[OsString]) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.0)?)
    }

    /// Makes the files in it durable that were written without being so.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn sync_files(&self, names: &[OsString]) -> io::Result<()> {
        names.iter().try_for_each(|name| self.open_file(name)?.sync_all())
    }

    /// Makes what was done to names durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        match rustix::fs::fsync(&self.0) {
            // Some network file systems cannot do that for folders, and need not.
            Err(Errno::INVAL) => Ok(()),
            synced => Ok(synced?),
        }
    }
}

fn is_unsupported(error: Errno) -> bool {
    [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP].contains(&error)
}

/// Makes a folder and those above it that are missing, durably.
pub(crate) fn make(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let above = path.parent().unwrap_or(Path::new(""));
    make(above)?;
    match std::fs::create_dir(path) {
        // Another thread's.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made.and_then(|()| Folder::open(above)?.sync()),
    }
}

/// Whether a folder takes names for the same that differ in upper and lower case alone. Where that cannot be tried,
/// nothing can be written either.
pub(crate) fn folds_case(path: &Path) -> bool {
    let tried = Folder::open(path).and_then(|folder| {
        let temporary = Temporary::create(&folder, 0o600)?;
        let shouted = temporary.name().to_ascii_uppercase();
        Ok(folder.open_file(&shouted).is_ok())
    });
    tried.unwrap_or(false)
}

/// Takes a file for this run alone, without waiting; `false` if another run has it.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    match rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Whether a file holds, from here on, these bytes and no more.
pub(crate) fn holds(mut file: &File, bytes: &[u8]) -> io::Result<bool> {
    let mut buffer = vec![0; 1 << 16];
    let mut rest = bytes;
    loop {
        let count = match file.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            count => count?,
        };
        if count == 0 {
            return Ok(rest.is_empty());
        }
        match rest.split_at_checked(count) {
            Some((head, tail)) if head == &buffer[..count] => rest = tail,
            _ => return Ok(false),
        }
    }
}
