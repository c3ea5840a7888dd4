//! Refuses callers that send more than the settings allow, and tells every caller what is left.

use crate::{
    domain::people::actor::Actor,
    web::{
        extract::client_address::client_address,
        limits::{Kind, Limits, Source, Standing},
        problem::{Edge, Problem},
    },
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};

static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Wraps every route of the API, inside authentication: a caller without an account is signing in.
pub async fn limit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let account = request.extensions().get::<Actor>().map(|actor| actor.reference().to_string());
    let kind = match &account {
        _ if request.method().is_safe() => Kind::Read,
        None => Kind::SignIn,
        Some(_) => Kind::Write,
    };
    let Some(standing) = count(request.request(), kind, account) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let mut response = match standing.retry_after {
        None => next.call(request).await?.map_into_left_body(),
        Some(seconds) => {
            let (request, _) = request.into_parts();
            let refusal = HttpResponse::from_error(Problem::Edge(Edge::TooMany(seconds)));
            ServiceResponse::new(request, refusal).map_into_right_body()
        }
    };
    tell(response.headers_mut(), standing);
    Ok(response)
}

/// Counts a request that presented nothing that holds; refused when there were too many, so that guessing tokens is no way to
/// keep the database busy.
pub(super) fn count_stranger(request: &HttpRequest) -> Result<(), Problem> {
    match count(request, Kind::Read, None).and_then(|standing| standing.retry_after) {
        Some(seconds) => Err(Edge::TooMany(seconds).into()),
        None => Ok(()),
    }
}

fn count(request: &HttpRequest, kind: Kind, account: Option<String>) -> Option<Standing> {
    let limits = request.app_data::<Data<Limits>>()?;
    Some(limits.count(kind, &Source::new(account, client_address(request))))
}

/// draft-ietf-httpapi-ratelimit-headers-10.
fn tell(headers: &mut HeaderMap, standing: Standing) {
    let name = match standing.kind {
        Kind::SignIn => "sign-in",
        Kind::Write => "write",
        Kind::Read => "read",
    };
    let policy = format!("\"{name}\";q={};w=60", standing.quota);
    let limit = format!("\"{name}\";r={};t={}", standing.remaining, standing.retry_after.unwrap_or(standing.reset));
    for (header, value) in [(&POLICY, policy), (&LIMIT, limit)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header.clone(), value);
        }
    }
}
