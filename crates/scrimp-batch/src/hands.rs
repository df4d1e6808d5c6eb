//! Which files are in hand: two names of one file are done one after the other.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Condvar, Mutex, PoisonError};

/// The files in hand.
#[derive(Debug)]
pub(crate) struct Hands<File> {
    taken: Mutex<HashSet<File>>,
    freed: Condvar,
}

impl<File: Copy + Eq + Hash> Hands<File> {
    /// Waits until nobody has the file in hand, and takes it.
    pub(crate) fn take(&self, file: File) -> Hand<'_, File> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_while(taken, |taken| taken.contains(&file));
        waited.unwrap_or_else(PoisonError::into_inner).insert(file);
        Hand { hands: self, file }
    }
}

impl<File> Default for Hands<File> {
    fn default() -> Self {
        Self { taken: Mutex::new(HashSet::new()), freed: Condvar::new() }
    }
}

/// A file in hand, free again once this is dropped.
#[derive(Debug)]
pub(crate) struct Hand<'a, File: Copy + Eq + Hash> {
    hands: &'a Hands<File>,
    file: File,
}

impl<File: Copy + Eq + Hash> Drop for Hand<'_, File> {
    fn drop(&mut self) {
        self.hands.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.file);
        self.hands.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    #[test]
    fn a_file_is_waited_for_and_another_is_not() {
        let hands = Hands::default();
        let (hand, was_freed) = (hands.take(1), AtomicBool::new(false));
        let _other = hands.take(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _hand = hands.take(1);
                assert!(was_freed.load(Ordering::SeqCst));
            });
            std::thread::sleep(Duration::from_millis(50));
            was_freed.store(true, Ordering::SeqCst);
            drop(hand);
        });
    }
}
