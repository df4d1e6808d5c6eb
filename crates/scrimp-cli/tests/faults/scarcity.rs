//! Too little of what the system gives.

use crate::kill::WAYS;
use crate::lab::{Lab, PHOTO, Pair, Tally, ensure, is_full, is_stray, pair};
use std::process::Output;

/// Runs a shell script with the path of scrimp as its first argument.
fn sh(lab: &Lab, script: &str) -> Output {
    lab.command("bash").args(["-c", script, "bash", crate::lab::SCRIMP]).output().unwrap()
}

#[test]
fn f05_a_limit_on_the_size_of_files_costs_no_photo() {
    let (pair, mut tally) = (pair(), Tally::of("F5"));
    let blocks = pair.new.len().div_ceil(1024);
    for limit in 0..=blocks + 1 {
        let way = &WAYS[0];
        let lab = way.lab(pair);
        let run = sh(&lab, &format!("ulimit -f {limit}; exec $1 {}", way.arguments.join(" ")));
        let files = lab.files();
        let done = way.is_done(pair, &files);
        let verdict = way
            .ensure_whole(pair, &files)
            .and(ensure(run.status.success() == done, || format!("{run:?}")))
            .and(ensure(!files.keys().any(|name| is_stray(name)), || "a stray file".to_owned()))
            .and(ensure(done == (limit >= blocks), || format!("done: {done}")));
        tally.count(&format!("{limit} blocks"), verdict);
    }
    tally.end();
}

#[test]
fn f17_few_handles_and_threads_cost_no_photo() {
    let (pair, mut tally) = (pair(), Tally::of("F17"));
    let count = if is_full() { 500 } else { 20 };
    for limit in ["-n 8", "-n 10", "-n 12", "-n 16", "-n 24"] {
        let lab = Lab::with(&[]);
        (0..count).for_each(|number| lab.put(&format!("in/{number}.jpg"), &pair.old));
        let run = sh(&lab, &format!("ulimit {limit}; exec $1 shrink in --in-place -j 16"));
        tally.count(limit, judge(pair, &lab, &run));
    }
    tally.end();
}

#[test]
fn f17_where_the_system_gives_no_threads_one_does_all_the_work() {
    let (pair, mut tally) = (pair(), Tally::of("F17"));
    let lab = Lab::with(&[]);
    (0..4).for_each(|number| lab.put(&format!("in/{number}.jpg"), &pair.old));
    // No address space holds a stack of 64 TiB.
    let run = sh(&lab, "RUST_MIN_STACK=$((1 << 46)) exec $1 shrink in --in-place -j 16");
    let done = ensure(run.status.success(), || format!("{run:?}"));
    tally.count("no threads", done.and(judge(pair, &lab, &run)));
    tally.end();
}

#[test]
fn f18_little_memory_costs_no_photo() {
    let (pair, mut tally) = (pair(), Tally::of("F18"));
    for megabytes in [40, 60, 80, 100, 150, 200, 300] {
        let lab = Lab::with(&[]);
        (0..8).for_each(|number| lab.put(&format!("in/{number}.jpg"), &pair.old));
        let kilobytes = megabytes * 1024;
        let run = sh(&lab, &format!("ulimit -v {kilobytes}; exec $1 shrink in --in-place -j 16"));
        tally.count(&format!("{megabytes} MB"), judge(pair, &lab, &run));
    }
    tally.end();
}

/// All photos are old or new, all new where success is told.
fn judge(pair: &Pair, lab: &Lab, run: &Output) -> Result<(), String> {
    let files = lab.files();
    let strays = files.keys().filter(|name| is_stray(name)).count();
    // A run that the system ended leaves some, and the next removes them.
    let killed = run.status.code().is_none();
    ensure(strays == 0 || killed, || format!("{strays} stray files"))?;
    let photos: Vec<_> = files.iter().filter(|(name, _)| !is_stray(name)).collect();
    for (name, bytes) in &photos {
        ensure(**bytes == pair.old || **bytes == pair.new, || format!("{name} is not whole"))?;
    }
    let all_new = photos.iter().all(|(_, bytes)| **bytes == pair.new);
    ensure(!run.status.success() || all_new, || "success is told, but some are old".to_owned())?;
    ensure(!files.is_empty(), || format!("{PHOTO}s are gone"))
}
