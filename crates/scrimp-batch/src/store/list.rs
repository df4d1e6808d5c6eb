//! What stands below a prefix of a store.

use super::{Item, Items, Place, StoreError, Stores, object};
use futures_util::StreamExt;
use std::sync::Arc;

/// Endings of names of photos, and of names that say nothing of what they are.
const PHOTOS: [&str; 13] =
    ["", "jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "dib", "tif", "tiff", "mpo"];

impl Stores {
    /// The photos below a prefix as below a folder, by their names, page by page: those whose name ends as that of a photo does, or
    /// has no ending. Each has its ETag and size.
    ///
    /// # Errors
    /// [`StoreError`], also in place of a photo where a page cannot be had.
    pub fn list(self: &Arc<Self>, prefix: &Place) -> Result<Items, StoreError> {
        let is_wanted = |item: &Result<Item, _>| item.as_ref().map_or(true, |item| is_photo(&item.key));
        Ok(Box::new(self.objects(prefix)?.filter(is_wanted)))
    }

    /// The one photo of this name, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn one(&self, place: &Place) -> Result<Option<Item>, StoreError> {
        let item =
            |known: object::Known| Item { key: place.to_string(), etag: known.etag, size: Some(known.size) };
        Ok(self.look(place)?.map(item))
    }

    /// All that stands below a prefix.
    pub(super) fn objects(self: &Arc<Self>, prefix: &Place) -> Result<Items, StoreError> {
        let (store, prefix) = (self.of(prefix)?, prefix.clone());
        let below = if prefix.path().is_empty() { None } else { Some(prefix.key()?) };
        // At its end it is asked once more, by whoever peeks or takes a number of photos.
        let mut pages = store.list(below.as_ref()).fuse();
        let (stores, mut is_over) = (Arc::clone(self), false);
        Ok(Box::new(std::iter::from_fn(move || {
            if is_over {
                return None;
            }
            let found = stores.wait(async { pages.next().await.transpose() }).transpose()?;
            let found = found.map_err(|error| StoreError::of(&prefix, &error));
            is_over = found.is_err();
            Some(found.map(|found| Item {
                key: prefix.with_key(&found.location).to_string(),
                etag: found.e_tag.map(object::bare),
                size: Some(found.size),
            }))
        })))
    }
}

fn is_photo(url: &str) -> bool {
    let name = url.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    !name.is_empty() && PHOTOS.iter().any(|known| known.eq_ignore_ascii_case(ending))
}
