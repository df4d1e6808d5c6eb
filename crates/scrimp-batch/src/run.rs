//! The work, in parallel over photos.

use crate::memory::MemoryBudget;
use crate::{FileError, Record, Task, disk};
use scrimp::Error;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

/// How many photos are worked on at once.
#[derive(Clone, Copy, Debug)]
pub struct Workers {
    /// Threads.
    pub threads: NonZeroUsize,
    /// Memory that all photos in hand may take together, in bytes.
    pub memory: u64,
}

/// Something that happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A photo is done, in the order in which photos are finished.
    Finished,
    /// What became of a photo, in the order of the tasks.
    Record(Box<Record>),
    /// A file that is no image was passed over, in the order of the tasks.
    PassedOver,
    /// Before the work: a temporary file of an earlier run, which was killed, was removed.
    LeftoverRemoved(PathBuf),
}

/// What became of a task.
enum Ended {
    Record(Box<Record>),
    PassedOver,
    Interrupted,
}

/// Does the tasks and tells of each; ends early, with photos left, when `interrupt` is set. Returns how many tasks
/// were left undone.
pub fn run(tasks: &[Task], workers: Workers, interrupt: &AtomicBool, mut tell: impl FnMut(Event)) -> usize {
    let folders: BTreeSet<_> = tasks.iter().flat_map(Task::folders).collect();
    folders.iter().flat_map(|folder| disk::sweep(folder)).for_each(|path| tell(Event::LeftoverRemoved(path)));
    let next = AtomicUsize::new(0);
    let budget = MemoryBudget::of(workers.memory);
    let (sender, receiver) = mpsc::channel();
    let mut left = 0;
    std::thread::scope(|scope| {
        for _ in 0..workers.threads.get().min(tasks.len()) {
            let (sender, next, budget) = (sender.clone(), &next, &budget);
            scope.spawn(move || {
                while let Some((index, task)) = take(tasks, next) {
                    let ended = if interrupt.load(Ordering::Relaxed) {
                        Ended::Interrupted
                    } else {
                        guarded(task, || work(task, budget))
                    };
                    // The receiver lives as long as the scope.
                    let _ = sender.send((index, ended));
                }
            });
        }
        drop(sender);
        left = in_order(receiver, &mut tell);
    });
    left
}

fn take<'a>(tasks: &'a [Task], next: &AtomicUsize) -> Option<(usize, &'a Task)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    tasks.get(index).map(|task| (index, task))
}

/// A panic, which is a defect of scrimp, costs its photo alone.
fn guarded(task: &Task, work: impl FnOnce() -> Ended) -> Ended {
    // Unwind-safe: a photo's work changes nothing that others see but the budget, which gets back what was taken.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let error = Error::Defect("the work on this photo panicked".to_owned());
        Ended::Record(Box::new(Record::refused(&task.input, 0, &task.options, &error)))
    })
}

fn work(task: &Task, budget: &MemoryBudget) -> Ended {
    if task.is_passed_over() {
        return Ended::PassedOver;
    }
    let trouble = |error: &FileError| Ended::Record(Box::new(Record::trouble(&task.input, 0, error)));
    let permit = match &task.permit {
        Ok(permit) => permit,
        Err(error) => return trouble(error),
    };
    let entrance = budget.enter();
    let mut taken = entrance.take(task.length());
    let loaded = match task.load() {
        Ok(loaded) => loaded,
        Err(error) => return trouble(&error),
    };
    entrance.top_up(&mut taken, loaded.memory());
    drop(entrance);
    loaded.shrink(permit).map_or(Ended::Interrupted, |record| Ended::Record(Box::new(record)))
}

/// Tells of the tasks in their order, whatever the order in which they end; returns how many were interrupted.
fn in_order(receiver: mpsc::Receiver<(usize, Ended)>, tell: &mut impl FnMut(Event)) -> usize {
    let (mut waiting, mut due, mut left) = (BTreeMap::new(), 0, 0);
    for (index, ended) in receiver {
        tell(Event::Finished);
        waiting.insert(index, ended);
        while let Some(ended) = waiting.remove(&due) {
            due += 1;
            match ended {
                Ended::Record(record) => tell(Event::Record(record)),
                Ended::PassedOver => tell(Event::PassedOver),
                Ended::Interrupted => left += 1,
            }
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Destination, Input, Job, Overwrite};

    #[test]
    fn a_panic_costs_its_photo_alone() {
        let job = Job {
            inputs: vec![Input::Path("photo.jpg".into())],
            destination: Destination::Folder("out".into()),
            options: scrimp::Options::default(),
            overwrite: Overwrite::Never,
        };
        let task = &job.plan().unwrap().tasks[0];
        let Ended::Record(record) = guarded(task, || panic!("as a defect would")) else {
            panic!("no record")
        };
        assert_eq!((record.code, record.outcome.name()), ("defect", "refused"));
    }
}
