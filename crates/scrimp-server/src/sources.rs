//! Where photos of a URL come from: only from places that the configuration lists.

mod address;
mod local;
mod prefix;
mod store;
mod web;

pub use prefix::SourcePrefix;

use crate::body::Received;
use crate::problem::Problem;
use crate::{Config, Service};
use axum::http::StatusCode;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use store::Stores;
use tokio::time::timeout;
use url::Url;
use web::Web;

/// All places that photos may come from.
#[derive(Debug)]
pub(crate) struct Sources {
    allowed: Vec<SourcePrefix>,
    folder: Option<PathBuf>,
    stores: Stores,
    web: Web,
    patience: Duration,
}

impl Sources {
    pub(crate) fn open(config: &Config) -> io::Result<Self> {
        // That there is one already is just as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            allowed: config.sources.clone(),
            // As it really is, to tell what leads out of it.
            folder: config.local_folder.as_deref().map(std::path::Path::canonicalize).transpose()?,
            stores: Stores::open(config)?,
            web: Web::open(config)?,
            patience: Duration::from_secs(config.fetch_seconds),
        })
    }

    /// The photo at this URL, within the time and the size that one may have.
    pub(crate) async fn fetch(&self, service: &Service, url: &str) -> Result<Received, Problem> {
        let url = Url::parse(url).map_err(|error| refused(format!("the photo's URL is none: {error}")))?;
        self.check(&url)?;
        let fetching = async {
            match url.scheme() {
                "local" => local::fetch(self.folder.as_deref(), service, &url).await,
                "s3" => self.stores.fetch(service, &url).await,
                _ => self.web.fetch(self, service, url).await,
            }
        };
        timeout(self.patience, fetching).await.unwrap_or_else(|_| {
            let seconds = self.patience.as_secs();
            let detail = format!("the photo did not come from its source within {seconds} seconds");
            Err(Problem::new(StatusCode::GATEWAY_TIMEOUT, "source_timeout", detail))
        })
    }

    /// That photos may come from this URL.
    fn check(&self, url: &Url) -> Result<(), Problem> {
        if self.allowed.iter().any(|prefix| prefix.allows(url)) {
            return Ok(());
        }
        Err(refused("the service takes no photos from there; whoever runs it lists places in sources"))
    }
}

fn refused(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "source_refused", detail)
}

fn missing() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "source_missing", "there is no photo at its URL")
}

fn failed(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_GATEWAY, "source_failed", detail)
}
