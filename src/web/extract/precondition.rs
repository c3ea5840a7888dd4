//! `If-Match`: the version that a change is based on.

use crate::{
    services::Version,
    web::{
        openapi::parameters,
        problem::{Edge, Problem},
    },
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use std::future::{Ready, ready};
use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterIn},
    },
};

/// The version the caller has read. An entity tag is `"VERSION-CONTENT"`: changes are compared by version, so that what
/// follows from facts (risk, sums) never makes somebody's form stale; reads are compared by the whole tag. `*` stands for whatever is
/// there (RFC 9110, 13.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Version);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match request.headers().get(header::IF_MATCH) {
            None => Err(Edge::VersionRequired.into()),
            Some(value) => {
                value.to_str().ok().and_then(version).map(Self).ok_or_else(|| Edge::Header("If-Match").into())
            }
        })
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![if_match(Required::True)]
    }
}

/// The version the caller has read, for actions that may be done without saying so: a person who answers a mail has read none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatchGiven(pub Version);

impl FromRequest for IfMatchGiven {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !request.headers().contains_key(header::IF_MATCH) {
            return ready(Ok(Self(Version::Any)));
        }
        ready(IfMatch::from_request(request, payload).into_inner().map(|IfMatch(version)| Self(version)))
    }
}

impl IntoParams for IfMatchGiven {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![if_match(Required::False)]
    }
}

/// The version the caller expects of something that may not be there yet: that of `If-Match`, or 0 for `If-None-Match: *`,
/// which says that there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected(pub Version);

impl FromRequest for Expected {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let nothing = request.headers().get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == b"*");
        if nothing {
            return ready(Ok(Self(Version::Exactly(0))));
        }
        ready(IfMatch::from_request(request, payload).into_inner().map(|IfMatch(version)| Self(version)))
    }
}

impl IntoParams for Expected {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let first = "`*` instead of `If-Match` when there is none yet";
        vec![if_match(Required::False), parameters::header("If-None-Match", Required::False, first)]
    }
}

fn if_match(required: Required) -> Parameter {
    parameters::header("If-Match", required, "The ETag that was read, or `\"VERSION\"`, or `*` for any version")
}

fn version(tag: &str) -> Option<Version> {
    let tag = tag.trim();
    if tag == "*" {
        return Some(Version::Any);
    }
    let tag = tag.strip_prefix('"')?.strip_suffix('"')?;
    tag.split('-').next()?.parse().ok().map(Version::Exactly)
}
