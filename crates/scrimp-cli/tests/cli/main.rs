//! The program as people use it.

mod classic;
mod inspect;
mod room;
mod score;
mod shrink;
mod usage;
