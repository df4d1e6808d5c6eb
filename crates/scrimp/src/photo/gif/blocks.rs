//! The blocks of a GIF, walked over without a decoder (GIF89a, sections 15 to 27).

use super::super::trailing_bytes;

/// What the blocks say that no decoder does.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Blocks {
    pub(super) comments: Vec<Vec<u8>>,
    /// Bytes behind the trailer.
    pub(super) trailing_bytes: usize,
}

impl Blocks {
    /// Walks from the header to the trailer, or as far as there are blocks.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut walk = Walk { bytes, at: 0 };
        let mut blocks = Self::default();
        // What a decoder does not mind either: a missing trailer has nothing behind it.
        if walk.blocks(&mut blocks).is_some() {
            blocks.trailing_bytes = trailing_bytes(bytes, walk.at);
        }
        blocks
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..)?.get(..count)?;
        self.at += count;
        Some(taken)
    }

    fn blocks(&mut self, found: &mut Blocks) -> Option<()> {
        const EXTENSION: u8 = 0x21;
        const IMAGE: u8 = 0x2C;
        const TRAILER: u8 = 0x3B;
        const COMMENT: u8 = 0xFE;
        // Signature and screen: its flags stand behind width and height, two more bytes behind them.
        let screen = self.take(13)?;
        self.colours(screen[10])?;
        loop {
            match self.take(1)? {
                [EXTENSION] => {
                    let is_comment = self.take(1)? == [COMMENT];
                    let data = self.data()?;
                    if is_comment {
                        found.comments.push(data.concat());
                    }
                }
                [IMAGE] => {
                    let place = self.take(9)?;
                    self.colours(place[8])?;
                    // How many bits a code begins with.
                    self.take(1)?;
                    self.data()?;
                }
                [TRAILER] => return Some(()),
                _ => return None,
            }
        }
    }

    /// Passes over the table of colours that these flags tell of.
    fn colours(&mut self, flags: u8) -> Option<()> {
        let count = if flags & 0x80 == 0 { 0 } else { 2_usize << (flags & 7) };
        self.take(3 * count).map(drop)
    }

    /// Pieces of data, up to an empty one.
    fn data(&mut self) -> Option<Vec<&'a [u8]>> {
        let mut pieces = Vec::new();
        loop {
            match self.take(1)? {
                [0] => return Some(pieces),
                [count] => pieces.push(self.take(usize::from(*count))?),
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_walked_over_to_the_trailer() {
        let screen = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF";
        let comment = b"\x21\xFE\x02ab\x01c\0";
        let picture = b"\x2C\0\0\0\0\x01\0\x01\0\x80\0\0\0\xFF\xFF\xFF\x02\x02\x44\x01\0";
        let file = [&screen[..], comment, picture, b";"].concat();
        let told = |file: &[u8]| Blocks::read(file);
        let comments = vec![b"abc".to_vec()];
        assert_eq!(told(&file), Blocks { comments: comments.clone(), trailing_bytes: 0 });
        let more = [&file[..], b"more"].concat();
        assert_eq!(told(&more), Blocks { comments: comments.clone(), trailing_bytes: 4 });
        let padded = [&file[..], &[0; 9]].concat();
        assert_eq!(told(&padded).trailing_bytes, 0, "which says nothing");
        for length in 0..file.len() {
            assert_eq!(told(&file[..length]).trailing_bytes, 0);
        }
    }
}
