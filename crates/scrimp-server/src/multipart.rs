//! Files in a multipart body, as forms and most clients send several.

use crate::body::{Incoming, Received};
use crate::problem::Problem;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use futures_util::stream;
use multer::Multipart;

/// What parts the body, if it is of several parts.
pub(crate) fn boundary(headers: &HeaderMap) -> Option<String> {
    multer::parse_boundary(headers.get(CONTENT_TYPE)?.to_str().ok()?).ok()
}

/// The files of these names, each of which must be there once and nothing else. The names of files on the client's disk
/// are not looked at.
pub(crate) async fn files<const N: usize>(
    mut incoming: Incoming<'_>,
    boundary: String,
    names: [&str; N],
) -> Result<Received<[Vec<u8>; N]>, Problem> {
    let mut found = [const { None::<Vec<u8>> }; N];
    {
        let pieces = stream::unfold(&mut incoming, async |incoming| {
            let piece = incoming.next().await.transpose()?;
            Some((piece, incoming))
        });
        let mut parts = Multipart::new(pieces, boundary);
        while let Some(mut part) = parts.next_field().await.map_err(broken)? {
            let place = names.iter().position(|name| part.name() == Some(name));
            let file = place.and_then(|place| found.get_mut(place)).filter(|file| file.is_none());
            let file = file.ok_or_else(|| wrong_parts(&names))?.insert(Vec::new());
            while let Some(piece) = part.chunk().await.map_err(broken)? {
                file.extend_from_slice(&piece);
            }
        }
    }
    if found.iter().any(Option::is_none) {
        return Err(wrong_parts(&names));
    }
    Ok(incoming.received(found.map(Option::unwrap_or_default)))
}

fn wrong_parts(names: &[&str]) -> Problem {
    let names = names.join(" and ");
    Problem::bad_request(
        "multipart",
        format!("the parts of the body are to be {names}, each once, and no other"),
    )
}

/// What went wrong while the body came in, or with its form.
fn broken(error: multer::Error) -> Problem {
    match error {
        multer::Error::StreamReadFailed(cause) => match cause.downcast::<Problem>() {
            Ok(problem) => *problem,
            Err(_) => Problem::bad_request("body_broken", "the body ended before its end"),
        },
        other => Problem::bad_request("multipart", format!("the parts of the body cannot be read: {other}")),
    }
}
