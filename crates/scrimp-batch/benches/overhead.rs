//! What a job costs besides its engine: processor time of walking, reading, the ledger, the records and the report over a
//! folder.
//!
//! ```text
//! cargo bench -p scrimp-batch --bench overhead -- FOLDER
//! ```
//!
//! The folder is gone through as a dry run with an engine that does nothing, then with the real one, with and without ledger and
//! report, in turns; of each the least is told. Nothing in the folder changes.

use scrimp::{Convert, Decision, Error, Kept, Options, Outcome, View, Views, WorstCell};
use scrimp_batch::{
    Destination, Effect, Engine, Event, Input, Job, Ledger, Overwrite, Report, Run, Selection, Session,
};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// What is gone through: its name, the engine, and whether there are a ledger and a report.
const WAYS: [(&str, Engine, bool, bool); 5] = [
    ("walking, reading, records", nothing, false, false),
    ("the same and the ledger", nothing, true, false),
    ("the same and the report, its pictures given", pictured, true, true),
    ("the engine and the ledger", scrimp::shrink, true, false),
    ("the engine, the ledger and the report", scrimp::shrink, true, true),
];

fn main() {
    const ROUNDS: usize = 3;
    // cargo bench adds an argument of its own.
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let Some(folder) = folder.map(PathBuf::from) else {
        println!("overhead: name a folder of photos");
        return;
    };
    let (mut photos, mut least) = (0, [f64::MAX; WAYS.len()]);
    for _ in 0..ROUNDS {
        for ((_, engine, with_ledger, with_report), least) in WAYS.iter().zip(&mut least) {
            let seconds;
            (photos, seconds) = cost(&folder, *engine, *with_ledger, *with_report);
            *least = least.min(seconds);
        }
    }
    println!("{photos} photos, processor time a photo:");
    for ((name, ..), seconds) in WAYS.iter().zip(least) {
        let each = 1e6 * seconds / photos as f64;
        println!("  {name:44} {each:10.1} us {:8.2} %", 100.0 * seconds / least[3]);
    }
}

/// An engine that leaves every photo alone.
fn nothing(_: &[u8], options: &Options) -> Result<Outcome, Error> {
    let decision = Decision::nothing_tried(options);
    let reason = Kept::NothingSmallerPasses { goal: options.goal, min_saving: options.min_saving };
    Ok(Outcome::Kept(reason, decision))
}

/// The same with pictures that cost nothing to take.
fn pictured(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
    let view = |bytes| View { jpeg: vec![0; bytes], width: 8, height: 8 };
    let whole = Some([view(100_000), view(100_000)]);
    let views = Views { size: (8, 8), thumbnail: view(5_000), whole, worst: None };
    let worst = WorstCell { x: 0, y: 0, width: 8, height: 8, score: 70.0 };
    match nothing(bytes, options)? {
        Outcome::Kept(reason, decision) => {
            let (views, worst) = (Some(Box::new(views)), Some(worst));
            Ok(Outcome::Kept(reason, Decision { views, worst, ..decision }))
        }
        other => Ok(other),
    }
}

/// Photos of the folder, and the processor seconds of a dry run over them.
fn cost(folder: &Path, engine: Engine, with_ledger: bool, with_report: bool) -> (usize, f64) {
    let job = Job {
        inputs: vec![Input::Path(folder.to_path_buf())],
        selection: Selection::default(),
        destination: Destination::Nowhere(Convert::Never),
        options: Options::default(),
        overwrite: Overwrite::Never,
        effect: Effect::DryRun,
    };
    let room = tempfile::tempdir().expect("a temporary folder");
    let ledger = with_ledger.then(|| Ledger::open(&room.path().join("ledger.redb")).expect("a ledger"));
    let before = processor_seconds();
    let interrupt = AtomicBool::new(false);
    let page = room.path().join("report.html");
    let mut report = with_report.then(|| Report::begin(&page, Overwrite::Never).expect("a report"));
    let mut planned = job.plan(&interrupt, |_| {}).expect("a job");
    report.iter().for_each(|report| report.show(&mut planned));
    let run = Run {
        threads: std::num::NonZeroUsize::MIN,
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
            report.iter_mut().for_each(|report| report.add(&record));
        }
    });
    if let Some(report) = report {
        report.finish(0).expect("a page");
    }
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
