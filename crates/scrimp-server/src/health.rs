//! Whether the service lives, and whether it can take more.

use crate::Service;
use crate::openapi::Turned;
use crate::problem::Problem;
use axum::extract::State;

/// The process answers.
#[utoipa::path(get, path = "/healthz", responses((status = 200, description = "It does", body = String)))]
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// One more photo would find a place.
#[utoipa::path(
    get,
    path = "/readyz",
    responses((status = 200, description = "It would", body = String), Turned)
)]
pub(crate) async fn ready(State(service): State<Service>) -> Result<&'static str, Problem> {
    service.pool.ensure_place().map(|()| "ready\n")
}
