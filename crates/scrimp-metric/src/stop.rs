//! Giving up what is no longer wanted.

use core::sync::atomic::{AtomicBool, Ordering};

/// Asked many times a second, from each of the threads at work, whether to give up.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// Goes on to the end.
pub(crate) const NEVER: Stop<'static> = &|| false;

/// Closed for all threads once one was told to give up.
pub(crate) struct Latch<'a> {
    stop: Stop<'a>,
    closed: AtomicBool,
}

impl<'a> Latch<'a> {
    pub(crate) fn on(stop: Stop<'a>) -> Self {
        Self { stop, closed: AtomicBool::new(false) }
    }

    /// Asks whether to give up.
    pub(crate) fn look(&self) {
        if !self.is_closed() && (self.stop)() {
            self.closed.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }
}
