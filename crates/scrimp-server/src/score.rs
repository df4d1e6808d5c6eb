//! `POST /v1/score`.

use crate::Service;
use crate::accept::{Wanted, wanted};
use crate::body::{Incoming, Received};
use crate::form::{File, form};
use crate::openapi::{self, Problems, Score};
use crate::pool::Work;
use crate::problem::Problem;
use crate::{multipart, query};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use scrimp::{HeatMap, Limits, Metric, Options, Photo, memory_needed_by};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use utoipa::ToSchema;

/// How much alike the two photos of the body look; as a map, or both, as `Accept` says.
#[utoipa::path(
    post,
    path = "/v1/score",
    params(query::OfPair),
    request_body(content = Pair, content_type = "multipart/form-data"),
    responses(
        (
            status = 200,
            description = "The score; with `Accept: image/png` the map of it, with `multipart/form-data` both",
            content(
                (Score = "application/json"),
                (openapi::File = "image/png"),
                (openapi::File = "multipart/form-data")
            )
        ),
        Problems
    ),
    security((), ("bearer" = []), ("basic" = []))
)]
pub(crate) async fn score(
    State(service): State<Service>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let metric = metric(uri.query().unwrap_or_default())?;
    let boundary = multipart::boundary(&headers).ok_or_else(|| {
        let detail = "send multipart/form-data with the parts original and candidate";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "multipart", detail)
    })?;
    service.pool.ensure_place()?;
    let incoming = Incoming::begin(&service, &headers, body)?;
    let photos = multipart::files(incoming, boundary, ["original", "candidate"]).await?;
    let limits = service.config.limits;
    let scoring = Scoring { photos, metric, limits, wanted: wanted(&headers) };
    let answer = service.pool.run(scoring).await??;
    Ok(([(CACHE_CONTROL, "no-store")], answer).into_response())
}

/// Two photos of the same size in pixels.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form of a body")]
struct Pair {
    original: openapi::File,
    candidate: openapi::File,
}

fn metric(query: &str) -> Result<Metric, Problem> {
    let mut metric = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != "metric" {
            let detail = format!("no option is called {name:?}; there is metric");
            return Err(Problem::bad_request("unknown_option", detail));
        }
        let known = || Metric::ALL.iter().map(|metric| metric.name()).collect::<Vec<_>>().join(", ");
        let bad = || Problem::bad_request("bad_option", format!("metric: {value:?} is none of {}", known()));
        if metric.replace(Metric::from_name(&value).ok_or_else(bad)?).is_some() {
            return Err(Problem::bad_request("duplicate_option", "metric is given more than once"));
        }
    }
    Ok(metric.unwrap_or(Metric::Ssimulacra2))
}

/// Two photos to be compared.
#[derive(Debug)]
struct Scoring {
    photos: Received<[Vec<u8>; 2]>,
    metric: Metric,
    limits: Limits,
    wanted: Wanted,
}

impl Work for Scoring {
    type Result = Result<Response, Problem>;

    fn memory(&self) -> u64 {
        let needed = |bytes: &Vec<u8>| {
            let (width, height) = Photo::size(bytes, &self.limits).ok()?;
            Some(memory_needed_by(self.metric, width, height))
        };
        // Those that are refused at once need none.
        self.photos.bytes.iter().filter_map(needed).max().unwrap_or(0)
    }

    fn run(self, stop: &Arc<AtomicBool>) -> Self::Result {
        let mut options = Options::default();
        options.limits = self.limits;
        options.interrupt = Some(Arc::clone(stop));
        let [original, candidate] = &self.photos.bytes;
        let comparison = scrimp::compare(original, candidate, self.metric, &options)?;
        let (metric, score) = (comparison.metric().name(), comparison.value());
        let record = json!({ "metric": metric, "score": score, "worst": comparison.worst() });
        match self.wanted {
            Wanted::Picture => Ok(([(CONTENT_TYPE, "image/png")], comparison.heat_map()?).into_response()),
            Wanted::Form => with_map(record, comparison.heat_view()?),
            Wanted::Json | Wanted::Any => Ok(Json(record).into_response()),
        }
    }
}

/// The record, with what is needed to read the map that comes beside it.
fn with_map(mut record: Value, HeatMap { view, key, worst }: HeatMap) -> Result<Response, Problem> {
    record["map"] = json!({ "worst": worst, "key": key });
    form("score", &record, File { name: "map", ending: "jpg", kind: "image/jpeg", bytes: view.jpeg.into() })
}
