//! What a file is besides its bytes: owner, mode, times, extended attributes and, among these on Linux, its access
//! control list.

use crate::FileError;
use rustix::fs::{Gid, Mode, Timespec, Timestamps, Uid, XattrFlags};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;

/// Gives `to` everything that `from` has, whose metadata were `wanted` before it was read. Nothing is left out
/// silently: what cannot be carried over is an error.
pub(crate) fn copy(from: &File, wanted: &Metadata, to: &File) -> Result<(), FileError> {
    let lost = |what| move |source| FileError::Attributes { what, source };
    // The owner first: changing it takes rights away. The mode after the access control list, which is part of it.
    copy_owner(wanted, to).map_err(lost("owner"))?;
    copy_extended(from, to).map_err(lost("extended attributes"))?;
    let mode = Mode::from_raw_mode((wanted.mode() & 0o7777) as _);
    rustix::fs::fchmod(to, mode).map_err(io::Error::from).map_err(lost("mode"))?;
    rustix::fs::futimens(to, &times(wanted)).map_err(io::Error::from).map_err(lost("times"))?;
    ensure_alike(wanted, &to.metadata().map_err(lost("mode"))?)
}

fn copy_owner(wanted: &Metadata, to: &File) -> io::Result<()> {
    let found = to.metadata()?;
    let owner = (found.uid() != wanted.uid()).then(|| Uid::from_raw(wanted.uid()));
    let group = (found.gid() != wanted.gid()).then(|| Gid::from_raw(wanted.gid()));
    if owner.is_none() && group.is_none() {
        return Ok(());
    }
    Ok(rustix::fs::fchown(to, owner, group)?)
}

fn times(wanted: &Metadata) -> Timestamps {
    let time = |tv_sec, tv_nsec: i64| Timespec { tv_sec, tv_nsec: tv_nsec as _ };
    Timestamps {
        last_access: time(wanted.atime(), wanted.atime_nsec()),
        last_modification: time(wanted.mtime(), wanted.mtime_nsec()),
    }
}

/// Some file systems take a change without making it.
fn ensure_alike(wanted: &Metadata, found: &Metadata) -> Result<(), FileError> {
    let time = |metadata: &Metadata| (metadata.mtime(), metadata.mtime_nsec());
    let what = if (wanted.uid(), wanted.gid()) != (found.uid(), found.gid()) {
        "owner"
    } else if wanted.mode() != found.mode() {
        "mode"
    } else if time(wanted) != time(found) {
        "times"
    } else {
        return Ok(());
    };
    Err(FileError::Attributes { what, source: io::Error::other("the file system did not take them") })
}

/// Checksums of the content that the kernel keeps itself, and that are not those of other content.
const OF_THE_CONTENT: [&[u8]; 2] = [b"security.ima", b"security.evm"];

fn copy_extended(from: &File, to: &File) -> io::Result<()> {
    let (wanted, found) = (extended(from)?, extended(to)?);
    // Such as an access control list that every new file of the folder gets.
    for name in found.keys().filter(|name| !wanted.contains_key(*name)) {
        rustix::fs::fremovexattr(to, name.as_slice())?;
    }
    for (name, value) in wanted.iter().filter(|(name, value)| found.get(*name) != Some(value)) {
        rustix::fs::fsetxattr(to, name.as_slice(), value, XattrFlags::empty())?;
    }
    Ok(())
}

fn extended(file: &File) -> io::Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let names = match whole(|buffer| rustix::fs::flistxattr(file, buffer)) {
        Err(Errno::NOTSUP) => return Ok(BTreeMap::new()),
        names => names?,
    };
    let names = names.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    let kept = names.filter(|name| !OF_THE_CONTENT.contains(name));
    kept.map(|name| Ok((name.to_vec(), whole(|buffer| rustix::fs::fgetxattr(file, name, buffer))?))).collect()
}

/// All that `get` has to give, however long.
fn whole(get: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> Result<Vec<u8>, Errno> {
    let mut buffer = vec![0; 256];
    loop {
        match get(&mut buffer) {
            Err(Errno::RANGE) => buffer.resize(buffer.len() * 2, 0),
            length => {
                buffer.truncate(length?);
                return Ok(buffer);
            }
        }
    }
}
