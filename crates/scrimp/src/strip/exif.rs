//! Directories taken out of EXIF without moving what stays.

use super::Stuck;
use scrimp_jpeg::{ByteOrder, Directory, Entry};
use std::ops::Range;

const EXIF: u16 = 0x8769;
const GPS: u16 = 0x8825;
const INTEROPERABILITY: u16 = 0xA005;
const SUB_DIRECTORIES: u16 = 0x014A;
/// Where a thumbnail begins and how long it is: as a JPEG, and as TIFF strips.
const THUMBNAILS: [(u16, u16); 2] = [(0x0201, 0x0202), (0x0111, 0x0117)];

/// Takes the GPS directory out of a TIFF block: it, its values and the entry that points to it.
pub(super) fn remove_gps(block: &mut [u8]) -> Result<(), Stuck> {
    let mut tree = Tree::read(block).ok_or(Stuck)?;
    if tree.has_gps_elsewhere(block) {
        return Err(Stuck);
    }
    // A second entry may point there; each turn takes one out.
    const MOST_ENTRIES: usize = 4;
    for _ in 0..MOST_ENTRIES {
        if tree.find(Role::Gps).is_none() {
            return Ok(());
        }
        tree.wipe(block, Role::Gps)?;
        for parent in [Role::Main, Role::Exif] {
            if let Some((directory, entry)) = tree.find(parent).and_then(|d| Some((d, d.entry(GPS)?))) {
                tree.ensure_pointer_is_free(block, directory)?;
                remove_entry(block, tree.order, directory, entry);
                break;
            }
        }
        tree = Tree::read(block).ok_or(Stuck)?;
    }
    if tree.find(Role::Gps).is_some() { Err(Stuck) } else { Ok(()) }
}

/// Takes the thumbnail and its directory out of a TIFF block; how long the block still has to be.
pub(super) fn remove_thumbnail(block: &mut [u8]) -> Result<usize, Stuck> {
    let whole = block.len();
    let tree = Tree::read(block).ok_or(Stuck)?;
    let (Some(main), Some(gone)) = (tree.find(Role::Main), tree.find(Role::Thumbnail)) else {
        return Ok(whole);
    };
    let mut ranges = tree.wipe(block, Role::Thumbnail)?;
    let pointer = main.place().end - 4;
    let next = gone.next.and_then(|next| u32::try_from(next).ok()).unwrap_or(0);
    block.get_mut(pointer..pointer + 4).ok_or(Stuck)?.copy_from_slice(&tree.order.bytes_of_u32(next));
    if next != 0 {
        return Ok(whole);
    }
    ranges.sort_by_key(|range| std::cmp::Reverse(range.end));
    // A pointer to no further directory, or what fills up to an even length, may stand behind.
    let is_last = |length: usize, range: &Range<usize>| {
        block[range.end.min(length)..length].iter().all(|byte| *byte == 0)
    };
    let cut = ranges
        .iter()
        .fold(whole, |length, range| if is_last(length, range) { length.min(range.start) } else { length });
    // A value of zeros may stand there too.
    Ok(cut.max(tree.end_of_others(block, Role::Thumbnail)?).min(whole))
}

/// Directories of one kind that are looked at.
const MOST_DIRECTORIES: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Main,
    Exif,
    Interoperability,
    Gps,
    Thumbnail,
    /// Below the main one or the thumbnail's: other pictures.
    Sub,
}

/// The directories of a block.
struct Tree {
    order: ByteOrder,
    directories: Vec<(Role, Directory)>,
}

impl Tree {
    /// `None` if one of them can't be read; without a readable thumbnail's there is none.
    fn read(block: &[u8]) -> Option<Self> {
        let (order, first) = Directory::header(block)?;
        let main = Directory::read(block, order, first)?;
        let mut directories = Vec::new();
        let mut exif = None;
        for (tag, role) in [(EXIF, Role::Exif), (GPS, Role::Gps)] {
            if let Some(entry) = main.entry(tag) {
                let child = Directory::read(block, order, entry.number(block, order)? as usize)?;
                exif = if role == Role::Exif { Some(child.clone()) } else { exif };
                directories.push((role, child));
            }
        }
        let of_exif = [(INTEROPERABILITY, Role::Interoperability), (GPS, Role::Gps)];
        for (tag, role) in of_exif {
            if let Some(entry) = exif.as_ref().and_then(|exif| exif.entry(tag)) {
                directories
                    .push((role, Directory::read(block, order, entry.number(block, order)? as usize)?));
            }
        }
        let thumbnail = main.next.and_then(|at| Directory::read(block, order, at));
        let below = [Some(&main), thumbnail.as_ref()].into_iter().flatten();
        let below = below.filter_map(|directory| directory.entry(SUB_DIRECTORIES));
        let below = below.flat_map(|entry| entry.numbers(block, order)).take(MOST_DIRECTORIES);
        let below = below.filter_map(|at| Directory::read(block, order, at as usize));
        directories.extend(below.map(|directory| (Role::Sub, directory)));
        directories.extend(thumbnail.map(|directory| (Role::Thumbnail, directory)));
        directories.insert(0, (Role::Main, main));
        Some(Self { order, directories })
    }

