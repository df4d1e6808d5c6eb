//! The page at `/`: photos are shrunk and looked at by hand.
//!
//! It asks `/v1/shrink` and `/v1/score` like any other client. All of it comes from here, and its policy lets it load
//! nothing from elsewhere and run no script that stands in the page.

use crate::{Config, Service};
use askama::Template;
use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use scrimp_batch::web;

/// The script: its pieces in their order.
const SCRIPT: [&str; 9] = [
    web::ELEMENTS,
    web::SLIDER,
    web::CURVE,
    include_str!("service.js"),
    include_str!("options.js"),
    include_str!("stage.js"),
    include_str!("words.js"),
    include_str!("photo.js"),
    include_str!("page.js"),
];

/// The style, in the same way.
const STYLE: [&str; 2] = [web::LOOK, include_str!("style.css")];

/// Its own files, and pictures that the script makes of photos.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    version: &'static str,
    /// Whether `/v1` asks for a key.
    needs_key: bool,
    /// Most bytes of a request's body.
    limit: u64,
}

/// The page and its files, or nothing where it is switched off.
pub(crate) fn routes(config: &Config) -> Router<Service> {
    if !config.page {
        return Router::new();
    }
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        needs_key: !config.keys.is_empty(),
        limit: config.limits.file_bytes,
    };
    // A page that cannot be written is none: there is nothing in it that could fail.
    let page = page.render().unwrap_or_default();
    let script = format!("(() => {{\n{}}})();\n", SCRIPT.concat());
    let files = [
        ("/", "text/html; charset=utf-8", page),
        ("/page.css", "text/css; charset=utf-8", STYLE.concat()),
        ("/page.js", "text/javascript; charset=utf-8", script),
        ("/icon.svg", "image/svg+xml", include_str!("icon.svg").to_owned()),
    ];
    files.into_iter().fold(Router::new(), |router, (path, kind, text)| {
        let bytes = Bytes::from(text);
        router.route(path, get(async move || file(kind, bytes)))
    })
}

fn file(kind: &'static str, bytes: Bytes) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        // What another version of the program gave must not go together with this one's.
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, bytes).into_response()
}
