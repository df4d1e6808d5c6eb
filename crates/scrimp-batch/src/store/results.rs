//! What became of a shard: the file that is written last, which says that the shard is done.

use super::table::{self, Cell, Table};
use super::{Row, Shard, StoreError};
use crate::OutcomeKind;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

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

/// What the photos of results come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    /// How many there are.
    pub photos: u64,
    /// How many were saved smaller.
    pub saved: u64,
    /// How many are best left as they are.
    pub kept: u64,
    /// How many cannot reach the goal.
    pub best_effort: u64,
    /// How many are at fault themselves, or what was asked for them.
    pub refused: u64,
    /// How many their store or file failed.
    pub failed: u64,
    /// Bytes of all photos, as far as they are known.
    pub bytes_before: u64,
    /// Bytes of all of them after the work; a photo without an output counts as it was.
    pub bytes_after: u64,
    /// CPU time, in seconds.
    pub cpu_seconds: f64,
}

impl Sums {
    /// Adds a photo.
    pub fn add(&mut self, row: &Row) {
        self.photos += 1;
        *match row.outcome {
            OutcomeKind::Saved => &mut self.saved,
            OutcomeKind::Kept => &mut self.kept,
            OutcomeKind::BestEffort => &mut self.best_effort,
            OutcomeKind::Refused => &mut self.refused,
            OutcomeKind::Failed => &mut self.failed,
        } += 1;
        self.bytes_before = self.bytes_before.saturating_add(row.bytes_before);
        self.bytes_after = self.bytes_after.saturating_add(row.bytes_after.unwrap_or(row.bytes_before));
        self.cpu_seconds += row.cpu_seconds;
    }

    /// Whether every photo was saved or kept.
    #[must_use]
    pub fn is_all_done(&self) -> bool {
        self.saved + self.kept == self.photos
    }
}

impl Results {
    const SHARD: &'static str = "scrimp.shard";
    const SETTINGS: &'static str = "scrimp.settings";
    const SUMS: &'static str = "scrimp.sums";
    const ROWS: &'static str = "scrimp.rows";

    /// What they come to.
    #[must_use]
    pub fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        self.rows.iter().for_each(|row| sums.add(row));
        sums
    }

    /// Whether they tell of this shard and these settings, of each photo: then there is nothing left to do. That a photo
    /// failed does not matter; who wants to try those again writes other results.
    #[must_use]
    pub fn settle(&self, shard: &Shard, settings: &str) -> bool {
        self.shard == shard.hash() && self.settings == settings && self.rows.len() == shard.items().len()
    }

    /// The results as a Parquet file. For readers of others it notes the hash of the shard (`scrimp.shard`), that of the
    /// settings (`scrimp.settings`), the [`Sums`] as JSON (`scrimp.sums`) and a hash of
    /// all but the sums (`scrimp.rows`).
    ///
    /// # Errors
    /// [`StoreError::Other`] for a size that the file cannot hold.
    pub fn to_parquet(&self) -> Result<Vec<u8>, StoreError> {
        let other = |why: String| StoreError::Other { place: "the results".to_owned(), why };
        let rows: Vec<_> = self.rows.iter().map(Row::cells).collect();
        let sums = serde_json::to_string(&self.sums()).map_err(|error| other(error.to_string()))?;
        let notes = [
            (Self::SHARD, self.shard.clone()),
            (Self::SETTINGS, self.settings.clone()),
            (Self::SUMS, sums),
            (Self::ROWS, hash(&self.shard, &self.settings, &rows)),
        ];
        table::write(&Row::COLUMNS, &rows, &notes).map_err(|error| other(error.to_string()))
    }

    /// The results in a Parquet file, called `place` in errors.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] for what is no such file, or is not as it was written.
    pub fn of_parquet(place: &str, bytes: Bytes) -> Result<Self, StoreError> {
        let unreadable = |why: String| StoreError::Unreadable { place: place.to_owned(), why };
        let table = Table::open(place, bytes)?;
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
