//! Photos in object stores: manifests of them, shards of manifests, and results of shards.

mod cut;
mod error;
mod item;
mod manifest;
mod place;
mod results;
mod row;
mod shard;
mod shelf;
mod table;

pub use cut::{Cut, CutSum, cut};
pub use error::StoreError;
pub use item::Item;
pub use manifest::{Items, Manifest};
pub use place::Place;
pub use results::Results;
pub use row::Row;
pub use shard::Shard;
pub use shelf::{Folder, Put, Shelf};
