//! An output that is no file.

use crate::FileError;
use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Where one photo is written to without a name, such as standard output. It is called `-`.
#[derive(Clone)]
pub struct Stream(Arc<Mutex<dyn Write + Send>>);

impl Stream {
    /// The stream that ends in `writer`.
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(writer)))
    }

    /// Writes everything, and returns the name.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<PathBuf, FileError> {
        let path = PathBuf::from("-");
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match writer.write_all(bytes).and_then(|()| writer.flush()) {
            Ok(()) => Ok(path),
            Err(source) => Err(FileError::Unwritable { path, source }),
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}
