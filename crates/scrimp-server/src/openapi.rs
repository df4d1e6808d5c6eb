//! What the service tells of itself: an OpenAPI document, put together from what stands beside each handler.

mod decision;
mod problems;

pub(crate) use decision::{Decision, Score};
pub(crate) use problems::{Problems, Turned};

use crate::Service;
use crate::problem::Details;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use std::sync::Arc;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi, RefOr, Schema, schema};
use utoipa::{Modify, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;

/// What all operations have in common.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "scrimp",
        description = "Photos as the smallest JPEGs that still look the same, each with its proof.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    modifiers(&Shared)
)]
struct Common;

/// The form of problems, and how a client shows that it may ask.
struct Shared;

impl Modify for Shared {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = |scheme| SecurityScheme::Http(HttpBuilder::new().scheme(scheme).build());
        let parts = document.components.get_or_insert_default();
        parts.add_security_scheme("bearer", scheme(HttpAuthScheme::Bearer));
        parts.add_security_scheme("basic", scheme(HttpAuthScheme::Basic));
        parts.schemas.insert(Details::name().into_owned(), Details::schema());
    }
}

/// Routes to which documented ones are added.
pub(crate) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::with_openapi(<Common as utoipa::OpenApi>::openapi())
}

/// The routes, with the document of them at hand.
pub(crate) fn documented(router: OpenApiRouter<Service>) -> Router<Service> {
    let (routes, document) = router.split_for_parts();
    // A document of names and texts always becomes JSON.
    let text = document.to_pretty_json().unwrap_or_default();
    routes.layer(Extension(Document(text.into())))
}

/// The document as it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Document(Arc<str>);

/// What the service can be asked for, in OpenAPI 3.1.
#[utoipa::path(
    get,
    path = "/openapi.json",
    responses((status = 200, description = "This document", body = Object, content_type = "application/json"))
)]
pub(crate) async fn show(Extension(Document(text)): Extension<Document>) -> Response {
    ([(CONTENT_TYPE, "application/json")], text.to_string()).into_response()
}

/// The bytes of a file.
#[derive(Debug)]
pub(crate) struct File;

impl PartialSchema for File {
    fn schema() -> RefOr<Schema> {
        schema::Object::builder()
            .schema_type(schema::Type::String)
            .content_media_type("application/octet-stream")
            .into()
    }
}

impl ToSchema for File {}
