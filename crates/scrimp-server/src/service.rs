//! What all requests share.

use crate::Config;
use crate::event::{Event, Listener};
use crate::metrics::Metrics;
use crate::pool::Pool;
use scrimp_batch::Engine;
use std::sync::Arc;

/// The configuration, and what is shared out among requests; a clone is the same service.
#[derive(Clone, Debug)]
pub struct Service {
    pub(crate) config: Arc<Config>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) engine: Engine,
    listener: Listener,
}

impl Service {
    /// A service that has done nothing yet and tells nobody.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            pool: Arc::new(Pool::new(&config)),
            config: Arc::new(config),
            metrics: Arc::default(),
            engine: scrimp::shrink,
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

    pub(crate) fn tell(&self, event: &Event) {
        (self.listener.0)(event);
    }
}
