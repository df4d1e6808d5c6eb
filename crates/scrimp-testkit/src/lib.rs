//! Made pictures for tests: seeded, so the same everywhere and always.

#![forbid(unsafe_code)]

mod noise;
pub mod scenes;

pub use noise::Noise;
