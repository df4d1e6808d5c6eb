//! A folder to try programs in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder of its own, gone at the end.
#[derive(Debug)]
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// One with nothing in it.
    ///
    /// # Panics
    /// If none can be made.
    #[must_use]
    pub fn empty() -> Self {
        Self(tempfile::tempdir().expect("a folder can be made"))
    }

    /// Writes a file, and makes the folders that lead to it.
    ///
    /// # Panics
    /// If that cannot be done.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        let above = path.parent().expect("it stands in this folder");
        fs::create_dir_all(above).expect("folders can be made");
        fs::write(path, bytes).expect("a file can be written");
    }

    /// The whole path of a name.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// A command that runs here, with nothing to read, and keeps what it prints.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.root()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}
