//! One object: looked at, fetched and put.

use super::{Place, StoreError, Stores};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use object_store::{
    Attribute, AttributeValue, Attributes, Error, GetOptions, GetResult, ObjectStore, ObjectStoreExt,
    PutMode, PutMultipartOptions, PutOptions, PutPayload, UpdateVersion, WriteMultipart,
};
use std::sync::PoisonError;

/// What is known of an object without fetching it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// Without quotation marks.
    pub(super) etag: Option<String>,
    pub(super) size: u64,
    pub(super) attributes: Attributes,
}

/// An object with its bytes.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) known: Known,
    /// None where there are more than were wanted; then nothing was fetched.
    pub(super) bytes: Option<Bytes>,
}

/// What has to be so for an object to be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition<'a> {
    /// There is none of this name.
    New,
    /// The one of this name has this ETag.
    Replaces(&'a str),
}

/// From this size on a new object is put in parts, as stores with a limit on one request ask for. Parts know no conditions, so what
/// replaces another goes as a whole.
const PART: usize = 64 << 20;

impl Stores {
    /// What is known of an object; none where it is not there.
    pub(super) fn look(&self, place: &Place) -> Result<Option<Known>, StoreError> {
        let store = self.of(place)?;
        let options = GetOptions { head: true, ..GetOptions::default() };
        match self.wait(store.get_opts(&place.key()?, options)) {
            Ok(found) => Ok(Some(Known::of(&found))),
            Err(Error::NotFound { .. }) => self.none_or_no_bucket(place),
            Err(error) => Err(StoreError::of(place, &error)),
        }
    }

    /// Answers to HEAD have no body that tells a missing object from a missing bucket: hence one more question for each bucket.
    fn none_or_no_bucket<T>(&self, place: &Place) -> Result<Option<T>, StoreError> {
        let mut there = self.buckets_there.lock().unwrap_or_else(PoisonError::into_inner);
        if there.contains(place.root()) {
            return Ok(None);
        }
        let store = self.of(place)?;
        let options = GetOptions { range: Some((0..1).into()), ..GetOptions::default() };
        match self.wait(store.get_opts(&place.key()?, options)).map_err(|error| StoreError::of(place, &error))
        {
            Err(error @ StoreError::Bucket { .. }) => return Err(error),
            Err(StoreError::NotFound { .. }) | Ok(_) => {
                there.insert(place.root().to_owned());
            }
            // What it is will show again.
            Err(_) => {}
        }
        Ok(None)
    }

    /// The object, if it has no more than `most` bytes and, where an ETag is named, still is the one with that.
    pub(super) fn fetch(&self, place: &Place, etag: Option<&str>, most: u64) -> Result<Fetched, StoreError> {
        let store = self.of(place)?;
        let options = GetOptions { if_match: etag.map(quoted), ..GetOptions::default() };
        let key = place.key()?;
        self.wait_apart(async move {
            let found = store.get_opts(&key, options).await?;
            let known = Known::of(&found);
            if known.size > most {
                return Ok(Fetched { known, bytes: None });
            }
            // What the store says of it is below `most`, and yet only a promise.
            let mut bytes = BytesMut::with_capacity(usize::try_from(known.size).unwrap_or(0).min(PART));
            let mut pieces = found.into_stream();
            while let Some(piece) = pieces.next().await {
                bytes.extend_from_slice(&piece?);
                if bytes.len() as u64 > most {
                    return Ok(Fetched { known, bytes: None });
                }
            }
            Ok(Fetched { known, bytes: Some(bytes.freeze()) })
        })
        .map_err(|error| StoreError::of(place, &error))
    }

