//! Bytes of files and of standard input.

use crate::interrupt::Interrupt;
use scrimp_batch::FileError;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Whether a path stands for standard input or standard output.
pub(crate) fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The bytes of a file or of standard input, at most one more than `limit`.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    if is_stream(path) { standard_input(limit) } else { scrimp_batch::read(path, limit) }
}

/// As [`read`] from standard input; none if it is interrupted, even while nothing comes in.
pub(crate) fn read_until_interrupted(
    limit: u64,
    interrupt: &Interrupt,
) -> Option<Result<Vec<u8>, FileError>> {
    const PATIENCE: Duration = Duration::from_millis(50);
    let (sender, receiver) = mpsc::channel();
    // It ends with the program if nothing comes in any more.
    let begun = thread::Builder::new().spawn(move || sender.send(standard_input(limit)));
    if let Err(error) = begun {
        return Some(Err(FileError::Unreadable(error)));
    }
    loop {
        match receiver.recv_timeout(PATIENCE) {
            _ if interrupt.exit().is_some() => return None,
            Ok(bytes) => return Some(bytes),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                let why = io::Error::other("the thread that reads it has ended");
                return Some(Err(FileError::Unreadable(why)));
            }
        }
    }
}

fn standard_input(limit: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(FileError::Unreadable)
}
