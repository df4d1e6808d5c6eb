//! The work, in parallel over photos.

use crate::gate::Gate;
use crate::hands::Hands;
use crate::ledger::{Notes, Standing};
use crate::memory::MemoryBudget;
use crate::threads::Threads;
use crate::{Effect, Entry, Event, FileError, LedgerError, Record, Session, Task, Tasks, disk};
use scrimp::{Error, Options, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// What makes an outcome of the bytes of a photo: [`scrimp::shrink`], but for measurements of all that stands round it.
pub type Engine = fn(&[u8], &Options) -> Result<Outcome, Error>;

/// How the tasks are done.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Threads in all: photos that are worked on at once, and where there are fewer of them several for one.
    pub threads: NonZeroUsize,
    /// Memory that all photos in hand may take together, in bytes.
    pub memory: u64,
    /// What shrinks a photo.
    pub engine: Engine,
    /// Where it is written down what is done.
    pub ledger: Option<Session<'a>>,
    /// Set it to `true` from anywhere, and the run ends soon.
    pub interrupt: &'a AtomicBool,
    /// How long an interrupted run waits for the photos in hand before it gives them up.
    pub patience: Duration,
}

/// What became of a task.
enum Ended {
    /// With what stands then, if it came to a decision.
    Record(Arc<Record>, Option<Standing>),
    PassedOver,
    DoneBefore(Box<Entry>),
    Interrupted,
}

/// What a worker tells.
enum Message {
    Started(usize),
    Ended(usize, Ended),
}

impl Run<'_> {
    /// Does the tasks and tells of each; ends early, with photos left, when it is interrupted. Returns how many tasks
    /// were left undone.
    pub fn work(&self, tasks: &Tasks, mut tell: impl FnMut(Event)) -> usize {
        sweep(tasks, &mut tell);
        let next = AtomicUsize::new(0);
        let (budget, hands, gate) = (MemoryBudget::of(self.memory), Hands::default(), Gate::default());
        let threads = Threads::of(self.threads, tasks.len());
        let (sender, receiver) = mpsc::channel();
        let work = |sender: &mpsc::Sender<Message>| {
            while let Some((index, task)) = take(tasks, &next) {
                // The receiver lives as long as the scope.
                let _ = sender.send(Message::Started(index));
                let ended = if self.interrupt.load(Ordering::Relaxed) {
                    Ended::Interrupted
                } else {
                    // Before threads and memory are taken, which the other name may need.
                    let _hand = task.number_of_several_names().map(|file| hands.take(file));
                    let lent = threads.lend();
                    guarded(&task, || self.work_on(&task, lent.threads(), &budget, &gate))
                };
                let _ = sender.send(Message::Ended(index, ended));
            }
        };
        let work = &work;
        thread::scope(|scope| {
            for begun in 0..self.threads.get().min(tasks.len()) {
                let of_thread = sender.clone();
                if thread::Builder::new().spawn_scoped(scope, move || work(&of_thread)).is_err() {
                    // Where the system gives no more threads, those that there are do all of it.
                    if begun == 0 {
                        work(&sender);
                    }
                    break;
                }
            }
            drop(sender);
            Told::of(tasks, self, &gate).listen(&receiver, &mut tell)
        })
    }

    fn work_on(&self, task: &Task, threads: NonZeroUsize, budget: &MemoryBudget, gate: &Gate) -> Ended {
        if task.is_passed_over() {
            return Ended::PassedOver;
        }
        if let Some(entry) = self.ledger.and_then(|ledger| ledger.done_before(task)) {
            return Ended::DoneBefore(Box::new(entry));
        }
        let trouble = |error: &FileError| {
            let record = Record::trouble(&task.input, 0, error).unstripped(&task.options);
            Ended::Record(Arc::new(record), None)
        };
        let permit = match &task.permit {
            Ok(permit) => permit,
            Err(error) => return trouble(error),
        };
        let entrance = budget.enter();
        let mut taken = entrance.take(task.length());
        let loaded = match task.load(threads) {
            Ok(loaded) => loaded,
            Err(error) => return trouble(&error),
        };
        if let Err(error) = loaded.ensure_fits(self.memory) {
            return Ended::Record(Arc::new(loaded.refused(&error)), None);
        }
        entrance.top_up(&mut taken, loaded.memory());
        drop(entrance);
        match loaded.work(permit, self.engine, gate) {
            Some((record, standing)) => Ended::Record(Arc::new(record), Some(standing)),
            None => Ended::Interrupted,
        }
    }
}

