//! Which outputs the photos of a job may be written to, settled for all of them before any work.

use crate::{FileError, Overwrite, disk, file, write_whole};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use twox_hash::{XxHash3_64, XxHash3_128};

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
pub(crate) fn holds(path: &Path, bytes: &[u8]) -> bool {
    file::read(path, bytes.len() as u64).is_ok_and(|found| found == bytes)
}

/// Settles what may be written: never a photo that is read, never one output for several photos, and none that is
/// there already unless it may be replaced.
pub fn settle(claims: &[Claim], overwrite: Overwrite) -> Vec<Result<Permit, FileError>> {
    let verdicts = verdicts(claims.len(), |index| claims[index].clone(), overwrite);
    let each = claims.iter().zip(verdicts);
    each.map(|(claim, verdict)| verdict.permit(claim.outputs.clone(), overwrite)).collect()
}

/// What stands against writing a photo, in few bytes: outputs by their places in its claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing; a bit for each output that is there and may be replaced.
    Replaceable(u8),
    OutputIsInput,
    OutputIsPhoto(u8),
    OutputCollision(u8),
    OutputExists(u8),
}

impl Verdict {
    pub(crate) const FREE: Self = Self::Replaceable(0);

    /// The same with the outputs' paths.
    pub(crate) fn permit(self, mut outputs: Vec<PathBuf>, overwrite: Overwrite) -> Result<Permit, FileError> {
        let path = |place: u8| outputs.get(usize::from(place)).cloned().unwrap_or_default();
        match self {
            Self::Replaceable(which) => {
                let mut which = which;
                outputs.retain(|_| {
                    let is_replaceable = which & 1 == 1;
                    which >>= 1;
                    is_replaceable
                });
                Ok(Permit { replaceable: outputs, overwrite })
            }
            Self::OutputIsInput => Err(FileError::OutputIsInput),
            Self::OutputIsPhoto(place) => Err(FileError::OutputIsPhoto { path: path(place) }),
            Self::OutputCollision(place) => Err(FileError::OutputCollision { path: path(place) }),
            Self::OutputExists(place) => Err(FileError::OutputExists { path: path(place) }),
        }
    }
}

/// As [`settle`], for as many photos as there may be: their claims are asked for again and again and never held.
pub(crate) fn verdicts(count: usize, claim: impl Fn(usize) -> Claim, overwrite: Overwrite) -> Vec<Verdict> {
    let crowded = crowded(count, &claim, disk::folds_case);
    let Some(crowded) = crowded else { return vec![Verdict::FREE; count] };
    let mut folders = Folders::default();
    let inputs = (0..count).filter_map(|index| Some(Identity::of_file(claim(index).input.as_ref()?)?.hash()));
    let mut inputs: Vec<u128> = inputs.collect();
    inputs.sort_unstable();
    let mut check = |Claim { input, outputs }: Claim| {
        let own = input.as_deref().and_then(Identity::of_file);
        let mut replaceable = 0;
        for (place, path) in (0..=u8::MAX).zip(&outputs) {
            let identity = folders.identity(path);
            let hash = identity.hash();
            if own.as_ref() == Some(&identity) {
                return Verdict::OutputIsInput;
            } else if inputs.binary_search(&hash).is_ok() {
                return Verdict::OutputIsPhoto(place);
            } else if crowded.binary_search(&hash).is_ok() {
                return Verdict::OutputCollision(place);
            } else if path.symlink_metadata().is_ok() {
                match overwrite {
                    Overwrite::Never => return Verdict::OutputExists(place),
                    // Settled when the bytes are known.
                    Overwrite::Same => {}
                    // A photo has two outputs at the most.
                    Overwrite::Always => replaceable |= 1_u8.checked_shl(place.into()).unwrap_or(0),
                }
            }
        }
        Verdict::Replaceable(replaceable)
    };
    (0..count).map(|index| check(claim(index))).collect()
}

