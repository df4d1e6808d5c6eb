//! Whether the service lives, and whether it can take more.

use crate::Service;
use crate::problem::Problem;
use axum::extract::State;

/// The process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// One more photo would find a place.
pub(crate) async fn ready(State(service): State<Service>) -> Result<&'static str, Problem> {
    service.pool.ensure_place().map(|()| "ready\n")
}
