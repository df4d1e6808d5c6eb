//! Round every request: its number, its time, and how it ended.

use crate::Service;
use crate::event::{Access, Event};
use crate::problem::Code;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The header with the number of a request, in both directions.
const NUMBER: HeaderName = HeaderName::from_static("x-request-id");

/// Numbers the request, and counts and tells it when it is over.
pub(crate) async fn observe(State(service): State<Service>, request: Request, next: Next) -> Response {
    let mut watched = Watched::begin(service, &request);
    let mut response = next.run(request).await;
    if let Ok(number) = HeaderValue::try_from(&*watched.access.request) {
        response.headers_mut().insert(NUMBER, number);
    }
    watched.access.status = response.status().as_u16();
    watched.access.code = response.extensions().get::<Code>().map(|code| code.0);
    response
}

/// A request under way. What is dropped without an answer is one whose client went away.
struct Watched {
    service: Service,
    access: Access,
    began: Instant,
}

impl Watched {
    fn begin(service: Service, request: &Request) -> Self {
        // Nginx's word for it.
        const GONE: u16 = 499;
        let given =
            request.headers().get(NUMBER).and_then(|value| value.to_str().ok()).filter(|it| is_plain(it));
        let access = Access {
            request: given.map_or_else(new_number, str::to_owned),
            method: request.method().to_string(),
            route: request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()),
            status: GONE,
            code: None,
            ms: 0.0,
        };
        Self { service, access, began: Instant::now() }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.access.ms = self.began.elapsed().as_secs_f64() * 1000.0;
        self.service.metrics.count(&self.access);
        self.service.tell(&Event::Request(self.access.clone()));
    }
}

/// Whether a number that a client gave can stand in a header and a log.
fn is_plain(number: &str) -> bool {
    let is_sign = |sign: u8| sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_' | b'.');
    (1..=64).contains(&number.len()) && number.bytes().all(is_sign)
}

/// Numbers count up from a number of the time at which the program began.
fn new_number() -> String {
    static BEGAN: std::sync::LazyLock<u64> = std::sync::LazyLock::new(|| {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
    });
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{:x}-{:x}", *BEGAN, NEXT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_numbers_are_taken_over() {
        assert!(is_plain("a-1_B.2"));
        for wrong in ["", "a b", "a\"b", "ä", &"x".repeat(65)] {
            assert!(!is_plain(wrong), "{wrong}");
        }
        assert_ne!(new_number(), new_number());
        assert!(is_plain(&new_number()));
    }
}
