//! What all requests share.

use crate::Config;
use crate::cache::{Cache, Key};
use crate::event::{Event, Listener};
use crate::goals::Goals;
use crate::metrics::Metrics;
use crate::pool::Pool;
use crate::problem::Problem;
use crate::sources::Sources;
use axum::http::StatusCode;
use scrimp_batch::Engine;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Memory for the results of signed paths.
const NAMES_BYTES: u64 = 32 << 20;

/// What one takes beside its path: the result's name, and the index's own.
const NAME_BYTES: usize = 256;

/// The configuration, and what is shared out among requests; a clone is the same service.
#[derive(Clone, Debug)]
pub struct Service {
    pub(crate) config: Arc<Config>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) engine: Engine,
    pub(crate) compressions: Arc<AtomicU64>,
    pub(crate) goals: Arc<Goals>,
    cache: Option<Arc<Cache>>,
    sources: Option<Arc<Sources>>,
    /// The results that signed paths have, for a while.
    pub(crate) names: moka::future::Cache<String, Key>,
    listener: Listener,
}

impl Service {
    /// A service that has done nothing yet, keeps nothing and tells nobody.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            pool: Arc::new(Pool::new(&config)),
            metrics: Arc::default(),
            engine: scrimp::shrink,
            compressions: Arc::default(),
            goals: Arc::default(),
            cache: None,
            sources: None,
            names: moka::future::Cache::builder()
                .max_capacity(NAMES_BYTES)
                .weigher(|path: &String, _| u32::try_from(path.len() + NAME_BYTES).unwrap_or(u32::MAX))
                .time_to_live(config.source_lifetime())
                .build(),
            config: Arc::new(config),
            listener: Listener::default(),
        }
    }

    /// The same with another engine, as for tests.
    #[must_use]
    pub fn with_engine(self, engine: Engine) -> Self {
        Self { engine, ..self }
    }

    /// The same, telling of what happens. `listener` is called on the threads that answer requests.
    #[must_use]
    pub fn telling(self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self { listener: Listener(Arc::new(listener)), ..self }
    }

    /// The same with what the configuration names outside of it: the profile, the folder for results and the sources of
    /// photos.
    ///
    /// # Errors
    /// Where the profile cannot be read, is none, is stale or has nothing for shrinking; where the folder cannot be made or
    /// read, or another service has it; where a source cannot be reached at all, as without certificates of authorities.
    pub async fn opened(mut self) -> io::Result<Self> {
        self.goals = Arc::new(Goals::open(&self.config)?);
        let config = &self.config;
        let Some(folder) = &config.cache_folder else { return Ok(self) };
        let cache =
            Cache::open(folder, config.cache_bytes, config.cache_lifetime()).await.map_err(|error| {
                io::Error::new(error.kind(), format!("cache_folder {}: {error}", folder.display()))
            })?;
        let sources = Sources::open(config)
            .map_err(|error| io::Error::new(error.kind(), format!("sources: {error}")))?;
        Ok(Self { cache: Some(Arc::new(cache)), sources: Some(Arc::new(sources)), ..self })
    }

    /// The cache, which some routes cannot do without.
    pub(crate) fn cache(&self) -> Result<&Cache, Problem> {
        self.cache.as_deref().ok_or_else(|| {
            let detail = "this needs a folder for results, and the service has none: whoever runs it sets cache_folder";
            Problem::new(StatusCode::NOT_FOUND, "no_cache", detail)
        })
    }

    /// Where photos of a URL come from.
    pub(crate) fn sources(&self) -> Result<&Sources, Problem> {
        self.cache()?;
        self.sources.as_deref().ok_or_else(Problem::not_found)
    }

    pub(crate) fn tell(&self, event: &Event) {
        (self.listener.0)(event);
    }
}
