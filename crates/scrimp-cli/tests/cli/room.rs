//! A folder to try things in, and the program run there.

use std::fs;
use std::ops::Deref;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use scrimp_testkit::scenes::{self, Scene};
use scrimp_testkit::{Folder, Noise};

/// A folder in which the program is used.
pub(crate) struct Room(Folder);

impl Deref for Room {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.0
    }
}

impl Room {
    pub(crate) fn empty() -> Self {
        Self(Folder::empty())
    }

    /// A room with a photo-like PNG and two JPEGs from which something can be saved.
    pub(crate) fn with_photos() -> Self {
        let room = Self::empty();
        room.put("photos/hills.png", &scrimp_testkit::png(&grainy(scenes::landscape(480, 360, 1))));
        room.put("photos/deep/fruit.jpg", &scrimp_testkit::jpeg(&scenes::still_life(160, 120, 2), 95));
        room.put("photos/wall.jpg", &scrimp_testkit::jpeg(&scenes::facade(160, 120, 3).gray(), 95));
        room
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Names of all files, in order.
    pub(crate) fn files(&self, folder: &str) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, names: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, root, names);
                } else {
                    names.push(path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"));
                }
            }
        }
        let mut names = Vec::new();
        walk(&self.path(folder), &self.path(folder), &mut names);
        names.sort();
        names
    }

    /// Starts scrimp with open pipes, to be met by signals.
    #[cfg(unix)]
    pub(crate) fn start(&self, arguments: &str) -> Started {
        let child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        Started { arguments: arguments.to_owned(), child }
    }

    /// The same with these variables.
    #[cfg(unix)]
    pub(crate) fn start_within(&self, arguments: &str, variables: &[(&str, &str)]) -> Started {
        let child =
            self.command(arguments).envs(variables.iter().copied()).stdin(Stdio::piped()).spawn().unwrap();
        Started { arguments: arguments.to_owned(), child }
    }

    /// Runs scrimp with its results going to a device or file.
    pub(crate) fn scrimp_into(&self, arguments: &str, results: &str) -> Run {
        let results = fs::OpenOptions::new().write(true).open(results).unwrap();
        let output = self.command(arguments).stdout(results).output().unwrap();
        Run { arguments: arguments.to_owned(), output }
    }

    /// Runs scrimp with names that need not be Unicode behind the arguments.
    #[cfg(unix)]
    pub(crate) fn scrimp_with_names(&self, arguments: &str, names: &[&[u8]]) -> Run {
        use std::os::unix::ffi::OsStrExt;
        let mut command = self.command(arguments);
        command.args(names.iter().map(|name| std::ffi::OsStr::from_bytes(name)));
        Run { arguments: arguments.to_owned(), output: command.output().unwrap() }
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = self.0.command(env!("CARGO_BIN_EXE_scrimp"));
        command.args(arguments.split_whitespace());
        // Of its own, so that no test meets another's ledgers.
        for variable in ["XDG_STATE_HOME", "HOME", "LOCALAPPDATA"] {
            command.env(variable, self.path("state"));
        }
        command
    }

    /// Runs scrimp with arguments that are parted by spaces.
    pub(crate) fn scrimp(&self, arguments: &str) -> Run {
        self.scrimp_with_input(arguments, &[])
    }

    /// Runs scrimp with these variables.
    pub(crate) fn scrimp_within(&self, arguments: &str, variables: &[(&str, &str)]) -> Run {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied()).stdin(Stdio::null());
        Run { arguments: arguments.to_owned(), output: command.output().unwrap() }
    }

    pub(crate) fn scrimp_with_input(&self, arguments: &str, input: &[u8]) -> Run {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || {
            // A program that does not read its input has closed it.
            let _ = std::io::Write::write_all(&mut stdin, &input);
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Run { arguments: arguments.to_owned(), output }
    }
}

/// With grain as of film, which gives a picture many colours.
pub(crate) fn grainy(mut scene: Scene) -> Scene {
    let mut noise = Noise::seeded(1);
    scene.samples.iter_mut().for_each(|sample| *sample = sample.saturating_add(noise.below(12) as u8));
    scene
}

/// A run of the program that goes on.
#[cfg(unix)]
pub(crate) struct Started {
    arguments: String,
    child: std::process::Child,
}

#[cfg(unix)]
impl Started {
    /// Gives it a photo; returns when the program has read nearly all of it.
    pub(crate) fn takes(mut self, input: &[u8]) -> Self {
        std::io::Write::write_all(self.child.stdin.as_mut().unwrap(), input).unwrap();
        self
    }

    pub(crate) fn gets_no_more(mut self) -> Self {
        self.child.stdin = None;
        self
    }

    /// Ends it by SIGKILL.
    pub(crate) fn ends_killed_after(mut self, wait: std::time::Duration) {
        std::thread::sleep(wait);
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn meets_ctrl_c(mut self) -> Run {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        // Standard input stays open: the program must not wait for its end.
        let stdin = self.child.stdin.take();
        let output = self.child.wait_with_output().unwrap();
        drop(stdin);
        Run { arguments: self.arguments, output }
    }
}

/// A run of the program, with what came of it.
pub(crate) struct Run {
    arguments: String,
    output: Output,
}

impl Run {
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.output.status.code(),
            Some(code),
            "scrimp {}\n{}\n{}",
            self.arguments,
            self.stdout(),
            self.stderr()
        );
        self
    }

    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stdout().contains(text), "{text:?} is not in:\n{}", self.stdout());
        self
    }

    pub(crate) fn complains(self, text: &str) -> Self {
        assert!(self.stderr().contains(text), "{text:?} is not in:\n{}", self.stderr());
        self
    }

    pub(crate) fn does_not_complain(self, text: &str) -> Self {
        assert!(!self.stderr().contains(text), "{text:?} is in:\n{}", self.stderr());
        self
    }

    pub(crate) fn says_nothing_else(self) -> Self {
        assert_eq!(self.stderr(), "");
        self
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.output.stdout
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// The JSON objects on standard output, one a line.
    pub(crate) fn json(&self) -> Vec<serde_json::Value> {
        self.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}
