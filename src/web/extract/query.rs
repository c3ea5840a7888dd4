//! The query part of an address; unknown parameters are refused.

use super::body::misfit;
use crate::web::problem::Problem;
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
            let name = error.path().iter().last().map(ToString::to_string).unwrap_or_default();
            let name = if name == "?" || name == "." { String::new() } else { name };
            Problem::UseCase(misfit(&name, &error.inner().to_string()))
        }))
    }
}
