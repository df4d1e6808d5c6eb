//! Saves a photo as the smallest JPEG that still looks the same, and proves it.
//!
//! Bytes in, [`Outcome`] out: nothing here opens a file, reads the environment or prints.
//!
//! ```
//! use scrimp::{Look, Options, Outcome};
//!
//! # let photo = scrimp_testkit::png(&scrimp_testkit::scenes::landscape(96, 64, 1));
//! let outcome = scrimp::shrink(&photo, &Options::look(Look::High))?;
//! if let Outcome::Saved(shrunk) = &outcome {
//!     assert!(shrunk.bytes.len() < photo.len());
//!     assert!(shrunk.score().is_some_and(|score| score >= 80.0));
//! }
//! # assert!(matches!(outcome, Outcome::Saved(_)));
//! # Ok::<(), scrimp::Error>(())
//! ```
//!
//! The way of the data: bytes become a [`Photo`], options and photo become a plan, a search asks a prober for
//! probes, and the smallest passing one becomes the [`Outcome`] with the [`Decision`] that led to it.

#![forbid(unsafe_code)]
#![deny(clippy::print_stdout, clippy::print_stderr)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(not(test), deny(unused_crate_dependencies))]

mod behind;
mod blind;
mod class;
pub mod classic;
mod colour;
mod compare;
mod decision;
mod deep;
mod effort;
mod error;
mod fit;
mod fixed;
mod gap;
mod goal;
mod heat_map;
mod inks;
mod inspect;
mod limits;
mod loss;
mod metadata;
mod options;
mod outcome;
mod photo;
mod plan;
mod prober;
mod riders;
mod rollout;
mod sample;
pub mod search;
mod shrink;
mod source;
mod strip;
mod transforms;
mod turn;
mod views;
mod watch;
mod written;

pub use blind::blind_score;
pub use class::{Class, ClassRule, ClassRules, Traits};
pub use compare::{Comparison, HeatMap, WorstCell, compare};
pub use decision::{Decision, GoalRecord, Milliseconds, ProbeRecord, SettingRecord};
pub use effort::Effort;
pub use error::{Error, LimitKind, Unsupported};
pub use fixed::fixed_quality;
pub use goal::{DEFAULT_DEPTH, Floor, Goal, GoalError, Look};
pub use inspect::{Inspection, SegmentSummary, inspect};
pub use limits::{Limits, memory_needed, memory_needed_by};
pub use metadata::Rider;
pub use options::{
    Chroma, Convert, CountFrom, Credentials, Damage, Frames, MinSaving, OptionError, Options, OtherFormats,
    Show, SizeLimit, parse_colour,
};
pub use outcome::{Kept, Outcome, Shrunk};
pub use photo::raster::{Alpha, Raster, Samples};
pub use photo::{Format, Photo};
pub use rollout::{Arm, Rollout, RolloutRecord, Shadow, ShareError};
pub use scrimp_jpeg::{Channels, Coding, Pixels, Quality, Subsampling, TableFamily, has_assembly};
pub use scrimp_metric::{Metric, Score, vector_instructions};
pub use shrink::shrink;
pub use source::{Metadata, Source};
pub use strip::Strip;
pub use views::{View, Views, WorstViews, views};

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
