//! The compressed pixels of a PNG, inflated to their end.

use crate::Error;
use crate::watch::Watch;

/// How far back inflating looks (RFC 1951, 2).
const LOOKBACK: usize = 1 << 15;
/// What is inflated at a time, at least.
const PIECE: usize = 3 * LOOKBACK;

/// A stream of compressed pixels that is taken line by line.
pub(super) struct Stream<'a, I> {
    pieces: I,
    /// What is left of the last piece.
    data: &'a [u8],
    inflater: fdeflate::Decompressor,
    /// What was inflated last: as far as is looked back, and what has not been taken.
    window: Vec<u8>,
    filled: usize,
    taken: usize,
    /// Bytes of a line, with its filter's.
    line: usize,
}

impl<'a, I: Iterator<Item = &'a [u8]>> Stream<'a, I> {
    /// Of lines of so many bytes, their filter's number included.
    pub(super) fn new(pieces: I, line: usize) -> Self {
        let window = vec![0; LOOKBACK + line + PIECE];
        let inflater = fdeflate::Decompressor::new();
        Self { pieces, data: &[], inflater, window, filled: 0, taken: 0, line }
    }

    /// The next line: its filter, and its filtered bytes.
    pub(super) fn line(&mut self) -> Result<(u8, &[u8]), Error> {
        self.skip(self.line)?;
        match &self.window[self.taken - self.line..self.taken] {
            [filter, bytes @ ..] => Ok((*filter, bytes)),
            [] => Err(damaged("are in lines of nothing")),
        }
    }

    /// Passes over so many bytes, which are no more than a line's.
    pub(super) fn skip(&mut self, bytes: usize) -> Result<(), Error> {
        while self.filled - self.taken < bytes {
            if !self.inflate()? {
                return Err(damaged("are fewer than the picture's"));
            }
        }
        self.taken += bytes;
        Ok(())
    }

    /// That the stream ends here, with the checksum of what was compressed.
    pub(super) fn finish(mut self, watch: &Watch<'_>) -> Result<(), Error> {
        loop {
            if self.filled > self.taken {
                return Err(damaged("are more than the picture's"));
            }
            watch.check()?;
            if !self.inflate()? {
                return Ok(());
            }
        }
    }

    /// Inflates some more, if there is more.
    fn inflate(&mut self) -> Result<bool, Error> {
        if self.inflater.is_done() {
            return Ok(false);
        }
        if self.filled == self.window.len() {
            let from = self.taken.min(self.filled - LOOKBACK);
            self.window.copy_within(from.., 0);
            (self.filled, self.taken) = (self.filled - from, self.taken - from);
        }
        let read = self.inflater.read(self.data, &mut self.window, self.filled, false);
        let (consumed, produced) = read.map_err(|error| damaged(&format!("do not inflate ({error:?})")))?;
        self.data = &self.data[consumed..];
        self.filled += produced;
        if produced == 0 && self.data.is_empty() && !self.inflater.is_done() {
            self.data = self.pieces.next().ok_or_else(|| damaged("are cut short"))?;
        } else if produced == 0 && consumed == 0 {
            return Err(damaged("do not inflate"));
        }
        Ok(true)
    }
}

pub(super) fn damaged(what: &str) -> Error {
    Error::Damaged(format!("its compressed pixels {what}"))
}
