//! Manifests as text: a key or URL on each line.

use crate::store::{Item, StoreError};
use std::io::{BufRead, Read};

/// What some editors put before the first line.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The photos of a text, line by line; what is in memory is a line, of bounded length.
pub(super) struct Lines<R> {
    place: String,
    text: R,
    number: u64,
    is_over: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(place: &str, text: R) -> Self {
        Self { place: place.to_owned(), text, number: 0, is_over: false }
    }

    /// The next line without its end, of any length up to the longest key's; none at the end.
    fn line(&mut self) -> Result<Option<String>, String> {
        // With room for the line's end, and for the mark of the first.
        let longest = Item::LONGEST as u64 + 2 + BYTE_ORDER_MARK.len() as u64;
        let mut line = Vec::new();
        self.number += 1;
        let read = self
            .text
            .by_ref()
            .take(longest)
            .read_until(b'\n', &mut line)
            .map_err(|error| error.to_string())?;
        if read == 0 {
            return Ok(None);
        }
        let is_whole = line.pop_if(|last| *last == b'\n').is_some();
        line.pop_if(|last| *last == b'\r');
        let mut line = String::from_utf8(line)
            .map_err(|_| "it is no UTF-8; write it as a URL, percent-encoded".to_owned())?;
        if self.number == 1 && line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        match is_whole || (read as u64) < longest {
            true => Ok(Some(line)),
            false => Err(format!("it is longer than {} bytes", Item::LONGEST)),
        }
    }

    fn item(&mut self) -> Result<Option<Item>, String> {
        while let Some(line) = self.line()? {
            if !line.is_empty() {
                return Item::of_key(&line).map(Some);
            }
        }
        Ok(None)
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Item, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let item = self.item();
        self.is_over = !matches!(item, Ok(Some(_)));
        let wrong = |why| StoreError::Unreadable {
            place: self.place.clone(),
            why: format!("line {}: {why}", self.number),
        };
        item.map_err(wrong).transpose()
    }
}
