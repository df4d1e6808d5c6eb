//! `POST /v1/shrink`.

use crate::accept::{Wanted, wanted};
use crate::body::{Incoming, Received};
use crate::finished::{Facts, Finished, counted, media_type};
use crate::form::{File, form};
use crate::metrics::Metrics;
use crate::openapi::{self, Decision, Problems};
use crate::pool::Work;
use crate::problem::{Problem, remedy};
use crate::query;
use crate::{Service, multipart};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderName, Uri};
use axum::response::{IntoResponse, Response};
use scrimp::{Format, Options, Outcome, Photo};
use scrimp_batch::{Engine, Record};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use utoipa::ToSchema;

/// The photo in the body, shrunk as the query says.
#[utoipa::path(
    post,
    path = "/v1/shrink",
    params(query::OfPhoto),
    request_body(
        description = "The photo, as it is or as a part of a form. What it is, is told by its first bytes alone",
        content((openapi::File = "image/*"), (Form = "multipart/form-data"))
    ),
    responses(
        (
            status = 200,
            description = "The smaller JPEG, or the photo itself where it is best left as it is; with \
                `Accept: application/json` the decision alone, with `multipart/form-data` both",
            content(
                (openapi::File = "image/jpeg"),
                (openapi::File = "image/png"),
                (openapi::File = "image/webp"),
                (openapi::File = "image/tiff"),
                (openapi::File = "image/bmp"),
                (openapi::File = "image/gif"),
                (Decision = "application/json"),
                (openapi::File = "multipart/form-data")
            ),
            headers(
                ("Scrimp-Outcome" = String, description = "saved, kept or best_effort"),
                ("Scrimp-Code" = String, description = "Why"),
                ("Scrimp-Score" = f64, description = "Of the bytes in the answer; none of a photo that was kept"),
                ("Scrimp-Quality" = f64, description = "On libjpeg's scale; none of a photo that was kept"),
                ("Scrimp-Saved-Bytes" = u64, description = "How many bytes fewer than came in")
            )
        ),
        Problems
    ),
    security((), ("bearer" = []), ("basic" = []))
)]
pub(crate) async fn shrink(
    State(service): State<Service>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let options = query::options(pairs, service.config.limits, &service.goals)?;
    service.pool.ensure_place()?;
    let incoming = Incoming::begin(&service, &headers, body)?;
    let photo = match multipart::boundary(&headers) {
        Some(boundary) => multipart::files(incoming, boundary, ["photo"]).await?.only(),
        None => incoming.whole().await?,
    };
    let done = Shrinking { photo, options, engine: service.engine }.admit(&service).await?;
    match wanted(&headers) {
        Wanted::Json => Ok(done.decision()),
        Wanted::Form => done.both(),
        Wanted::Picture | Wanted::Any => Ok(done.file()),
    }
}

/// Photos are nobody's but the asker's.
const NO_STORE: [(HeaderName, &str); 1] = [(CACHE_CONTROL, "no-store")];

/// A form with a photo in it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form of a body")]
struct Form {
    photo: openapi::File,
}

/// A photo to be shrunk, and the memory that its file takes.
#[derive(Debug)]
pub(crate) struct Shrinking {
    pub(crate) photo: Received,
    pub(crate) options: Options,
    pub(crate) engine: Engine,
}

impl Shrinking {
    /// Does it when its turn comes, and counts what became of it.
    pub(crate) async fn admit(self, service: &Service) -> Result<Done, Problem> {
        let bytes = self.photo.bytes.len() as u64;
        let arm = self.options.rollout.map(|rollout| rollout.arm(&self.photo.bytes));
        let done = service.pool.run(self).await?;
        match &done {
            Ok(done) => done.count(&service.metrics),
            Err(_) => arm.iter().for_each(|arm| service.metrics.count_refused(*arm, bytes)),
        }
        done
    }
}

impl Work for Shrinking {
    type Result = Result<Done, Problem>;

    fn memory(&self) -> u64 {
        // What the engine refuses at once needs none.
        Photo::memory_needed(&self.photo.bytes, &self.options).unwrap_or(0)
    }

    fn run(mut self, stop: &Arc<AtomicBool>) -> Self::Result {
        self.options.interrupt = Some(Arc::clone(stop));
        let outcome = (self.engine)(&self.photo.bytes, &self.options)?;
        let size = Photo::size(&self.photo.bytes, &self.options.limits).ok();
        Ok(Done { photo: self.photo, size, outcome })
    }
}

/// What became of a photo.
#[derive(Debug)]
pub(crate) struct Done {
    photo: Received,
    /// Width and height.
    size: Option<(u64, u64)>,
    outcome: Outcome,
}

impl Done {
    /// The new file, or the photo where it is best left as it is: never more bytes than came in.
    fn bytes(&self) -> &[u8] {
        let smaller = |new: &&[u8]| new.len() < self.photo.bytes.len();
        self.outcome.bytes().filter(smaller).unwrap_or(&self.photo.bytes)
    }

    fn count(&self, metrics: &Metrics) {
        let (before, after) = (self.photo.bytes.len() as u64, self.bytes().len() as u64);
        metrics.count_outcome(&self.outcome, (before, after));
    }

    fn record(&self) -> Record {
        let mut record = Record::of(Path::new("-"), self.photo.bytes.len(), &self.outcome);
        record.output_bytes = Some(self.bytes().len());
        (record.width, record.height) = self.size.unzip();
        record.reason += &remedy(record.code);
        record
    }

    fn decision(self) -> Response {
        let record = self.record();
        (NO_STORE, self.finish().headers(), axum::Json(record)).into_response()
    }

    fn file(self) -> Response {
        (NO_STORE, self.finish()).into_response()
    }

    /// The decision and the file.
    fn both(self) -> Result<Response, Problem> {
        let record = self.record();
        let finished = self.finish();
        let headers = finished.headers();
        let (kind, ending) = finished.media_type();
        let file = File { name: "photo", ending, kind, bytes: finished.file };
        Ok((NO_STORE, headers, form("decision", &record, file)?).into_response())
    }

    /// The file of the answer, whose bytes keep the memory that the photo was counted with.
    pub(crate) fn finish(self) -> Finished {
        let facts = self.facts();
        let is_photo = std::ptr::eq(self.bytes(), &*self.photo.bytes);
        let (photo, taken) = self.photo.into_parts();
        let bytes = match self.outcome {
            Outcome::Saved(shrunk) | Outcome::BestEffort(shrunk) if !is_photo => shrunk.bytes,
            _ => photo,
        };
        Finished { facts, file: counted(bytes, taken) }
    }

    fn facts(&self) -> Facts {
        let decision = self.outcome.decision();
        Facts {
            outcome: self.outcome.name().to_owned(),
            code: self.outcome.code().to_owned(),
            score: decision.score.map(|score| score.to_string()),
            quality: decision.setting.map(|setting| setting.quality.to_string()),
            input_bytes: self.photo.bytes.len() as u64,
            input_type: media_type(Format::sniff(&self.photo.bytes)).0.to_owned(),
            size: self.size,
        }
    }
}
