//! Whether EXIF, or a segment of an unknown kind, tells of places behind an image.
//!
//! Some cameras put a preview behind the image and its place into the maker note, whose form is the maker's own and
//! whose places count from wherever the maker likes. So nothing is read there, but every number is looked at: one that
//! is the place of something behind the image, or of an entry's value that would stand there, is taken for a pointer;
//! but not one that is a place within its segment. By chance that is so for about one photo in several thousand, which
//! then is left alone without need.

use crate::metadata::{Rider, exif};
use scrimp_jpeg::{ByteOrder, Layout};
use std::ops::Range;

/// Whether any segment tells of one of `starts`, which ascend, or has an entry for something in `behind`, all counted
/// from the start of the file.
pub(super) fn lead_behind(bytes: &[u8], layout: &Layout, starts: &[usize], behind: Range<usize>) -> bool {
    layout.metadata.iter().any(|segment| {
        let payload = &bytes[segment.payload.clone()];
        let (block, bases) = match exif::block(segment.marker, payload) {
            Some(block) => (block, bases(block, segment.payload.end - block.len())),
            None if Rider::of(segment.marker, payload) == Rider::Other => {
                (payload, vec![0, segment.payload.start])
            }
            None => return false,
        };
        let search = Search { block, bases, starts, behind: &behind };
        search.finds(ByteOrder::Little) || search.finds(ByteOrder::Big)
    })
}

/// Where places may count from: the file, the TIFF header, the maker note, and a TIFF header within that.
fn bases(block: &[u8], header: usize) -> Vec<usize> {
    let note = exif::maker_note(block).map_or(0, |note| note.start);
    vec![0, header, header + note, header + note + 10, header + note + 12]
}

struct Search<'a> {
    block: &'a [u8],
    bases: Vec<usize>,
    starts: &'a [usize],
    behind: &'a Range<usize>,
}

impl Search<'_> {
    fn finds(&self, order: ByteOrder) -> bool {
        (0..self.block.len().saturating_sub(3)).any(|at| {
            let value = order.u32(self.block, at).filter(|value| *value as usize >= self.block.len());
            let Some(value) = value else { return false };
            self.bases.iter().any(|base| {
                let place = base + value as usize;
                self.behind.contains(&place)
                    && (self.starts.binary_search(&place).is_ok() || self.is_entry(order, at, place))
            })
        })
    }

    /// Whether the number at `at` is the last one of a directory's entry for bytes.
    fn is_entry(&self, order: ByteOrder, at: usize, place: usize) -> bool {
        let Some(entry) = at.checked_sub(8) else { return false };
        let kind = order.u16(self.block, entry + 2);
        let count = order.u32(self.block, entry + 4).unwrap_or(0) as usize;
        matches!(kind, Some(1 | 7)) && count > 4 && count <= self.behind.end - place
    }
}
