//! Which outputs the photos of a job may be written to, settled for all of them before any work.

use crate::{FileError, Overwrite, write_whole};
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
        write_whole(path, bytes, Overwrite::Never).map_err(|error| match (error, self.overwrite) {
            (FileError::OutputExists { path }, Overwrite::Always) => FileError::OutputCollision { path },
            (error, _) => error,
        })
    }
}

/// Settles what may be written: never a photo that is read, never one output for several photos, and none that is
/// there already unless it may be replaced.
pub fn settle(claims: &[Claim], overwrite: Overwrite) -> Vec<Result<Permit, FileError>> {
    let inputs: HashSet<PathBuf> =
        claims.iter().filter_map(|claim| claim.input.as_ref()?.canonicalize().ok()).collect();
    let mut counts: HashMap<PathBuf, usize> = HashMap::new();
    for path in claims.iter().flat_map(|claim| &claim.outputs) {
        *counts.entry(identity(path)).or_default() += 1;
    }
    let check = |claim: &Claim| {
        let own = claim.input.as_ref().and_then(|input| input.canonicalize().ok());
        let mut replaceable = Vec::new();
        for path in &claim.outputs {
            let (path, identity) = (path.clone(), identity(path));
            if own.as_ref() == Some(&identity) {
                return Err(FileError::OutputIsInput);
            } else if inputs.contains(&identity) {
                return Err(FileError::OutputIsPhoto { path });
            } else if counts.get(&identity).is_some_and(|count| *count > 1) {
                return Err(FileError::OutputCollision { path });
            } else if path.symlink_metadata().is_ok() {
                match overwrite {
                    Overwrite::Never => return Err(FileError::OutputExists { path }),
                    Overwrite::Always => replaceable.push(path),
                }
            }
        }
        Ok(Permit { replaceable, overwrite })
    };
    claims.iter().map(check).collect()
}

/// The same for all names of one file that is there.
fn identity(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
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
