//! An output on its way to its place, once and no more.

use super::marks::Marks;
use super::object::{Condition, Known};
use super::one::Bench;
use super::work::Writing;
use super::{Place, StoreError};
use bytes::Bytes;
use object_store::Attributes;

/// An output before it is put.
pub(super) struct New<'a> {
    pub(super) place: &'a Place,
    pub(super) bytes: Bytes,
    pub(super) attributes: Attributes,
    pub(super) marks: &'a Marks,
}

impl New<'_> {
    /// Whether what is there is this very output.
    fn is(&self, known: &Known) -> bool {
        let is_of = |marks: Marks| marks.are_of(&self.marks.source_etag, &self.marks.settings);
        known.size == self.bytes.len() as u64 && Marks::of(known).is_some_and(is_of)
    }
}

impl Bench<'_> {
    /// Puts the output; where one came to be meanwhile that is the very same, that is as good.
    pub(super) fn put(&self, new: &New<'_>, there: Option<&Known>) -> Result<Option<String>, StoreError> {
        let place = new.place;
        let condition = match there {
            None => Condition::New,
            Some(known) if self.job.writing != Writing::New => {
                Condition::Replaces(known.etag.as_deref().unwrap_or_default())
            }
            Some(_) if place.is_file() => return self.same(new),
            Some(_) => return Err(StoreError::OutputExists { place: place.to_string() }),
        };
        match self.stores.put(place, new.bytes.clone(), new.attributes.clone(), condition) {
            // The answer to the first try may have been lost, or another worker was faster.
            Err(error) if error.leaves_doubt() => {
                let known = self.stores.look(place).ok().flatten();
                match known.filter(|known| new.is(known)) {
                    Some(known) => Ok(known.etag),
                    None if place.is_file() => self.same(new).map_err(|_| error),
                    None => Err(error),
                }
            }
            put => put,
        }
    }

    /// Files keep no marks, but the same bytes are the same output.
    fn same(&self, new: &New<'_>) -> Result<Option<String>, StoreError> {
        let there = self.stores.fetch(new.place, None, new.bytes.len() as u64)?;
        match there.bytes.is_some_and(|bytes| bytes == new.bytes) {
            true => Ok(there.known.etag),
            false => Err(StoreError::OutputExists { place: new.place.to_string() }),
        }
    }
}
