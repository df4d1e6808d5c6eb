//! The rows of a Parquet file, one after the other.

use super::bounded::{Pages, Source};
use super::{Cell, Column, Kind};
use crate::store::StoreError;
use parquet::basic::{Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::serialized_reader::SerializedPageReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// So many rows are decoded at once: what is in memory does not grow with the file.
const AT_ONCE: usize = 1024;

/// A Parquet file that was opened: its index is known, its rows are not.
pub(in super::super) struct Table {
    place: String,
    source: Arc<Source>,
    index: ParquetMetaData,
}

impl Table {
    /// # Errors
    /// [`StoreError::Unreadable`] for what is no whole Parquet file.
    pub(in super::super) fn open(place: &str, source: impl Into<Source>) -> Result<Self, StoreError> {
        let source = source.into();
        let index = guarded(place, || ParquetMetaDataReader::new().parse_and_finish(&source))?;
        Ok(Self { place: place.to_owned(), source: Arc::new(source), index })
    }

    /// How many rows it says it has.
    pub(in super::super) fn rows(&self) -> u64 {
        u64::try_from(self.index.file_metadata().num_rows()).unwrap_or(0)
    }

    /// What was noted in it under this name.
    pub(in super::super) fn note(&self, name: &str) -> Option<&str> {
        let notes = self.index.file_metadata().key_value_metadata()?;
        notes.iter().find(|note| note.key == name).and_then(|note| note.value.as_deref())
    }

    /// Its rows, each with a cell for each of these columns; of columns that it does not have the cells are empty.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] where a needed column is missing or one holds another kind.
    pub(in super::super) fn into_rows(self, columns: &[Column]) -> Result<Rows, StoreError> {
        let taken = columns.iter().map(|column| self.find(column)).collect::<Result<_, _>>()?;
        Ok(Rows {
            table: self,
            taken,
            group: 0,
            open: Vec::new(),
            left: 0,
            ready: Vec::new().into_iter(),
            is_over: false,
        })
    }

    fn find(&self, column: &Column) -> Result<Taken, StoreError> {
        let schema = self.index.file_metadata().schema_descr();
        let has = |number: &usize, name| schema.column(*number).path().parts() == [name];
        let numbers = || 0..schema.num_columns();
        let number = numbers()
            .find(|number| has(number, column.name))
            .or_else(|| column.alias.and_then(|alias| numbers().find(|number| has(number, alias))));
        let Some(number) = number else {
            return match column.is_needed {
                true => Err(self.unreadable(format!("it has no column {}", column.name))),
                false => Ok(Taken { number: None, kind: column.kind }),
            };
        };
        let found = schema.column(number);
        let fits = match column.kind {
            Kind::Text => matches!(found.physical_type(), Physical::BYTE_ARRAY),
            Kind::Whole => {
                matches!(found.physical_type(), Physical::INT32 | Physical::INT64 | Physical::DOUBLE)
            }
            Kind::Real => matches!(found.physical_type(), Physical::DOUBLE),
        };
        let is_flat = found.self_type().get_basic_info().repetition() != Repetition::REPEATED;
        if fits && is_flat && found.max_rep_level() == 0 && found.max_def_level() <= 1 {
            return Ok(Taken { number: Some(number), kind: column.kind });
        }
        let wanted = match column.kind {
            Kind::Text => "texts",
            Kind::Whole => "whole numbers",
            Kind::Real => "fractions",
        };
        Err(self.unreadable(format!("its column {} does not hold {wanted}", column.name)))
    }

    fn unreadable(&self, why: String) -> StoreError {
        StoreError::Unreadable { place: self.place.clone(), why }
    }

    fn column(&self, group: usize, number: usize) -> Result<ColumnReader, StoreError> {
        guarded(&self.place, || {
            let group = self.index.row_group(group);
            let (column, rows) = (group.column(number), usize::try_from(group.num_rows()).unwrap_or(0));
            let pages = SerializedPageReader::new(Arc::clone(&self.source), column, rows, None)?;
            Ok(get_column_reader(column.column_descr_ptr(), Box::new(Pages(pages))))
        })
    }
}

/// A column of those wanted.
struct Taken {
    /// Its number in the file; none where that does not have it.
    number: Option<usize>,
    kind: Kind,
}

/// The rows of a table.
pub(in super::super) struct Rows {
    table: Table,
    taken: Vec<Taken>,
    /// The row group that comes after the open one.
    group: usize,
    open: Vec<Option<ColumnReader>>,
    /// Rows of the open group that are not decoded yet.
    left: usize,
    ready: std::vec::IntoIter<Vec<Option<Cell>>>,
    is_over: bool,
}

impl Rows {
    /// The name of the file.
    pub(in super::super) fn place(&self) -> &str {
        &self.table.place
    }

    fn refill(&mut self) -> Result<(), StoreError> {
        while self.left == 0 && self.group < self.table.index.num_row_groups() {
            let rows = self.table.index.row_group(self.group).num_rows();
            self.left =
                usize::try_from(rows).map_err(|_| self.table.unreadable("it is damaged".to_owned()))?;
            let open =
                |taken: &Taken| taken.number.map(|number| self.table.column(self.group, number)).transpose();
            self.open = self.taken.iter().map(open).collect::<Result<_, _>>()?;
            self.group += 1;
        }
        let wanted = self.left.min(AT_ONCE);
        let mut rows = vec![Vec::with_capacity(self.taken.len()); wanted];
        for (taken, reader) in self.taken.iter().zip(&mut self.open) {
            let cells = match reader {
                Some(reader) => guarded(&self.table.place, || cells(reader, taken.kind, wanted))?,
                None => vec![None; wanted],
            };
            if cells.len() != wanted {
                return Err(self.table.unreadable("it is damaged: rows are missing".to_owned()));
            }
            rows.iter_mut().zip(cells).for_each(|(row, cell)| row.push(cell));
        }
        self.left -= wanted;
        self.ready = rows.into_iter();
        Ok(())
    }
}

impl Iterator for Rows {
    type Item = Result<Vec<Option<Cell>>, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.len() == 0 && !self.is_over {
            if let Err(error) = self.refill() {
                self.is_over = true;
                return Some(Err(error));
            }
            self.is_over = self.ready.len() == 0;
        }
        self.ready.next().map(Ok)
    }
}

