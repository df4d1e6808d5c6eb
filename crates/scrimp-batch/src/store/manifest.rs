//! Manifests: lists of photos, which may be far longer than what memory holds.

mod delimited;
mod text;

use super::table::{Cell, Column, Kind, Rows, Source, Table};
use super::{Item, Place, StoreError};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// The photos of a manifest, one after the other, in its order. After an error there are none.
pub type Items = Box<dyn Iterator<Item = Result<Item, StoreError>> + Send>;

/// How a manifest is written down, which the end of its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manifest {
    /// A key or URL on each line, exactly as it is: blanks at its ends and `#` belong to it. Empty lines count as none.
    Text,
    /// Values with commas between them, `.csv`: the first line names the columns, of which `key` is needed and `etag` (or
    /// `e_tag`), `size` and `bucket` are known.
    Csv,
    /// A table, `.parquet` or `.pq`, with the same columns; uncompressed or compressed by Snappy.
    Parquet,
}

impl Manifest {
    /// By the name of a manifest, a path or a URL. What is neither CSV nor Parquet by its name is text.
    #[must_use]
    pub fn by_name(name: &str) -> Self {
        let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
        match end.as_str() {
            "csv" => Self::Csv,
            "parquet" | "pq" => Self::Parquet,
            _ => Self::Text,
        }
    }

    /// The photos of a manifest of this machine.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`], also in place of a photo where a line or row is none.
    pub fn open(path: &Path) -> Result<Items, StoreError> {
        let place = path.display().to_string();
        let file = File::open(path).and_then(|file| match file.metadata()?.is_dir() {
            true => Err(std::io::Error::from(std::io::ErrorKind::IsADirectory)),
            false => Ok(file),
        });
        let file =
            file.map_err(|error| StoreError::Unreadable { place: place.clone(), why: error.to_string() })?;
        Self::by_name(&place).items(&place, file)
    }

    /// The photos of a text that comes as a stream, which is called `place` in errors.
    pub fn lines(place: &str, text: impl BufRead + Send + 'static) -> Items {
        Box::new(text::Lines::new(place, text))
    }

    /// The photos of a manifest that was opened, or fetched into a file; it is called `place` in errors.
    ///
    /// # Errors
    /// As [`Manifest::open`].
    pub fn items(self, place: &str, file: File) -> Result<Items, StoreError> {
        Ok(match self {
            Self::Text => Self::lines(place, BufReader::new(file)),
            Self::Csv => Box::new(delimited::Records::new(place, file)?),
            Self::Parquet => Box::new(items_of(Table::open(place, Source::from(file))?)?),
        })
    }
}

/// The photos of a table, in bounded memory.
pub(super) fn items_of(
    table: Table,
) -> Result<impl Iterator<Item = Result<Item, StoreError>> + Send, StoreError> {
    // The second names are those of S3's inventories, which also keep the bucket in a column.
    let columns = [
        Column::needed("key", Kind::Text),
        Column::optional("etag", Kind::Text).or_named("e_tag"),
        Column::optional("size", Kind::Whole),
        Column::optional("bucket", Kind::Text),
    ];
    Ok(OfTable { rows: table.into_rows(&columns)?, number: 0, is_over: false })
}

struct OfTable {
    rows: Rows,
    number: u64,
    is_over: bool,
}

impl Iterator for OfTable {
    type Item = Result<Item, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let row = self.rows.next()?;
        self.number += 1;
        let item = row.and_then(|row| {
            let wrong = |why| StoreError::Unreadable {
                place: self.rows.place().to_owned(),
                why: format!("row {}: {why}", self.number),
            };
            of_cells(row).map_err(wrong)
        });
        self.is_over = item.is_err();
        Some(item)
    }
}

fn of_cells(row: Vec<Option<Cell>>) -> Result<Item, String> {
    let mut cells = row.into_iter();
    let mut next = || cells.next().flatten();
    let key = next().and_then(Cell::into_text).unwrap_or_default();
    let etag = next().and_then(Cell::into_text);
    let size = next().and_then(Cell::into_whole);
    let bucket = next().and_then(Cell::into_text);
    of_values(&key, etag.as_deref(), size, bucket.as_deref())
}

/// A photo by what the columns of a manifest say of it.
fn of_values(key: &str, etag: Option<&str>, size: Option<u64>, bucket: Option<&str>) -> Result<Item, String> {
    match bucket.filter(|bucket| !bucket.is_empty() && !key.is_empty()) {
        Some(bucket) => {
            let place: Place = format!("s3://{bucket}").parse()?;
            Item::new(&place.join(key).to_string(), etag, size)
        }
        None => Item::new(key, etag, size),
    }
}

#[cfg(test)]
mod tests;
