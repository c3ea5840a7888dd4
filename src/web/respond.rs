//! Answers with an entity tag, and `304 Not Modified` for callers who have it already.

use crate::{
    domain::{people::actor::Actor, watch::followed::Followed},
    services::Error,
    web::{entity_tag::entity_tag, followed::Changed, problem::Problem},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
};
use serde::Serialize;

/// One entity.
pub fn entity<V: Serialize>(request: &HttpRequest, version: i64, view: &V) -> Result<HttpResponse, Problem> {
    let body = serde_json::to_vec(view).map_err(Error::internal)?;
    let tag = entity_tag(version, &body);
    // The answer to a change is what the record has become.
    let is_known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| matches(known, &tag));
    if is_known && request.method().is_safe() {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).content_type("application/json").body(body))
}

/// One entity as the answer to a change, with what followed.
pub fn changed<V: Serialize>(
    version: i64,
    view: V,
    followed: &Followed,
    actor: &Actor,
) -> Result<HttpResponse, Problem> {
    let (body, tag) = Changed::content(view, version, followed, actor).map_err(Error::internal)?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).content_type("application/json").body(body))
}

fn matches(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    known.split(',').any(|known| matches!(known.trim(), "*") || known.trim().trim_start_matches("W/") == tag)
}