/// The outputs that several photos claim, or that a folder takes for one because it does not tell upper from lower
/// case: hashes of their identities, in order. None if no photo claims any.
fn crowded(
    count: usize,
    claim: &impl Fn(usize) -> Claim,
    folds_case: impl Fn(&Path) -> bool,
) -> Option<Vec<u128>> {
    let mut folders = Folders::default();
    let (mut all, mut alike) = (Vec::new(), Vec::new());
    for index in 0..count {
        for path in &claim(index).outputs {
            let identity = folders.identity(path);
            alike.extend(identity.folded_hash().map(|folded| (folded, index)));
            all.push(identity.hash());
        }
    }
    if all.is_empty() {
        return None;
    }
    all.sort_unstable();
    let mut crowded: Vec<u128> =
        all.chunk_by(u128::eq).filter(|same| same.len() > 1).map(|same| same[0]).collect();
    drop(all);
    alike.sort_unstable();
    for alike in alike.chunk_by(|one, other| one.0 == other.0).filter(|alike| alike.len() > 1) {
        add_folded(alike, claim, &folds_case, &mut crowded);
    }
    crowded.sort_unstable();
    Some(crowded)
}

/// Adds the outputs of some photos that differ in upper and lower case alone, if their folder takes them for one.
fn add_folded(
    alike: &[(u64, usize)],
    claim: &impl Fn(usize) -> Claim,
    folds_case: impl Fn(&Path) -> bool,
    crowded: &mut Vec<u128>,
) {
    let mut folders = Folders::default();
    let outputs = alike
        .iter()
        .flat_map(|(folded, index)| claim(*index).outputs.into_iter().map(move |path| (*folded, path)));
    let identities = outputs.map(|(folded, path)| (folded, folders.identity(&path)));
    let alike: HashSet<Identity> = identities
        .filter(|(folded, identity)| identity.folded_hash() == Some(*folded))
        .map(|(_, identity)| identity)
        .collect();
    let folds = |identity: &Identity| match identity {
        Identity::Name(path) => folds_case(&nearest_folder(path).0),
        #[cfg(unix)]
        Identity::File(..) => false,
    };
    if alike.len() > 1 && alike.iter().any(folds) {
        crowded.extend(alike.iter().map(Identity::hash));
    }
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
    /// Never the same of two files or names, as far as anybody will see.
    fn hash(&self) -> u128 {
        match self {
            #[cfg(unix)]
            Self::File(device, number) => {
                XxHash3_128::oneshot(&[device.to_le_bytes(), number.to_le_bytes()].concat())
            }
            // No path is absolute and of the length of two numbers but by chance.
            Self::Name(path) => XxHash3_128::oneshot(path.as_os_str().as_encoded_bytes()),
        }
    }

    /// The same for names that differ in upper and lower case alone.
    fn folded_hash(&self) -> Option<u64> {
        match self {
            #[cfg(unix)]
            Self::File(..) => None,
            Self::Name(path) => Some(XxHash3_64::oneshot(path.to_string_lossy().to_lowercase().as_bytes())),
        }
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

/// Tells what files are; most lie in the folder of the last.
#[derive(Default)]
struct Folders {
    /// A folder, the nearest above it that is there, and the way from this to that.
    last: Option<(PathBuf, PathBuf, PathBuf)>,
}

impl Folders {
    fn identity(&mut self, path: &Path) -> Identity {
        let name = || {
            let Some((above, name)) = disk::parent_and_name(path) else {
                let (folder, rest) = nearest_folder(path);
                return Identity::Name(folder.join(rest));
            };
            let is_last = |(last, ..): &&(PathBuf, PathBuf, PathBuf)| last.as_os_str() == above.as_os_str();
            if self.last.as_ref().filter(is_last).is_none() {
                let (folder, rest) = nearest_folder(path);
                // By its components, however it is written.
                let rest = rest.parent().into_iter().flat_map(Path::components).collect();
                self.last = Some((above.to_path_buf(), folder, rest));
            }
            let (_, folder, rest) = self.last.get_or_insert_with(Default::default);
            Identity::Name(folder.join(rest).join(name))
        };
        Identity::of_file(path).unwrap_or_else(name)
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
        let claim = |index: usize| claims[index].clone();
        assert_eq!(crowded(3, &claim, |_| false).unwrap().len(), 0);
        let here = room.path().canonicalize().unwrap();
        let folding = crowded(3, &claim, |folder| folder == here).unwrap();
        assert_eq!(folding.len(), 2);
        assert!(!folding.contains(&Folders::default().identity(&claims[2].outputs[0]).hash()));
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
