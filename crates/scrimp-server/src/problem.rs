//! Errors as problem details (RFC 9457), each with a stable code.

use axum::Json;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use scrimp::{Error, LimitKind};
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// Why a request has no result. What is at fault with a photo keeps the code that the command line has for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// A stable word.
    pub(crate) code: &'static str,
    /// A sentence that tells the remedy.
    pub(crate) detail: String,
    /// Seconds after which another try makes sense.
    retry_after: Option<u64>,
}

/// A request without a result (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Details<'a> {
    /// The status in words.
    title: &'a str,
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// A stable word for what is wrong.
    code: &'a str,
    /// What is wrong and what can be done about it, as a sentence.
    detail: &'a str,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), retry_after: None }
    }

    pub(crate) fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// The service has more to do than it may take on.
    pub(crate) fn busy(what: &str) -> Self {
        let detail = format!("{what}; try again later");
        Self { retry_after: Some(1), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail) }
    }

    /// The work on a photo panicked.
    pub(crate) fn defect() -> Self {
        let detail = "this is a defect of scrimp, please report it: the work on the photo broke off";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "defect", detail)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "there is nothing at this path; POST goes to /v1/shrink and /v1/score, GET to /healthz and /readyz",
        )
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this path takes another method")
    }
}

/// The one table from the engine's errors to statuses.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = match &error {
            Error::Empty => StatusCode::BAD_REQUEST,
            Error::NotAnImage | Error::UnsupportedFormat(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Error::Limit { which: LimitKind::FileBytes, .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Error::Interrupted => StatusCode::SERVICE_UNAVAILABLE,
            Error::Defect(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let retry_after = matches!(error, Error::Interrupted).then_some(1);
        let detail = format!("{error}{}", remedy(error.code()));
        Self { retry_after, ..Self::new(status, error.code(), detail) }
    }
}

/// What over HTTP can be done about a photo with this code, as the end of its sentence.
pub(crate) fn remedy(code: &str) -> Cow<'static, str> {
    // Whoever asks cannot raise a limit, but may know who can.
    if let Some(limit) = LimitKind::ALL.iter().find(|limit| limit.code() == code) {
        return format!(" with the service's setting {}", limit.code()).into();
    }
    let fixed = match code {
        "alpha" => " with the option background",
        "animation" | "pages" => " with the option first_frame",
        "content_credentials" => " with the option break_credentials",
        _ => "",
    };
    fixed.into()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let details = Details {
            title: self.status.canonical_reason().unwrap_or("error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
        };
        let mut response = (self.status, Json(details)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"scrimp\""));
        }
        // The rest of the body may still be on its way, and is not waited for.
        if matches!(self.status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT) {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response.extensions_mut().insert(Code(self.code));
        response
    }
}

/// The code of a problem, for whoever counts and logs answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code(pub(crate) &'static str);
