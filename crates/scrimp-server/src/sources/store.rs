//! Photos of buckets that speak S3.

use super::{failed, missing, refused};
use crate::body::{Counted, Received};
use crate::problem::Problem;
use crate::{Config, Service};
use futures_util::StreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt};
use percent_encoding::percent_decode_str;
use std::collections::HashMap;
use std::io;
use url::Url;

/// The buckets that the sources name.
#[derive(Debug)]
pub(super) struct Stores(HashMap<String, AmazonS3>);

impl Stores {
    pub(super) fn open(config: &Config) -> io::Result<Self> {
        let buckets = config.sources.iter().filter(|prefix| prefix.scheme() == "s3");
        let open =
            |bucket: &str| Ok((bucket.to_owned(), bucket_of(config, bucket).map_err(io::Error::other)?));
        buckets.map(|prefix| open(prefix.host())).collect::<io::Result<_>>().map(Self)
    }

    pub(super) async fn fetch(&self, service: &Service, url: &Url) -> Result<Received, Problem> {
        let bucket = self.0.get(url.host_str().unwrap_or_default());
        let bucket = bucket.ok_or_else(|| refused("the service knows no such bucket"))?;
        let key =
            percent_decode_str(url.path().trim_start_matches('/')).decode_utf8().map_err(|_| missing())?;
        let key = Path::parse(&*key).map_err(|_| missing())?;
        let found = bucket.get(&key).await.map_err(problem)?;
        let mut counted = Counted::begin(service, found.meta.size)?;
        let (mut bytes, mut pieces) = (Vec::new(), found.into_stream());
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(problem)?;
            counted.take(piece.len() as u64)?;
            bytes.extend_from_slice(&piece);
        }
        Ok(counted.received(bytes))
    }
}

fn bucket_of(config: &Config, bucket: &str) -> object_store::Result<AmazonS3> {
    let mut builder = AmazonS3Builder::new().with_bucket_name(bucket);
    if let Some(endpoint) = &config.s3_endpoint {
        // Whoever runs the service names it, so it may be inside and without TLS.
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    if let Some(region) = &config.s3_region {
        builder = builder.with_region(region);
    }
    if let (Some(id), Some(secret)) = (&config.s3_key_id, &config.s3_secret) {
        builder = builder.with_access_key_id(id).with_secret_access_key(secret);
    }
    builder.build()
}

fn problem(error: Error) -> Problem {
    match error {
        Error::NotFound { .. } => missing(),
        // What it says may hold names of inside.
        _ => failed("the photo's bucket does not answer as it should"),
    }
}
