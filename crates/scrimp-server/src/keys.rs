//! Who may ask.

use crate::problem::Problem;
use crate::{Config, Service};
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;

/// Lets requests through that carry one of the configured keys, and all where none is configured. Looked at before
/// the body.
pub(crate) async fn require(State(service): State<Service>, request: Request, next: Next) -> Response {
    if is_allowed(&service.config, request.headers()) {
        return next.run(request).await;
    }
    let detail =
        "give one of the service's keys: Authorization: Bearer KEY, or Basic with the key as password";
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail).into_response()
}

/// Whether these headers carry a key, or none is needed.
pub(crate) fn is_allowed(config: &Config, headers: &HeaderMap) -> bool {
    let given = key(headers).unwrap_or_default();
    // All are looked at, so that the time does not tell which one is nearly right.
    let known =
        config.keys.iter().fold(0, |known, key| known | key.as_bytes().ct_eq(given.as_bytes()).unwrap_u8());
    config.keys.is_empty() || known == 1
}

/// The key of a bearer, or the password of basic authentication, whoever the user is.
fn key(headers: &HeaderMap) -> Option<String> {
    let (scheme, value) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    let is_basic = scheme.eq_ignore_ascii_case("basic");
    let pair = is_basic.then(|| STANDARD.decode(value.trim()).ok())??;
    Some(String::from_utf8(pair).ok()?.split_once(':')?.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use std::num::NonZeroUsize;

    #[test]
    fn a_key_comes_as_bearer_or_as_password() {
        let mut config = Config::new(NonZeroUsize::MIN, 1 << 30);
        let allows = |config: &Config, value: &'static str| {
            is_allowed(config, &HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))]))
        };
        assert!(is_allowed(&config, &HeaderMap::new()));
        config.keys = vec!["first".to_owned(), "second".to_owned()];
        assert!(!is_allowed(&config, &HeaderMap::new()));
        assert!(allows(&config, "Bearer second") && allows(&config, "bearer first"));
        // api:second
        assert!(allows(&config, "Basic YXBpOnNlY29uZA=="));
        for wrong in
            ["Bearer", "Bearer ", "Bearer third", "Basic second", "Basic YXBp", "Digest first", "first"]
        {
            assert!(!allows(&config, wrong), "{wrong}");
        }
    }
}