    /// Whether a directory behind the main one, where none belongs, points to places.
    fn has_gps_elsewhere(&self, block: &[u8]) -> bool {
        // More than that point round in a circle, or are more than is looked at: nothing is known of their places.
        let read = |at: Option<usize>| at.and_then(|at| Directory::read(block, self.order, at));
        let first = read(self.find(Role::Main).and_then(|main| main.next));
        let chain = std::iter::successors(first, |directory| read(directory.next));
        let mut below = self.directories.iter().filter(|(role, _)| *role == Role::Sub);
        let is_below = below.any(|(_, directory)| directory.entry(GPS).is_some());
        is_below
            || chain
                .enumerate()
                .any(|(at, directory)| at >= MOST_DIRECTORIES || directory.entry(GPS).is_some())
    }

    fn find(&self, role: Role) -> Option<&Directory> {
        self.directories.iter().find(|(found, _)| *found == role).map(|(_, directory)| directory)
    }

    /// Where the directories of this role stand, with their values and what they point to.
    fn places(&self, block: &[u8], role: Role) -> Result<Vec<Range<usize>>, Stuck> {
        let mut places = Vec::new();
        for (_, directory) in self.directories.iter().filter(|(found, _)| *found == role) {
            // The pointer to the next is missing at times; that of the main one is there if it is followed.
            let pointer = if role == Role::Main && directory.next.is_some() { 0 } else { 4 };
            places.push(directory.at..directory.place().end - pointer);
            places.extend(directory.entries.iter().filter_map(value_elsewhere));
            if role == Role::Sub {
                places.extend(self.pixels(block, directory));
            }
            for (start, length) in THUMBNAILS.into_iter().filter(|_| role == Role::Thumbnail) {
                let number = |tag| {
                    directory.entry(tag).map(|entry| entry.number(block, self.order).ok_or(Stuck)).transpose()
                };
                if let (Some(start), Some(length)) = (number(start)?, number(length)?) {
                    places.push(start as usize..(start as usize).saturating_add(length as usize));
                }
            }
        }
        Ok(places)
    }

    /// Where a directory says that the pieces of its picture stand.
    fn pixels(&self, block: &[u8], directory: &Directory) -> Vec<Range<usize>> {
        let numbers = |tag| {
            let entry = directory.entry(tag);
            entry.into_iter().flat_map(|entry| entry.numbers(block, self.order)).map(|number| number as usize)
        };
        let pieces = THUMBNAILS.iter().flat_map(|(starts, lengths)| numbers(*starts).zip(numbers(*lengths)));
        pieces.map(|(start, length)| start..start.saturating_add(length)).collect()
    }

    fn places_of_others(&self, block: &[u8], role: Role) -> Result<Vec<Range<usize>>, Stuck> {
        let others = self.directories.iter().filter(|(other, _)| *other != role);
        let places: Result<Vec<_>, _> = others.map(|(other, _)| self.places(block, *other)).collect();
        Ok(places?.concat())
    }

    /// Where the last thing ends that belongs to another role than this.
    fn end_of_others(&self, block: &[u8], role: Role) -> Result<usize, Stuck> {
        let places = self.places_of_others(block, role)?;
        Ok(places.iter().map(|place| place.end).max().unwrap_or(0))
    }

    /// Some cameras write no pointer to a next directory, and other things stand there.
    fn ensure_pointer_is_free(&self, block: &[u8], directory: &Directory) -> Result<(), Stuck> {
        let end = directory.place().end;
        let pointer = end - 4..end;
        for role in [Role::Main, Role::Exif, Role::Interoperability, Role::Thumbnail] {
            let places = self.places(block, role)?;
            if places.iter().any(|place| meet(place, &pointer) && place.start != directory.at) {
                return Err(Stuck);
            }
        }
        Ok(())
    }

    /// Fills what belongs to this role with zeros, if none of it is in use for another; where that was.
    fn wipe(&self, block: &mut [u8], role: Role) -> Result<Vec<Range<usize>>, Stuck> {
        const HEADER: Range<usize> = 0..8;
        let gone = self.places(block, role)?;
        let mut used = self.places_of_others(block, role)?;
        used.push(HEADER);
        let (is_gone, is_used) = (covered(&gone, block.len()), covered(&used, block.len()));
        if is_gone.iter().zip(&is_used).any(|(gone, used)| *gone && *used) {
            return Err(Stuck);
        }
        for (byte, _) in block.iter_mut().zip(is_gone).filter(|(_, is_gone)| *is_gone) {
            *byte = 0;
        }
        Ok(gone)
    }
}

/// Which of so many bytes lie within any of the ranges: in one pass, however many there are.
fn covered(ranges: &[Range<usize>], bytes: usize) -> Vec<bool> {
    let mut steps = vec![0_i64; bytes + 1];
    for range in ranges {
        let end = range.end.min(bytes);
        steps[range.start.min(end)] += 1;
        steps[end] -= 1;
    }
    let depths = steps.iter().take(bytes).scan(0, |depth, step| {
        *depth += step;
        Some(*depth > 0)
    });
    depths.collect()
}

fn meet(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// The value of an entry that does not hold it itself.
fn value_elsewhere(entry: &Entry) -> Option<Range<usize>> {
    (entry.value.start != entry.at + 8 && !entry.value.is_empty()).then(|| entry.value.clone())
}

/// Takes an entry out of its directory: those behind it move up, and with them where the next directory is told.
fn remove_entry(block: &mut [u8], order: ByteOrder, directory: &Directory, entry: &Entry) {
    let end = directory.place().end.min(block.len());
    block.copy_within(entry.at + Entry::BYTES..end, entry.at);
    block[end - Entry::BYTES..end].fill(0);
    // A directory has at most 65,535 entries, and this one has one at least.
    let count = (directory.entries.len() - 1) as u16;
    block[directory.at..directory.at + 2].copy_from_slice(&order.bytes_of_u16(count));
}
