//! A manifest cut into shards.

use super::{Item, Put, Shard, Shelf, StoreError};
use serde::Serialize;

/// Photos cut into shards of so many, of which the last has what is left. One shard is in memory at a time.
#[derive(Debug)]
pub struct Cut<I> {
    items: I,
    rows: usize,
}

impl<I: Iterator<Item = Result<Item, StoreError>>> Cut<I> {
    /// Shards of `rows` photos, which are held to 1 to [`Shard::MOST`].
    pub fn new(items: I, rows: usize) -> Self {
        Self { items, rows: rows.clamp(1, Shard::MOST) }
    }
}

impl<I: Iterator<Item = Result<Item, StoreError>>> Iterator for Cut<I> {
    type Item = Result<Shard, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.items.by_ref().take(self.rows).collect::<Result<Vec<_>, _>>() {
            Ok(items) if items.is_empty() => None,
            items => Some(items.map(Shard::new)),
        }
    }
}

/// What was cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CutSum {
    /// Shards there are now.
    pub shards: usize,
    /// How many of them were there before.
    pub there_before: usize,
    /// Photos in them.
    pub photos: u64,
    /// Bytes of those photos whose size the manifest tells.
    pub bytes: u64,
    /// Photos whose size it does not tell.
    pub of_unknown_size: u64,
}

impl CutSum {
    fn add(&mut self, shard: &Shard) {
        self.shards += 1;
        self.photos += shard.items().len() as u64;
        for item in shard.items() {
            match item.size {
                Some(size) => self.bytes = self.bytes.saturating_add(size),
                None => self.of_unknown_size += 1,
            }
        }
    }
}

/// Cuts photos into shards of `rows` and puts them on a shelf, [`Shard::file_name`] in order. It can be done again after it
/// was broken off: the same photos give the same files, and those that are there are left as they are. Tells after each shard what
/// there is so far.
///
/// # Errors
/// The first of the photos; what the shelf answers; [`StoreError::Other`] where a shard is there with other photos, or
/// one beyond the last, for whoever works the folder by number would work that too.
pub fn cut(
    items: impl Iterator<Item = Result<Item, StoreError>>,
    rows: usize,
    shelf: &dyn Shelf,
    mut tell: impl FnMut(&CutSum),
) -> Result<CutSum, StoreError> {
    let mut sum = CutSum::default();
    for shard in Cut::new(items, rows) {
        let shard = shard?;
        let name = Shard::file_name(sum.shards);
        match shelf.put(&name, &shard.to_parquet()?)? {
            Put::New => {}
            Put::Same => sum.there_before += 1,
            Put::Other => return Err(in_the_way(shelf.place(&name), ", with other photos")),
        }
        sum.add(&shard);
        tell(&sum);
    }
    let beyond = Shard::file_name(sum.shards);
    match shelf.has(&beyond)? {
        true => Err(in_the_way(shelf.place(&beyond), ", beyond the last shard")),
        false => Ok(sum),
    }
}

fn in_the_way(place: String, what: &str) -> StoreError {
    StoreError::Other {
        place,
        why: format!("it is there already{what}; remove the shards there, or name another folder"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Folder;
    use std::fs;

    fn items(count: usize) -> impl Iterator<Item = Result<Item, StoreError>> {
        (0..count)
            .map(|number| Ok(Item { size: Some(10), ..Item::of_key(&format!("{number}.jpg")).unwrap() }))
    }

    #[test]
    fn photos_are_cut_in_order_and_one_shard_at_a_time() {
        let two: Vec<_> = Cut::new(items(usize::MAX), 1000).take(2).map(Result::unwrap).collect();
        assert_eq!(two[1].items()[0].key, "1000.jpg");
        let sizes = |count, rows| -> Vec<_> {
            Cut::new(items(count), rows).map(|shard| shard.unwrap().items().len()).collect()
        };
        assert_eq!(sizes(2500, 1000), [1000, 1000, 500]);
        assert_eq!(sizes(2000, 1000), [1000, 1000]);
        assert_eq!(sizes(3, 0), [1, 1, 1]);
        assert!(sizes(0, 1000).is_empty());
    }

    #[test]
    fn what_was_broken_off_is_gone_on_with_and_changes_nothing() {
        let room = tempfile::tempdir().unwrap();
        let shelf = Folder::at(room.path());
        let broken = items(5).chain(std::iter::once(Err(StoreError::Usage("broken".to_owned()))));
        let mut told = Vec::new();
        assert!(cut(broken, 2, &shelf, |sum| told.push(sum.photos)).is_err());
        assert_eq!(told, [2, 4]);
        assert_eq!(fs::read_dir(room.path()).unwrap().count(), 2);
        let sum = cut(items(7), 2, &shelf, |_| ()).unwrap();
        assert_eq!(sum, CutSum { shards: 4, there_before: 2, photos: 7, bytes: 70, of_unknown_size: 0 });
        let last = room.path().join("shard-000003.parquet");
        let shard = Shard::of_parquet("s", fs::read(&last).unwrap().into()).unwrap();
        assert_eq!(shard.items()[0].key, "6.jpg");
        assert_eq!(cut(items(7), 2, &shelf, |_| ()).unwrap().there_before, 4);
        assert_eq!(fs::read_dir(room.path()).unwrap().count(), 4);
    }

    #[test]
    fn shards_of_something_else_stay_and_are_told() {
        let room = tempfile::tempdir().unwrap();
        let shelf = Folder::at(room.path());
        cut(items(7), 2, &shelf, |_| ()).unwrap();
        let before = fs::read(room.path().join("shard-000000.parquet")).unwrap();
        let error = cut(items(7), 3, &shelf, |_| ()).unwrap_err().to_string();
        assert!(error.contains("shard-000000.parquet: it is there already, with other photos"), "{error}");
        assert_eq!(fs::read(room.path().join("shard-000000.parquet")).unwrap(), before);
        let error = cut(items(4), 2, &shelf, |_| ()).unwrap_err().to_string();
        assert!(error.contains("shard-000002.parquet: it is there already, beyond the last"), "{error}");
    }
}
