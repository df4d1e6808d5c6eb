//! The routes.

use crate::problem::Problem;
use crate::{Service, access, health, keys, openapi, page, score, shrink, signed, tinify};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use utoipa_axum::routes;

/// A path with its signature in front; what it asks for is read by itself, as options may be many or none.
const SIGNED: &str = "/{signature}/{*asked}";

/// All routes of the service but its metrics.
pub fn app(service: Service) -> Router {
    let with_key = openapi::router()
        .routes(routes!(shrink::shrink))
        .routes(routes!(score::score))
        .route_layer(from_fn_with_state(service.clone(), keys::require));
    let has_sources = !service.config.sources.is_empty();
    let signed = if has_sources { Router::new().route(SIGNED, get(signed::get)) } else { Router::new() };
    let all = openapi::router()
        .merge(with_key)
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(openapi::show));
    // The page is for people, Tinify's API has a document of its own, and signed paths have a form that none can tell.
    openapi::documented(all)
        .merge(page::routes(&service.config))
        .merge(signed)
        .route("/shrink", post(tinify::shrink))
        .route("/output/{id}", get(tinify::output).post(tinify::output_with))
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .fallback(async || Problem::not_found())
        .layer(from_fn_with_state(service.clone(), access::observe))
        .with_state(service)
}
