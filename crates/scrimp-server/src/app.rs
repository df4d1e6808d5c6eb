//! The routes.

use crate::problem::Problem;
use crate::{Service, access, health, keys, page, score, shrink, signed, tinify};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

/// A path with its signature in front; what it asks for is read by itself, as options may be many or none.
const SIGNED: &str = "/{signature}/{*asked}";

/// All routes of the service but its metrics.
pub fn app(service: Service) -> Router {
    let with_key = Router::new()
        .route("/v1/shrink", post(shrink::shrink))
        .route("/v1/score", post(score::score))
        .route_layer(from_fn_with_state(service.clone(), keys::require));
    let has_sources = !service.config.sources.is_empty();
    let signed = if has_sources { Router::new().route(SIGNED, get(signed::get)) } else { Router::new() };
    Router::new()
        .merge(with_key)
        .merge(page::routes(&service.config))
        .merge(signed)
        .route("/shrink", post(tinify::shrink))
        .route("/output/{id}", get(tinify::output).post(tinify::output_with))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .fallback(async || Problem::not_found())
        .layer(from_fn_with_state(service.clone(), access::observe))
        .with_state(service)
}
