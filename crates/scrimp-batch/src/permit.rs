//! Which outputs the photos of a job may be written to, settled for all of them before any work.

use crate::{FileError, Overwrite, disk, file, write_whole};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// A photo and every path to which it might be written.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    /// The photo's file, if it comes from one.
    pub input: Option<PathBuf>,
    /// The paths.
    pub outputs: Vec<PathBuf>,
}

/// That nothing stands against a photo's outputs.
#[derive(Clone, Debug, Default)]
pub struct Permit {
    /// The outputs that were there before the job and may be replaced. Whatever else is met at the time of writing
    /// is a result of the same job, under a name that the disk takes for the same one.
    replaceable: Vec<PathBuf>,
    overwrite: Overwrite,
}

impl Permit {
    /// Writes a whole new file to one of the outputs that were claimed.
    ///
    /// # Errors
    /// As [`write_whole`], and [`FileError::OutputCollision`].
    pub fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        if self.replaceable.iter().any(|replaceable| replaceable == path) {
            return write_whole(path, bytes, Overwrite::Always);
        }
        match (write_whole(path, bytes, Overwrite::Never), self.overwrite) {
            (Err(FileError::OutputExists { path }), Overwrite::Always) => {
                Err(FileError::OutputCollision { path })
            }
            (Err(FileError::OutputExists { .. }), Overwrite::Same) if holds(path, bytes) => Ok(()),
            (written, _) => written,
        }
    }
}

/// Whether a file has these bytes and no others.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    file::read(path, bytes.len() as u64).is_ok_and(|found| found == bytes)
}

/// Settles what may be written: never a photo that is read, never one output for several photos, and none that is
/// there already unless it may be replaced.
pub fn settle(claims: &[Claim], overwrite: Overwrite) -> Vec<Result<Permit, FileError>> {
    let inputs: HashSet<Identity> =
        claims.iter().filter_map(|claim| Identity::of_file(claim.input.as_ref()?)).collect();
    let crowded = crowded(claims, disk::folds_case);
    let check = |claim: &Claim| {
        let own = claim.input.as_deref().and_then(Identity::of_file);
        let mut replaceable = Vec::new();
        for path in &claim.outputs {
            let (path, identity) = (path.clone(), Identity::of(path));
            if own.as_ref() == Some(&identity) {
                return Err(FileError::OutputIsInput);
            } else if inputs.contains(&identity) {
                return Err(FileError::OutputIsPhoto { path });
            } else if crowded.contains(&identity) {
                return Err(FileError::OutputCollision { path });
            } else if path.symlink_metadata().is_ok() {
                match overwrite {
                    Overwrite::Never => return Err(FileError::OutputExists { path }),
                    // Settled when the bytes are known.
                    Overwrite::Same => {}
                    Overwrite::Always => replaceable.push(path),
                }
            }
        }
        Ok(Permit { replaceable, overwrite })
    };
    claims.iter().map(check).collect()
}

/// The outputs that several photos claim, or that a folder takes for one because it does not tell upper from lower
/// case.
fn crowded(claims: &[Claim], folds_case: impl Fn(&Path) -> bool) -> HashSet<Identity> {
    let mut counts: HashMap<Identity, usize> = HashMap::new();
    let mut alike: HashMap<String, HashSet<Identity>> = HashMap::new();
    for path in claims.iter().flat_map(|claim| &claim.outputs) {
        let identity = Identity::of(path);
        if let Identity::Name(path) = &identity {
            alike.entry(path.to_string_lossy().to_lowercase()).or_default().insert(identity.clone());
        }
        *counts.entry(identity).or_default() += 1;
    }
    let mut crowded: HashSet<_> =
        counts.into_iter().filter(|(_, count)| *count > 1).map(|(it, _)| it).collect();
    let mut folding = HashMap::new();
    for alike in alike.into_values().filter(|alike| alike.len() > 1) {
        let is_one = alike.iter().any(|identity| {
            let Identity::Name(path) = identity else { return false };
            let (folder, _) = nearest_folder(path);
            *folding.entry(folder.clone()).or_insert_with(|| folds_case(&folder))
        });
        crowded.extend(alike.into_iter().filter(|_| is_one));
    }
    crowded
}

/// The same for all names of one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Identity {
    /// It is there: a file by its device and number.
    #[cfg(unix)]
    File(u64, u64),
    /// It is not there yet, or files have no numbers.
    Name(PathBuf),
}