/// The next cells of a column, fewer where it ends early.
fn cells(reader: &mut ColumnReader, kind: Kind, wanted: usize) -> Result<Vec<Option<Cell>>, ParquetError> {
    let whole = |number: i64| {
        u64::try_from(number)
            .map(Cell::Whole)
            .map_err(|_| ParquetError::General(format!("{number} is below 0")))
    };
    match reader {
        ColumnReader::ByteArrayColumnReader(reader) => {
            typed(reader, wanted, |bytes| Ok(Cell::Text(bytes.as_utf8()?.to_owned())))
        }
        ColumnReader::Int32ColumnReader(reader) => typed(reader, wanted, |number| whole((*number).into())),
        ColumnReader::Int64ColumnReader(reader) => typed(reader, wanted, |number| whole(*number)),
        ColumnReader::DoubleColumnReader(reader) if kind == Kind::Real => {
            typed(reader, wanted, |number| Ok(Cell::Real(*number)))
        }
        // Data frames that know no empty whole number turn a column with one into fractions.
        ColumnReader::DoubleColumnReader(reader) => {
            typed(reader, wanted, |number| match number.fract() == 0.0 && (0.0..9e15).contains(number) {
                true => Ok(Cell::Whole(*number as u64)),
                false => Err(ParquetError::General(format!("{number} is no whole number from 0 on"))),
            })
        }
        _ => Err(ParquetError::General("a column changed its kind".to_owned())),
    }
}

fn typed<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    wanted: usize,
    cell_of: impl Fn(&T::T) -> Result<Cell, ParquetError>,
) -> Result<Vec<Option<Cell>>, ParquetError> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let mut records = 0;
    while records < wanted {
        let (more, _, _) = reader.read_records(wanted - records, Some(&mut levels), None, &mut values)?;
        if more == 0 {
            break;
        }
        records += more;
    }
    // A column in which no cell may be empty has no levels.
    if levels.is_empty() {
        return values.iter().map(|value| cell_of(value).map(Some)).collect();
    }
    let mut values = values.iter();
    let missing = || ParquetError::EOF("a value is missing".to_owned());
    let cell = |level: &i16| match level {
        0 => Ok(None),
        _ => values.next().ok_or_else(missing).and_then(&cell_of).map(Some),
    };
    levels.iter().map(cell).collect()
}

/// Does what may fail for a damaged file. There the reader of the parquet crate answers with an error as a rule, but also
/// panics: it costs this file alone.
fn guarded<T>(place: &str, read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, StoreError> {
    // Unwind-safe: after an error nothing of the file is asked for any more.
    let read = catch_unwind(AssertUnwindSafe(read));
    let why = match read {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => why(&error),
        Err(_) => "it is damaged".to_owned(),
    };
    Err(StoreError::Unreadable { place: place.to_owned(), why })
}

fn why(error: &ParquetError) -> String {
    let text = error.to_string();
    match text.split_once("Disabled feature at compile time: ") {
        Some((_, compression)) => format!(
            "it is compressed by {compression}; write it uncompressed or compressed by Snappy, which is the default of most"
        ),
        None => format!("it is no Parquet file, or a damaged one ({text})"),
    }
}
