//! Photos in object stores: manifests of them, shards of manifests, and results of shards.

mod cut;
mod engines;
mod error;
mod item;
mod list;
mod manifest;
mod marks;
mod object;
mod one;
mod open;
mod place;
mod prefix;
mod put;
mod results;
mod row;
mod seconds;
mod shard;
mod shelf;
mod table;
mod work;

pub use cut::{Cut, CutSum, cut};
pub use error::StoreError;
pub use item::Item;
pub use manifest::{Items, Manifest};
pub use open::Stores;
pub use place::Place;
pub use prefix::Prefix;
pub use results::Results;
pub use row::Row;
pub use shard::Shard;
pub use shelf::{Folder, Put, Shelf};
pub use work::{Done, Job, ShardRun, ShardSum, Writing};
