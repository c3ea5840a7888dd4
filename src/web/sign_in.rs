//! Signing in, whether by the API or by a page: compare the password outside the transaction, decide in one, and hand out the
//! session.

use crate::{
    app::App,
    services::{
        Error,
        people::{
            password_proof::{self, lockout},
            sign_in::{self, Attempt, NewSession, Origin},
        },
    },
    web::{
        extract::client_address::client_address,
        middleware::{
            authenticate::{comes_by_tls, session_cookie_name},
            problems::request_id,
        },
        problem::Problem,
        unknown_names::UnknownNames,
    },
};
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite},
    http::header,
};

/// Most characters kept of what a client says it is.
const USER_AGENT_MAX: usize = 200;

/// What somebody signs in with.
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
    /// The code of the second factor, when one is sent.
    pub totp: Option<String>,
}

/// Signs in. A name nobody has costs the same work, gets the same answers and is locked like one somebody has.
pub async fn sign_in(
    app: &App,
    unknown: &UnknownNames,
    request: &HttpRequest,
    given: Credentials,
) -> Result<NewSession, Problem> {
    let now = app.now();
    let Credentials { username, password, totp } = given;
    let name = username.clone();
    let candidate = app.read(move |connection| sign_in::candidate(connection, &name, now)).await?;
    let is_known = candidate.as_ref().is_some_and(|candidate| candidate.credentials().is_some());
    if !is_known && let Some(retry_after) = unknown.locked_for(&username, now) {
        return Err(Error::TooMany { retry_after }.into());
    }
    let (candidate, proof) = app
        .compute(move || {
            let credentials = candidate.as_ref().and_then(|candidate| candidate.credentials());
            let proof = password_proof::compare(credentials, &password)?;
            Ok((candidate, proof))
        })
        .await?;
    let attempt = Attempt { candidate, proof, totp, origin: origin(request) };
    let language = app.context().settings.locale.language;
    let author = sign_in::author(&attempt, language, request_id(request));
    match app.write(author, move |tx| sign_in::decide(tx, attempt.clone())).await? {
        Ok(session) => Ok(session),
        Err(refusal) => {
            if !is_known {
                unknown.note_failure(&username, lockout(app.context()), now);
            }
            Err(Error::Unauthenticated(Box::new(refusal)).into())
        }
    }
}

fn origin(request: &HttpRequest) -> Origin {
    let user_agent =
        request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Origin {
        address: client_address(request).map(|address| address.to_string()).unwrap_or_default(),
        user_agent: user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect(),
    }
}

/// The cookie that carries a session for pages. `Lax`, so that a link in a mail opens signed in; what has effects is guarded
/// by Fetch Metadata.
pub fn session_cookie<'c>(app: &App, token: &'c str) -> Cookie<'c> {
    Cookie::build(session_cookie_name(app), token)
        .path("/")
        .http_only(true)
        .secure(comes_by_tls(app))
        .same_site(SameSite::Lax)
        .finish()
}

/// The cookie that takes the session's away.
pub fn removal_cookie(app: &App) -> Cookie<'static> {
    let mut cookie = session_cookie(app, "").into_owned();
    cookie.make_removal();
    cookie
}
