//! A scan in the making, row of blocks by row of blocks.

use super::eob::EobRun;
use super::scan::{Kind, Scan};
use super::tokens::{Room, Tokens};
use super::{first, refinement};
use crate::Error;
use crate::transform::Group;
use mozjpeg_sys::JERR_BAD_DCT_COEF;

/// A row of blocks of a component.
pub(super) struct Row<'a> {
    pub(super) groups: &'a [Group],
    /// How many blocks they hold.
    pub(super) blocks: usize,
}

/// What one block of a scan leaves to the next.
#[derive(Default)]
pub(super) struct State {
    /// DC of the last block.
    pub(super) previous: i32,
    pub(super) run: EobRun,
    /// All magnitudes that were coded, laid one over the other.
    pub(super) magnitudes: u32,
}

/// A scan and its tokens so far.
pub(super) struct Pass<'a> {
    scan: &'a Scan,
    state: State,
    tokens: Tokens,
}

impl<'a> Pass<'a> {
    /// Digits of the greatest magnitude that a file of 8 bits a sample can hold (T.81 table F.2).
    const MOST_DIGITS: u32 = 10;

    pub(super) fn new(scan: &'a Scan) -> Self {
        Self { scan, state: State::default(), tokens: Tokens::default() }
    }

    /// Codes one more row.
    ///
    /// # Errors
    /// [`Error::Library`], in the library's words, for coefficients that no file can hold; [`Error::OutOfMemory`].
    pub(super) fn read(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let pen = self.tokens.open(self.room(row.blocks))?;
        let code = match self.scan.kind() {
            Kind::Dc => first::code_dc,
            Kind::First => first::code_ac,
            Kind::Refinement => refinement::code,
        };
        let end = code(row, self.scan, &mut self.state, pen);
        self.tokens.close(end);
        if self.state.magnitudes >> Self::MOST_DIGITS != 0 {
            let message = "DCT coefficient out of range".to_owned();
            return Err(Error::Library { code: JERR_BAD_DCT_COEF, message });
        }
        Ok(())
    }

    /// The scan with all its tokens.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub(super) fn end(mut self) -> Result<Tokens, Error> {
        let mut pen = self.tokens.open(self.room(0))?;
        self.state.run.end(&mut pen);
        let end = pen.end();
        self.tokens.close(end);
        Ok(self.tokens)
    }

    /// What so many blocks take at most, with a run that has been waiting for them: a symbol and its bits for each
    /// coefficient, and the end of a run for each block.
    fn room(&self, blocks: usize) -> Room {
        // A difference between any two values of 16 bits, before it is refused.
        const BITS_A_SYMBOL: usize = 17;
        let band = usize::from(self.scan.last - self.scan.first) + 2;
        Room {
            symbols: blocks * band + EobRun::MOST_SYMBOLS,
            bits: blocks * band * BITS_A_SYMBOL + EobRun::MOST_BITS,
        }
    }
}
