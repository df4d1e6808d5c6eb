//! The program as people use it.

mod inspect;
mod room;
mod score;
mod shrink;
mod usage;
