//! The threads that shrink, apart from those that wait for stores.

use super::StoreError;
use super::seconds::cpu_seconds;
use bytes::Bytes;
use scrimp::{Error, Outcome};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread::{self, Scope};

/// As many threads as photos may be worked on at once. An allocator keeps what a thread has freed for what the thread does next: were
/// those that wait for stores, four to a processor, to shrink what they have fetched, each of them would keep a photo's memory.
pub(super) struct Engines {
    /// None when the threads are to end.
    orders: Mutex<Option<mpsc::Sender<Order>>>,
    waiting: Mutex<mpsc::Receiver<Order>>,
}

/// A photo that is to be shrunk.
struct Order {
    bytes: Bytes,
    answer: mpsc::Sender<thread::Result<Result<Shrunk, Error>>>,
}

/// What came of a photo.
pub(super) struct Shrunk {
    pub(super) outcome: Outcome,
    /// Of the processor.
    pub(super) seconds: f64,
}

/// What a photo's bytes come to.
type Shrink<'a> = dyn Fn(&Bytes) -> Result<Outcome, Error> + Sync + 'a;

impl Engines {
    pub(super) fn new() -> Self {
        let (orders, waiting) = mpsc::channel();
        Self { orders: Mutex::new(Some(orders)), waiting: Mutex::new(waiting) }
    }

    /// Starts so many threads, or as many as the system gives. They end when what is returned is dropped.
    ///
    /// # Errors
    /// [`StoreError::Other`] where it gives none.
    pub(super) fn start<'scope>(
        &'scope self,
        scope: &'scope Scope<'scope, '_>,
        threads: usize,
        shrink: &'scope Shrink<'scope>,
    ) -> Result<Running<'scope>, StoreError> {
        let running = Running(self);
        for begun in 0..threads {
            match thread::Builder::new().spawn_scoped(scope, || self.work(shrink)) {
                Ok(_) => {}
                Err(error) if begun == 0 => {
                    return Err(StoreError::Other { place: "threads".to_owned(), why: error.to_string() });
                }
                Err(_) => break,
            }
        }
        Ok(running)
    }

    /// What one of the threads makes of a photo. A panic goes on in the calling thread.
    ///
    /// # Errors
    /// [`Error`] of the photo; [`Error::Interrupted`] where the threads have ended.
    pub(super) fn shrink(&self, bytes: Bytes) -> Result<Shrunk, Error> {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let orders = orders.ok_or(Error::Interrupted)?;
        let (answer, answered) = mpsc::channel();
        orders.send(Order { bytes, answer }).map_err(|_| Error::Interrupted)?;
        answered.recv().map_err(|_| Error::Interrupted)?.unwrap_or_else(|panic| resume_unwind(panic))
    }

    fn work(&self, shrink: &Shrink<'_>) {
        loop {
            let order = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(Order { bytes, answer }) = order else { return };
            // Unwind-safe: the photo is not looked at again, and the panic is handed on.
            let ended = catch_unwind(AssertUnwindSafe(|| timed(&bytes, shrink)));
            // Whoever asked waits for it.
            let _ = answer.send(ended);
        }
    }

    fn close(&self) {
        *self.orders.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Lets the threads end.
pub(super) struct Running<'a>(&'a Engines);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn timed(bytes: &Bytes, shrink: &Shrink<'_>) -> Result<Shrunk, Error> {
    let before = cpu_seconds();
    let outcome = shrink(bytes)?;
    Ok(Shrunk { outcome, seconds: (cpu_seconds() - before).max(0.0) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn many_wait_and_few_shrink_and_none_after_the_end() {
        let (engines, shrinking) = (Engines::new(), Mutex::new(HashSet::new()));
        let shrink = |bytes: &Bytes| {
            shrinking.lock().unwrap().insert(thread::current().id());
            assert!(!bytes.is_empty(), "nothing to be shrunk");
            scrimp::shrink(bytes, &scrimp::Options::default())
        };
        thread::scope(|scope| {
            let running = engines.start(scope, 2, &shrink).unwrap();
            let waiting: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (thread::current().id(), engines.shrink(Bytes::from_static(b"?")))))
                .collect();
            for (waited, shrunk) in waiting.into_iter().map(|thread| thread.join().unwrap()) {
                assert!(!shrinking.lock().unwrap().contains(&waited));
                assert_eq!(shrunk.err().map(|error| error.code()), Some("not_an_image"));
            }
            assert!(shrinking.lock().unwrap().len() <= 2);
            let panic = scope.spawn(|| engines.shrink(Bytes::new())).join().err().unwrap();
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"nothing to be shrunk"));
            let still = engines.shrink(Bytes::from_static(b"?"));
            assert!(!matches!(still, Err(Error::Interrupted)), "a panic ends no thread");
            drop(running);
            assert!(matches!(engines.shrink(Bytes::from_static(b"?")), Err(Error::Interrupted)));
        });
    }
}
