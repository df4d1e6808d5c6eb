//! Many photos: which files there are, what is written where, and the work in parallel.
//!
//! A [`Job`] names the inputs and the destination; [`Job::plan`] resolves it into tasks, and [`Run::work`] does
//! them and tells of each as a [`Record`]. A file is written under a temporary name in its own folder and then renamed, so
//! that its path holds a whole file or none at every instant.

#![forbid(unsafe_code)]
#![deny(clippy::print_stdout, clippy::print_stderr)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(not(test), deny(unused_crate_dependencies))]

pub mod calibrate;
mod curve;
mod disk;
mod event;
mod file;
mod gate;
mod gauge;
mod hands;
mod in_place;
mod job;
mod json;
mod ledger;
mod memory;
mod permit;
pub mod profile;
mod record;
mod report;
mod run;
mod share;
mod size;
pub mod store;
mod stream;
pub mod summary;
mod task;
mod tasks;
mod threads;
mod trade;
mod walk;
pub mod web;

pub use curve::Curve;
pub use disk::HardLinks;
pub use event::Event;
pub use file::{FileError, Overwrite, read, write_whole};
pub use gauge::{ClassicSteps, Fixed, Gauge, Measured};
pub use in_place::InPlace;
pub use job::{Destination, Effect, Input, Job, JobError, Planned};
pub use json::{NotJson, json_line};
pub use ledger::{Entry, Ledger, LedgerError, Session};
pub use permit::{Claim, Permit, settle};
pub use record::{OutcomeKind, Record};
pub use report::{CalibrationReport, Exhibit, Found, Report};
pub use run::{Engine, Run};
pub use share::Share;
pub use size::{parse_bytes, parse_limit, show_bytes};
pub use stream::Stream;
pub use summary::Summary;
pub use task::{Origin, Task};
pub use tasks::Tasks;
pub use trade::Trade;
pub use walk::Selection;
