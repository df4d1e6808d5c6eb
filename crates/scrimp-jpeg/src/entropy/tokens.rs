//! What a scan is made of before its Huffman table is known: symbols, and the bits that follow each.

use super::bits::BitWriter;
use super::huffman::Code;
use super::scan::Kind;
use crate::{Error, Stop};

/// A run of 16 zeros (T.81 F.1.2.2.1).
pub(super) const ZRL: u8 = 0xF0;
/// Most correction bits behind one symbol that stands for them.
pub(super) const CORRECTIONS_TOGETHER: u32 = 16;
/// Low half of what stands among the symbols of a refinement for 1 to 16 correction bits; the upper half is their number
/// less one. It is not coded itself, and none of a refinement's symbols that are has this half (T.81 G.1.2.3).
const CORRECTIONS: u8 = 2;

/// The tokens of a scan: a byte for each symbol, and the bits between them one behind the other.
#[derive(Default)]
pub(super) struct Tokens {
    symbols: Vec<u8>,
    words: Vec<u32>,
    end: Position,
}

/// Where tokens end, with the bits that don't fill a word yet: the lowest of `held`.
#[derive(Clone, Copy, Default)]
pub(super) struct Position {
    symbol: usize,
    word: usize,
    held: u64,
    held_bits: u32,
}

/// What is written at most.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) symbols: usize,
    pub(super) bits: usize,
}

/// Writes tokens. What it changes is its own and in no vector, so that compilers keep it in registers.
pub(super) struct Pen<'a> {
    symbols: &'a mut [u8],
    words: &'a mut [u32],
    at: Position,
}

impl Tokens {
    /// A pen that has so much room at the end. What it writes counts once [`Self::close`] is told.
    pub(super) fn open(&mut self, room: Room) -> Result<Pen<'_>, Error> {
        grow(&mut self.symbols, self.end.symbol + room.symbols)?;
        grow(&mut self.words, self.end.word + room.bits / 32 + 1)?;
        Ok(Pen { symbols: &mut self.symbols, words: &mut self.words, at: self.end })
    }

    /// Keeps what has been written up to here.
    pub(super) const fn close(&mut self, end: Position) {
        self.end = end;
    }

    /// How often each symbol comes that is to be coded.
    pub(super) fn counts(&self, kind: Kind) -> [u64; 256] {
        // Four counters for each: one that has just been counted is not ready to be counted again.
        let mut counts = [[0_u64; 256]; 4];
        let (fours, rest) = self.symbols().as_chunks::<4>();
        for four in fours {
            four.iter().zip(&mut counts).for_each(|(symbol, counts)| counts[usize::from(*symbol)] += 1);
        }
        rest.iter().for_each(|symbol| counts[0][usize::from(*symbol)] += 1);
        std::array::from_fn(|symbol| match kind {
            Kind::Refinement if stands_for_corrections(symbol as u8) => 0,
            _ => counts.iter().map(|counts| counts[symbol]).sum(),
        })
    }

    /// Writes the symbols by their codes, and the bits that follow each.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; [`Error::Stopped`].
    pub(super) fn write(
        &mut self,
        codes: &[Code; 256],
        file: &mut Vec<u8>,
        stop: Stop<'_>,
    ) -> Result<(), Error> {
        // The reader looks at one word more than it takes bits of.
        let mut pen = self.open(Room { symbols: 0, bits: 64 })?;
        pen.bits(0, 32);
        pen.bits(0, 32);
        let mut writer = BitWriter::new(&self.words);
        for symbols in self.symbols().chunks(BitWriter::MOST_SYMBOLS) {
            if stop() {
                return Err(Error::Stopped);
            }
            writer.write(symbols, codes, file)?;
        }
        writer.end(file)
    }

    fn symbols(&self) -> &[u8] {
        self.symbols.get(..self.end.symbol).unwrap_or_default()
    }
}

impl Pen<'_> {
    /// A symbol, followed by the lowest `count` bits of `bits`, which has no others: at most 32.
    #[inline(always)]
    pub(super) fn symbol(&mut self, symbol: u8, bits: u32, count: u32) {
        if let Some(place) = self.symbols.get_mut(self.at.symbol) {
            *place = symbol;
        }
        self.at.symbol += 1;
        self.bits(bits, count);
    }

    /// Correction bits, at most 64: the lowest of `bits`, which may have others, the first one on top.
    #[inline(always)]
    pub(super) fn corrections(&mut self, bits: u64, mut count: u32) {
        while count > 0 {
            let together = count.min(CORRECTIONS_TOGETHER);
            count -= together;
            let bits = (bits >> count) as u32 & ((1 << together) - 1);
            self.symbol(((together - 1) << 4) as u8 | CORRECTIONS, bits, together);
        }
    }

    /// Where it is now.
    #[inline(always)]
    pub(super) const fn end(&self) -> Position {
        self.at
    }

    #[inline(always)]
    fn bits(&mut self, bits: u32, count: u32) {
        let at = &mut self.at;
        at.held = at.held << count | u64::from(bits);
        at.held_bits += count;
        if at.held_bits >= 32 {
            at.held_bits -= 32;
            if let Some(word) = self.words.get_mut(at.word) {
                *word = (at.held >> at.held_bits) as u32;
            }
            at.word += 1;
        }
    }
}

/// How many bits follow a symbol.
pub(super) const fn bits_behind(symbol: u8, kind: Kind) -> u8 {
    let (high, low) = (symbol >> 4, symbol & 15);
    match (kind, high, low) {
        (Kind::Dc, ..) => symbol,
        (_, 15, 0) => 0,
        // The length of an EOB run (T.81 G.1.2.2).
        (_, _, 0) => high,
        (Kind::First, ..) => low,
        (Kind::Refinement, _, CORRECTIONS) => high + 1,
        // The sign.
        (Kind::Refinement, ..) => 1,
    }
}

const fn stands_for_corrections(symbol: u8) -> bool {
    symbol & 15 == CORRECTIONS
}

/// Makes `values` as long as that. A quarter more, so that this is seldom; not double, as all of it is written to.
fn grow<T: Copy + Default>(values: &mut Vec<T>, length: usize) -> Result<(), Error> {
    if values.len() >= length {
        return Ok(());
    }
    let length = length + length / 4;
    let bytes = length.saturating_mul(size_of::<T>());
    values.try_reserve_exact(length - values.len()).map_err(|_| Error::OutOfMemory { bytes })?;
    values.resize(length, T::default());
    Ok(())
}
