//! Answers of several parts: a record and the file that it tells of, as a form, which browsers can read.

use crate::problem::Problem;
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde::Serialize;
use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};

/// A file of an answer.
#[derive(Debug)]
pub(crate) struct File {
    /// The name of its part.
    pub(crate) name: &'static str,
    /// The ending of its file's name, without the dot.
    pub(crate) ending: &'static str,
    /// Its media type.
    pub(crate) kind: &'static str,
    pub(crate) bytes: Bytes,
}

/// A form of two parts: the record, in JSON, under `name`, and the file.
///
/// # Errors
/// `defect` where the record is no JSON.
pub(crate) fn form(name: &str, record: &impl Serialize, file: File) -> Result<Response, Problem> {
    let defect = |error: serde_json::Error| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "defect", format!("please report it: {error}"))
    };
    let record = serde_json::to_string(record).map_err(defect)?;
    let boundary = boundary();
    let File { name: part, ending, kind, bytes } = file;
    let head = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\ncontent-type: application/json\r\n\r\n\
         {record}\r\n--{boundary}\r\ncontent-disposition: form-data; name=\"{part}\"; filename=\"{part}.{ending}\"\r\n\
         content-type: {kind}\r\n\r\n"
    );
    let end = format!("\r\n--{boundary}--\r\n");
    // In three pieces: the file, which may be large, is not copied.
    let pieces = [Bytes::from(head), bytes, Bytes::from(end)];
    let length: usize = pieces.iter().map(Bytes::len).sum();
    let mut response = Body::from_stream(stream::iter(pieces.map(Ok::<_, Infallible>))).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    if let Ok(kind) = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}")) {
        headers.insert(CONTENT_TYPE, kind);
    }
    Ok(response)
}

/// What parts the answer: 128 bits that nobody who makes a photo can foresee, so that none holds them.
fn boundary() -> String {
    // The keys of a hash table are random, and that is all that is wanted of it.
    let random = || RandomState::new().hash_one(0_u8);
    format!("scrimp-{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_forms_are_parted_alike() {
        assert_ne!(boundary(), boundary());
        // RFC 2046 allows 70 characters.
        assert!(
            boundary().len() <= 70
                && boundary().bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-')
        );
    }
}
