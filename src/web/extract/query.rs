//! The query part of an address; unknown parameters are refused.

use super::body::misfits;
use crate::{
    services::{Error, Invalid},
    web::problem::Problem,
};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// Query parameters of a known form.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let deserializer =
            serde_urlencoded::Deserializer::new(form_urlencoded::parse(request.query_string().as_bytes()));
        ready(serde_path_to_error::deserialize(deserializer).map(Self).map_err(|error| {
            let name = error.path().iter().next_back().map(ToString::to_string).unwrap_or_default();
            let pointer = if name == "?" || name == "." { String::new() } else { format!("/{name}") };
            Problem::UseCase(Error::Invalid(by_name(misfits(&pointer, &error.inner().to_string()))))
        }))
    }
}

/// Parameters are named, not pointed at.
fn by_name(mut invalid: Invalid) -> Invalid {
    for field in &mut invalid.0 {
        field.pointer = field.pointer.trim_start_matches('/').to_owned();
    }
    invalid
}
