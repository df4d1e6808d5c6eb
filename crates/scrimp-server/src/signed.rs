//! `GET /{signature}/{options}/plain/{url}`: photos of elsewhere, made smaller and kept.

mod path;
mod signature;

pub use signature::SigningKey;

use crate::Service;
use crate::cache::Key;
use crate::finished::Finished;
use crate::problem::Problem;
use crate::query;
use crate::shrink::Shrinking;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use scrimp::Options;

/// What stands in place of a signature where none is asked for: the word that imgproxy's own libraries write.
const UNSIGNED: &str = "insecure";

/// The photo that the path names, made smaller as it says.
pub(crate) async fn get(
    State(service): State<Service>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (signature, path) = split(&uri);
    check_signature(&service, signature, path)?;
    if uri.query().is_some() {
        let detail = "this path has no query; a question mark of the photo's URL is written %3F";
        return Err(Problem::bad_request("bad_path", detail));
    }
    let asked = path::parse(path)?;
    let options = query::options(asked.options, service.config.limits, &service.goals)?;
    let request = Request { service: &service, path, source: &asked.source, options };
    // Once more for what the cache lost after it was named.
    for _ in 0..2 {
        let (key, made) = request.named().await?;
        if is_known(&headers, key) {
            return Ok((StatusCode::NOT_MODIFIED, validators(&service, key)).into_response());
        }
        let found = match made {
            Some(finished) => Some(finished),
            None => service.cache()?.find(key, &service).await?,
        };
        if let Some(finished) = found {
            let nosniff = [(X_CONTENT_TYPE_OPTIONS, "nosniff")];
            return Ok((validators(&service, key), nosniff, finished).into_response());
        }
        service.names.invalidate(path).await;
    }
    Err(Problem::busy("results go as fast as they come, for want of room in the cache"))
}

/// The first segment, and all that it signs.
fn split(uri: &Uri) -> (&str, &str) {
    let path = uri.path();
    let inside = path.strip_prefix('/').unwrap_or(path);
    inside.split_at(inside.find('/').unwrap_or(inside.len()))
}

fn check_signature(service: &Service, signature: &str, path: &str) -> Result<(), Problem> {
    let config = &service.config;
    let signed = signature::is_signed(&config.signatures, path, signature);
    if signed || (config.unsigned && signature == UNSIGNED) {
        return Ok(());
    }
    let detail = "the path's first part is no signature of the rest by a key of this service";
    Err(Problem::new(StatusCode::FORBIDDEN, "bad_signature", detail))
}

/// A request that is known to be allowed.
struct Request<'a> {
    service: &'a Service,
    path: &'a str,
    source: &'a str,
    options: Options,
}

impl Request<'_> {
    /// The name of the result, and the result itself where it was only made now. For a while a path is known to have the
    /// same result, and the source is not asked again; of simultaneous requests one alone asks.
    async fn named(&self) -> Result<(Key, Option<Finished>), Problem> {
        let mut made = None;
        let key = self.service.names.try_get_with_by_ref(self.path, async {
            let (key, finished) = self.make().await?;
            made = Some(finished);
            Ok::<_, Problem>(key)
        });
        let key = key.await.map_err(|problem| Problem::clone(&problem))?;
        Ok((key, made))
    }

    async fn make(&self) -> Result<(Key, Finished), Problem> {
        let service = self.service;
        let cache = service.cache()?;
        service.pool.ensure_place()?;
        let photo = service.sources()?.fetch(service, self.source).await?;
        let (photo, key) = photo.named(&self.options).await?;
        let shrinking = Shrinking { photo, options: self.options.clone(), engine: service.engine };
        let make = async { Ok(shrinking.admit(service).await?.finish()) };
        Ok((key, cache.find_or_make(key, service, make).await?))
    }
}

/// Strong: the name of a result decides its bytes.
fn validators(service: &Service, key: Key) -> [(axum::http::HeaderName, String); 2] {
    let age = service.config.source_seconds;
    [(ETAG, format!("\"{key}\"")), (CACHE_CONTROL, format!("public, max-age={age}"))]
}

/// Whether the client says that it has this result.
fn is_known(headers: &HeaderMap, key: Key) -> bool {
    let key = key.to_string();
    let is_it = |tag: &str| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"') == key
    };
    let given = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    given.flat_map(|list| list.split(',')).any(is_it)
}
