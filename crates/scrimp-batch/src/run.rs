//! The work, in parallel over photos.

use crate::memory::MemoryBudget;
use crate::{Record, Task};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
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
                        work(task, budget)
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

fn work(task: &Task, budget: &MemoryBudget) -> Ended {
    let loaded = match task.load() {
        Ok(Some(loaded)) => loaded,
        Ok(None) => return Ended::PassedOver,
        Err(record) => return Ended::Record(record),
    };
    let _taken = budget.take(loaded.memory());
    let record = loaded.shrink_without_panic();
    if record.code == scrimp::Error::Interrupted.code() {
        Ended::Interrupted
    } else {
        Ended::Record(Box::new(record))
    }
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
