//! Finds out who calls, before anything else of the request is read: a caller that cannot be identified gets 401.

use crate::{
    app::App,
    domain::people::actor::Actor,
    secrets::token::Token,
    services::{
        Error,
        people::sessions::{self, SignInError},
    },
    web::{
        middleware::{
            limit::count_stranger,
            problems::{accepted_language, request_id},
        },
        problem::{Edge, Problem},
    },
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
    web::Data,
};

/// Name of the session cookie; where people come by TLS it carries the `__Host-` prefix, which browsers tie to this host alone.
pub fn session_cookie_name(app: &App) -> &'static str {
    if comes_by_tls(app) { "__Host-wellspring" } else { "wellspring" }
}

/// Whether browsers reach the product by TLS, here or at a proxy before it, so that cookies may be marked `Secure`.
pub fn comes_by_tls(app: &App) -> bool {
    let settings = &app.context().settings;
    settings.tls().is_some() || settings.server.public_base_url.is_https()
}

/// Wraps every route of the API but signing in.
pub async fn authenticate<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    if !is_open(&request) {
        match authenticated(request.request()).await {
            Ok(actor) => drop(request.extensions_mut().insert(actor)),
            Err(problem) => {
                let (request, _) = request.into_parts();
                let problem = count_stranger(&request).err().unwrap_or(problem);
                return Ok(ServiceResponse::new(request, HttpResponse::from_error(problem)).map_into_right_body());
            }
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// Who is signed in to the pages: a person with a session, by cookie; `None` for a stranger, and for a session that has ended.
pub async fn signed_in(request: &HttpRequest) -> Result<Option<Actor>, Problem> {
    let app = request.app_data::<Data<App>>().ok_or(Problem::Edge(Edge::Unavailable))?;
    let cookie = request.cookie(session_cookie_name(app));
    let Some(token) = cookie.and_then(|cookie| Token::parse(cookie.value())) else { return Ok(None) };
    require_own_page(app, request)?;
    match actor_behind(app, request, token).await {
        Ok(actor) => Ok(Some(actor)),
        Err(Problem::UseCase(Error::Unauthenticated(_))) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Refuses what another site made a browser send.
pub fn require_own_page(app: &App, request: &HttpRequest) -> Result<(), Problem> {
    if comes_from_us(app, request) { Ok(()) } else { Err(Edge::CrossSite.into()) }
}

async fn authenticated(request: &HttpRequest) -> Result<Actor, Problem> {
    let app = request.app_data::<Data<App>>().ok_or(Problem::Edge(Edge::Unavailable))?;
    let presented = presented(app, request).ok_or_else(|| Problem::UseCase(sessions::nobody()))?;
    if presented.by_cookie && !comes_from_us(app, request) {
        return Err(Edge::CrossSite.into());
    }
    let mut actor = actor_behind(app, request, presented.token).await?;
    actor.language = accepted_language(request).unwrap_or(actor.language);
    Ok(actor)
}

/// Signing in is the one thing a stranger may do.
fn is_open(request: &ServiceRequest) -> bool {
    request.method() == Method::POST && request.path() == "/api/v1/session"
}

struct Presented {
    token: Token,
    by_cookie: bool,
}

fn presented(app: &App, request: &HttpRequest) -> Option<Presented> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        let token = scheme.eq_ignore_ascii_case("bearer").then(|| Token::parse(token.trim())).flatten()?;
        return Some(Presented { token, by_cookie: false });
    }
    let cookie = request.cookie(session_cookie_name(app))?;
    Some(Presented { token: Token::parse(cookie.value())?, by_cookie: true })
}

/// Whether a request that a browser sent along with its cookie comes from one of our own pages: by Fetch Metadata, by Origin
/// where a browser sends no Fetch Metadata. Reading needs no proof: no GET has effects.
fn comes_from_us(app: &App, request: &HttpRequest) -> bool {
    if request.method().is_safe() {
        return true;
    }
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == app.context().settings.server.public_base_url.origin(),
        (None, None) => false,
    }
}

async fn actor_behind(app: &App, request: &HttpRequest, token: Token) -> Result<Actor, Problem> {
    let (now, id) = (app.now(), request_id(request));
    let inner = app.clone();
    let found =
        app.read(move |connection| sessions::authenticate(connection, inner.context(), &token, id, now)).await?;
    if let Some(used) = found.used {
        app.maintain(move |connection| sessions::note_use(connection, used, now)).await?;
    }
    if found.password_change_required && !WITH_AN_OLD_PASSWORD.contains(&request.path()) {
        return Err(Error::refused(SignInError::PasswordChangeRequired).into());
    }
    Ok(found.actor)
}

/// What a person reaches who must choose a new password first.
const WITH_AN_OLD_PASSWORD: [&str; 5] =
    ["/api/v1/me", "/api/v1/me/password", "/api/v1/session", "/account/password", "/sign-out"];
