//! Threads shared among photos: each has one, and what is left over is theirs who come last.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Threads from which photos take some and to which they give them back.
#[derive(Debug)]
pub(crate) struct Threads(Mutex<Count>);

#[derive(Debug)]
struct Count {
    free: usize,
    /// Photos that have not begun yet.
    photos: usize,
}

impl Threads {
    pub(crate) fn of(total: NonZeroUsize, photos: usize) -> Self {
        Self(Mutex::new(Count { free: total.get(), photos }))
    }

    /// The share of a photo that begins, by one of no more workers than there are threads: as many as leave one for
    /// each that has not begun yet.
    pub(crate) fn lend(&self) -> Lent<'_> {
        let mut count = self.count();
        // None is free only if there are more workers than threads.
        let taken = count.free / count.photos.clamp(1, count.free.max(1));
        count.free -= taken;
        count.photos = count.photos.saturating_sub(1);
        Lent { by: self, taken }
    }

    /// Numbers that a panic of another worker leaves right.
    fn count(&self) -> MutexGuard<'_, Count> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Threads taken; given back when dropped.
#[derive(Debug)]
pub(crate) struct Lent<'a> {
    by: &'a Threads,
    taken: usize,
}

impl Lent<'_> {
    /// How many: at least the one that asks.
    pub(crate) fn threads(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.taken).unwrap_or(NonZeroUsize::MIN)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.by.count().free += self.taken;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads(total: usize, photos: usize) -> Threads {
        Threads::of(NonZeroUsize::new(total).unwrap(), photos)
    }

    #[test]
    fn a_photo_alone_takes_all() {
        assert_eq!(threads(4, 1).lend().threads().get(), 4);
    }

    #[test]
    fn few_photos_share_all_and_many_have_one_each() {
        for (total, photos, expected) in [(8, 3, [2, 3, 3]), (4, 3, [1, 1, 2]), (3, 100, [1, 1, 1])] {
            let threads = threads(total, photos);
            let lent = [(); 3].map(|()| threads.lend());
            assert_eq!(lent.each_ref().map(|lent| lent.threads().get()), expected, "{total}, {photos}");
        }
    }

    #[test]
    fn the_last_photo_takes_what_the_others_gave_back() {
        for (others_left, expected) in [(1, 1), (0, 2)] {
            let threads = threads(2, 3);
            let mut lent = vec![threads.lend(), threads.lend()];
            lent.truncate(others_left);
            assert_eq!(threads.lend().threads().get(), expected);
        }
    }

    #[test]
    fn never_are_more_in_use_than_there_are_and_each_worker_has_one() {
        for (total, photos) in [(3, 5), (8, 9), (8, 11), (5, 2), (1, 4)] {
            let threads = threads(total, photos);
            let mut lent = Vec::new();
            for begun in 0..photos {
                if lent.len() == total.min(photos) {
                    lent.remove(begun % total.min(photos));
                }
                lent.push(threads.lend());
                assert!(lent.iter().all(|lent| lent.taken > 0));
                assert!(lent.iter().map(|lent| lent.taken).sum::<usize>() <= total);
            }
            drop(lent);
            assert_eq!(threads.count().free, total);
        }
    }
}
