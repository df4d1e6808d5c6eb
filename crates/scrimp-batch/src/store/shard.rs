//! Pieces of a manifest: what one worker does at a time, and does again as a whole when it is killed.

use super::table::{self, Cell, Column, Kind, Table};
use super::{Item, StoreError};
use bytes::Bytes;

/// Some photos of a manifest, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    items: Vec<Item>,
    hash: String,
}

impl Shard {
    /// The most photos of a shard: more than a worker holds at ease.
    pub const MOST: usize = 100_000;
    /// As many as are some minutes of work: little is done again where a worker is killed, and 10^8 photos are 10^5 shards.
    pub const USUAL: usize = 1000;

    const COLUMNS: [Column; 3] = [
        Column::needed("key", Kind::Text),
        Column::optional("etag", Kind::Text),
        Column::optional("size", Kind::Whole),
    ];
    /// What the hash of the photos is noted under in the file.
    const HASH: &'static str = "scrimp.shard";

    /// These photos.
    #[must_use]
    pub fn new(items: Vec<Item>) -> Self {
        let rows: Vec<_> = items.iter().map(cells).collect();
        let hash = table::hash(rows.iter().map(Vec::as_slice));
        Self { items, hash }
    }

    /// The photos.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// A hash of the photos, their ETags and sizes, hexadecimal: the same whatever file they were read from.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The name of the shard of this number, from 0 on: six digits or, where those do not do, more.
    #[must_use]
    pub fn file_name(number: usize) -> String {
        format!("shard-{number:06}.parquet")
    }

    /// Whether a file of this name is a shard by it.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        let number = name.strip_prefix("shard-").and_then(|name| name.strip_suffix(".parquet"));
        number.is_some_and(|number| number.len() >= 6 && number.bytes().all(|digit| digit.is_ascii_digit()))
    }

    /// The shard as a Parquet file: the same bytes for the same photos.
    ///
    /// # Errors
    /// [`StoreError::Other`] for a size that the file cannot hold.
    pub fn to_parquet(&self) -> Result<Vec<u8>, StoreError> {
        let rows: Vec<_> = self.items.iter().map(cells).collect();
        table::write(&Self::COLUMNS, &rows, &[(Self::HASH, self.hash.clone())])
            .map_err(|error| StoreError::Other { place: "the shard".to_owned(), why: error.to_string() })
    }

    /// The shard in a Parquet file, called `place` in errors; any manifest in Parquet that is small enough is one.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] for what is no such file, is damaged, or has more than [`Shard::MOST`] rows.
    pub fn of_parquet(place: &str, bytes: Bytes) -> Result<Self, StoreError> {
        let unreadable = |why: String| StoreError::Unreadable { place: place.to_owned(), why };
        let table = Table::open(place, bytes)?;
        if table.rows() > Self::MOST as u64 {
            return Err(unreadable(format!("it has {} photos; cut it with scrimp shard", table.rows())));
        }
        let noted = table.note(Self::HASH).map(str::to_owned);
        let items = super::manifest::items_of(table)?.take(Self::MOST + 1).collect::<Result<Vec<_>, _>>()?;
        let shard = Self::new(items);
        if noted.is_some_and(|noted| noted != shard.hash) {
            return Err(unreadable(
                "it is damaged: its photos are not those that it was written with".to_owned(),
            ));
        }
        Ok(shard)
    }
}

fn cells(item: &Item) -> Vec<Option<Cell>> {
    vec![Some(Cell::Text(item.key.clone())), item.etag.clone().map(Cell::Text), item.size.map(Cell::Whole)]
}

#[cfg(test)]
mod tests;
