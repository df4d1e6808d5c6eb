//! The corpus: real photos, hostile files and golden results, kept beside the project because of their size.
//!
//! It is a folder that holds `corpus/photos`, `corpus/hostile` and `golden`: the one that the environment variable
//! `SCRIMP_CORPUS` names, else `shared` beside the project's root. Tests pass without it:
//!
//! ```
//! let Some(corpus) = scrimp_testkit::corpus() else { return };
//! for photo in corpus.photos() {
//!     assert!(photo.is_file());
//! }
//! ```

use crate::files::read;
use crate::scenes::Scene;
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// The environment variable that names the corpus.
pub const VARIABLE: &str = "SCRIMP_CORPUS";

/// A corpus that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corpus {
    root: PathBuf,
}

/// The corpus, if this machine has one; says on stderr if not.
///
/// # Panics
/// If `SCRIMP_CORPUS` names a folder that is no corpus: whoever set it means the corpus tests to run.
#[must_use]
pub fn corpus() -> Option<Corpus> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let found = Corpus::find(std::env::var_os(VARIABLE), &beside);
    if found.is_none() {
        eprintln!(
            "NO CORPUS: this test looked at no photo. There is no ../shared, and {VARIABLE} is not set."
        );
    }
    found
}

impl Corpus {
    fn find(named: Option<OsString>, beside: &Path) -> Option<Self> {
        match named.filter(|named| !named.is_empty()) {
            Some(named) => {
                let found = Self::at(Path::new(&named));
                assert!(found.is_some(), "{VARIABLE}={} has no corpus/ and golden/ in it", named.display());
                found
            }
            None => Self::at(beside),
        }
    }

    fn at(root: &Path) -> Option<Self> {
        let complete = ["corpus", "golden"].iter().all(|folder| root.join(folder).is_dir());
        complete.then(|| Self { root: root.canonicalize().unwrap_or_else(|_| root.to_path_buf()) })
    }

    /// Every photo, in the order of their paths.
    ///
    /// # Panics
    /// If the folder can't be read.
    #[must_use]
    pub fn photos(&self) -> Vec<PathBuf> {
        files_below(&self.root.join("corpus/photos"))
    }

    /// The photos of one kind, the name of a folder below `corpus/photos`; in the order of their paths.
    ///
    /// # Panics
    /// If there is no such kind.
    #[must_use]
    pub fn photos_of(&self, kind: &str) -> Vec<PathBuf> {
        files_below(&self.root.join("corpus/photos").join(kind))
    }

    /// Every hostile file, in the order of their paths: damaged, lying, huge or no image at all.
    ///
    /// # Panics
    /// If the folder can't be read.
    #[must_use]
    pub fn hostile(&self) -> Vec<PathBuf> {
        files_below(&self.root.join("corpus/hostile"))
    }

    /// The photo that a golden result names, as in `photo-lossless/NAME.png`.
    #[must_use]
    pub fn photo(&self, name: &str) -> PathBuf {
        self.root.join("corpus/photos").join(name)
    }

    /// The originals and worse JPEGs that the golden scores of SSIMULACRA2 belong to.
    ///
    /// # Panics
    /// If one can't be read, or has not the size of the other.
    #[must_use]
    pub fn scored_pairs(&self) -> Vec<(Scene, Scene)> {
        let table = fs::read_to_string(self.golden("ssimulacra2.csv")).expect("the table of scores is there");
        let pair = |line: &str| {
            let mut fields = line.split(',');
            let mut field = || fields.next().expect("a line has an original and a candidate");
            let (original, candidate) = (read(&self.photo(field())), read(&self.golden(field())));
            let sizes = [&original, &candidate].map(|scene| (scene.width, scene.height));
            assert_eq!(sizes[0], sizes[1], "{line}");
            (original, candidate)
        };
        table.lines().skip(1).map(pair).collect()
    }

    /// A file or folder of golden results.
    #[must_use]
    pub fn golden(&self, name: &str) -> PathBuf {
        self.root.join("golden").join(name)
    }
}

/// The files in the folders below `folder`. Those in `folder` itself tell about the others (manifests) where it has
/// folders.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut files): (Vec<PathBuf>, Vec<PathBuf>) =
        entries(folder).into_iter().partition(|p| p.is_dir());
    if !folders.is_empty() {
        files = folders.iter().flat_map(|folder| entries(folder)).collect();
    }
    files.sort();
    files
}

#[expect(clippy::panic, reason = "a corpus that can't be read must fail the test, not pass it")]
fn entries(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    paths.unwrap_or_else(|error| panic!("the corpus folder {} can't be read: {error}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_corpus() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for folder in ["corpus/photos/gray", "corpus/photos/colour", "corpus/hostile/empty", "golden"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for file in ["photos/manifest.csv", "photos/gray/b.png", "photos/colour/a.jpg", "hostile/empty/x"] {
            fs::write(root.path().join("corpus").join(file), []).unwrap();
        }
        root
    }

    fn names(paths: &[PathBuf]) -> Vec<&str> {
        paths.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect()
    }

    #[test]
    fn photos_are_listed_without_their_manifest() {
        let root = a_corpus();
        let corpus = Corpus::at(root.path()).unwrap();
        assert_eq!(names(&corpus.photos()), ["a.jpg", "b.png"]);
        assert_eq!(names(&corpus.photos_of("gray")), ["b.png"]);
        assert_eq!(names(&corpus.hostile()), ["x"]);
        assert!(corpus.photo("gray/b.png").is_file());
        assert!(corpus.golden("").is_dir());
    }

    #[test]
    fn the_variable_goes_before_the_folder_beside_the_project() {
        let (named, beside) = (a_corpus(), a_corpus());
        let variable = Some(named.path().into());
        assert_eq!(Corpus::find(variable, beside.path()), Corpus::at(named.path()));
        assert_eq!(Corpus::find(None, beside.path()), Corpus::at(beside.path()));
        assert_eq!(Corpus::find(Some(OsString::new()), beside.path()), Corpus::at(beside.path()));
    }

    #[test]
    fn no_corpus_is_no_error_unless_one_was_named() {
        let nowhere = tempfile::tempdir().unwrap();
        assert_eq!(Corpus::find(None, nowhere.path()), None);
        let named = Some(nowhere.path().into());
        assert!(std::panic::catch_unwind(|| Corpus::find(named, nowhere.path())).is_err());
    }

    #[test]
    fn a_corpus_that_is_there_is_not_empty() {
        let Some(corpus) = corpus() else { return };
        assert!(!corpus.photos().is_empty());
        assert!(!corpus.hostile().is_empty());
        assert!(corpus.scored_pairs().len() >= 20);
    }
}