/// Removes what killed runs have left where something is going to be written.
fn sweep(tasks: &Tasks, tell: &mut impl FnMut(Event)) {
    // What is only tried leaves everything as it is.
    if tasks.effect != Effect::Write {
        return;
    }
    let folders: BTreeSet<_> = tasks.iter().flat_map(|task| task.folders()).collect();
    folders.iter().flat_map(|folder| disk::sweep(folder)).for_each(|path| tell(Event::LeftoverRemoved(path)));
}

fn take(tasks: &Tasks, next: &AtomicUsize) -> Option<(usize, Task)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    tasks.get(index).map(|task| (index, task))
}

/// A panic, which is a defect of scrimp, costs its photo alone.
fn guarded(task: &Task, work: impl FnOnce() -> Ended) -> Ended {
    // Unwind-safe: a photo's work changes nothing that others see but the budget, which gets back what was taken.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let error = Error::Defect("the work on this photo panicked".to_owned());
        Ended::Record(Arc::new(Record::refused(&task.input, 0, &task.options, &error)), None)
    })
}

/// What has been told of the tasks.
struct Told<'a> {
    tasks: &'a Tasks,
    /// What ended before its turn.
    waiting: BTreeMap<usize, Ended>,
    /// The next task to be told of.
    due: usize,
    left: usize,
    notes: Option<Notes<'a>>,
    run: &'a Run<'a>,
    gate: &'a Gate,
    /// When it was noticed that the run is interrupted.
    interrupted: Option<Instant>,
}

impl<'a> Told<'a> {
    /// How often is looked at what no message tells.
    const PULSE: Duration = Duration::from_millis(200);

    fn of(tasks: &'a Tasks, run: &'a Run<'a>, gate: &'a Gate) -> Self {
        let notes = run.ledger.map(Notes::of);
        Self { tasks, waiting: BTreeMap::new(), due: 0, left: 0, notes, run, gate, interrupted: None }
    }

