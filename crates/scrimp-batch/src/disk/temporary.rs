//! A file that is not yet what it is going to be.
//!
//! It carries a name that tells whose it is and a lock as long as its run lives, so that another run can tell a
//! leftover from a file in the making.

use super::Folder;
use super::folder::{OldName, holds, try_lock};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Seek, Write};
use std::os::unix::fs::MetadataExt;

const PREFIX: &str = ".scrimp-";
const SUFFIX: &str = ".part";
/// Hexadecimal digits of 64 bits that nobody guesses.
const DIGITS: usize = 16;

/// A new file under a temporary name, removed unless it gets another.
#[derive(Debug)]
pub(crate) struct Temporary<'a> {
    folder: &'a Folder,
    name: OsString,
    file: File,
    /// Whether there is something under the temporary name to be removed.
    stands: bool,
}

impl<'a> Temporary<'a> {
    /// Makes an empty one.
    pub(crate) fn create(folder: &'a Folder, mode: u32) -> io::Result<Self> {
        const TRIES: usize = 16;
        for _ in 0..TRIES {
            let name = name();
            let file = match folder.create(&name, mode) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                created => created?,
            };
            let locked = try_lock(&file);
            let temporary = Self { folder, name, file, stands: true };
            // Between its making and its locking, another run may have taken it for a leftover.
            match locked {
                Ok(false) => continue,
                _ if temporary.file.metadata()?.nlink() == 0 => continue,
                // A file system without locks, where nobody can take it for a leftover either.
                Err(_) | Ok(true) => return Ok(temporary),
            }
        }
        Err(io::Error::other("no temporary file could be made for itself"))
    }

    pub(crate) const fn file(&self) -> &File {
        &self.file
    }

    pub(crate) fn name(&self) -> &OsStr {
        &self.name
    }

    /// Writes the whole content, and reads it back: some disks take bytes without keeping them.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.rewind()?;
        if holds(&self.file, bytes)? {
            Ok(())
        } else {
            Err(io::Error::other("the disk does not hold what was written to it"))
        }
    }

    /// Makes its content durable, and listens to what closing it has to say. The lock stays.
    pub(crate) fn settle(&self) -> io::Result<()> {
        self.file.sync_all()?;
        // Each closing of a handle hands over what a network file system has held back.
        Ok(nix::unistd::close(self.file.try_clone()?)?)
    }

    /// Gives it its name, over what is there.
    pub(crate) fn rename(&mut self, to: &OsStr) -> io::Result<()> {
        self.folder.rename(&self.name, to)?;
        self.stands = false;
        Ok(())
    }

    /// Gives it its name, unless something is there.
    pub(crate) fn rename_new(&mut self, to: &OsStr) -> io::Result<OldName> {
        let old_name = self.folder.rename_new(&self.name, to)?;
        self.stands = false;
        Ok(old_name)
    }

    /// Removes what stands under the temporary name.
    pub(crate) fn remove(mut self) -> io::Result<()> {
        self.stands = false;
        self.folder.remove(&self.name)
    }

    /// Leaves what stands under the temporary name.
    pub(crate) fn leave(mut self) {
        self.stands = false;
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if self.stands {
            // The way out after an error, which is what is told. What stays is removed by the next run.
            let _ = self.folder.remove(&self.name);
        }
    }
}

/// A name that nobody can have made before.
fn name() -> OsString {
    // The keys of its hash are random ones of the operating system.
    let number = RandomState::new().hash_one(PREFIX);
    format!("{PREFIX}{number:0DIGITS$x}{SUFFIX}").into()
}

/// A word that no name of a file holds by chance.
pub(crate) fn token() -> String {
    format!("{:0DIGITS$x}", RandomState::new().hash_one(SUFFIX))
}

/// Whether a name is one of those given here.
pub(crate) fn is_temporary(name: &OsStr) -> bool {
    let digits = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    digits.is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_names_are_taken_for_temporary_ones() {
        assert!(is_temporary(&name()));
        assert_ne!(name(), name());
        for other in
            [".scrimp-notes.part", ".scrimp-0123456789abcdef", "0123456789abcdef.part", ".scrimp-.part"]
        {
            assert!(!is_temporary(OsStr::new(other)), "{other}");
        }
    }

    #[test]
    fn a_temporary_file_is_gone_unless_it_gets_a_name() {
        let room = tempfile::tempdir().unwrap();
        let folder = Folder::open(room.path()).unwrap();
        drop(Temporary::create(&folder, 0o600).unwrap());
        assert_eq!(std::fs::read_dir(room.path()).unwrap().count(), 0);
        let mut temporary = Temporary::create(&folder, 0o600).unwrap();
        temporary.write(b"bytes").unwrap();
        assert!(matches!(temporary.rename_new(OsStr::new("photo.jpg")), Ok(OldName::Gone)));
        drop(temporary);
        assert_eq!(std::fs::read(room.path().join("photo.jpg")).unwrap(), b"bytes");
    }
}
