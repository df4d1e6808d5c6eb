//! The answers of requests without a result.

use crate::problem::Details;
use axum::http::StatusCode;
use std::collections::BTreeMap;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::{Content, Object, Ref, RefOr, Response, ResponseBuilder, schema};
use utoipa::{IntoResponses, ToSchema};

/// What may become of a request with photos in it, beside a result.
#[derive(Debug)]
pub(crate) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let told = [
            (StatusCode::BAD_REQUEST, "An option or the form of the body cannot be"),
            (StatusCode::UNAUTHORIZED, "One of the service's keys is needed"),
            (StatusCode::REQUEST_TIMEOUT, "The body did not come in time"),
            (StatusCode::PAYLOAD_TOO_LARGE, "The body is longer than the service takes"),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "No photo, or of a format or in a coding that is not read"),
            (StatusCode::UNPROCESSABLE_ENTITY, "A photo that is refused; `code` tells why"),
            (StatusCode::INTERNAL_SERVER_ERROR, "A defect of scrimp"),
        ];
        let told = told.into_iter().map(|(status, what)| answer(status, problem(what).build()));
        told.chain(Turned::responses()).collect()
    }
}

/// What becomes of a request that the service has no room for.
#[derive(Debug)]
pub(crate) struct Turned;

impl IntoResponses for Turned {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let whole = Object::builder().schema_type(schema::Type::Integer).minimum(Some(1)).build();
        let seconds = HeaderBuilder::new().schema(Some(whole)).description(Some("Seconds")).build();
        let busy = problem("There is more to do than may be taken on, or the service is being stopped");
        let busy = busy.header("Retry-After", seconds).build();
        BTreeMap::from([answer(StatusCode::SERVICE_UNAVAILABLE, busy)])
    }
}

fn answer(status: StatusCode, response: Response) -> (String, RefOr<Response>) {
    (status.as_u16().to_string(), RefOr::T(response))
}

fn problem(what: &str) -> ResponseBuilder {
    let details = Content::new(Some(Ref::from_schema_name(Details::name())));
    ResponseBuilder::new().description(what).content("application/problem+json", details)
}
