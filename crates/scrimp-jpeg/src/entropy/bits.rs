//! From tokens to the bytes of a scan.

use super::huffman::Code;
use crate::Error;
use archmage::autoversion;

/// Writes symbols by their codes, each with the bits behind it, which it reads from words, the first bit on top.
pub(super) struct BitWriter<'a> {
    words: &'a [u32],
    /// Bits that have been read.
    read: usize,
    /// Bits that don't fill a byte yet, on top, and zeros.
    held: u64,
    held_bits: u32,
    /// Whole bytes, not stuffed yet.
    bytes: Vec<u8>,
}

impl<'a> BitWriter<'a> {
    /// Symbols that are written together at most: some microseconds' work.
    pub(super) const MOST_SYMBOLS: usize = 4096;
    /// A code and the bits behind it are at most 16 each, so a symbol adds no more than these.
    const BYTES_A_SYMBOL: usize = 4;

    /// There must be one word more than have bits that will be read.
    pub(super) fn new(words: &'a [u32]) -> Self {
        // Eight bytes are written at a time, however few count.
        let bytes = vec![0; Self::MOST_SYMBOLS * Self::BYTES_A_SYMBOL + size_of::<u64>()];
        Self { words, read: 0, held: 0, held_bits: 0, bytes }
    }

    /// Writes at most [`Self::MOST_SYMBOLS`].
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub(super) fn write(
        &mut self,
        symbols: &[u8],
        codes: &[Code; 256],
        file: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let length = write(symbols, codes, self);
        stuff(self.bytes.get(..length).unwrap_or_default(), file)
    }

    /// Fills the last byte with ones (T.81 F.1.2.3).
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub(super) fn end(self, file: &mut Vec<u8>) -> Result<(), Error> {
        let last = [(self.held >> 56) as u8 | (0xFF >> self.held_bits)];
        stuff(&last[..usize::from(self.held_bits > 0)], file)
    }
}

/// Writes symbols to `writer.bytes`; how many bytes they fill.
#[autoversion]
fn write(symbols: &[u8], codes: &[Code; 256], writer: &mut BitWriter<'_>) -> usize {
    let (mut read, mut held, mut held_bits) = (writer.read, writer.held, writer.held_bits);
    let mut filled = 0;
    for symbol in symbols {
        let code = codes[usize::from(*symbol)];
        let words =
            writer.words.get(read / 32..).and_then(|words| words.first_chunk::<2>()).unwrap_or(&[0; 2]);
        let behind = (u64::from(words[0]) << 32 | u64::from(words[1])) << (read % 32);
        read += usize::from(code.behind);
        // On top the code, then the bits behind it, then zeros.
        let behind = behind & !(u64::MAX >> code.behind);
        let bits = u64::from(code.bits) << 48 | behind >> code.length;
        held |= bits >> held_bits;
        held_bits += u32::from(code.length) + u32::from(code.behind);
        // All of them every time, as nobody can foretell when a byte is full.
        if let Some(place) = writer.bytes.get_mut(filled..).and_then(|bytes| bytes.first_chunk_mut()) {
            *place = held.to_be_bytes();
        }
        filled += (held_bits / 8) as usize;
        held <<= held_bits & !7;
        held_bits &= 7;
    }
    (writer.read, writer.held, writer.held_bits) = (read, held, held_bits);
    filled
}

/// Appends bytes, each 0xFF followed by a zero so that it is no marker (T.81 F.1.2.3).
fn stuff(bytes: &[u8], file: &mut Vec<u8>) -> Result<(), Error> {
    file.try_reserve(2 * bytes.len())
        .map_err(|_| Error::OutOfMemory { bytes: file.len() + 2 * bytes.len() })?;
    for piece in bytes.split_inclusive(|byte| *byte == 0xFF) {
        file.extend_from_slice(piece);
        if piece.ends_with(&[0xFF]) {
            file.push(0);
        }
    }
    Ok(())
}
