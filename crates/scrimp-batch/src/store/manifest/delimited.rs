//! Manifests as values with commas between them, the first line of which names the columns.

use crate::store::{Item, StoreError};
use csv::StringRecord;
use std::io::{self, Read};

/// The most that a line may hold: values that are not looked at may stand beside a key.
const LONGEST_LINE: u64 = 1 << 20;

/// The photos of a table in CSV; what is in memory is a line, of bounded length.
pub(super) struct Records<R> {
    place: String,
    reader: csv::Reader<Metered<R>>,
    record: StringRecord,
    columns: Columns,
    is_over: bool,
}

/// Where the values of a line are.
struct Columns {
    key: usize,
    etag: Option<usize>,
    size: Option<usize>,
    bucket: Option<usize>,
}

impl Columns {
    fn of(names: &StringRecord) -> Result<Self, String> {
        let find = |wanted: &[&str]| {
            let is_wanted = |name: &str| wanted.iter().any(|wanted| name.trim().eq_ignore_ascii_case(wanted));
            names.iter().position(is_wanted)
        };
        let key = find(&["key"]).ok_or("its first line names no column key, for example: key,etag,size")?;
        Ok(Self { key, etag: find(&["etag", "e_tag"]), size: find(&["size"]), bucket: find(&["bucket"]) })
    }

    fn item(&self, record: &StringRecord) -> Result<Item, String> {
        let value = |column: Option<usize>| {
            column.and_then(|column| record.get(column)).filter(|value| !value.is_empty())
        };
        let size = value(self.size)
            .map(|size| size.trim().parse::<u64>().map_err(|_| format!("{size:?} is no size in bytes")));
        let key = value(Some(self.key)).unwrap_or_default();
        super::of_values(key, value(self.etag), size.transpose()?, value(self.bucket))
    }
}

impl<R: Read> Records<R> {
    pub(super) fn new(place: &str, file: R) -> Result<Self, StoreError> {
        let unreadable = |why: String| StoreError::Unreadable { place: place.to_owned(), why };
        let mut reader = csv::Reader::from_reader(Metered { inner: file, left: LONGEST_LINE });
        let names = reader.headers().map_err(|error| unreadable(why(&error)))?;
        let columns = Columns::of(names).map_err(unreadable)?;
        Ok(Self { place: place.to_owned(), reader, record: StringRecord::new(), columns, is_over: false })
    }

    fn item(&mut self) -> Result<Option<Item>, String> {
        self.reader.get_mut().left = LONGEST_LINE;
        match self.reader.read_record(&mut self.record) {
            Ok(true) => self.columns.item(&self.record).map(Some),
            Ok(false) => Ok(None),
            Err(error) => Err(why(&error)),
        }
    }
}

impl<R: Read> Iterator for Records<R> {
    type Item = Result<Item, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let item = self.item();
        self.is_over = !matches!(item, Ok(Some(_)));
        let line = self.record.position().map_or(0, csv::Position::line);
        let wrong =
            |why| StoreError::Unreadable { place: self.place.clone(), why: format!("line {line}: {why}") };
        item.map_err(wrong).transpose()
    }
}

fn why(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "it is no UTF-8".to_owned(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("it has {len} values where the first line names {expected_len} columns")
        }
        _ => error.to_string(),
    }
}

/// A reader of which a line may take no more than what is left: a quotation mark that is never closed would else bring the
/// whole file into memory.
struct Metered<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("it is longer than {LONGEST_LINE} bytes; is a quotation mark open?"),
            )
        })?;
        Ok(read)
    }
}
