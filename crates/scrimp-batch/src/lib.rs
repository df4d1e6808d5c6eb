//! Many photos: which files there are, what is written where, and the work in parallel.
//!
//! A [`Job`] names the inputs and the destination; [`Job::plan`] resolves it into tasks, and [`run`] does them and
//! tells of each as a [`Record`]. A file is written under a temporary name in its own folder and then renamed, so
//! that its path holds a whole file or none at every instant.

#![forbid(unsafe_code)]
#![deny(clippy::print_stdout, clippy::print_stderr)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(not(test), deny(unused_crate_dependencies))]

mod disk;
mod file;
mod in_place;
mod job;
mod memory;
mod permit;
mod record;
mod run;
mod stream;
mod task;
mod walk;

pub use disk::HardLinks;
pub use file::{FileError, Overwrite, read, write_whole};
pub use in_place::InPlace;
pub use job::{Destination, Input, Job, JobError, Planned};
pub use permit::{Claim, Permit, settle};
pub use record::{OutcomeKind, Record};
pub use run::{Event, Workers, run};
pub use stream::Stream;
pub use task::{Origin, Task};
