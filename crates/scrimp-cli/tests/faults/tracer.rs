//! System calls: which a run makes, and runs in which one of them goes wrong.

use crate::lab::{Lab, SCRIMP, has, skip};
use std::collections::BTreeMap;
use std::process::Output;

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

/// How often each system call is made, by the thread that makes it most often: faults are counted by threads.
pub(crate) fn calls(lab: &Lab, arguments: &[&str]) -> BTreeMap<String, usize> {
    let trace = format!("trace={FILE_CALLS}");
    let log = lab.path("../").join(format!("{}.log", lab.root().file_name().unwrap().to_string_lossy()));
    let mut strace = lab.command("strace");
    strace.args(["-f", "-qq", "-e", &trace, "-o"]).arg(&log).arg(SCRIMP).args(arguments);
    assert!(strace.status().unwrap().success());
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
    let call = fault.split(':').next().unwrap_or_default();
    let mut strace = lab.command("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e"]).arg(format!("trace={call}"));
    strace.args(["-e", &format!("inject={fault}"), SCRIMP]).args(arguments);
    strace.output().unwrap()
}
