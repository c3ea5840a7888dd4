//! Answers that several operations share and declare by name. What follows from an operation's parameters and body it does
//! not declare at all: `complete` adds it.

use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{RefOr, Response, response::ResponseBuilder},
};

/// `304 Not Modified`: the answer carries an entity tag, and a caller who sends it in `If-None-Match` gets no body.
pub(crate) struct NotModified;

/// `403 Forbidden` for service accounts: the operation is about the caller's own account.
pub(crate) struct PeopleOnly;

impl IntoResponses for NotModified {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        one("304", "Not changed since")
    }
}

impl IntoResponses for PeopleOnly {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        one("403", "A service account has none of this")
    }
}

fn one(status: &str, description: &str) -> BTreeMap<String, RefOr<Response>> {
    let response = ResponseBuilder::new().description(description).build();
    BTreeMap::from([(status.to_owned(), RefOr::T(response))])
}
