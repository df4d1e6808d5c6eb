//! Made pictures for tests, seeded, so the same everywhere and always; and the way to the corpus of real ones.

#![forbid(unsafe_code)]

pub mod corpus;
mod files;
mod lattice;
mod noise;
pub mod scenes;

pub use corpus::{Corpus, corpus};
pub use files::{jpeg, png, read};
pub use noise::Noise;
