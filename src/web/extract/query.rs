//! The query part of an address; unknown parameters are refused.

use super::misfit::misfits;
use crate::{services::Error, web::problem::Problem};
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
        ready(read(request.query_string()).map(Self))
    }
}

/// Reads the query part of an address.
pub fn read<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let deserializer = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let name = error.path().iter().next_back().map(ToString::to_string).unwrap_or_default();
        let pointer = if name == "?" || name == "." { String::new() } else { format!("/{name}") };
        Problem::UseCase(Error::Invalid(misfits(&pointer, &error.inner().to_string())))
    })
}
