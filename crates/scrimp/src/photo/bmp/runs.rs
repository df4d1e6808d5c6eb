//! Runs of indices (RLE8 and RLE4 of [MS-WMF] 3.1.6).

use super::damaged;
use super::header::Header;
use crate::watch::Watch;
use crate::{Error, Unsupported};

/// The index of each pixel, from the top, and how many bytes say them.
pub(super) fn expand(
    header: &Header,
    bits: usize,
    data: &[u8],
    indices: Vec<u8>,
    watch: &Watch<'_>,
) -> Result<(Vec<u8>, usize), Error> {
    let mut picture = Picture { header, indices, x: 0, y: 0, drawn: 0 };
    let mut used = 0;
    let mut next = || {
        used += 1;
        data.get(used - 1).copied().ok_or_else(|| damaged("its pixels are cut short"))
    };
    loop {
        match (next()?, next()?) {
            (0, 0) => {
                watch.check()?;
                picture.next_row();
            }
            (0, 1) => return Ok((picture.finish()?, used)),
            // What is jumped over has no colour.
            (0, 2) => return Err(Error::Unsupported(Unsupported::Alpha)),
            (0, count) => {
                let mut bytes = 0;
                let mut byte = 0;
                for at in 0..usize::from(count) {
                    if (at * bits).is_multiple_of(8) {
                        byte = next()?;
                        bytes += 1;
                    }
                    picture.put(index_of(byte, at, bits))?;
                }
                if bytes % 2 == 1 {
                    next()?;
                }
            }
            (count, byte) => {
                for at in 0..usize::from(count) {
                    picture.put(index_of(byte, at, bits))?;
                }
            }
        }
    }
}

/// The index of pixel `at` of a run: of 4 bits, the two of a byte in turn.
const fn index_of(byte: u8, at: usize, bits: usize) -> u8 {
    match (bits, at % 2) {
        (8, _) => byte,
        (_, 0) => byte >> 4,
        _ => byte & 15,
    }
}

struct Picture<'a> {
    header: &'a Header,
    indices: Vec<u8>,
    x: usize,
    /// In the file's order.
    y: usize,
    drawn: usize,
}

impl Picture<'_> {
    fn put(&mut self, index: u8) -> Result<(), Error> {
        let Header { width, height, .. } = *self.header;
        if self.x >= width || self.y >= height {
            return Err(damaged("its runs are longer than its rows"));
        }
        self.header.row(self.y, 1, &mut self.indices)[self.x] = index;
        self.x += 1;
        self.drawn += 1;
        Ok(())
    }

    const fn next_row(&mut self) {
        self.x = 0;
        self.y += 1;
    }

    /// All pixels, unless one was left out.
    fn finish(self) -> Result<Vec<u8>, Error> {
        if self.drawn == self.indices.len() {
            Ok(self.indices)
        } else {
            Err(Error::Unsupported(Unsupported::Alpha))
        }
    }
}
