//! Manifests and shards in stores.

use super::{Folder, Item, Items, Manifest, Place, Put, Shard, Shelf, StoreError, Stores, cut, object};
use crate::disk;
use object_store::Attributes;
use std::io::{Seek, SeekFrom, Write};
use std::sync::Arc;

/// A prefix of a store that takes files.
#[derive(Clone, Debug)]
pub struct Prefix {
    stores: Arc<Stores>,
    place: Place,
}

impl Prefix {
    /// What stands below this place.
    #[must_use]
    pub fn at(stores: &Arc<Stores>, place: &Place) -> Self {
        Self { stores: Arc::clone(stores), place: place.clone() }
    }
}

impl Shelf for Prefix {
    fn place(&self, name: &str) -> String {
        self.place.join(name).to_string()
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        let place = self.place.join(name);
        let same_or_other = || {
            let there = self.stores.fetch(&place, None, bytes.len() as u64)?;
            Ok(if there.bytes.is_some_and(|there| there == bytes) { Put::Same } else { Put::Other })
        };
        if self.has(name)? {
            return same_or_other();
        }
        let put = self.stores.put(&place, bytes.to_vec().into(), Attributes::new(), object::Condition::New);
        match put {
            Ok(_) => Ok(Put::New),
            // Another run may have written the same just now.
            Err(StoreError::OutputExists { .. }) => same_or_other(),
            Err(error) => Err(error),
        }
    }

    fn has(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.stores.look(&self.place.join(name))?.is_some())
    }
}

impl Stores {
    /// The Parquet files right below a prefix, by their names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn tables_below(self: &Arc<Self>, prefix: &Place) -> Result<Vec<Place>, StoreError> {
        let is_table = |place: &Place| {
            let name = place.name_below(prefix);
            name.is_some_and(|name| name.ends_with(".parquet") && !name.contains('/'))
        };
        let places = self.objects(prefix)?.map(|item| {
            let key = item?.key;
            key.parse::<Place>().map_err(|why| StoreError::Key { place: key, why })
        });
        places.filter(|place| place.as_ref().map_or(true, is_table)).collect()
    }

    /// The photos that a manifest names: a file or object; or what stands below a prefix, whose URL ends in `/`.
    ///
    /// # Errors
    /// [`StoreError`], also in place of a photo.
    pub fn manifest(self: &Arc<Self>, place: &Place) -> Result<Items, StoreError> {
        if let Some(path) = place.to_path() {
            return Manifest::open(&path);
        }
        if place.path().is_empty() || place.path().ends_with('/') {
            return self.list(place);
        }
        let io =
            |error: std::io::Error| StoreError::Other { place: place.to_string(), why: error.to_string() };
        let mut file = disk::scratch(&std::env::temp_dir()).map_err(io)?;
        self.pour(place, |piece| file.write_all(piece).map_err(io))?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        Manifest::by_name(place.file_name()).items(&place.to_string(), file)
    }

    /// The shards of a manifest below `into`, which are cut if they are not there. A folder or prefix of shards is not cut again.
    ///
    /// # Errors
    /// [`StoreError`]; see [`cut`].
    pub fn shards(
        self: &Arc<Self>,
        manifest: &Place,
        into: &Place,
        rows: usize,
    ) -> Result<Vec<Place>, StoreError> {
        let there = self.shards_below(manifest)?;
        if !there.is_empty() {
            return Ok(there);
        }
        let shelf: Box<dyn Shelf> = match into.to_path() {
            Some(path) => Box::new(Folder::at(&path)),
            None => Box::new(Prefix::at(self, into)),
        };
        let sum = cut(self.manifest(manifest)?, rows, shelf.as_ref(), |_| ())?;
        Ok((0..sum.shards).map(|number| into.join(&Shard::file_name(number))).collect())
    }

    /// The shards of a folder or prefix; none where there are none.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::NotFound`] where one of those before the last is missing.
    pub fn shards_below(self: &Arc<Self>, place: &Place) -> Result<Vec<Place>, StoreError> {
        let is_folder = match place.to_path() {
            Some(path) => path.is_dir(),
            None => place.path().ends_with('/'),
        };
        if !is_folder {
            return Ok(Vec::new());
        }
        let mut there: Vec<Item> = self
            .objects(place)?
            .filter(|item| item.as_ref().map_or(true, is_shard))
            .collect::<Result<_, _>>()?;
        // By number, where some have more digits.
        there.sort_by(|one, other| (one.key.len(), &one.key).cmp(&(other.key.len(), &other.key)));
        let shards = there.iter().enumerate().map(|(number, item)| {
            let expected = place.join(&Shard::file_name(number));
            let missing = || StoreError::NotFound { place: expected.to_string() };
            (item.key == expected.to_string()).then(|| expected.clone()).ok_or_else(missing)
        });
        shards.collect()
    }
}

fn is_shard(item: &Item) -> bool {
    Shard::is_name(item.key.rsplit('/').next().unwrap_or_default())
}
