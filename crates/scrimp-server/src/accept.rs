//! What a client wants to have.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A record in JSON.
    Json,
    /// A picture.
    Picture,
    /// Both, as the parts of a form.
    Form,
    /// Whatever is the rule.
    Any,
}

/// The form that `Accept` names first: whoever lists several is content with the first.
pub(crate) fn wanted(headers: &HeaderMap) -> Wanted {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accept.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
    match &*first {
        "application/json" => Wanted::Json,
        "multipart/form-data" => Wanted::Form,
        kind if kind.starts_with("image/") => Wanted::Picture,
        _ => Wanted::Any,
    }
}
