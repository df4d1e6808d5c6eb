//! What a job tells while it goes on.

use crate::{Entry, LedgerError, Record};
use std::path::PathBuf;
use std::sync::Arc;

/// Something that happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// While the job is planned: a file was found.
    Found,
    /// Before the work: a temporary file of an earlier run, which was killed, was removed.
    LeftoverRemoved(PathBuf),
    /// The work on a photo begins.
    Started {
        /// Its place among the tasks.
        index: usize,
        /// The photo.
        path: PathBuf,
    },
    /// The work on a photo has ended, in the order in which photos are finished.
    Finished {
        /// Its place among the tasks.
        index: usize,
        /// What became of it; none of what was passed over, done before or left.
        record: Option<Arc<Record>>,
    },
    /// The work goes on, and for a moment there was nothing to tell of it: time to show that it lives.
    Pulse,
    /// What became of a photo, in the order of the tasks.
    Record(Arc<Record>),
    /// A file that is no image was passed over, in the order of the tasks.
    PassedOver,
    /// A photo was left out that an earlier run had done, in the order of the tasks.
    DoneBefore {
        /// The photo.
        path: PathBuf,
        /// What that run wrote down of it.
        entry: Box<Entry>,
    },
    /// An interrupted run has waited long enough for the photos in hand: nothing is written any more, and the program may end
    /// at once. Else the run ends as soon as they are through.
    GivenUp {
        /// Photos that are not done.
        left: usize,
    },
    /// What is done cannot be written down any more; the work goes on.
    LedgerLost(LedgerError),
}
