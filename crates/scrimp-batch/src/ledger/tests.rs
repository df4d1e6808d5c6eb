use super::*;
use crate::{Destination, Effect, Event, InPlace, Input, Job, Overwrite, Run, Selection};
use scrimp::Options;
use scrimp_testkit::scenes;
use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

/// A folder of photos and a job over it.
struct Room(tempfile::TempDir);

impl Room {
    fn with_photos() -> Self {
        let room = Self(tempfile::tempdir().unwrap());
        fs::create_dir(room.path("in")).unwrap();
        for seed in 0..3 {
            fs::write(room.photo(seed), scrimp_testkit::jpeg(&scenes::facade(40, 30, seed), 95)).unwrap();
        }
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn photo(&self, number: u64) -> PathBuf {
        self.path(&format!("in/{number}.jpg"))
    }

    fn job(&self, destination: Destination) -> Job {
        Job {
            inputs: vec![Input::Path(self.path("in"))],
            selection: Selection::default(),
            destination,
            options: Options::default(),
            overwrite: Overwrite::Same,
            effect: Effect::Write,
        }
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.path("state/job.redb")).unwrap()
    }
}

fn in_place() -> Destination {
    Destination::InPlace(InPlace::default())
}

/// Does a job; returns how many photos were worked on, and how many were done before.
fn resume(job: &Job, ledger: &Ledger) -> (usize, usize) {
    let interrupt = AtomicBool::new(false);
    let planned = job.plan(&interrupt, |_| {}).unwrap();
    let (threads, ledger) = (NonZeroUsize::MIN, Some(Session::resuming(ledger, job)));
    let patience = std::time::Duration::MAX;
    let run =
        Run { threads, memory: 1 << 30, engine: scrimp::shrink, ledger, interrupt: &interrupt, patience };
    let (mut worked, mut before) = (0, 0);
    run.work(&planned.tasks, |event| match event {
        Event::Record(record) => {
            assert!(record.is_done(), "{record:?}");
            worked += 1;
        }
        Event::DoneBefore { .. } => before += 1,
        Event::LedgerLost(error) => panic!("{error}"),
        _ => {}
    });
    (worked, before)
}

#[test]
fn what_is_done_and_still_true_is_left_out() {
    for in_folder in [false, true] {
        let room = Room::with_photos();
        let destination = if in_folder { Destination::Folder(room.path("out")) } else { in_place() };
        let (job, ledger) = (room.job(destination), room.ledger());
        assert_eq!(resume(&job, &ledger), (3, 0));
        assert_eq!(resume(&job, &ledger), (0, 3));
        // Touched alone, it is told by its bytes.
        fs::File::options()
            .write(true)
            .open(room.photo(0))
            .unwrap()
            .set_modified(std::time::SystemTime::now())
            .unwrap();
        assert_eq!(resume(&job, &ledger), (0, 3));
        // Another photo of the same size in its place.
        let mut bytes = fs::read(room.photo(1)).unwrap();
        let last = bytes.len() - 40;
        bytes[last] ^= 1;
        fs::write(room.photo(1), bytes).unwrap();
        if !in_folder {
            assert_eq!(resume(&job, &ledger).1, 2);
        }
    }
}

#[test]
fn an_output_that_is_gone_or_other_settings_mean_work() {
    let room = Room::with_photos();
    let (mut job, ledger) = (room.job(Destination::Folder(room.path("out"))), room.ledger());
    resume(&job, &ledger);
    fs::remove_file(room.path("out/1.jpg")).unwrap();
    assert_eq!(resume(&job, &ledger), (1, 2));
    job.options.limits.time = 7;
    job.options.threads = NonZeroUsize::new(3).unwrap();
    assert_eq!(resume(&job, &ledger), (0, 3), "what bounds the work changes no output");
    job.options.goal = scrimp::Look::Archive.goal();
    job.overwrite = Overwrite::Always;
    assert_eq!(resume(&job, &ledger), (3, 0));
    job.destination = Destination::Folder(room.path("elsewhere"));
    assert_eq!(resume(&job, &ledger), (3, 0));
}

#[test]
fn outputs_of_a_killed_run_that_were_not_written_down_are_as_good() {
    let room = Room::with_photos();
    let (job, ledger) = (room.job(Destination::Folder(room.path("out"))), room.ledger());
    resume(&job, &ledger);
    assert_eq!(ledger.forget(&room.path("in")).unwrap(), 3);
    assert!(ledger.is_empty().unwrap());
    assert_eq!(resume(&job, &ledger), (3, 0));
}

