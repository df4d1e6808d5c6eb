//! Results on disk, so that no photo is shrunk twice in the same way.
//!
//! The index of what is there is in memory and made of the folder when the service starts; it bounds bytes and age, and
//! makes simultaneous requests for one result share the work. A result is only believed as far as its checksum goes:
//! one that was damaged is made anew.

mod entry;
mod folder;
mod key;

pub(crate) use key::Key;

use crate::Service;
use crate::body::PIECE;
use crate::finished::{Finished, counted};
use crate::problem::Problem;
use axum::http::StatusCode;
use folder::{Folder, Kept};
use moka::Expiry;
use moka::policy::EvictionPolicy;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::spawn_blocking;

/// The results of one folder.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: Arc<Folder>,
    index: moka::future::Cache<Key, Kept>,
}

impl Cache {
    /// The cache in this folder with what it holds from earlier. Results take at most so many bytes of the disk, but for
    /// the one being written, and go when they are so old.
    pub(crate) async fn open(path: &Path, bytes: u64, lifetime: Duration) -> io::Result<Self> {
        let folder = Folder::open(path)?;
        let index = moka::future::Cache::builder()
            .max_capacity(bytes)
            .weigher(|_, kept: &Kept| u32::try_from(kept.bytes).unwrap_or(u32::MAX))
            // The newest is always taken in: somebody is about to ask for it.
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(Lifetime(lifetime))
            // One that is gone already is gone.
            .eviction_listener(|_, kept: Kept, _| drop(fs::remove_file(kept.path)))
            .build();
        for (key, kept) in folder.list()? {
            index.insert(key, kept).await;
        }
        index.run_pending_tasks().await;
        Ok(Self { folder: Arc::new(folder), index })
    }

    /// The result of this name, if it is there and whole.
    pub(crate) async fn find(&self, key: Key, service: &Service) -> Result<Option<Finished>, Problem> {
        let Some(kept) = self.index.get(&key).await else { return Ok(None) };
        let pieces = kept.bytes.div_ceil(PIECE);
        let taken = service.pool.take_for_body(pieces)?;
        let read = spawn_blocking(move || {
            let bytes = fs::read(kept.path).ok()?;
            entry::read(key, counted(bytes, Some(taken)))
        });
        let found = read.await.ok().flatten();
        if found.is_none() {
            self.index.invalidate(&key).await;
        }
        Ok(found)
    }

    /// The result of this name; where there is none it is made, once for all who ask for it at the same time.
    pub(crate) async fn find_or_make(
        &self,
        key: Key,
        service: &Service,
        make: impl Future<Output = Result<Finished, Problem>>,
    ) -> Result<Finished, Problem> {
        if let Some(found) = self.find(key, service).await? {
            return Ok(found);
        }
        let mut made = None;
        let kept = self.index.try_get_with(key, async {
            let finished = made.insert(make.await?).clone();
            self.write(key, finished).await
        });
        let kept = kept.await;
        match (made, kept) {
            // Its maker has it whether or not it could be kept.
            (Some(finished), _) => {
                self.index.run_pending_tasks().await;
                Ok(finished)
            }
            (None, Ok(_)) => self.find(key, service).await?.ok_or_else(unusable),
            (None, Err(problem)) => Err(Problem::clone(&problem)),
        }
    }

    /// That a result that was just made is kept. Its own maker has it even where the folder could not take it.
    pub(crate) fn ensure(&self, key: Key) -> Result<(), Problem> {
        if self.index.contains_key(&key) { Ok(()) } else { Err(unusable()) }
    }

    async fn write(&self, key: Key, finished: Finished) -> Result<Kept, Problem> {
        let folder = Arc::clone(&self.folder);
        let written = spawn_blocking(move || folder.write(key, &finished));
        written.await.ok().and_then(Result::ok).ok_or_else(unusable)
    }
}

/// The folder does not do what folders do: it is full, or somebody else is at work in it.
fn unusable() -> Problem {
    let detail = "the service cannot keep results; whoever runs it looks after the disk of cache_folder";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "cache_failed", detail)
}

/// Counts from when a result was made, be it by an earlier run.
struct Lifetime(Duration);

impl Expiry<Key, Kept> for Lifetime {
    fn expire_after_create(&self, _: &Key, kept: &Kept, _: Instant) -> Option<Duration> {
        Some(self.0.saturating_sub(kept.age))
    }

    fn expire_after_update(
        &self,
        key: &Key,
        kept: &Kept,
        now: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        self.expire_after_create(key, kept, now)
    }
}
