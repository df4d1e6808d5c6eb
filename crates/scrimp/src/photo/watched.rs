//! Bytes that run out once the work has to stop, for decoders that know no clock.

use crate::watch::Watch;
use crate::{Error, LimitKind, Limits};
use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};

/// Reads between two looks at the clock: decoders read single bytes.
const READS_A_CHECK: u32 = 64;

/// A whole file that is read while the watch allows it.
pub(super) struct Watched<'a> {
    bytes: Cursor<&'a [u8]>,
    watch: &'a Watch<'a>,
    reads: u32,
}

impl<'a> Watched<'a> {
    pub(super) const fn new(bytes: &'a [u8], watch: &'a Watch<'a>) -> Self {
        Self { bytes: Cursor::new(bytes), watch, reads: 0 }
    }

    fn look(&mut self) -> io::Result<()> {
        self.reads = self.reads.wrapping_add(1);
        if self.reads % READS_A_CHECK == 1 && self.watch.must_stop() {
            return Err(io::Error::other("stopped"));
        }
        Ok(())
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.look()?;
        self.bytes.read(room)
    }
}

impl BufRead for Watched<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // In pieces, so that who reads all at once looks at the clock too.
        const PIECE: usize = 1 << 14;
        self.look()?;
        let rest = self.bytes.fill_buf()?;
        Ok(&rest[..rest.len().min(PIECE)])
    }

    fn consume(&mut self, amount: usize) {
        self.bytes.consume(amount);
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(position)
    }
}

/// What a decoder's error means: that the work had to stop, or damage.
pub(super) fn refused(watch: &Watch<'_>, error: &impl ToString) -> Error {
    watch.check().err().unwrap_or_else(|| Error::Damaged(error.to_string()))
}

/// Room for so many bytes, zero.
pub(super) fn room(bytes: Option<usize>, limits: &Limits) -> Result<Vec<u8>, Error> {
    let limit = limits.memory;
    let too_much = || Error::Limit { which: LimitKind::Memory, found: limit.saturating_add(1), limit };
    let bytes = bytes.ok_or_else(too_much)?;
    let mut room = Vec::new();
    room.try_reserve_exact(bytes).map_err(|_| too_much())?;
    room.resize(bytes, 0);
    Ok(room)
}
