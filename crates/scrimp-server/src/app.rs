//! The routes.

use crate::problem::Problem;
use crate::{Service, access, health, keys, openapi, page, score, shrink};
use axum::Router;
use axum::middleware::from_fn_with_state;
use utoipa_axum::routes;

/// All routes of the service but its metrics.
pub fn app(service: Service) -> Router {
    let with_key = openapi::router()
        .routes(routes!(shrink::shrink))
        .routes(routes!(score::score))
        .route_layer(from_fn_with_state(service.clone(), keys::require));
    let all = openapi::router()
        .merge(with_key)
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(openapi::show));
    // The page is for people; a document for programs has nothing to tell of it.
    let page = page::routes(&service.config);
    openapi::documented(all)
        .merge(page)
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .fallback(async || Problem::not_found())
        .layer(from_fn_with_state(service.clone(), access::observe))
        .with_state(service)
}
