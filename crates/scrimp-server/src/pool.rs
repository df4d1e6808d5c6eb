//! Admission: who may wait, who may work, and with how much memory.
//!
//! A request that has its photo takes a place in the queue or is refused at once; then it waits for a thread, and on
//! that thread for the memory that its photo needs. One order for all, so no two can wait for each other.

use crate::Config;
use crate::body::PIECE;
use crate::problem::Problem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

/// What all requests share out among each other.
#[derive(Debug)]
pub(crate) struct Pool {
    /// Requests that work or wait for it.
    places: Arc<Semaphore>,
    place_count: usize,
    threads: Arc<Semaphore>,
    thread_count: usize,
    /// For the work, in pieces.
    memory: Arc<Semaphore>,
    memory_pieces: u32,
    /// For the bodies that are being received or worked on, in pieces.
    bodies: Arc<Semaphore>,
    /// How long a request may wait for a thread.
    patience: Duration,
}

/// How many requests have a thread, and how many wait for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) working: usize,
    pub(crate) waiting: usize,
}

/// Work on the processor, with the memory that it needs known beforehand.
pub(crate) trait Work: Send + 'static {
    /// What comes of it.
    type Result: Send + 'static;

    /// The memory in bytes that [`Self::run`] takes at most.
    fn memory(&self) -> u64;

    /// Does it. It ends soon once `stop` is set.
    fn run(self, stop: &Arc<AtomicBool>) -> Self::Result;
}

impl Pool {
    pub(crate) fn new(config: &Config) -> Self {
        let threads = config.threads.get();
        let memory_pieces = pieces(config.work_memory());
        Self {
            places: Arc::new(Semaphore::new(threads + config.queue)),
            place_count: threads + config.queue,
            threads: Arc::new(Semaphore::new(threads)),
            thread_count: threads,
            memory: Arc::new(Semaphore::new(memory_pieces as usize)),
            memory_pieces,
            bodies: Arc::new(Semaphore::new(pieces(config.body_memory()) as usize)),
            patience: config.queue_timeout(),
        }
    }

    /// Takes memory for so many pieces of a body.
    pub(crate) fn take_for_body(&self, pieces: u64) -> Result<OwnedSemaphorePermit, Problem> {
        let busy = || Problem::busy("as many photos are being received as the memory for them holds");
        let pieces = u32::try_from(pieces).map_err(|_| busy())?;
        Arc::clone(&self.bodies).try_acquire_many_owned(pieces).map_err(|_| busy())
    }

    /// How much there is to do.
    pub(crate) fn load(&self) -> Load {
        let working = self.thread_count.saturating_sub(self.threads.available_permits());
        let taken = self.place_count.saturating_sub(self.places.available_permits());
        Load { working, waiting: taken.saturating_sub(working) }
    }

    /// Refuses at once what would be refused after its body had come.
    pub(crate) fn ensure_place(&self) -> Result<(), Problem> {
        if self.places.available_permits() > 0 { Ok(()) } else { Err(full()) }
    }

    /// Does the work on a thread of its own as soon as there is one. Where the caller goes away, the work stops, and all
    /// that it took is free once it has.
    pub(crate) async fn run<W: Work>(&self, work: W) -> Result<W::Result, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| full())?;
        let thread = timeout(self.patience, Arc::clone(&self.threads).acquire_owned()).await;
        let thread = thread.map_err(|_| Problem::busy("no processor became free in time"))?;
        let stop = StopOnDrop::default();
        let flag = Arc::clone(&stop.0);
        let (memory, most) = (Arc::clone(&self.memory), self.memory_pieces);
        let handle = Handle::current();
        let (sender, done) = oneshot::channel();
        let begun = thread::Builder::new().name("photo".to_owned()).spawn(move || {
            let taken = (place, thread);
            give_way();
            // What needs more than there is, is refused by the engine's own limit.
            let memory = handle.block_on(memory.acquire_many_owned(pieces(work.memory()).min(most)));
            let result = work.run(&flag);
            // All is free before the answer goes, also where the work breaks off: who has it may send the next at once.
            drop((memory, taken));
            // Whoever has gone away misses nothing.
            let _ = sender.send(result);
        });
        begun.map_err(|_| Problem::busy("the system gives no thread"))?;
        done.await.map_err(|_| Problem::defect())
    }
}

/// Lets connections go before the work of this thread: a request that is refused, or asks for health, waits for no photo.
fn give_way() {
    /// A third of what a thread of a connection gets where both have something to do.
    #[cfg(target_os = "linux")]
    const STEPS: i32 = 5;
    // Elsewhere it would be the whole process. Where it is not allowed, all are served alike.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(STEPS);
}

fn full() -> Problem {
    Problem::busy("as many photos are waiting as may wait")
}

/// Semaphores count in 32 bits: 4 TiB.
fn pieces(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(PIECE)).unwrap_or(u32::MAX)
}

/// Stops the work when nobody waits for it any more.
#[derive(Debug, Default)]
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    struct Niceness;

    impl Work for Niceness {
        type Result = i32;

        fn memory(&self) -> u64 {
            1
        }

        fn run(self, _: &Arc<AtomicBool>) -> i32 {
            niceness()
        }
    }

    /// Of this thread.
    fn niceness() -> i32 {
        rustix::process::nice(0).unwrap()
    }

    #[test]
    fn work_gives_way_to_connections() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let before = niceness();
        let pool = Pool::new(&Config::new(std::num::NonZeroUsize::MIN, 1 << 30));
        assert_eq!(runtime.block_on(pool.run(Niceness)).unwrap(), (before + 5).min(19));
        assert_eq!(niceness(), before);
    }
}
