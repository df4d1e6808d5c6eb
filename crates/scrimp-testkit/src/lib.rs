//! Made pictures for tests, seeded, so the same everywhere and always; the way to the corpus of real ones; and folders
//! to try programs in.

#![forbid(unsafe_code)]

pub mod corpus;
mod files;
mod folder;
mod lattice;
mod memory;
mod noise;
pub mod riders;
pub mod scenes;

pub use corpus::{Corpus, corpus};
pub use files::{Inks, decode, jpeg, jpeg_4_1, jpeg_of_inks, png, read};
pub use folder::Folder;
pub use memory::memory_taken_by;
pub use noise::Noise;
