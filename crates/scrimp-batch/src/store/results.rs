//! What became of a shard: the file that is written last, which says that the shard is done.

use super::table::{self, Cell, Source, Table};
use super::{Row, Shard, StoreError};
use crate::Summary;
use bytes::Bytes;
use std::fs::File;

/// What became of each photo of a shard, in its order.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// The hash of the shard ([`Shard::hash`]).
    pub shard: String,
    /// The hash of the settings, hexadecimal.
    pub settings: String,
    /// What became of each photo.
    pub rows: Vec<Row>,
}

impl Results {
    const SHARD: &'static str = "scrimp.shard";
    const SETTINGS: &'static str = "scrimp.settings";
    const SUMMARY: &'static str = "scrimp.summary";
    const ROWS: &'static str = "scrimp.rows";

    /// What they come to.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        self.rows.iter().for_each(|row| summary.add(row.into()));
        summary
    }

    /// Whether they tell of this shard and these settings, of each photo: then there is nothing left to do. That a photo is at fault
    /// does not matter; where the store was, another try may go better.
    #[must_use]
    pub fn settle(&self, shard: &Shard, settings: &str) -> bool {
        self.shard == shard.hash()
            && self.settings == settings
            && self.rows.len() == shard.items().len()
            && !self.rows.iter().any(Row::is_of_store)
    }

    /// The results as a Parquet file. For readers of others it notes the hash of the shard (`scrimp.shard`), that of the
    /// settings (`scrimp.settings`), the [`Summary`] as JSON (`scrimp.summary`) and a hash of
    /// all but the summary (`scrimp.rows`).
    ///
    /// # Errors
    /// [`StoreError::Other`] for a size that the file cannot hold.
    pub fn to_parquet(&self) -> Result<Vec<u8>, StoreError> {
        let other = |why: String| StoreError::Other { place: "the results".to_owned(), why };
        let rows: Vec<_> = self.rows.iter().map(Row::cells).collect();
        let summary = serde_json::to_string(&self.summary()).map_err(|error| other(error.to_string()))?;
        let notes = [
            (Self::SHARD, self.shard.clone()),
            (Self::SETTINGS, self.settings.clone()),
            (Self::SUMMARY, summary),
            (Self::ROWS, hash(&self.shard, &self.settings, &rows)),
        ];
        table::write(&Row::COLUMNS, &rows, &notes).map_err(|error| other(error.to_string()))
    }

    /// The results in a Parquet file, called `place` in errors.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] for what is no such file, or is not as it was written.
    pub fn of_parquet(place: &str, bytes: Bytes) -> Result<Self, StoreError> {
        Self::of_source(place, bytes.into())
    }

    /// The results in a Parquet file of this machine, called `place` in errors.
    ///
    /// # Errors
    /// As [`Results::of_parquet`].
    pub fn of_file(place: &str, file: File) -> Result<Self, StoreError> {
        Self::of_source(place, file.into())
    }

    fn of_source(place: &str, source: Source) -> Result<Self, StoreError> {
        let unreadable = |why: String| StoreError::Unreadable { place: place.to_owned(), why };
        let table = Table::open(place, source)?;
        if table.rows() > Shard::MOST as u64 {
            return Err(unreadable(format!("it has {} rows, more than results of a shard", table.rows())));
        }
        let note = |name| {
            let none = || unreadable("it holds no results of scrimp".to_owned());
            table.note(name).map(str::to_owned).ok_or_else(none)
        };
        let (shard, settings, noted) = (note(Self::SHARD)?, note(Self::SETTINGS)?, note(Self::ROWS)?);
        let cells = table.into_rows(&Row::COLUMNS)?.take(Shard::MOST + 1).collect::<Result<Vec<_>, _>>()?;
        if hash(&shard, &settings, &cells) != noted {
            return Err(unreadable(
                "it is damaged: its rows are not those that it was written with".to_owned(),
            ));
        }
        let rows = cells.into_iter().map(Row::of_cells).collect::<Result<_, _>>().map_err(unreadable)?;
        Ok(Self { shard, settings, rows })
    }
}

fn hash(shard: &str, settings: &str, rows: &[Vec<Option<Cell>>]) -> String {
    let head = [shard, settings].map(|text| Some(Cell::Text(text.to_owned())));
    table::hash(std::iter::once(head.as_slice()).chain(rows.iter().map(Vec::as_slice)))
}

#[cfg(test)]
mod tests;
