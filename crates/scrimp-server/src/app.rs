//! The routes.

use crate::problem::Problem;
use crate::{Service, access, health, keys, page, score, shrink};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

/// All routes of the service but its metrics.
pub fn app(service: Service) -> Router {
    let with_key = Router::new()
        .route("/v1/shrink", post(shrink::shrink))
        .route("/v1/score", post(score::score))
        .route_layer(from_fn_with_state(service.clone(), keys::require));
    Router::new()
        .merge(with_key)
        .merge(page::routes(&service.config))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .fallback(async || Problem::not_found())
        .layer(from_fn_with_state(service.clone(), access::observe))
        .with_state(service)
}
