//! A shard takes no more memory than the photos in hand. A binary of its own: what is measured is the process.

#![cfg(target_os = "linux")]
#![allow(missing_docs)]

use scrimp::{Look, Options, memory_needed};
use scrimp_batch::store::{Item, Job, Place, Shard, ShardRun, Stores, Writing};
use scrimp_testkit::{jpeg, memory_taken_by, scenes};
use std::fs;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

#[test]
fn many_photos_take_the_memory_of_one() {
    let room = tempfile::tempdir().unwrap();
    let at = |name: &str| Place::of_path(&room.path().join(name));
    fs::create_dir(room.path().join("old")).unwrap();
    let photo = jpeg(&scenes::landscape(2400, 1600, 3), 95);
    let name = |number: usize| format!("{number}.jpg");
    for number in 0..9 {
        fs::write(room.path().join("old").join(name(number)), &photo).unwrap();
    }
    let job = Job {
        from: Some(at("old")),
        to: at("new"),
        options: Options::look(Look::High),
        writing: Writing::New,
        dry_run: false,
        threads: NonZeroUsize::MIN,
        memory: 1 << 30,
    };
    let (stores, interrupt) = (Stores::new().unwrap(), AtomicBool::new(false));
    let run = ShardRun { job: &job, stores: &stores, engine: scrimp::shrink, interrupt: &interrupt };
    let items = (0..9).map(|number| Item { key: name(number), etag: None, size: None }).collect();
    let mut photos = 0;
    let taken =
        memory_taken_by(|| photos = run.work(&Shard::new(items), None, |_| {}).unwrap().summary.photos);
    let said = memory_needed(2400, 1600);
    println!("{taken} bytes of {said}");
    assert_eq!(photos, 9);
    assert!(taken <= said, "{taken} bytes, {said} were said of one photo");
}
