//! `POST /shrink` and `GET /output/ID`, shaped like the API of Tinify, so that its clients work by another address.

use crate::Service;
use crate::body::{Incoming, Received};
use crate::cache::Key;
use crate::finished::Finished;
use crate::keys::is_allowed;
use crate::problem::Problem;
use crate::query;
use crate::shrink::Shrinking;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::sync::atomic::Ordering;

/// How many photos the service took since it began. Tinify's clients read it from every answer.
const COUNT: HeaderName = HeaderName::from_static("compression-count");

/// Takes a photo, and tells where the result can be had.
pub(crate) async fn shrink(
    State(service): State<Service>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let cache = service.cache()?;
    check_key(&service, &headers)?;
    service.pool.ensure_place()?;
    let incoming = Incoming::begin(&service, &headers, body)?;
    let received = incoming.whole().await?;
    let received = if is_json(&headers) {
        service.sources()?.fetch(&service, &url_in(&received)?).await?
    } else {
        received
    };
    let nothing: [(&str, &str); 0] = [];
    let options = query::options(nothing, service.config.limits, &service.goals)?;
    let (photo, key) = received.named(&options).await?;
    let shrinking = Shrinking { photo, options, engine: service.engine };
    let make = async { Ok(shrinking.admit(&service).await?.finish()) };
    let finished = cache.find_or_make(key, &service, make).await?;
    // Nobody could come for one that is not there.
    cache.ensure(key)?;
    service.compressions.fetch_add(1, Ordering::Relaxed);
    let place = [(LOCATION, format!("/output/{key}"))];
    Ok((StatusCode::CREATED, fixed(&service), place, Json(description(key, &finished))).into_response())
}

/// The result of an earlier request.
pub(crate) async fn output(
    State(service): State<Service>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let cache = service.cache()?;
    check_key(&service, &headers)?;
    let found = match uri.path().strip_prefix("/output/").and_then(|id| id.parse().ok()) {
        Some(key) => cache.find(key, &service).await?,
        None => None,
    };
    let finished = found.ok_or_else(|| {
        let detail = "there is no such result, or not any more; send the photo to /shrink again";
        Problem::new(StatusCode::NOT_FOUND, "no_result", detail)
    })?;
    let (width, height) = finished.facts.size.unwrap_or_default();
    let size = [("image-width", HeaderValue::from(width)), ("image-height", HeaderValue::from(height))];
    Ok((fixed(&service), size, finished).into_response())
}

/// The result with something done to it. All metadata stays in by itself, so `preserve` asks for what is there; the
/// rest of what Tinify does is refused by its name.
pub(crate) async fn output_with(
    State(service): State<Service>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    check_key(&service, &headers)?;
    let received = Incoming::begin(&service, &headers, body)?.whole().await?;
    let asked: serde_json::Map<String, serde_json::Value> = match &*received.bytes {
        [] => serde_json::Map::new(),
        text => serde_json::from_slice(text).map_err(not_json)?,
    };
    if let Some(name) = asked.keys().find(|name| *name != "preserve") {
        let detail =
            format!("{name:?} is nothing that this service does: it makes photos smaller as they are");
        return Err(Problem::bad_request("unsupported_option", detail).into());
    }
    output(State(service), uri, headers).await
}

fn check_key(service: &Service, headers: &HeaderMap) -> Result<(), Problem> {
    if is_allowed(&service.config, headers) {
        return Ok(());
    }
    let detail = "give one of the service's keys as the API key";
    Err(Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The URL of the photo that is to be fetched.
fn url_in(received: &Received) -> Result<String, Problem> {
    #[derive(Deserialize)]
    struct Asked {
        source: Source,
    }
    #[derive(Deserialize)]
    struct Source {
        url: String,
    }
    serde_json::from_slice(&received.bytes).map(|asked: Asked| asked.source.url).map_err(not_json)
}

fn not_json(error: serde_json::Error) -> Problem {
    Problem::bad_request("bad_json", format!("the body is not the JSON that this path takes: {error}"))
}

fn fixed(service: &Service) -> [(HeaderName, HeaderValue); 2] {
    let count = service.compressions.load(Ordering::Relaxed);
    [(COUNT, HeaderValue::from(count)), (CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}

fn description(key: Key, finished: &Finished) -> serde_json::Value {
    let (before, after) = (finished.facts.input_bytes, finished.file.len() as u64);
    let (width, height) = finished.facts.size.unzip();
    json!({
        "input": { "size": before, "type": finished.facts.input_type },
        "output": {
            "size": after,
            "type": finished.media_type().0,
            "width": width,
            "height": height,
            // To four places, as Tinify rounds it.
            "ratio": (after as f64 / before.max(1) as f64 * 1e4).round() / 1e4,
            "url": format!("/output/{key}"),
        },
    })
}

/// A problem in the form that Tinify's clients read.
pub(crate) struct Refusal(Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let told = json!({ "error": self.0.code, "message": self.0.detail });
        let mut response = self.0.into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *response.body_mut() = Body::from(told.to_string());
        response
    }
}
