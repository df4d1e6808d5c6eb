//! Runs of blocks that are at their end (T.81 G.1.2.2), with the correction bits that wait for them (G.1.2.3).

use super::tokens::{CORRECTIONS_TOGETHER, Pen};

/// Blocks in a row that have nothing more but correction bits.
#[derive(Default)]
pub(super) struct EobRun {
    blocks: u32,
    corrections: [u64; Self::WORDS],
    count: u32,
}

impl EobRun {
    /// The longest run that a symbol can tell (T.81 table G.1).
    const MOST_BLOCKS: u32 = 0x7FFF;
    /// More correction bits than these are not kept: the library's own limit, MAX_CORR_BITS less a block's, which no
    /// decoder knows of but which decides where a run ends.
    const MOST_CORRECTIONS: u32 = 1000 - 64 + 1;
    /// For those of one block more.
    const WORDS: usize = (Self::MOST_CORRECTIONS as usize + 64).div_ceil(64);

    /// Symbols and bits that a run takes at most.
    pub(super) const MOST_SYMBOLS: usize = 1 + Self::WORDS * (64 / CORRECTIONS_TOGETHER as usize);
    pub(super) const MOST_BITS: usize = 14 + Self::WORDS * 64;

    /// One block more, whose last correction bits are the lowest `count` of `bits`, the first one on top; below 64.
    #[inline(always)]
    pub(super) fn add(&mut self, bits: u64, count: u32, pen: &mut Pen<'_>) {
        self.blocks += 1;
        if count > 0 {
            self.append(bits, count);
        }
        if self.blocks == Self::MOST_BLOCKS || self.count > Self::MOST_CORRECTIONS {
            self.end(pen);
        }
    }

    /// Ends the run, if there is one: something else follows.
    #[inline(always)]
    pub(super) fn end(&mut self, pen: &mut Pen<'_>) {
        if self.blocks > 0 {
            let digits = self.blocks.ilog2();
            pen.symbol((digits << 4) as u8, self.blocks - (1 << digits), digits);
            self.blocks = 0;
            if self.count > 0 {
                self.pass_on(pen);
            }
        }
    }

    #[inline(always)]
    fn append(&mut self, bits: u64, count: u32) {
        let bits = bits << (64 - count);
        let (word, used) = (self.count as usize / 64, self.count % 64);
        if let Some(word) = self.corrections.get_mut(word) {
            *word |= bits >> used;
        }
        if let Some(next) = self.corrections.get_mut(word + 1) {
            *next = bits << 1 << (63 - used);
        }
        self.count += count;
    }

    fn pass_on(&mut self, pen: &mut Pen<'_>) {
        for word in &mut self.corrections {
            let count = self.count.min(64);
            if count > 0 {
                pen.corrections(*word >> (64 - count), count);
            }
            self.count -= count;
            *word = 0;
        }
    }
}
