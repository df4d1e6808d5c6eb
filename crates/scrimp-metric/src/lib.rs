//! How much alike two pictures look.
//!
//! A [`Reference`] is prepared once from the original and then scores any number of candidates of the same
//! size; a [`Score`] is higher the more alike the two look, whatever the [`Metric`].
//!
//! ```
//! use scrimp_metric::{Channels, ImageView, Metric, Reference};
//!
//! let original: Vec<u8> = (0..32 * 32).map(|i| (i % 251) as u8).collect();
//! let mut candidate = original.clone();
//! candidate[40] ^= 8;
//! let original = ImageView::new(32, 32, Channels::Gray, &original)?;
//! let candidate = ImageView::new(32, 32, Channels::Gray, &candidate)?;
//! let reference = Reference::new(Metric::Ssimulacra2, original)?;
//! assert!(reference.score(candidate)? < reference.score(original)?);
//! # Ok::<(), scrimp_metric::Error>(())
//! ```
//!
//! This crate looks at pixels alone: it decodes nothing, opens no file and asks no clock.

#![deny(unsafe_code)]
#![deny(clippy::print_stdout, clippy::print_stderr)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(not(test), deny(unused_crate_dependencies))]

mod butteraugli;
mod error;
mod image;
mod map;
mod metric;
mod reference;
mod simd;
pub mod ssim;
mod ssimulacra2;
mod stop;

pub use error::Error;
pub use image::{Channels, ImageView};
pub use map::{Region, ScoreMap};
pub use metric::{Metric, Score};
pub use reference::Reference;
pub use stop::Stop;

/// The vector instructions that the kernels of SSIMULACRA2 use on this machine, `none` if it has none of those known
/// here. They change no score.
#[must_use]
pub fn vector_instructions() -> &'static str {
    simd::InstructionSet::widest().name()
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
