//! Memory shared between photos that are worked on at the same time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A number of bytes from which photos take what they need and to which they give it back.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    free: Mutex<u64>,
    changed: Condvar,
    total: u64,
}

impl MemoryBudget {
    pub(crate) fn of(total: u64) -> Self {
        Self { free: Mutex::new(total), changed: Condvar::new(), total }
    }

    /// Waits until `bytes` are free and takes them; a wish over the whole budget takes all of it.
    pub(crate) fn take(&self, bytes: u64) -> Taken<'_> {
        let bytes = bytes.min(self.total);
        let mut free = self.lock();
        while *free < bytes {
            free = self.changed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= bytes;
        Taken { budget: self, bytes }
    }

    /// A panic of another worker leaves a plain number behind, which is still right.
    fn lock(&self) -> MutexGuard<'_, u64> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn never_more_is_taken_than_there_is() {
        let budget = MemoryBudget::of(100);
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for wish in [60, 30, 50, 20, 70, 100, 10, 40] {
                let (budget, now, most) = (&budget, &now, &most);
                scope.spawn(move || {
                    let _taken = budget.take(wish);
                    most.fetch_max(now.fetch_add(wish, Ordering::SeqCst) + wish, Ordering::SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(wish, Ordering::SeqCst);
                });
            }
        });
        assert!(most.into_inner() <= 100);
        assert_eq!(*budget.lock(), 100);
    }

    #[test]
    fn a_wish_over_the_budget_takes_all_of_it() {
        let budget = MemoryBudget::of(10);
        let taken = budget.take(1000);
        assert_eq!(*budget.lock(), 0);
        drop(taken);
        assert_eq!(*budget.lock(), 10);
    }
}
