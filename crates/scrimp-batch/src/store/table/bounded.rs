//! A file of which no part is taken that could not be meant: what a damaged file claims is looked at before memory is taken.

use bytes::Bytes;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

/// The largest page, uncompressed: usual are 1 MiB, and 8 MiB are the most that writers take.
const LARGEST_PAGE: u64 = 64 << 20;
/// The longest head of a page; what it may hold besides a few numbers are the least and the greatest value.
const LONGEST_HEAD: u64 = 1 << 20;
/// The most at once: the whole of a table's index, of some 100 bytes for each column of each row group, or a page.
const LARGEST_PIECE: usize = 64 << 20;

/// Where a table's bytes are.
#[derive(Debug)]
pub(in super::super) enum Source {
    /// On the disk.
    File(File),
    /// In memory.
    Memory(Bytes),
}

impl From<File> for Source {
    fn from(file: File) -> Self {
        Self::File(file)
    }
}

impl From<Bytes> for Source {
    fn from(bytes: Bytes) -> Self {
        Self::Memory(bytes)
    }
}

/// A part of a file, from a place on.
#[derive(Debug)]
pub(in super::super) enum Part {
    File(io::Take<BufReader<File>>),
    Memory(io::Take<Cursor<Bytes>>),
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(part) => part.read(buffer),
            Self::Memory(part) => part.read(buffer),
        }
    }
}

impl Source {
    fn part(&self, start: u64, length: u64) -> io::Result<Part> {
        Ok(match self {
            Self::File(file) => {
                let mut file = file.try_clone()?;
                file.seek(SeekFrom::Start(start))?;
                Part::File(BufReader::new(file).take(length))
            }
            Self::Memory(bytes) => {
                let mut bytes = Cursor::new(bytes.clone());
                bytes.set_position(start);
                Part::Memory(bytes.take(length))
            }
        })
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        match self {
            Self::File(file) => file.metadata().map_or(0, |metadata| metadata.len()),
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }
}

impl ChunkReader for Source {
    type T = Part;

    /// What is read so is the file's end and the heads of pages.
    fn get_read(&self, start: u64) -> Result<Part> {
        let mut head = Vec::new();
        self.part(start, 16)?.read_to_end(&mut head)?;
        if uncompressed_size(&head).is_some_and(|size| size > LARGEST_PAGE) {
            return Err(ParquetError::General(format!("a page has more than {LARGEST_PAGE} bytes")));
        }
        Ok(self.part(start, LONGEST_HEAD)?)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let is_within = start.checked_add(length as u64).is_some_and(|end| end <= self.len());
        if !is_within || length > LARGEST_PIECE {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} are asked for")));
        }
        let mut bytes = Vec::with_capacity(length);
        self.part(start, length as u64)?.read_to_end(&mut bytes)?;
        if bytes.len() < length {
            Err(ParquetError::EOF("the file became shorter".to_owned()))
        } else {
            Ok(bytes.into())
        }
    }
}

/// The size of the page with this head. By the format (parquet.thrift, `PageHeader`, in Thrift's compact protocol) it begins
/// with three 32-bit numbers, of the kind, the size and the size compressed; each after a byte that says so, 0x15, and in
/// zigzag. Anything else is no head of a page.
fn uncompressed_size(head: &[u8]) -> Option<u64> {
    let head = head.strip_prefix(&[0x15])?;
    let (_, head) = number(head)?;
    let (size, head) = number(head.strip_prefix(&[0x15])?)?;
    // A negative one is odd, and an error soon.
    (head.first() == Some(&0x15)).then_some(size >> 1)
}

fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let end = bytes.iter().take(9).position(|byte| byte & 0x80 == 0)? + 1;
    let (digits, rest) = bytes.split_at(end);
    Some((digits.iter().rev().fold(0, |number, digit| number << 7 | u64::from(digit & 0x7f)), rest))
}

/// Refuses a dictionary of more words than it has bytes for: each has at least the four of its length, or of a number.
fn checked(page: Page) -> Result<Page> {
    match &page {
        Page::DictionaryPage { buf, num_values, .. } if u64::from(*num_values) > buf.len() as u64 / 4 => {
            Err(ParquetError::General(format!("a dictionary of {num_values} words has {} bytes", buf.len())))
        }
        _ => Ok(page),
    }
}

/// Pages as they are, each [`checked`].
pub(super) struct Pages<P>(pub(super) P);

impl<P: PageReader> PageReader for Pages<P> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.0.get_next_page()?.map(checked).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0.skip_next_page()
    }
}

impl<P: PageReader> Iterator for Pages<P> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_page_is_read_from_its_head() {
        assert_eq!(uncompressed_size(&[0x15, 0, 0x15, 0x80, 0x02, 0x15, 2]), Some(128));
        assert_eq!(
            uncompressed_size(&[0x15, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15]),
            Some(0x7fff_ffff)
        );
        for no_head in [&b"PAR1"[..], &[], &[0x15], &[0x15, 0, 0x15, 0x80], &[0x15, 0, 0x25, 2, 0x15]] {
            assert_eq!(uncompressed_size(no_head), None, "{no_head:?}");
        }
    }

    #[test]
    fn a_dictionary_claims_no_more_words_than_it_has_bytes_for() {
        let words = |num_values| {
            let buf = Bytes::from_static(&[0; 8]);
            Page::DictionaryPage {
                buf,
                num_values,
                encoding: parquet::basic::Encoding::PLAIN,
                is_sorted: false,
            }
        };
        assert!(checked(words(2)).is_ok() && checked(words(3)).is_err() && checked(words(u32::MAX)).is_err());
    }

    #[test]
    fn what_a_file_does_not_have_is_not_given() {
        let source = Source::from(Bytes::from_static(b"0123456789"));
        assert_eq!(source.get_bytes(2, 3).unwrap(), b"234"[..]);
        for (start, length) in [(8, 3), (u64::MAX, 3), (0, usize::MAX), (11, 0)] {
            assert!(source.get_bytes(start, length).is_err(), "{start} {length}");
        }
        let claims = Source::from(Bytes::from_static(&[0x15, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15]));
        assert!(claims.get_read(0).is_err());
    }
}
