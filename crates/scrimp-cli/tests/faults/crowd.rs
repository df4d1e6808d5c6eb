//! Others at the same files: runs, programs, people.

use crate::kill::WAYS;
use crate::lab::{Lab, PHOTO, Pair, SCRIMP, Tally, ensure, is_full, is_stray, pair};
use scrimp_testkit::{Noise, scenes};
use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn f10_a_link_that_comes_and_goes_leads_no_write_astray() {
    let (pair, mut tally) = (pair(), Tally::of("F10"));
    let rounds = if is_full() { 200 } else { 12 };
    for round in 0..rounds {
        let lab = Lab::with(&[("in/deep/p.jpg", &pair.old), ("outside/p.jpg", &pair.old)]);
        let stop = AtomicBool::new(false);
        let run = thread::scope(|scope| {
            // The photo changes with a link to one outside, or its folder with a link to that one's.
            scope.spawn(|| {
                let (place, aside, target) = if round % 2 == 0 {
                    ("in/deep/p.jpg", "aside.jpg", "../../outside/p.jpg")
                } else {
                    ("in/deep", "aside", "../outside")
                };
                while !stop.load(Ordering::Relaxed) {
                    fs::rename(lab.path(place), lab.path(aside)).unwrap();
                    symlink(target, lab.path(place)).unwrap();
                    thread::yield_now();
                    fs::remove_file(lab.path(place)).unwrap();
                    fs::rename(lab.path(aside), lab.path(place)).unwrap();
                    thread::yield_now();
                }
            });
            // Who names a file names the folders on its way too, links or not: only below a named one none is followed.
            let named = if round % 2 == 0 { "in/deep/p.jpg" } else { "in" };
            let run = lab.scrimp(&["shrink", "in", named, "--in-place"]);
            stop.store(true, Ordering::Relaxed);
            run
        });
        let (outside, photo) = (lab.bytes("outside/p.jpg"), lab.bytes("in/deep/p.jpg"));
        let whole = photo.is_some_and(|bytes| bytes == pair.old || bytes == pair.new);
        let names: Vec<_> = lab.files().into_keys().collect();
        let verdict =
            ensure(outside.as_ref() == Some(&pair.old), || "the one outside was written".to_owned())
                .and(ensure(whole && names.len() == 2, || format!("{names:?}")))
                .and(ensure(run.status.code().is_some_and(|code| code < 2), || format!("{run:?}")));
        tally.count(&format!("round {round}"), verdict);
    }
    tally.end();
}

#[test]
fn f13_several_runs_over_one_folder_spoil_nothing() {
    let (rounds, photos) = if is_full() { (20, 50) } else { (3, 6) };
    let mut tally = Tally::of("F13");
    let pairs: Vec<_> =
        (0..photos).map(|seed| Pair::of(scrimp_testkit::jpeg(&scenes::facade(64, 48, seed), 97))).collect();
    for round in 0..rounds {
        let lab = Lab::with(&[]);
        pairs.iter().enumerate().for_each(|(number, pair)| lab.put(&format!("in/{number}.jpg"), &pair.old));
        let start = |_| lab.command(SCRIMP).args(["shrink", "in", "--in-place", "-j2"]).spawn().unwrap();
        let runs: Vec<_> = (0..4).map(start).collect();
        let ended: Vec<Output> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
        let mut verdict =
            ensure(ended.iter().all(|run| run.status.code().is_some_and(|code| code < 2)), || {
                format!("{ended:?}")
            });
        let files = lab.files();
        for (number, pair) in pairs.iter().enumerate() {
            let bytes = &files[&format!("in/{number}.jpg")];
            // One that came later may find that even the new file can be written better, but nothing larger.
            let sound = *bytes == pair.new || (*bytes != pair.old && bytes.len() < pair.new.len());
            verdict = verdict.and(ensure(sound, || format!("{number}.jpg has {} bytes", bytes.len())));
        }
        verdict = verdict.and(ensure(!files.keys().any(|name| is_stray(name)), || "a stray file".to_owned()));
        tally.count(&format!("round {round}"), verdict);
    }
    tally.end();
}

