//! System calls that fail.

use crate::kill::{WAYS, Way};
use crate::lab::{Lab, PHOTO, Pair, Tally, ensure, is_full, is_stray, pair};
use crate::tracer::{Scope, calls, ensure_traceable, run_with, run_within};
use std::process::Output;

/// What each call that matters may answer.
const ERRORS: [(&str, &[&str]); 16] = [
    ("openat", &["error=EIO", "error=EMFILE", "error=ENOSPC"]),
    ("read", &["error=EIO"]),
    ("write", &["error=ENOSPC", "error=EIO", "error=EDQUOT", "retval=1"]),
    ("fsync", &["error=EIO", "error=ENOSPC"]),
    ("close", &["error=EIO", "error=ENOSPC"]),
    ("renameat2", &["error=EACCES", "error=EXDEV", "error=EIO", "error=EINVAL", "error=ENOSYS"]),
    ("renameat", &["error=EIO"]),
    ("linkat", &["error=EIO"]),
    ("unlinkat", &["error=EACCES", "error=EIO"]),
    ("fchmod", &["error=EPERM"]),
    ("fchown", &["error=EPERM"]),
    ("utimensat", &["error=EPERM"]),
    ("flistxattr", &["error=EIO"]),
    ("fsetxattr", &["error=EPERM", "error=ENOSPC"]),
    ("flock", &["error=ENOLCK", "error=EAGAIN"]),
    ("mkdir", &["error=ENOSPC"]),
];

#[test]
fn f04_whatever_call_fails_the_files_are_whole_and_the_report_is_true() {
    if !ensure_traceable("F4") {
        return;
    }
    let (pair, mut tally) = (pair(), Tally::of("F4"));
    for way in if is_full() { &WAYS[..] } else { &WAYS[..2] } {
        let calls = calls(&way.lab(pair), Scope::All, way.arguments);
        for (call, errors) in ERRORS {
            // A call may be made only after another has failed.
            let count = calls.get(call).copied().unwrap_or(0).max(1);
            // Most calls of the frequent kinds are made before there is anything to lose.
            let errors = if is_full() || count < 8 { errors } else { &errors[..1] };
            for error in errors {
                // Each call alone, and all from one on.
                let each = (1..=count).map(|when| format!("{call}:{error}:when={when}"));
                let from = (1..=count).map(|when| format!("{call}:{error}:when={when}+"));
                for fault in each.chain(from.filter(|_| is_full())) {
                    // Half a write for ever is no error but a disk that gets full very slowly.
                    if !(fault.contains("retval") && fault.ends_with('+')) {
                        let lab = way.lab(pair);
                        let run = run_with(&lab, &fault, way.arguments);
                        tally.count(&format!("{}: {fault}", way.name), judge(way, pair, &lab, &run));
                    }
                }
            }
        }
        each_call_on_the_photo_fails(way, pair, &mut tally);
    }
    tally.end();
}

/// The calls on the photo and on the folder that it stands in, each alone.
fn each_call_on_the_photo_fails(way: &Way, pair: &Pair, tally: &mut Tally) {
    const ERRORS: [(&str, &[&str]); 7] = [
        ("openat", &["error=EIO", "error=EACCES", "error=ENOENT"]),
        ("read", &["error=EIO", "error=EISDIR", "retval=0"]),
        ("statx", &["error=EIO"]),
        ("newfstatat", &["error=EIO"]),
        ("fstat", &["error=EIO"]),
        ("flock", &["error=ENOLCK", "error=EAGAIN"]),
        ("fsync", &["error=EIO"]),
    ];
    let scope = Scope::On(&[PHOTO, ""]);
    let calls = calls(&way.lab(pair), scope, way.arguments);
    assert!(calls.get("read").is_some_and(|count| *count > 1), "{calls:?}");
    for (call, errors) in ERRORS {
        for (when, error) in (1..=calls.get(call).copied().unwrap_or(0))
            .flat_map(|when| errors.iter().map(move |error| (when, error)))
        {
            let fault = format!("{call}:{error}:when={when}");
            let lab = way.lab(pair);
            let (run, is_met) = run_within(&lab, scope, &fault, way.arguments);
            let verdict = ensure(is_met, || "it was not met".to_owned()).and(judge(way, pair, &lab, &run));
            tally.count(&format!("{} on the photo: {fault}", way.name), verdict);
        }
    }
}

fn judge(way: &Way, pair: &Pair, lab: &Lab, run: &Output) -> Result<(), String> {
    let files = lab.files();
    let told = String::from_utf8_lossy(&run.stderr);
    // strace says where a fault met it before scrimp; it ends then as scrimp does.
    way.ensure_whole(pair, &files)?;
    ensure(!told.contains("panicked"), || told.clone().into_owned())?;
    let is_done = way.is_done(pair, &files);
    let strays: Vec<_> = files.keys().filter(|name| is_stray(name)).collect();
    // Where removing is what fails, nothing can remove the file: the next run does.
    ensure(strays.is_empty() || told.contains("unlinkat") || !run.status.success(), || {
        format!("{strays:?} stay, and that is not told")
    })?;
    ensure(!(is_done && told.contains(&way.denial())), || "what is written is denied".to_owned())?;
    ensure(!run.status.success() || is_done, || "success is told, but nothing was written".to_owned())?;
    ensure(run.status.code().is_some(), || format!("{}: {told}", run.status))
}

#[test]
fn f31_a_photo_that_cannot_be_read_to_its_end_or_only_slowly_stays() {
    if !ensure_traceable("F31") {
        return;
    }
    let (pair, mut tally) = (pair(), Tally::of("F31"));
    let way = &WAYS[0];
    for fault in ["read:error=EIO:when=1+", "read:retval=0:when=1+", "read:delay_enter=20000:when=1+"] {
        let lab = way.lab(pair);
        let (run, is_met) = run_within(&lab, Scope::On(&[PHOTO]), fault, way.arguments);
        let verdict = ensure(is_met, || "it was not met".to_owned());
        tally.count(fault, verdict.and(judge(way, pair, &lab, &run)));
    }
    for (what, seconds) in [("1970", 0), ("2106", 4_294_967_295_u64)] {
        let lab = way.lab(pair);
        let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        let file = std::fs::File::options().write(true).open(lab.path(PHOTO)).unwrap();
        file.set_modified(time).unwrap();
        let run = lab.scrimp(way.arguments);
        let kept = lab.path(PHOTO).metadata().unwrap().modified().unwrap() == time;
        let verdict = judge(way, pair, &lab, &run).and(ensure(kept, || "its time is lost".to_owned()));
        tally.count(what, verdict.and(ensure(run.status.success(), || "it failed".to_owned())));
    }
    let lab = Lab::with(&[("empty.jpg", b"")]);
    let sparse = std::fs::File::create(lab.path("sparse.jpg")).unwrap();
    sparse.set_len(10_000_000_000).unwrap();
    for name in ["empty.jpg", "sparse.jpg"] {
        let run = lab.scrimp(&["shrink", name, "--in-place"]);
        tally.count(name, ensure(run.status.code() == Some(1), || format!("{}", run.status)));
    }
    assert_eq!(lab.path("sparse.jpg").metadata().unwrap().len(), 10_000_000_000);
    tally.end();
}