    /// Fetches an object piece by piece, whatever its size.
    pub(super) fn pour(
        &self,
        place: &Place,
        mut take: impl FnMut(&[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (store, key) = (self.of(place)?, place.key()?);
        let failed = |error| StoreError::of(place, &error);
        let found = self.wait(store.get_opts(&key, GetOptions::default())).map_err(failed)?;
        let mut pieces = found.into_stream();
        while let Some(piece) = self.wait(async { pieces.next().await.transpose() }).map_err(failed)? {
            take(&piece)?;
        }
        Ok(())
    }

    /// Puts an object, whole or not at all; returns its ETag.
    pub(super) fn put(
        &self,
        place: &Place,
        bytes: Bytes,
        attributes: Attributes,
        condition: Condition<'_>,
    ) -> Result<Option<String>, StoreError> {
        let (store, key) = (self.of(place)?, place.key()?);
        // Files have no attributes.
        let attributes = if place.is_file() { Attributes::new() } else { attributes };
        let (is_new, mode) = (condition == Condition::New, mode(place, condition));
        let in_parts = bytes.len() > PART && is_new && !place.is_file();
        let result = self.wait_apart(async move {
            if in_parts {
                return put_in_parts(&*store, &key, &bytes, attributes).await;
            }
            let put = |mode| {
                let options = PutOptions { mode, attributes: attributes.clone(), ..PutOptions::default() };
                store.put_opts(&key, PutPayload::from_bytes(bytes.clone()), options)
            };
            match put(mode).await {
                // It knows no conditions; that there was none of this name was seen a moment ago.
                Err(error) if is_new && is_not_implemented(&error) => put(PutMode::Overwrite).await,
                result => result,
            }
        });
        result.map(|put| put.e_tag.map(bare)).map_err(|error| StoreError::of(place, &error))
    }
}

impl Stores {
    /// That the store replaces an object only if it is the one that is named: a scratch object beside `place` is replaced with a
    /// wrong name, which must fail.
    ///
    /// # Errors
    /// [`StoreError::Unconditional`] where it is replaced all the same, and what the store answers.
    pub fn ensure_conditions(&self, place: &Place) -> Result<(), StoreError> {
        let unconditional = || StoreError::Unconditional { place: place.to_string() };
        if place.is_file() || !place.is_writable() {
            return Err(unconditional());
        }
        let scratch = place.join(&format!(".scrimp-{:016x}.probe", fastrand::u64(..)));
        let put = |condition| self.put(&scratch, Bytes::from_static(b"probe"), Attributes::new(), condition);
        put(Condition::New)?;
        // That of no bytes at all.
        let replaced = put(Condition::Replaces("d41d8cd98f00b204e9800998ecf8427e"));
        let (store, key) = (self.of(&scratch)?, scratch.key()?);
        // Who may not remove it has an object of five bytes left, which says what it is.
        let _ = self.wait(store.delete(&key));
        match replaced {
            Err(StoreError::Changed { .. }) => Ok(()),
            Ok(_) => Err(unconditional()),
            Err(error) => Err(error),
        }
    }
}

async fn put_in_parts(
    store: &dyn ObjectStore,
    key: &object_store::path::Path,
    bytes: &Bytes,
    attributes: Attributes,
) -> object_store::Result<object_store::PutResult> {
    let options = PutMultipartOptions { attributes, ..PutMultipartOptions::default() };
    let mut parts =
        WriteMultipart::new_with_chunk_size(store.put_multipart_opts(key, options).await?, PART / 4);
    parts.put(bytes.clone());
    parts.finish().await
}

fn mode(place: &Place, condition: Condition<'_>) -> PutMode {
    match condition {
        Condition::New => PutMode::Create,
        // A file that is replaced by renaming keeps no condition.
        Condition::Replaces(_) if place.is_file() => PutMode::Overwrite,
        Condition::Replaces(etag) => {
            PutMode::Update(UpdateVersion { e_tag: Some(quoted(etag)), version: None })
        }
    }
}

fn is_not_implemented(error: &Error) -> bool {
    matches!(error, Error::NotImplemented { .. } | Error::NotSupported { .. })
        || error.to_string().contains("501 Not Implemented")
}

impl Known {
    fn of(found: &GetResult) -> Self {
        Self {
            etag: found.meta.e_tag.clone().map(bare),
            size: found.meta.size,
            attributes: found.attributes.clone(),
        }
    }

    /// For an output that is a JPEG: with that type, unless the source, if it was one too, tells another.
    pub(super) fn attributes_of_jpeg(&self, was_other: bool) -> Attributes {
        let mut attributes = self.attributes.clone();
        let is_told = |told: &AttributeValue| told.starts_with("image/");
        if was_other || !attributes.get(&Attribute::ContentType).is_some_and(is_told) {
            attributes.insert(Attribute::ContentType, "image/jpeg".into());
        }
        attributes
    }
}

/// As manifests and results have it.
pub(super) fn bare(etag: String) -> String {
    match etag.strip_prefix('"').and_then(|etag| etag.strip_suffix('"')) {
        Some(bare) => bare.to_owned(),
        None => etag,
    }
}

/// As HTTP has it (RFC 9110, 8.8.3).
fn quoted(etag: &str) -> String {
    if etag.starts_with("W/") { etag.to_owned() } else { format!("\"{etag}\"") }
}
