//! Stores, each opened once for all that is done in it.

use super::place::Scheme;
use super::{Place, StoreError};
// For its TLS alone, by which object_store goes.
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::local::LocalFileSystem;
use object_store::{ClientOptions, Error, ObjectStore, Result, RetryConfig};
use reqwest as _;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// How long a request, with the object that it brings or takes, may last before it is tried again.
const REQUEST: Duration = Duration::from_secs(60);
/// How long a store may take to be reached.
const CONNECTION: Duration = Duration::from_secs(10);
/// How long, and how often, a request is tried again, after 0.1 s at first and then longer and longer up to 15 s.
const PATIENCE: (Duration, usize) = (Duration::from_secs(120), 12);

/// The stores of a job. What asks them waits for their answers, so it may be asked from many threads.
///
/// Credentials come from the environment, as the programs of each store take them (`AWS_ACCESS_KEY_ID` and its like, or the role of
/// the machine); they are nowhere else.
pub struct Stores {
    runtime: Runtime,
    open: Mutex<HashMap<String, Arc<dyn ObjectStore>>>,
    /// Roots of which it is known that there is such a bucket.
    pub(super) buckets_there: Mutex<HashSet<String>>,
    retry: RetryConfig,
    interrupt: Arc<AtomicBool>,
}

/// The caller gave up on a request.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
pub(super) struct Interrupted;

impl Stores {
    /// No store is opened yet.
    ///
    /// # Errors
    /// [`StoreError::Other`] where the system gives no thread.
    pub fn new() -> std::result::Result<Self, StoreError> {
        // It fails where the program has chosen one before, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let other =
            |error: std::io::Error| StoreError::Other { place: "stores".to_owned(), why: error.to_string() };
        let retry =
            RetryConfig { retry_timeout: PATIENCE.0, max_retries: PATIENCE.1, ..RetryConfig::default() };
        Ok(Self {
            runtime: runtime.map_err(other)?,
            open: Mutex::default(),
            buckets_there: Mutex::default(),
            retry,
            interrupt: Arc::default(),
        })
    }

    /// The same with less patience for stores that have troubles.
    #[must_use]
    pub fn with_patience(self, timeout: Duration, retries: usize) -> Self {
        Self { retry: RetryConfig { retry_timeout: timeout, max_retries: retries, ..self.retry }, ..self }
    }

    /// The same, whose requests end soon once this is `true`. What is being put then is there whole or not at all.
    #[must_use]
    pub fn interrupted_by(self, interrupt: &Arc<AtomicBool>) -> Self {
        Self { interrupt: Arc::clone(interrupt), ..self }
    }

    /// The store that has this place.
    pub(super) fn of(&self, place: &Place) -> std::result::Result<Arc<dyn ObjectStore>, StoreError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = open.get(place.root()) {
            return Ok(Arc::clone(store));
        }
        let store = self.opened(place).map_err(|error| StoreError::of(&place.root(), &error))?;
        open.insert(place.root().to_owned(), Arc::clone(&store));
        Ok(store)
    }

    /// Puts a store in the place of that at this root.
    #[cfg(test)]
    pub(super) fn set(&self, root: &str, store: Arc<dyn ObjectStore>) {
        self.open.lock().unwrap().insert(root.to_owned(), store);
    }

    fn opened(&self, place: &Place) -> Result<Arc<dyn ObjectStore>> {
        let (bucket, retry) = (place.bucket(), self.retry.clone());
        Ok(match place.scheme() {
            Scheme::S3 => {
                let builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry);
                // Whoever names an endpoint without TLS wants it so.
                let endpoint = builder.get_config_value(&AmazonS3ConfigKey::Endpoint).unwrap_or_default();
                Arc::new(builder.with_client_options(client(endpoint.starts_with("http://"))).build()?)
            }
            Scheme::Google => {
                let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket);
                Arc::new(builder.with_retry(retry).with_client_options(client(false)).build()?)
            }
            Scheme::Azure => {
                let builder = MicrosoftAzureBuilder::from_env().with_container_name(bucket);
                Arc::new(builder.with_retry(retry).with_client_options(client(false)).build()?)
            }
            Scheme::Http => {
                let builder = HttpBuilder::new().with_url(place.root()).with_retry(retry);
                Arc::new(builder.with_client_options(client(place.root().starts_with("http://"))).build()?)
            }
            Scheme::File => Arc::new(LocalFileSystem::new()),
        })
    }

    /// Waits for an answer, unless the caller gives up.
    pub(super) fn wait<T>(&self, answer: impl Future<Output = Result<T>>) -> Result<T> {
        /// How often is looked whether it does.
        const PULSE: Duration = Duration::from_millis(50);
        let interrupted = async {
            while !self.interrupt.load(Ordering::Relaxed) {
                tokio::time::sleep(PULSE).await;
            }
        };
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                answer = answer => answer,
                () = interrupted => Err(Error::Generic { store: "scrimp", source: Box::new(Interrupted) }),
            }
        })
    }

    /// Waits for an answer with an object's bytes, which is awaited on the runtime's own thread: a thread that waits itself would be woken
    /// for each piece of them.
    pub(super) fn wait_apart<T: Send + 'static>(
        &self,
        answer: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let task = self.runtime.spawn(answer);
        let abort = task.abort_handle();
        let result = self.wait(async { task.await.map_err(|source| Error::JoinError { source })? });
        // Where the caller gave up; else it has ended.
        abort.abort();
        result
    }
}

fn client(allows_http: bool) -> ClientOptions {
    ClientOptions::new().with_timeout(REQUEST).with_connect_timeout(CONNECTION).with_allow_http(allows_http)
}

/// Nothing of what the stores were opened with.
impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stores")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::thread;

    #[test]
    fn an_answer_that_nobody_waits_for_any_more_is_given_up() {
        struct Held(mpsc::Sender<()>);
        impl Drop for Held {
            fn drop(&mut self) {
                self.0.send(()).unwrap();
            }
        }
        let (sender, given_up) = mpsc::channel();
        let (held, interrupt) = (Held(sender), Arc::new(AtomicBool::new(false)));
        let stores = Stores::new().unwrap().interrupted_by(&interrupt);
        let soon = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            interrupt.store(true, Ordering::Relaxed);
        });
        let answer = stores.wait_apart(async move {
            let _held = held;
            std::future::pending::<Result<()>>().await
        });
        assert!(answer.unwrap_err().to_string().contains("interrupted"));
        given_up.recv_timeout(Duration::from_secs(10)).expect("it still goes on");
        soon.join().unwrap();
    }
}
