//! Strips: columns of the picture that are gone through from top to bottom on their own.
//!
//! What a strip works on at a time fits into a processor's own cache, however wide the picture is, and strips are
//! what several threads share. A strip reads the columns beside it that a blur of its smallest scale reaches into,
//! and writes none of them. Sums are kept by cell and no cell lies in two strips, so strips change no score.

use super::recursive::Carried;
use super::weights::SCALES;
use crate::map::CELL;
use core::num::NonZeroUsize;
use core::ops::Range;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Strips are about as wide as this at most: what the rings of a whole row hold goes through a second-level cache of 1 MiB
/// again and again. From 1,152 to 1,536 columns take the same time.
const WIDEST_STRIP: usize = 1536;
/// Strips begin at multiples of this: at the smallest scale that counts it is a block of cells, and as many outputs
/// as the recursive filter has done one by one before it does four at a time.
const ALIGNMENT: usize = 2 * CELL;
/// The least width that is worth the columns read twice.
const NARROWEST_STRIP: usize = 2 * ALIGNMENT;
/// Columns of full size to the left of a strip that it reads: the recursive filter takes in the six samples before,
/// 96 columns at the smallest scale that counts.
pub(super) const LEFT_HALO: usize = ALIGNMENT;
/// Columns of full size to the right of a strip that it reads: four samples at the smallest scale that counts.
pub(super) const RIGHT_HALO: usize = CELL;

// Only scales up to the last but one count where there are several strips.
const _: () = assert!(LEFT_HALO >> (SCALES - 2) >= 6 && RIGHT_HALO >> (SCALES - 2) >= 4);

/// Which edges of a strip are the picture's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) left: bool,
    pub(crate) right: bool,
}

impl Ends {
    /// Of columns in a picture of this width.
    pub(crate) fn of(columns: &Range<usize>, width: usize) -> Self {
        Self { left: columns.start == 0, right: columns.end == width }
    }
}

/// Cuts a picture of this width into strips, from the left; enough of them for so many threads if it is wide enough.
pub(crate) fn strips(width: usize, threads: NonZeroUsize) -> Vec<Range<usize>> {
    let threads = threads.get().min(width / NARROWEST_STRIP).max(1);
    let count = width.div_ceil(WIDEST_STRIP).next_multiple_of(threads);
    let step = width.div_ceil(count).next_multiple_of(ALIGNMENT).max(NARROWEST_STRIP);
    let mut strips = Vec::with_capacity(count);
    let mut left = 0;
    while width - left >= step + ALIGNMENT {
        strips.push(left..left + step);
        left += step;
    }
    strips.push(left..width);
    strips
}

/// What the recursive filter passes on from strip to strip, for one plane: its state at the strip's right edge, for
/// each block of rows in turn.
#[derive(Default)]
pub(crate) struct Link {
    from_left: Option<Receiver<Carried>>,
    to_right: Option<Sender<Carried>>,
}

impl Link {
    /// Links so many strips, from the left.
    pub(crate) fn chain(strips: usize) -> Vec<Self> {
        let mut links: Vec<Self> = (0..strips).map(|_| Self::default()).collect();
        for left in 1..strips {
            let (to_right, from_left) = channel();
            links[left - 1].to_right = Some(to_right);
            links[left].from_left = Some(from_left);
        }
        links
    }

    /// The state at the strip's left edge, once the neighbour has come so far. At the picture's edge the filter is
    /// at rest.
    pub(crate) fn receive(&self) -> Carried {
        // A neighbour that is gone has panicked, and its thread's panic is passed on when all threads have ended.
        self.from_left.as_ref().and_then(|from_left| from_left.recv().ok()).unwrap_or_default()
    }

    pub(crate) fn send(&self, carried: Carried) {
        if let Some(to_right) = &self.to_right {
            // As above.
            _ = to_right.send(carried);
        }
    }
}

/// Does every task, on this thread and on as many more as make `threads`, or as the system gives. Tasks are begun in
/// their order, so a task may wait for those before it.
pub(crate) fn share_out<T: Send>(threads: NonZeroUsize, tasks: Vec<T>, work: impl Fn(T) + Sync) {
    let more = threads.get().min(tasks.len()).saturating_sub(1);
    let tasks = Mutex::new(tasks.into_iter());
    let next = || tasks.lock().ok()?.next();
    let work_on = || {
        while let Some(task) = next() {
            work(task);
        }
    };
    thread::scope(|scope| {
        for _ in 0..more {
            if thread::Builder::new().spawn_scoped(scope, work_on).is_err() {
                break;
            }
        }
        work_on();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    #[test]
    fn strips_tile_the_picture() {
        for count in [1, 2, 3, 8] {
            for width in (1..3000).chain([65_500, 1 << 28]) {
                let strips = strips(width, threads(count));
                assert_eq!((strips[0].start, strips.last().unwrap().end), (0, width));
                for pair in strips.windows(2) {
                    assert_eq!(pair[0].end, pair[1].start);
                    assert!(pair[1].start.is_multiple_of(ALIGNMENT) && pair[1].len() >= ALIGNMENT);
                    assert!(pair[0].len() <= WIDEST_STRIP + ALIGNMENT);
                }
            }
        }
    }

    #[test]
    fn there_are_strips_for_all_threads_of_a_wide_picture() {
        for count in [1, 2, 4, 8] {
            assert!(strips(4000, threads(count)).len() >= count);
        }
        assert_eq!(strips(300, threads(8)).len(), 1);
    }

    #[test]
    fn every_task_is_done_once() {
        for count in [1, 2, 8, 100] {
            let done = Mutex::new(Vec::new());
            share_out(threads(count), (0..50).collect(), |task| done.lock().unwrap().push(task));
            let mut done = done.into_inner().unwrap();
            done.sort();
            assert_eq!(done, (0..50).collect::<Vec<_>>());
        }
    }
}
