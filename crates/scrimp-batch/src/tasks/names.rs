//! Names of files, one behind the other in one piece of memory.

use std::ffi::{OsStr, OsString};

#[cfg(unix)]
type Unit = u8;
#[cfg(not(unix))]
type Unit = u16;

#[cfg(unix)]
fn units(name: &OsStr) -> impl Iterator<Item = Unit> {
    std::os::unix::ffi::OsStrExt::as_bytes(name).iter().copied()
}

#[cfg(not(unix))]
fn units(name: &OsStr) -> impl Iterator<Item = Unit> {
    std::os::windows::ffi::OsStrExt::encode_wide(name)
}

#[cfg(unix)]
fn name(units: &[Unit]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(units.to_vec())
}

#[cfg(not(unix))]
fn name(units: &[Unit]) -> OsString {
    std::os::windows::ffi::OsStringExt::from_wide(units)
}

/// Names of files, told apart by where they end.
#[derive(Debug)]
pub(super) struct Names(Vec<Unit>);

impl Names {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a name, and tells where it ends.
    pub(super) fn add(&mut self, name: &OsStr) -> u64 {
        self.0.extend(units(name));
        self.0.len() as u64
    }

    /// The name between two such places.
    pub(super) fn read(&self, start: u64, end: u64) -> OsString {
        name(&self.0[start as usize..end as usize])
    }

    #[cfg(test)]
    pub(super) const fn capacity(&self) -> usize {
        self.0.capacity() * size_of::<Unit>()
    }
}
