//! Where a TIFF ends. It does not tell its length, and its pieces stand in any order.

use super::directory::{Directory, tag};
use std::collections::HashSet;

/// Fields of places and lengths of pixels.
const PIXELS: [(u16, u16); 2] = [(tag::STRIPS, tag::STRIP_LENGTHS), (tag::TILES, tag::TILE_LENGTHS)];
const SUB_DIRECTORIES: [u16; 4] = [tag::SUB_DIRECTORIES, tag::EXIF, tag::GPS, tag::INTEROPERABILITY];

/// The end of the last piece that the directories lead to, from the first one on. They may lead on and on; what is not
/// reached counts as behind the end.
pub(super) fn end(first: &Directory<'_>) -> usize {
    const MOST_ENTRIES: usize = 100_000;
    let mut end = end_of(first);
    let mut entries = first.entries.len();
    let mut places = places(first);
    let mut seen = HashSet::from([first.place.start]);
    while let Some(at) = places.pop() {
        if !seen.insert(at) || entries > MOST_ENTRIES {
            continue;
        }
        let Some(directory) = first.at(at) else { continue };
        end = end.max(end_of(&directory));
        entries += 1 + directory.entries.len();
        places.extend(self::places(&directory));
    }
    end
}

/// The end of a directory, its values and its pixels.
fn end_of(directory: &Directory<'_>) -> usize {
    let values = directory.entries.iter().map(|entry| entry.field.value.end);
    let pixels = PIXELS.iter().flat_map(|(starts, lengths)| {
        let pieces = directory.numbers(*starts).zip(directory.numbers(*lengths));
        pieces.map(|(start, length)| (start as usize).saturating_add(length as usize))
    });
    values.chain(pixels).fold(directory.place.end, usize::max)
}

/// Where the directories stand that this one leads to.
fn places(directory: &Directory<'_>) -> Vec<usize> {
    let below = SUB_DIRECTORIES.iter().flat_map(|tag| directory.numbers(*tag));
    below.map(|at| at as usize).chain(directory.next).collect()
}
