//! What every page passes: the reader, the language, and a page for every refusal.

use super::{display::Display, failures};
use crate::{
    domain::people::actor::Actor,
    services::Error,
    web::{
        middleware::authenticate::signed_in,
        problem::{Edge, Problem},
    },
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use url::Position;

/// Nothing but our own: no inline script or style, no frame, no form that posts elsewhere.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Wraps every page.
pub async fn gate<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let display = Display::of(request.request());
    let mut response = match signed_in(request.request()).await {
        Ok(actor) => {
            if let Some(actor) = actor {
                let actor = Actor { language: display.language.unwrap_or(actor.language), ..actor };
                request.extensions_mut().insert(actor);
            }
            next.call(request).await?.map_into_left_body()
        }
        Err(problem) => {
            let (request, _) = request.into_parts();
            let refusal = HttpResponse::from_error(problem);
            ServiceResponse::new(request, refusal).map_into_right_body()
        }
    };
    if let Some(instead) = instead(&response) {
        response = response.into_response(instead).map_into_right_body();
    }
    for cookie in display.cookies(response.request()) {
        response.response_mut().add_cookie(&cookie)?;
    }
    guard(&mut response);
    Ok(response)
}

/// What a person gets in the place of a refusal. Where there is no page at all, a program may have asked.
fn instead<B>(response: &ServiceResponse<B>) -> Option<HttpResponse> {
    let problem = response.response().error()?.as_error::<Problem>()?;
    Some(match problem {
        Problem::Edge(Edge::NoRoute | Edge::Method(_)) => return None,
        Problem::UseCase(Error::Unauthenticated(_)) => to_sign_in(response.request()),
        Problem::UseCase(Error::Refused(reason)) if reason.code() == "password_change_required" => {
            see_other("/account/password")
        }
        _ => failures::page(response.request(), problem),
    })
}

/// Signing in, and back to where one was.
fn to_sign_in(request: &HttpRequest) -> HttpResponse {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if request.method().is_safe() {
        let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
        if here != "/" {
            query.append_pair("return_to", here);
        }
    } else if let Some(page) = referring_page(request) {
        query.append_pair("return_to", &page);
    }
    let query = query.finish();
    see_other(&if query.is_empty() { "/sign-in".to_owned() } else { format!("/sign-in?{query}") })
}

/// The page a form was sent from, when it is one of ours.
fn referring_page(request: &HttpRequest) -> Option<String> {
    let referer = request.headers().get(header::REFERER)?.to_str().ok()?;
    let page = url::Url::parse(referer).ok()?;
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    let is_ours = page[Position::BeforeHost..Position::AfterPort] == *host;
    is_ours.then(|| page[Position::BeforePath..Position::AfterQuery].to_owned())
}

/// Another page instead, which a browser gets with GET.
pub fn see_other(address: &str) -> HttpResponse {
    HttpResponse::build(StatusCode::SEE_OTHER).insert_header((header::LOCATION, address)).finish()
}

/// Where to go after signing in: a page of ours, never another site.
pub fn own_address(address: &str) -> Option<&str> {
    let plain = address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains(['\\', '\r', '\n', '\t'])
        && address.len() <= 2000;
    plain.then_some(address)
}

fn guard<B>(response: &mut ServiceResponse<B>) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
}

/// There is nothing at the address: a page for a person.
pub fn nowhere(request: &HttpRequest) -> HttpResponse {
    failures::page(request, &Problem::Edge(Edge::NoRoute))
}

#[cfg(test)]
mod tests {
    use super::own_address;

    #[test]
    fn only_pages_of_ours_are_returned_to() {
        assert_eq!(own_address("/enterprises?q=星"), Some("/enterprises?q=星"));
        for address in
            ["", "enterprises", "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x"]
        {
            assert_eq!(own_address(address), None, "{address}");
        }
    }
}