#[test]
fn a_dry_run_does_not_stand_for_a_real_one() {
    let room = Room::with_photos();
    let (job, ledger) = (room.job(in_place()), room.ledger());
    let dry = Job { effect: Effect::DryRun, ..job.clone() };
    assert_eq!((resume(&dry, &ledger), resume(&dry, &ledger)), ((3, 0), (0, 3)));
    assert_eq!(resume(&job, &ledger), (3, 0));
}

#[test]
fn a_ledger_in_use_is_told_from_one_that_is_none() {
    let room = Room::with_photos();
    let _first = room.ledger();
    assert!(matches!(Ledger::open(&room.path("state/job.redb")), Err(LedgerError::Held(_))));
    let photo = fs::read(room.photo(0)).unwrap();
    let error = Ledger::open(&room.photo(0)).unwrap_err();
    assert!(error.to_string().contains("another file"), "{error}");
    assert_eq!(fs::read(room.photo(0)).unwrap(), photo, "and is not touched");
    assert!(matches!(Ledger::open_existing(&room.path("none")), Err(LedgerError::Unusable { .. })));
    assert!(!room.path("none").exists());
}

#[test]
fn entries_are_shown_and_forgotten_by_their_place() {
    let room = Room::with_photos();
    let (job, ledger) = (room.job(in_place()), room.ledger());
    resume(&job, &ledger);
    let mut entries = Vec::new();
    ledger.for_each(|entry| entries.push(entry)).unwrap();
    assert_eq!(entries.len(), 3);
    assert!(entries[0].path.ends_with("0.jpg") && entries[0].outcome == "saved");
    assert_eq!(Entry::read(&entries[0].to_json()).as_ref(), Some(&entries[0]));
    assert_eq!(ledger.forget(&room.photo(1)).unwrap(), 1);
    assert_eq!(ledger.forget(&room.path("i")).unwrap(), 0, "no folder, but the beginning of a name");
    assert_eq!(ledger.len().unwrap(), 2);
}

#[test]
fn the_ledger_of_a_job_is_named_by_what_it_does() {
    let room = Room::with_photos();
    let name = room.job(in_place()).name();
    assert_eq!(name, room.job(in_place()).name());
    assert_ne!(name, room.job(Destination::Folder(room.path("out"))).name());
    let more = Job { inputs: vec![Input::Path(room.photo(0))], ..room.job(in_place()) };
    assert_ne!(name, more.name());
}

/// Ten thousand of them in each test run; a million with `SCRIMP_LEDGER=full` and `--release`: with debug assertions redb reads
/// all that it opens.
#[test]
fn many_entries_open_fast_even_after_a_kill() {
    let is_full = std::env::var_os("SCRIMP_LEDGER").is_some_and(|value| value == "full");
    let count: u64 = if is_full { 1_000_000 } else { 10_000 };
    let room = Room::with_photos();
    let ledger = room.ledger();
    let entry = sample_entry(&room);
    let row = |number: u64| {
        let path = format!("/photos/{:02}/{number:08}.jpg", number % 100);
        ((path.clone().into_bytes(), 1), Entry { path, ..entry.clone() })
    };
    for first in (0..count).step_by(1000) {
        ledger.add(&(first..first + 1000).map(row).collect::<Vec<_>>()).unwrap();
    }
    // As a kill in the middle of the next writing leaves it: no handle is closed.
    let transaction = ledger.database.begin_write().unwrap();
    for number in count..count + 1000 {
        let ((path, settings), entry) = row(number);
        let mut table = transaction.open_table(ENTRIES).unwrap();
        table.insert((path.as_slice(), settings), entry.to_json().as_slice()).unwrap();
    }
    fs::copy(ledger.path(), room.path("killed.redb")).unwrap();
    // What the killed run had written down was durable; the copy is not yet.
    fs::File::options().write(true).open(room.path("killed.redb")).unwrap().sync_all().unwrap();
    let started = std::time::Instant::now();
    let killed = Ledger::open(&room.path("killed.redb")).unwrap();
    let took = started.elapsed();
    let ((path, settings), _) = row(count - 1);
    assert!(killed.entry(&(path, settings)).unwrap().is_some());
    assert_eq!(killed.len().unwrap(), count);
    assert!(took.as_secs_f64() < 1.0, "{took:?}");
    if is_full {
        let size = fs::metadata(killed.path()).unwrap().len();
        // Past the test runner, which shows nothing of tests that pass.
        let _ = writeln!(std::io::stderr(), "{count} entries in {size} bytes opened in {took:?}");
    }
}

fn sample_entry(room: &Room) -> Entry {
    let (job, ledger) = (room.job(in_place()), Ledger::open(&room.path("sample.redb")).unwrap());
    resume(&job, &ledger);
    let mut sample = None;
    ledger.for_each(|entry| sample = Some(entry)).unwrap();
    sample.unwrap()
}
