//! The outermost layer: gives each request its id and language, and each refusal its body.

use crate::{
    domain::people::actor::Actor,
    texts::Language,
    web::problem::{Edge, Problem},
};
use actix_web::{
    HttpMessage, HttpRequest,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use uuid::Uuid;

/// What ties the lines of one request together.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request; given by the caller or made here.
pub fn request_id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// The language a caller asks for in `Accept-Language`, if it is one of ours.
pub fn accepted_language(request: &HttpRequest) -> Option<Language> {
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut wanted: Vec<(Language, u16)> = accepted.split(',').filter_map(weighted).collect();
    wanted.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    wanted.first().filter(|(_, weight)| *weight > 0).map(|(language, _)| *language)
}

/// The language of an answer: what the request asks for, else that of the account, else Chinese.
fn language_of(request: &HttpRequest) -> Language {
    let of_account = || request.extensions().get::<Actor>().map(|actor| actor.language);
    accepted_language(request).or_else(of_account).unwrap_or_default()
}

/// One entry of `Accept-Language` with its weight in thousandths (RFC 9110, 12.4.2).
fn weighted(entry: &str) -> Option<(Language, u16)> {
    let mut parts = entry.split(';');
    let language = Language::from_tag(parts.next()?.trim())?;
    let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
    Some((language, weight.map_or(1000, thousandths)))
}

fn thousandths(weight: &str) -> u16 {
    match weight.split_once('.') {
        None => {
            if weight == "1" {
                1000
            } else {
                0
            }
        }
        Some(("1", _)) => 1000,
        Some((_, digits)) => format!("{digits:0<3}").get(..3).and_then(|digits| digits.parse().ok()).unwrap_or(0),
    }
}

/// Wraps every request of the product.
pub async fn problems<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let id = given_id(&request).unwrap_or_else(|| Uuid::now_v7().to_string());
    if request.method() == Method::HEAD {
        // Answered like GET (RFC 9110, 9.3.2); the connection, which knows what was asked, leaves out the body.
        request.head_mut().method = Method::GET;
    }
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.call(request).await?.map_into_left_body();
    if response.status().is_client_error() || response.status().is_server_error() {
        let language = language_of(response.request());
        response = with_body(response, language, &id);
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID.clone(), value);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

fn given_id(request: &ServiceRequest) -> Option<String> {
    let given = request.headers().get(&REQUEST_ID)?.to_str().ok()?;
    let plain = given.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    (plain && (8..=64).contains(&given.len())).then(|| given.to_owned())
}

fn with_body<B: MessageBody + 'static>(
    response: ServiceResponse<EitherBody<B, BoxBody>>,
    language: Language,
    id: &str,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let (body, retry_after, allow) = match response.response().error().and_then(|error| error.as_error::<Problem>()) {
        Some(problem) => {
            if let Problem::UseCase(error) = problem
                && response.status().is_server_error()
            {
                tracing::error!(request_id = id, %error, "a request failed");
            }
            (problem.body(language, id), problem.retry_after(), problem.allow())
        }
        None if has_body(&response) => return response,
        None => (Problem::Edge(Edge::of_status(response.status())).body(language, id), None, None),
    };
    let text = serde_json::to_string(&body).unwrap_or_default();
    let mut response = response.map_body(|_, _| EitherBody::right(BoxBody::new(text)));
    if body.status != response.status().as_u16()
        && let Ok(status) = actix_web::http::StatusCode::from_u16(body.status)
    {
        *response.response_mut().status_mut() = status;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    if body.status == 401 {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"wellspring\""));
    }
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(methods) = allow.and_then(|methods| HeaderValue::from_str(&methods).ok()) {
        headers.insert(header::ALLOW, methods);
    }
    response
}

/// Whether a refusal says what it is already: a problem, or a page.
fn has_body<B>(response: &ServiceResponse<B>) -> bool {
    let content_type = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type.is_some_and(|kind| kind.starts_with(b"application/problem+json") || kind.starts_with(b"text/html"))
}
