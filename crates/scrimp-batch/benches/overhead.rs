//! What a job costs besides its engine: processor time of walking, reading, the ledger and the records over a folder.
//!
//! ```text
//! cargo bench -p scrimp-batch --bench overhead -- FOLDER
//! ```
//!
//! The folder is gone through with an engine that does nothing, with and without a ledger, and then as a dry run with the
//! real one; nothing in it changes.

use scrimp::{Decision, Error, Kept, Options, Outcome};
use scrimp_batch::{
    Destination, Effect, Engine, Event, InPlace, Input, Job, Ledger, Overwrite, Run, Selection, Session,
};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

fn main() {
    // cargo bench adds an argument of its own.
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let Some(folder) = folder.map(PathBuf::from) else {
        println!("overhead: name a folder of photos");
        return;
    };
    let (photos, alone) = cost(&folder, nothing, false);
    let (_, with_ledger) = cost(&folder, nothing, true);
    let (_, whole) = cost(&folder, scrimp::shrink, true);
    let each = |seconds: f64| 1e6 * seconds / photos as f64;
    println!("{photos} photos, processor time a photo:");
    println!("  walking, reading, records {:10.1} us  {:5.2} %", each(alone), 100.0 * alone / whole);
    println!(
        "  the same and the ledger   {:10.1} us  {:5.2} %",
        each(with_ledger),
        100.0 * with_ledger / whole
    );
    println!("  the same and the engine   {:10.1} us  100.00 %", each(whole));
}

/// An engine that leaves every photo alone.
fn nothing(_: &[u8], options: &Options) -> Result<Outcome, Error> {
    let decision = Decision::nothing_tried(options);
    let reason = Kept::NothingSmallerPasses { goal: options.goal, min_saving: options.min_saving };
    Ok(Outcome::Kept(reason, decision))
}

/// Photos of the folder, and the processor seconds of a dry run over them.
fn cost(folder: &std::path::Path, engine: Engine, with_ledger: bool) -> (usize, f64) {
    let job = Job {
        inputs: vec![Input::Path(folder.to_path_buf())],
        selection: Selection::default(),
        destination: Destination::InPlace(InPlace::default()),
        options: Options::default(),
        overwrite: Overwrite::Never,
        effect: Effect::DryRun,
    };
    let room = tempfile::tempdir().expect("a temporary folder");
    let ledger = with_ledger.then(|| Ledger::open(&room.path().join("ledger.redb")).expect("a ledger"));
    let before = processor_seconds();
    let interrupt = AtomicBool::new(false);
    let planned = job.plan(&interrupt, |_| {}).expect("a job");
    let run = Run {
        threads: std::thread::available_parallelism().expect("threads"),
        memory: 1 << 30,
        engine,
        ledger: ledger.as_ref().map(|ledger| Session::resuming(ledger, &job)),
        interrupt: &interrupt,
        patience: std::time::Duration::MAX,
    };
    let mut photos = 0;
    run.work(&planned.tasks, |event| {
        if let Event::Record(record) = event {
            photos += 1;
            serde_json::to_writer(std::io::sink(), &*record).expect("JSON");
        }
    });
    (photos, processor_seconds() - before)
}

/// Of this process, its user and system time; in the ticks of Linux, 10 ms.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").expect("/proc");
    let behind_name = text.rsplit(')').next().expect("a name");
    let fields: Vec<f64> =
        behind_name.split_whitespace().skip(11).take(2).map(|it| it.parse().expect("ticks")).collect();
    fields.iter().sum::<f64>() / 100.0
}
