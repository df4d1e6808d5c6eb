//! The program as people use it.

mod classic;
#[cfg(unix)]
mod in_place;
mod inspect;
mod riders;
mod room;
mod score;
mod shrink;
mod usage;
