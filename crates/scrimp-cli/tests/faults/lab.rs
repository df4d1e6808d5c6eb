//! A folder to try a fault in, and what must hold there afterwards.

use scrimp_testkit::{Folder, scenes};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::ops::Deref;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

pub(crate) const PHOTO: &str = "p.jpg";
pub(crate) const SCRIMP: &str = env!("CARGO_BIN_EXE_scrimp");

/// Whether to try everything.
pub(crate) fn is_full() -> bool {
    std::env::var_os("SCRIMP_FAULTS").is_some_and(|value| value == "full")
}

/// A photo and the file that a run without faults makes of it.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) old: Vec<u8>,
    pub(crate) new: Vec<u8>,
}

/// The photo that most cases use: small, since there are many.
pub(crate) fn pair() -> &'static Pair {
    static PAIR: OnceLock<Pair> = OnceLock::new();
    PAIR.get_or_init(|| Pair::of(scrimp_testkit::jpeg(&scenes::landscape(72, 56, 7), 97)))
}

impl Pair {
    /// Shrinks a photo in peace, and makes sure that there is something to lose and to gain.
    pub(crate) fn of(old: Vec<u8>) -> Self {
        let lab = Lab::with(&[(PHOTO, &old)]);
        let run = lab.scrimp(&["shrink", PHOTO, "-o", "out.jpg", "--json"]);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let new = lab.bytes("out.jpg").unwrap();
        assert!(new.len() < old.len(), "nothing is saved: nothing to prove");
        let score = lab.scrimp(&["score", PHOTO, "out.jpg"]);
        let score: f64 = String::from_utf8_lossy(&score.stdout).trim().parse().unwrap();
        assert!(score >= 80.0, "{score}");
        if has("djpeg") {
            let mut djpeg = Command::new("djpeg");
            djpeg.args(["-strict", "-outfile", "/dev/null"]).arg(lab.path("out.jpg"));
            assert!(djpeg.status().unwrap().success(), "it does not decode strictly elsewhere");
        }
        Self { old, new }
    }
}

/// A folder in which things go wrong.
pub(crate) struct Lab(Folder);

impl Deref for Lab {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.0
    }
}

/// The files of a folder by their names; links are told by where they lead.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

impl Lab {
    pub(crate) fn with(files: &[(&str, &[u8])]) -> Self {
        let lab = Self(Folder::empty());
        for (name, bytes) in files {
            lab.put(name, bytes);
        }
        lab
    }

    pub(crate) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.path(name)).ok()
    }

    pub(crate) fn files(&self) -> Files {
        fn walk(folder: &Path, root: &Path, files: &mut Files) {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let (path, kind) = (entry.path(), entry.file_type().unwrap());
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                if kind.is_dir() {
                    walk(&path, root, files);
                } else if kind.is_symlink() {
                    let target = fs::read_link(&path).unwrap();
                    files.insert(name, format!("-> {}", target.display()).into_bytes());
                } else if kind.is_file() {
                    files.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        let mut files = Files::new();
        walk(self.root(), self.root(), &mut files);
        files
    }

    pub(crate) fn scrimp(&self, arguments: &[&str]) -> Output {
        self.command(SCRIMP).args(arguments).output().unwrap()
    }

    /// A shell script that runs here, in a mount namespace of its own, where it may mount what it likes.
    pub(crate) fn with_mounts(&self, script: &str) -> Output {
        let mut command = self.command("unshare");
        if !is_root() {
            command.args(["--user", "--map-root-user"]);
        }
        let script = format!("set -e\n{script}");
        command.args(["--mount", "sh", "-c", &script, "sh", SCRIMP]).output().unwrap()
    }
}

pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

/// Whether this machine lets a test mount things.
pub(crate) fn ensure_mounts(test: &str) -> bool {
    let lab = Lab::with(&[("room/x", b"")]);
    let works = has("unshare") && lab.with_mounts("mount -t tmpfs none room").status.success();
    works || skip(test, "mounting is not allowed here")
}

pub(crate) fn has(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// Whether a name is one of scrimp's temporary ones.
pub(crate) fn is_stray(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.starts_with(".scrimp-") && name.ends_with(".part")
}

/// Says loudly that something was not tried here.
pub(crate) fn skip(test: &str, why: &str) -> bool {
    tell(test, &format!("SKIPPED: {why}"));
    false
}

/// Tells the sum of a test, past the test runner, and leaves it for scripts/test.
fn tell(test: &str, text: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(test), format!("{test}: {text}\n")).unwrap();
    let _ = writeln!(std::io::stderr(), "{test}: {text}");
}

/// Counts the cases of a test and remembers what went wrong.
#[derive(Debug)]
pub(crate) struct Tally {
    test: &'static str,
    cases: usize,
    lost: Vec<String>,
}

impl Tally {
    pub(crate) fn of(test: &'static str) -> Self {
        Self { test, cases: 0, lost: Vec::new() }
    }

    /// Counts a case whose verdict is an error where something is wrong.
    pub(crate) fn count(&mut self, case: &str, verdict: Result<(), String>) {
        self.cases += 1;
        if let Err(why) = verdict {
            self.lost.push(format!("{case}: {why}"));
        }
    }

    /// Tells the sum, and fails if something went wrong.
    pub(crate) fn end(self) {
        let sample = if is_full() { "" } else { " of a sample" };
        tell(self.test, &format!("{} cases{sample}, {} photos lost", self.cases, self.lost.len()));
        assert!(self.cases > 0, "nothing was tried");
        assert!(self.lost.is_empty(), "{}\n{}", self.test, self.lost.join("\n"));
    }
}

/// Fails with a text unless something holds.
pub(crate) fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
