//! The program as people use it.

mod bucket;
mod calibrate;
mod classic;
mod folders;
#[cfg(unix)]
mod in_place;
mod inspect;
mod ledger;
mod riders;
mod rollout;
mod room;
mod score;
#[cfg(unix)]
mod serve;
mod shard;
mod shrink;
mod stores;
mod summary;
mod tables;
#[cfg(target_os = "linux")]
mod terminal;
mod usage;
