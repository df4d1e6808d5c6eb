//! System calls: which a run makes, and runs in which one of them goes wrong.

use crate::lab::{Lab, SCRIMP, has, skip};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};

/// All that has to do with files.
const FILE_CALLS: &str =
    "%file,%desc,flock,fsync,fdatasync,fchmod,fchown,utimensat,flistxattr,fgetxattr,fsetxattr,fremovexattr";

/// Those that change something on the disk or say whether a change has lasted. Between two of them the disk is the same.
pub(crate) const CHANGING: [&str; 13] = [
    "write",
    "fsync",
    "close",
    "rename",
    "renameat",
    "renameat2",
    "linkat",
    "unlinkat",
    "fchmod",
    "fchown",
    "utimensat",
    "fsetxattr",
    "mkdir",
];

/// Whether runs can be traced here.
pub(crate) fn ensure_traceable(test: &str) -> bool {
    let lab = Lab::with(&[]);
    if !has("strace") {
        return skip(test, "strace is not installed");
    }
    let traced = lab.command("strace").args(["-f", "-o", "log", "true"]).status();
    traced.is_ok_and(|status| status.success()) || skip(test, "tracing is not allowed here")
}

/// Which calls are met: strace counts those of each thread by themselves, so that among all calls the first ones of the
/// thread that works fall together with those by which the program is loaded, and never fail alone.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope<'a> {
    /// All.
    All,
    /// Those on these files and folders, by name or handle.
    On(&'a [&'a str]),
}

impl Scope<'_> {
    fn narrow(self, strace: &mut Command, lab: &Lab) {
        let Self::On(names) = self else { return };
        for name in names {
            // A name that counts from an open folder is no whole path.
            strace.arg("-P").arg(lab.path(name)).arg("-P").arg(name);
        }
    }
}

/// A file beside the folder of a lab.
fn log_of(lab: &Lab) -> PathBuf {
    lab.path("../").join(format!("{}.log", lab.root().file_name().unwrap().to_string_lossy()))
}

/// How often each system call is made, by the thread that makes it most often: faults are counted by threads.
pub(crate) fn calls(lab: &Lab, scope: Scope<'_>, arguments: &[&str]) -> BTreeMap<String, usize> {
    let trace = format!("trace={FILE_CALLS}");
    let log = log_of(lab);
    let mut strace = lab.command("strace");
    strace.args(["-f", "-qq", "-e", &trace, "-o"]).arg(&log);
    scope.narrow(&mut strace, lab);
    assert!(strace.arg(SCRIMP).args(arguments).status().unwrap().success());
    let text = std::fs::read_to_string(&log).unwrap();
    std::fs::remove_file(&log).unwrap();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Some((call, _)) = rest.trim_start().split_once('(') else { continue };
        if call.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && call != "execve" {
            *counts.entry((thread, call)).or_default() += 1;
        }
    }
    let mut most = BTreeMap::new();
    for ((_, call), count) in counts {
        let entry = most.entry(call.to_owned()).or_default();
        *entry = count.max(*entry);
    }
    most
}

/// Runs scrimp with a fault, as strace writes it: `fsync:error=EIO:when=1`.
pub(crate) fn run_with(lab: &Lab, fault: &str, arguments: &[&str]) -> Output {
    run_within(lab, Scope::All, fault, arguments).0
}

/// As [`run_with`]; also whether the fault was met.
pub(crate) fn run_within(lab: &Lab, scope: Scope<'_>, fault: &str, arguments: &[&str]) -> (Output, bool) {
    let call = fault.split(':').next().unwrap_or_default();
    let log = log_of(lab);
    let mut strace = lab.command("strace");
    strace.args(["-f", "-qq", "-o"]).arg(&log).arg("-e").arg(format!("trace={call}"));
    scope.narrow(&mut strace, lab);
    strace.args(["-e", &format!("inject={fault}"), SCRIMP]).args(arguments);
    let output = strace.output().unwrap();
    let text = std::fs::read_to_string(&log).unwrap_or_default();
    let _ = std::fs::remove_file(&log);
    (output, text.contains("(INJECTED)") || text.contains("(DELAYED)"))
}
