//! A batch that is killed and gone on with, again and again. scripts/killed does the same with thousands of photos.

use crate::lab::{Files, Lab, SCRIMP, Tally, ensure, is_full, is_stray};
use scrimp_testkit::{Noise, scenes};
use std::thread;
use std::time::Instant;

#[test]
fn f32_killed_again_and_again_a_resumed_batch_ends_as_one_in_peace() {
    let (photos, kills) = if is_full() { (1000, 100) } else { (60, 8) };
    let mut tally = Tally::of("F32");
    let old: Files = (0..photos).map(|seed| (format!("in/{seed:04}.jpg"), photo(seed))).collect();
    let lab = || {
        let lab = Lab::with(&[]);
        old.iter().for_each(|(name, bytes)| lab.put(name, bytes));
        lab
    };
    let arguments = ["shrink", "in", "--in-place", "--resume", "--ledger", "ledger.redb", "-j2"];
    let peace = lab();
    let started = Instant::now();
    assert!(peace.scrimp(&arguments).status.success());
    let whole = started.elapsed();
    let new = photos_of(&peace);

    let war = lab();
    let mut noise = Noise::seeded(32);
    for kill in 0..kills {
        let mut run = war.command(SCRIMP).args(arguments).spawn().unwrap();
        thread::sleep((whole * 2 / kills).mul_f64(noise.unit()));
        let _ = run.kill();
        run.wait().unwrap();
        let now = photos_of(&war);
        let is_whole = |name: &String| now.get(name).is_some_and(|it| *it == old[name] || *it == new[name]);
        let lost: Vec<_> = old.keys().filter(|name| !is_whole(name)).collect();
        tally.count(&format!("kill {kill}"), ensure(lost.is_empty(), || format!("{lost:?} are lost")));
    }
    let last = war.scrimp(&arguments);
    let verdict = ensure(last.status.success(), || String::from_utf8_lossy(&last.stderr).into_owned())
        .and(ensure(photos_of(&war) == new, || "it does not end as in peace".to_owned()))
        .and(ensure(!war.files().keys().any(|name| is_stray(name)), || "a stray file".to_owned()));
    tally.count("the last run", verdict);
    let again = war.scrimp(&arguments);
    let told = String::from_utf8_lossy(&again.stderr).into_owned();
    let left_out = told.contains(&format!("{photos} photos had been done before"));
    tally.count("all was done", ensure(left_out, || told));
    tally.end();
}

fn photo(seed: u64) -> Vec<u8> {
    let make = [scenes::landscape, scenes::facade, scenes::still_life][(seed % 3) as usize];
    scrimp_testkit::jpeg(&make(56, 48, seed), 80 + (seed % 19) as u8)
}

fn photos_of(lab: &Lab) -> Files {
    lab.files().into_iter().filter(|(name, _)| name.starts_with("in/") && !is_stray(name)).collect()
}