    /// Tells of the tasks as they go on, and of what became of them in their order; returns how many were interrupted.
    fn listen(mut self, receiver: &mpsc::Receiver<Message>, tell: &mut impl FnMut(Event)) -> usize {
        loop {
            match receiver.recv_timeout(Self::PULSE) {
                Ok(Message::Started(index)) => {
                    tell(Event::Started { index, path: self.path(index) });
                }
                Ok(Message::Ended(index, ended)) => self.end(index, ended, tell),
                Err(RecvTimeoutError::Timeout) => tell(Event::Pulse),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.note(Notes::write_some, tell);
            self.give_up_in_time(tell);
        }
        self.note(Notes::write_all, tell);
        self.left
    }

    fn path(&self, index: usize) -> PathBuf {
        self.tasks.path(index).unwrap_or_default()
    }

    /// Once an interrupted run has waited long enough, nothing is written any more, and that is told.
    fn give_up_in_time(&mut self, tell: &mut impl FnMut(Event)) {
        if !self.run.interrupt.load(Ordering::Relaxed) || self.gate.is_closed() {
            return;
        }
        let since = *self.interrupted.get_or_insert_with(Instant::now);
        if since.elapsed() >= self.run.patience {
            self.gate.close();
            self.note(Notes::write_all, tell);
            tell(Event::GivenUp { left: self.left + self.tasks.len() - self.due });
        }
    }

    fn end(&mut self, index: usize, ended: Ended, tell: &mut impl FnMut(Event)) {
        let record = match &ended {
            Ended::Record(record, standing) => {
                if let (Some(notes), Some(standing)) = (&mut self.notes, standing) {
                    notes.add(record, standing);
                }
                Some(Arc::clone(record))
            }
            Ended::PassedOver | Ended::DoneBefore(_) | Ended::Interrupted => None,
        };
        tell(Event::Finished { index, record });
        self.waiting.insert(index, ended);
        self.in_order(tell);
    }

    fn in_order(&mut self, tell: &mut impl FnMut(Event)) {
        while let Some(ended) = self.waiting.remove(&self.due) {
            self.due += 1;
            match ended {
                Ended::Record(record, _) => tell(Event::Record(record)),
                Ended::PassedOver => tell(Event::PassedOver),
                Ended::DoneBefore(entry) => {
                    let path = self.path(self.due - 1);
                    tell(Event::DoneBefore { path, entry });
                }
                Ended::Interrupted => self.left += 1,
            }
        }
    }

    /// A ledger that is lost is told of once, and written to no more.
    fn note(
        &mut self,
        write: impl FnOnce(&mut Notes<'a>) -> Result<(), LedgerError>,
        tell: &mut impl FnMut(Event),
    ) {
        if let Some(Err(error)) = self.notes.as_mut().map(write) {
            self.notes = None;
            tell(Event::LedgerLost(error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Destination, InPlace, Input, Job, Overwrite, Selection};
    use scrimp_testkit::scenes;

    fn folder_with_photos(count: u64) -> tempfile::TempDir {
        let room = tempfile::tempdir().unwrap();
        for seed in 0..count {
            let photo = scrimp_testkit::jpeg(&scenes::facade(40, 30, seed), 95);
            std::fs::write(room.path().join(format!("{seed}.jpg")), photo).unwrap();
        }
        room
    }

    fn tasks(folder: &std::path::Path, effect: Effect) -> Tasks {
        let job = Job {
            inputs: vec![Input::Path(folder.into())],
            selection: Selection::default(),
            destination: Destination::InPlace(InPlace::default()),
            options: Options::default(),
            overwrite: Overwrite::Never,
            effect,
        };
        job.plan(&AtomicBool::new(false), |_| {}).unwrap().tasks
    }

    fn run(engine: Engine, interrupt: &AtomicBool) -> Run<'_> {
        let threads = NonZeroUsize::new(2).unwrap();
        Run {
            threads,
            memory: 1 << 30,
            engine,
            ledger: None,
            interrupt,
            patience: Duration::from_millis(100),
        }
    }

    #[test]
    fn a_panic_costs_its_photo_alone() {
        fn engine(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
            // One of the photos alone is of this length.
            if bytes.len() == LENGTH.load(Ordering::Relaxed) {
                panic!("as a defect would");
            }
            scrimp::shrink(bytes, options)
        }
        static LENGTH: AtomicUsize = AtomicUsize::new(0);
        let room = folder_with_photos(3);
        LENGTH.store(std::fs::metadata(room.path().join("1.jpg")).unwrap().len() as usize, Ordering::Relaxed);
        let interrupt = AtomicBool::new(false);
        let mut told = Vec::new();
        let left = run(engine, &interrupt).work(&tasks(room.path(), Effect::Write), |event| {
            if let Event::Record(record) = event {
                told.push((record.code, record.outcome.name()));
            }
        });
        assert_eq!((told.len(), told[1], left), (3, ("defect", "refused"), 0));
        assert!(told[0].0 != "defect" && told[2].0 != "defect");
    }

    #[test]
    fn photos_that_do_not_fit_together_run_alone_and_one_that_never_fits_is_refused() {
        fn engine(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
            let others = IN_HAND.fetch_add(1, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(20));
            MOST.fetch_max(others + 1, Ordering::SeqCst);
            let outcome = scrimp::shrink(bytes, options);
            IN_HAND.fetch_sub(1, Ordering::SeqCst);
            outcome
        }
        static IN_HAND: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let room = folder_with_photos(4);
        let photo = std::fs::read(room.path().join("0.jpg")).unwrap();
        let need = scrimp::memory_needed(40, 30) + photo.len() as u64;
        let interrupt = AtomicBool::new(false);
        let most_in_hand = |memory| {
            MOST.store(0, Ordering::SeqCst);
            let mut codes = BTreeSet::new();
            let run = Run { memory, ..run(engine, &interrupt) };
            run.work(&within(room.path(), memory), |event| {
                if let Event::Record(record) = event {
                    codes.insert((record.code, record.reason.contains(&memory.to_string())));
                }
            });
            (MOST.load(Ordering::SeqCst), codes)
        };
        let (most, codes) = most_in_hand(need * 3);
        assert!(most == 2 && codes.iter().all(|(code, _)| *code != "limit_memory"), "{codes:?}");
        assert_eq!(most_in_hand(need + need / 2).0, 1);
        // The work alone would fit, but not with the file.
        let (most, codes) = most_in_hand(scrimp::memory_needed(40, 30) + 10);
        assert_eq!((most, codes), (0, BTreeSet::from([("limit_memory", true)])));
    }

    /// Tasks of photos that may each take so much memory.
    fn within(folder: &std::path::Path, memory: u64) -> Tasks {
        let mut tasks = tasks(folder, Effect::DryRun);
        Arc::make_mut(&mut tasks.options).limits.memory = memory;
        tasks
    }

    #[test]
    fn a_dry_run_tells_what_would_be_and_writes_nothing() {
        let room = folder_with_photos(2);
        let leftover = room.path().join(".scrimp-0123456789abcdef.part");
        std::fs::write(&leftover, b"part").unwrap();
        let files = || {
            let mut files: Vec<_> =
                std::fs::read_dir(room.path()).unwrap().map(|it| it.unwrap().path()).collect();
            files.sort();
            files.into_iter().map(|path| (std::fs::read(&path).unwrap(), path)).collect::<Vec<_>>()
        };
        let before = files();
        let interrupt = AtomicBool::new(false);
        let mut saved = 0;
        run(scrimp::shrink, &interrupt).work(&tasks(room.path(), Effect::DryRun), |event| {
            if let Event::Record(record) = event {
                saved += record.saved_bytes();
                assert_eq!(record.output, None);
            }
        });
        assert!(saved > 0);
        assert_eq!(files(), before);
    }

    #[test]
    fn each_photo_is_told_of_as_it_begins_and_ends_and_then_in_order() {
        let room = folder_with_photos(4);
        let interrupt = AtomicBool::new(false);
        let (mut in_hand, mut done, mut records) = (BTreeSet::new(), 0, Vec::new());
        run(scrimp::shrink, &interrupt).work(&tasks(room.path(), Effect::DryRun), |event| match event {
            Event::Started { index, path } => {
                assert!(
                    path.ends_with(format!("{index}.jpg")) && in_hand.insert(index) && in_hand.len() <= 2
                );
            }
            Event::Finished { index, record } => {
                let record = record.unwrap();
                assert_eq!((record.width, record.height), (Some(40), Some(30)));
                assert!(in_hand.remove(&index));
                done += 1;
            }
            Event::Record(record) => records.push(record.path.clone()),
            other => panic!("{other:?}"),
        });
        assert_eq!((in_hand.len(), done), (0, 4));
        assert!(records.is_sorted() && records.len() == 4);
    }

    #[test]
    fn photos_in_hand_that_take_too_long_are_given_up_and_never_written() {
        fn slow(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
            // Not before there is something in hand.
            INTERRUPT.store(true, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(1500));
            scrimp::shrink(bytes, options)
        }
        static INTERRUPT: AtomicBool = AtomicBool::new(false);
        let room = folder_with_photos(5);
        let before = std::fs::read(room.path().join("0.jpg")).unwrap();
        let (started, mut given_up) = (Instant::now(), None);
        let left = run(slow, &INTERRUPT).work(&tasks(room.path(), Effect::Write), |event| {
            if let Event::GivenUp { left } = event {
                given_up = Some((left, started.elapsed()));
            }
        });
        let (told, after) = given_up.unwrap();
        assert_eq!((told, left), (5, 5));
        assert!(after < Duration::from_millis(1400), "{after:?}");
        assert_eq!(std::fs::read(room.path().join("0.jpg")).unwrap(), before);
        assert_eq!(std::fs::read_dir(room.path()).unwrap().count(), 5);
    }

    #[test]
    fn an_interrupted_run_tells_how_many_are_left() {
        let room = folder_with_photos(3);
        let interrupt = AtomicBool::new(true);
        assert_eq!(run(scrimp::shrink, &interrupt).work(&tasks(room.path(), Effect::Write), |_| {}), 3);
    }
}
