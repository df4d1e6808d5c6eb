//! Memory shared between photos that are worked on at the same time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A number of bytes from which photos take what they need and to which they give it back.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    free: Mutex<u64>,
    changed: Condvar,
    total: u64,
    turn: Mutex<()>,
}

impl MemoryBudget {
    pub(crate) fn of(total: u64) -> Self {
        Self { free: Mutex::new(total), changed: Condvar::new(), total, turn: Mutex::new(()) }
    }

    /// Waits for one's turn to take memory. What a photo needs is known only when its file is in memory, so it takes
    /// in two steps; as one photo at a time stands between them, no two can wait for each other's first part, and a
    /// large photo is not passed by small ones for ever.
    pub(crate) fn enter(&self) -> Entrance<'_> {
        Entrance { budget: self, _turn: self.turn.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// Waits until `bytes` are free and takes them.
    fn wait_for(&self, bytes: u64) {
        let mut free = self.lock();
        while *free < bytes {
            free = self.changed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= bytes;
    }

    /// A panic of another worker leaves a plain number behind, which is still right.
    fn lock(&self) -> MutexGuard<'_, u64> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn to take memory.
#[derive(Debug)]
pub(crate) struct Entrance<'a> {
    budget: &'a MemoryBudget,
    _turn: MutexGuard<'a, ()>,
}

impl<'a> Entrance<'a> {
    /// Waits until `bytes` are free and takes them; a wish over the whole budget takes all of it.
    pub(crate) fn take(&self, bytes: u64) -> Taken<'a> {
        let bytes = bytes.min(self.budget.total);
        self.budget.wait_for(bytes);
        Taken { budget: self.budget, bytes }
    }

    /// Takes what is missing to `bytes` in all.
    pub(crate) fn top_up(&self, taken: &mut Taken<'a>, bytes: u64) {
        let more = bytes.min(self.budget.total).saturating_sub(taken.bytes);
        self.budget.wait_for(more);
        taken.bytes += more;
    }
}

/// Bytes taken; given back when dropped.
#[derive(Debug)]
pub(crate) struct Taken<'a> {
    budget: &'a MemoryBudget,
    bytes: u64,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self.budget.lock() += self.bytes;
        self.budget.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn never_more_is_taken_than_there_is_and_nobody_waits_for_ever() {
        let budget = MemoryBudget::of(100);
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for (first, whole) in [(60, 90), (30, 60), (50, 100), (20, 20), (70, 95), (100, 300), (10, 80)] {
                let (budget, now, most) = (&budget, &now, &most);
                scope.spawn(move || {
                    let entrance = budget.enter();
                    let mut taken = entrance.take(first);
                    now.fetch_add(taken.bytes, Ordering::SeqCst);
                    std::thread::yield_now();
                    let before = taken.bytes;
                    entrance.top_up(&mut taken, whole);
                    let more = taken.bytes - before;
                    most.fetch_max(now.fetch_add(more, Ordering::SeqCst) + more, Ordering::SeqCst);
                    drop(entrance);
                    std::thread::yield_now();
                    now.fetch_sub(taken.bytes, Ordering::SeqCst);
                });
            }
        });
        assert!(most.into_inner() <= 100);
        assert_eq!(*budget.lock(), 100);
    }

    #[test]
    fn a_wish_over_the_budget_takes_all_of_it() {
        let budget = MemoryBudget::of(10);
        let entrance = budget.enter();
        let mut taken = entrance.take(4);
        entrance.top_up(&mut taken, 1000);
        assert_eq!(*budget.lock(), 0);
        drop(taken);
        assert_eq!(*budget.lock(), 10);
    }
}
