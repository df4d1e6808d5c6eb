//! Tables in Parquet files: texts, whole numbers and fractions, in columns of which cells may be empty.
//!
//! Written uncompressed or by Snappy, and that is what is read; other compressions are named in the error.

mod bounded;
mod read;
mod write;

pub(super) use bounded::Source;
pub(super) use read::{Rows, Table};
pub(super) use write::write;

use twox_hash::XxHash3_128;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// UTF-8.
    Text,
    /// A number from 0 to 2^63-1: of files of others also in 32 bits, or a fraction that is none.
    Whole,
    /// A 64-bit fraction.
    Real,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    /// Another name for it in files of others.
    pub(super) alias: Option<&'static str>,
    pub(super) kind: Kind,
    /// Whether each row has a value.
    pub(super) is_needed: bool,
}

impl Column {
    pub(super) const fn needed(name: &'static str, kind: Kind) -> Self {
        Self { name, alias: None, kind, is_needed: true }
    }

    pub(super) const fn optional(name: &'static str, kind: Kind) -> Self {
        Self { name, alias: None, kind, is_needed: false }
    }

    pub(super) const fn or_named(self, alias: &'static str) -> Self {
        Self { alias: Some(alias), ..self }
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Whole(u64),
    Real(f64),
}

impl Cell {
    pub(super) fn into_text(self) -> Option<String> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn into_whole(self) -> Option<u64> {
        if let Self::Whole(number) = self { Some(number) } else { None }
    }

    pub(super) fn into_real(self) -> Option<f64> {
        if let Self::Real(number) = self { Some(number) } else { None }
    }

    /// Bytes that no other value has.
    fn append_to(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Text(text) => {
                bytes.push(1);
                bytes.extend((text.len() as u64).to_le_bytes());
                bytes.extend(text.as_bytes());
            }
            Self::Whole(number) => {
                bytes.push(2);
                bytes.extend(number.to_le_bytes());
            }
            Self::Real(number) => {
                bytes.push(3);
                bytes.extend(number.to_bits().to_le_bytes());
            }
        }
    }
}

/// A hash of all values, hexadecimal: the same whatever file they came from.
pub(super) fn hash<'a>(rows: impl Iterator<Item = &'a [Option<Cell>]>) -> String {
    let mut bytes = Vec::new();
    for cell in rows.flatten() {
        match cell {
            Some(cell) => cell.append_to(&mut bytes),
            None => bytes.push(0),
        }
    }
    format!("{:032x}", XxHash3_128::oneshot(&bytes))
}

#[cfg(test)]
mod tests;