#[test]
fn f15_a_photo_that_others_change_meanwhile_is_theirs() {
    let (pair, mut tally) = (pair(), Tally::of("F15"));
    let rounds = if is_full() { 200 } else { 16 };
    let started = Instant::now();
    WAYS[0].lab(pair).scrimp(WAYS[0].arguments);
    let whole = started.elapsed();
    let mut noise = Noise::seeded(15);
    for round in 0..rounds {
        let lab = Lab::with(&[(PHOTO, &pair.old)]);
        let run = lab.command(SCRIMP).args(WAYS[0].arguments).spawn().unwrap();
        thread::sleep(whole.mul_f64(noise.unit()));
        let photo = lab.path(PHOTO);
        // Nothing that could be shrunk if it is there in time.
        let theirs = b"theirs, and no photo".to_vec();
        let expected = match round % 4 {
            // Replaced, as programs do that care.
            0 => {
                lab.put("new", b"theirs");
                fs::rename(lab.path("new"), &photo).unwrap();
                Some(b"theirs".to_vec())
            }
            1 => {
                fs::remove_file(&photo).unwrap();
                None
            }
            // Written whole under the same name: the old file if it is still there, else the new one.
            2 => {
                fs::write(&photo, &theirs).unwrap();
                Some(theirs.clone())
            }
            _ => {
                fs::File::options().write(true).open(&photo).unwrap().set_len(10).unwrap();
                let cut = lab.bytes(PHOTO);
                cut.filter(|bytes| bytes.len() == 10)
            }
        };
        let run = run.wait_with_output().unwrap();
        let files = lab.files();
        let found = files.get(PHOTO);
        // What they had written before it was read is shrunk, with its end as it is.
        let is_shrunk = |bytes: &Vec<u8>| bytes.len() < theirs.len() && bytes.ends_with(b"more");
        let is_theirs = found == expected.as_ref() || (round % 4 == 2 && found.is_some_and(is_shrunk));
        let verdict = ensure(is_theirs, || "newer data are gone".to_owned())
            .and(ensure(run.status.code().is_some_and(|code| code < 2), || format!("{run:?}")))
            .and(ensure(!files.keys().any(|name| is_stray(name)), || "a stray file".to_owned()));
        tally.count(&format!("round {round}"), verdict);
    }
    tally.end();
}

#[test]
fn f16_a_request_to_end_is_met_soon_and_leaves_whole_files_alone() {
    const PATIENCE: Duration = Duration::from_secs(5);
    let (pair, mut tally) = (pair(), Tally::of("F16"));
    let rounds = if is_full() { 40 } else { 4 };
    let mut noise = Noise::seeded(16);
    for round in 0..rounds {
        for (signal, code) in [("HUP", 129), ("INT", 130), ("TERM", 143)] {
            let lab = Lab::with(&[]);
            (0..30).for_each(|number| lab.put(&format!("in/{number}.jpg"), &pair.old));
            let run = lab.command(SCRIMP).args(["shrink", "in", "--in-place", "-j2"]).spawn().unwrap();
            thread::sleep(Duration::from_millis(20 + noise.below(200)));
            let signalled = Instant::now();
            Command::new("kill").args([&format!("-{signal}"), &run.id().to_string()]).status().unwrap();
            let run = run.wait_with_output().unwrap();
            let took = signalled.elapsed();
            let files = lab.files();
            let whole = files.values().all(|bytes| *bytes == pair.old || *bytes == pair.new);
            // Before it listens, a signal ends it by itself; after its work, there is nothing to end.
            let is_right = matches!(run.status.code(), None | Some(0)) || run.status.code() == Some(code);
            let verdict = ensure(whole && files.len() == 30, || format!("{:?}", files.keys()))
                .and(ensure(is_right && took < PATIENCE, || format!("{} after {took:?}", run.status)));
            tally.count(&format!("round {round}: {signal}"), verdict);
        }
    }
    tally.end();
}
