//! What became of a photo, as it is answered and cached.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use scrimp::Format;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;

/// A file and what is told of it. A clone is the same file in memory.
#[derive(Clone, Debug)]
pub(crate) struct Finished {
    pub(crate) facts: Facts,
    pub(crate) file: Bytes,
}

/// What is told of a file. Scores and qualities are texts, as they stand in headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) outcome: String,
    pub(crate) code: String,
    pub(crate) score: Option<String>,
    pub(crate) quality: Option<String>,
    /// Bytes that came in, never fewer than the file has.
    pub(crate) input_bytes: u64,
    /// The media type of what came in.
    pub(crate) input_type: String,
    /// Width and height in pixels.
    pub(crate) size: Option<(u64, u64)>,
}

impl Finished {
    /// The file's media type, and the ending of its name.
    pub(crate) fn media_type(&self) -> (&'static str, &'static str) {
        media_type(Format::sniff(&self.file))
    }

    /// The headers that tell how the file came about.
    pub(crate) fn headers(&self) -> HeaderMap {
        let Facts { outcome, code, score, quality, input_bytes, .. } = &self.facts;
        let saved = input_bytes.saturating_sub(self.file.len() as u64).to_string();
        let pairs = [
            ("scrimp-outcome", Some(outcome)),
            ("scrimp-code", Some(code)),
            ("scrimp-score", score.as_ref()),
            ("scrimp-quality", quality.as_ref()),
            ("scrimp-saved-bytes", Some(&saved)),
        ];
        pairs.into_iter().filter_map(header).collect()
    }
}

fn header((name, value): (&'static str, Option<&String>)) -> Option<(HeaderName, HeaderValue)> {
    Some((HeaderName::from_static(name), HeaderValue::try_from(value?).ok()?))
}

impl IntoResponse for Finished {
    fn into_response(self) -> Response {
        let (headers, (kind, _)) = (self.headers(), self.media_type());
        let mut response = self.file.into_response();
        response.headers_mut().extend(headers);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    }
}

/// Bytes in memory together with what they take of the memory for files, which is given back with the last clone.
pub(crate) fn counted(bytes: Vec<u8>, taken: Option<OwnedSemaphorePermit>) -> Bytes {
    Bytes::from_owner(Owner { bytes, _taken: taken })
}

struct Owner {
    bytes: Vec<u8>,
    _taken: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The media type of a file of this format, and how names of such files end.
pub(crate) fn media_type(format: Option<Format>) -> (&'static str, &'static str) {
    match format {
        Some(Format::Jpeg) => ("image/jpeg", "jpg"),
        Some(Format::Png) => ("image/png", "png"),
        Some(Format::WebP) => ("image/webp", "webp"),
        Some(Format::Tiff) => ("image/tiff", "tif"),
        Some(Format::Bmp) => ("image/bmp", "bmp"),
        Some(Format::Gif) => ("image/gif", "gif"),
        _ => ("application/octet-stream", "bin"),
    }
}