impl Identity {
    fn of(path: &Path) -> Self {
        Self::of_file(path).unwrap_or_else(|| {
            let (folder, rest) = nearest_folder(path);
            Self::Name(folder.join(rest))
        })
    }

    /// None if it is not there.
    #[cfg(unix)]
    fn of_file(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        path.metadata().ok().map(|metadata| Self::File(metadata.dev(), metadata.ino()))
    }

    #[cfg(not(unix))]
    fn of_file(path: &Path) -> Option<Self> {
        path.canonicalize().ok().map(Self::Name)
    }
}

/// The nearest folder above a path that is there, without links, and the rest of the way.
fn nearest_folder(path: &Path) -> (PathBuf, PathBuf) {
    for folder in path.ancestors().skip(1) {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if let (Ok(found), Ok(rest)) = (here.canonicalize(), path.strip_prefix(folder)) {
            return (found, rest.to_path_buf());
        }
    }
    (PathBuf::new(), path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_the_job_itself_wrote_is_not_replaced() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("photo.jpg");
        let claim = Claim { input: None, outputs: vec![path.clone()] };
        let permits = settle(&[claim], Overwrite::Always);
        let permit = permits[0].as_ref().unwrap();
        permit.write(&path, b"first").unwrap();
        // As on a disk that takes Photo.jpg and photo.jpg for one file.
        assert_eq!(permit.write(&path, b"second").unwrap_err().code(), "output_collision");
        assert_eq!(fs::read(&path).unwrap(), b"first");
    }

    #[test]
    fn an_output_with_the_same_bytes_is_as_good() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("photo.jpg");
        fs::write(&path, b"bytes").unwrap();
        let claim = Claim { input: None, outputs: vec![path.clone()] };
        let permits = settle(&[claim], Overwrite::Same);
        let permit = permits[0].as_ref().unwrap();
        permit.write(&path, b"bytes").unwrap();
        for other in [b"byte".as_slice(), b"other", b"bytes and more"] {
            assert_eq!(permit.write(&path, other).unwrap_err().code(), "output_exists");
        }
        assert_eq!(fs::read(&path).unwrap(), b"bytes");
    }

    #[test]
    fn names_of_other_case_are_one_output_where_the_folder_takes_them_for_one() {
        let room = tempfile::tempdir().unwrap();
        let claim = |name: &str| Claim { input: None, outputs: vec![room.path().join(name)] };
        let claims = [claim("new/photo.jpg"), claim("new/PHOTO.jpg"), claim("new/other.jpg")];
        assert_eq!(crowded(&claims, |_| false).len(), 0);
        let here = room.path().canonicalize().unwrap();
        let folding = crowded(&claims, |folder| folder == here);
        assert_eq!(folding.len(), 2);
        assert!(!folding.contains(&Identity::of(&claims[2].outputs[0])));
    }

    #[test]
    fn ways_to_one_output_that_is_not_there_yet_are_one_output() {
        let room = tempfile::tempdir().unwrap();
        let claim = |name: &str| Claim { input: None, outputs: vec![room.path().join(name)] };
        fs::create_dir(room.path().join("out")).unwrap();
        let claims = [claim("out/photo.jpg"), claim("out/../out/photo.jpg"), claim("out/other.jpg")];
        let verdicts = settle(&claims, Overwrite::Never);
        let codes: Vec<_> =
            verdicts.iter().map(|verdict| verdict.as_ref().err().map(FileError::code)).collect();
        assert_eq!(codes, [Some("output_collision"), Some("output_collision"), None]);
    }

    #[cfg(unix)]
    #[test]
    fn two_names_of_one_file_are_one_output() {
        let room = tempfile::tempdir().unwrap();
        fs::create_dir(room.path().join("out")).unwrap();
        std::os::unix::fs::symlink("out", room.path().join("link")).unwrap();
        fs::write(room.path().join("out/photo.jpg"), b"old").unwrap();
        let claim = |name: &str| Claim { input: None, outputs: vec![room.path().join(name)] };
        for verdict in settle(&[claim("out/photo.jpg"), claim("link/photo.jpg")], Overwrite::Always) {
            assert_eq!(verdict.unwrap_err().code(), "output_collision");
        }
    }
}
