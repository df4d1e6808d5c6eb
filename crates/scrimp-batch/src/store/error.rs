//! What stores answer when they do not do as they are asked.

use object_store::Error;
use object_store::client::{HttpError, HttpErrorKind};

/// What is wrong with a store or an object of it, rather than with the photo in it. No text holds credentials, nor what the
/// store said but for its code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store does not know who asks.
    #[error(
        "{place}: the store does not take the credentials{said}; they come from the environment, for example AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    Credentials {
        /// The object or bucket.
        place: String,
        /// The store's code.
        said: String,
    },
    /// The bucket is not there.
    #[error(
        "{place}: there is no such bucket; make it, or name the right one and its AWS_REGION or AWS_ENDPOINT_URL"
    )]
    Bucket {
        /// The bucket.
        place: String,
    },
    /// Who asks may not have it.
    #[error("{place}: the store denies it{said}; allow it, or leave this one out")]
    Denied {
        /// The object.
        place: String,
        /// The store's code.
        said: String,
    },
    /// The object is not there.
    #[error("{place} is not there")]
    NotFound {
        /// The object.
        place: String,
    },
    /// The object is another one than the manifest names, or than was read.
    #[error("{place} changed since it was listed; list it again")]
    Changed {
        /// The object.
        place: String,
    },
    /// The output is there already, and comes from something else.
    #[error("{place} is there already, from another photo or other settings; --overwrite replaces it")]
    OutputExists {
        /// The output.
        place: String,
    },
    /// A photo would be written over itself without that being asked for.
    #[error("{place} is the photo itself; write below another prefix, or replace it with --in-place")]
    OutputIsInput {
        /// The output.
        place: String,
    },
    /// The store asks for patience, and got it.
    #[error("{place}: the store has no time for so many requests{said}; try again with fewer at once")]
    Throttled {
        /// The object.
        place: String,
        /// The store's code.
        said: String,
    },
    /// The store has troubles of its own.
    #[error("{place}: the store failed{said}; try again later")]
    Failing {
        /// The object.
        place: String,
        /// The store's code.
        said: String,
    },
    /// The store answers too slowly.
    #[error("{place}: the store did not answer in time; try again later")]
    Timeout {
        /// The object.
        place: String,
    },
    /// The store cannot be reached.
    #[error("{place}: the store cannot be reached; look at the network and at AWS_ENDPOINT_URL")]
    Unreachable {
        /// The object.
        place: String,
    },
    /// A name that cannot be passed on unharmed.
    #[error("{place} has a name that cannot be used ({why}); copy it to another name")]
    Key {
        /// The object.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// What is stored is not what was written.
    #[error("{place} does not hold what was written to it; try again")]
    Torn {
        /// The output.
        place: String,
    },
    /// Photos would be replaced without a guard against others who do.
    #[error(
        "{place}: the store does not keep the condition If-Match, so photos cannot be replaced there safely; write to another prefix"
    )]
    Unconditional {
        /// The bucket.
        place: String,
    },
    /// A manifest, shard or file of results that cannot be read.
    #[error("{place} cannot be read: {why}")]
    Unreadable {
        /// The file.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// What was asked for makes no sense.
    #[error("{0}")]
    Usage(String),
    /// Anything else.
    #[error("{place}: {why}")]
    Other {
        /// The object.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// The caller gave up on it.
    #[error("interrupted")]
    Interrupted,
}

impl StoreError {
    /// Codes of what may have passed when it is tried again.
    pub(super) const PASSING: [&'static str; 6] = [
        "store_denied",
        "store_throttled",
        "store_failing",
        "store_timeout",
        "store_unreachable",
        "store_torn",
    ];

    /// A stable word for this cause.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Credentials { .. } => "store_credentials",
            Self::Bucket { .. } => "store_bucket",
            Self::Denied { .. } => "store_denied",
            Self::NotFound { .. } => "store_not_found",
            Self::Changed { .. } => "changed",
            Self::OutputExists { .. } => "output_exists",
            Self::OutputIsInput { .. } => "output_is_input",
            Self::Throttled { .. } => "store_throttled",
            Self::Failing { .. } => "store_failing",
            Self::Timeout { .. } => "store_timeout",
            Self::Unreachable { .. } => "store_unreachable",
            Self::Key { .. } => "store_key",
            Self::Torn { .. } => "store_torn",
            Self::Unconditional { .. } => "store_unconditional",
            Self::Unreadable { .. } => "store_unreadable",
            Self::Usage(_) => "option",
            Self::Other { .. } => "store",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether no other object will fare better.
    pub(super) const fn ends_all(&self) -> bool {
        matches!(
            self,
            Self::Credentials { .. } | Self::Bucket { .. } | Self::Unconditional { .. } | Self::Interrupted
        )
    }

    /// Whether it tells of the store and not of one object: after many in a row it is idle to try others.
    pub(super) const fn is_of_store(&self) -> bool {
        matches!(
            self,
            Self::Denied { .. }
                | Self::Throttled { .. }
                | Self::Failing { .. }
                | Self::Timeout { .. }
                | Self::Unreachable { .. }
        )
    }

    /// Whether a write may have been done although this was the answer.
    pub(super) const fn leaves_doubt(&self) -> bool {
        matches!(
            self,
            Self::OutputExists { .. }
                | Self::Changed { .. }
                | Self::Failing { .. }
                | Self::Throttled { .. }
                | Self::Timeout { .. }
                | Self::Unreachable { .. }
                | Self::Other { .. }
        )
    }

    /// The error of a request about `place`.
    pub(super) fn of(place: &impl ToString, error: &Error) -> Self {
        if chain(error).any(|cause| cause.is::<super::open::Interrupted>()) {
            return Self::Interrupted;
        }
        let place = place.to_string();
        let (status, body) = chain(error).find_map(|cause| answer_in(&cause.to_string())).unwrap_or_default();
        let code = code_in(&body).unwrap_or_default();
        let said = match (code, status) {
            ("", Some(status)) => format!(" ({status})"),
            ("", None) => String::new(),
            (code, _) => format!(" ({code})"),
        };
        match (error, code, status) {
            (_, "NoSuchBucket" | "ContainerNotFound", _) => Self::Bucket { place },
            (
                _,
                "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "ExpiredToken"
                | "InvalidToken"
                | "TokenRefreshRequired"
                | "AuthorizationHeaderMalformed"
                | "AuthenticationFailed"
                | "InvalidClientTokenId",
                _,
            )
            | (Error::Unauthenticated { .. }, ..) => Self::Credentials { place, said },
            (_, "SlowDown" | "Throttling" | "ServerBusy", _) | (_, _, Some(429 | 503)) => {
                Self::Throttled { place, said }
            }
            (Error::PermissionDenied { .. }, ..) => Self::Denied { place, said },
            (Error::NotFound { .. }, ..) => Self::NotFound { place },
            (Error::Precondition { .. } | Error::NotModified { .. }, ..) => Self::Changed { place },
            (Error::AlreadyExists { .. }, ..) => Self::OutputExists { place },
            (Error::InvalidPath { source }, ..) => Self::Key { place, why: source.to_string() },
            (_, _, Some(500..)) => Self::Failing { place, said },
            (_, _, Some(_)) => Self::Other { place, why: format!("the store refuses the request{said}") },
            _ => Self::without_answer(place, error),
        }
    }

    fn without_answer(place: String, error: &Error) -> Self {
        let kind = chain(error).find_map(|cause| cause.downcast_ref::<HttpError>()).map(HttpError::kind);
        // Of credentials that are asked for at a machine's own address, and of a builder that misses some.
        let text = error.to_string();
        if text.contains("169.254.") || text.contains("redential") {
            return Self::Credentials { place, said: " (none were found)".to_owned() };
        }
        match kind {
            Some(HttpErrorKind::Timeout) => Self::Timeout { place },
            Some(HttpErrorKind::Connect | HttpErrorKind::Request | HttpErrorKind::Interrupted) => {
                Self::Unreachable { place }
            }
            Some(_) => Self::Failing { place, said: String::new() },
            None => match chain(error).find_map(|cause| cause.downcast_ref::<std::io::Error>()) {
                Some(cause) => Self::Other { place, why: cause.kind().to_string() },
                None => Self::Other { place, why: text },
            },
        }
    }
}

fn chain(error: &Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    let first: &(dyn std::error::Error + 'static) = error;
    std::iter::successors(Some(first), |error| error.source())
}

/// The status and the body of what the store answered, of the text that object_store makes of it: its type is private. In an
/// answer that begins well the status is of no use.
fn answer_in(text: &str) -> Option<(Option<u16>, String)> {
    if let Some(body) = text.strip_prefix("Server returned error response: ") {
        return Some((None, body.to_owned()));
    }
    let (status, body) = text.strip_prefix("Server returned non-2xx status code: ")?.split_once(':')?;
    Some((Some(status.get(..3)?.parse().ok()?), body.to_owned()))
}

/// The code in an answer of S3 or Azure: all else of it may hold names of keys.
fn code_in(body: &str) -> Option<&str> {
    let code = body.split_once("<Code>")?.1.split_once("</Code>")?.0;
    (code.len() < 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the store answered, two causes below the error as object_store has it.
    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Answer(String);

    #[derive(Debug, thiserror::Error)]
    #[error("Error performing GET")]
    struct Retried(#[source] Answer);

    fn code(answer: &str) -> &'static str {
        let source = Box::new(Retried(Answer(answer.to_owned())));
        let error = Error::Generic { store: "S3", source };
        StoreError::of(&"s3://bucket/a.jpg", &error).code()
    }

    #[test]
    fn an_answer_is_told_apart_by_its_code_and_status() {
        let coded = |status, code| {
            format!("Server returned non-2xx status code: {status}: <Error><Code>{code}</Code></Error>")
        };
        assert_eq!(code(&coded("404 Not Found", "NoSuchBucket")), "store_bucket");
        assert_eq!(code(&coded("403 Forbidden", "SignatureDoesNotMatch")), "store_credentials");
        assert_eq!(code(&coded("503 Service Unavailable", "SlowDown")), "store_throttled");
        assert_eq!(code("Server returned non-2xx status code: 500 Internal Server Error: "), "store_failing");
        assert_eq!(code("Server returned error response: <Code>SlowDown</Code>"), "store_throttled");
        assert_eq!(code("Server returned non-2xx status code: 400 Bad Request: "), "store");
    }
}
