//! `/session`: signing in and out.

use super::me::MeView;
use crate::{
    app::App,
    services::people::{me, sessions},
    web::{
        extract::{Body, Caller},
        openapi::{Routes, answers::PeopleOnly},
        problem::Problem,
        sign_in::{Credentials, removal_cookie, session_cookie, sign_in},
        unknown_names::UnknownNames,
    },
};
use actix_web::{HttpRequest, HttpResponse, delete, post, web::Data};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(open).service(close);
}

/// What somebody signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"username": "wang.fang", "password": "Teich-Ufer-82", "totp": "287082"}))]
pub struct SignInBody {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
    /// Six digits of the authenticator app, once a second factor is switched on.
    pub totp: Option<String>,
}

/// A session that was opened.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "token": "wss_2c3k0m2yQ9vUe5fJ1rJ6t0b7s8XwZ4nLh3pGdKqTaYo", "expires_at": "2026-11-20T09:00:00Z",
    "user": {
        "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "username": "wang.fang", "display_name": "王芳",
        "email": "wang.fang@xinghe.test", "language": "zh-CN", "role": "steward",
        "organisation": {"id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d00", "kind": "street", "name": "星湖街道"},
        "second_factor": true, "password_change_required": false, "password_expires_at": "2027-02-18T01:00:00Z",
        "version": 1
    }
}))]
pub struct SessionView {
    /// What to send as `Authorization: Bearer`; shown this once.
    pub token: String,
    /// When the session ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// Who is signed in.
    pub user: MeView,
}

/// Sign in.
///
/// The token comes in the answer for programs, and as a cookie for pages. After too many failures in a row an account is
/// locked for a while.
#[utoipa::path(
    tag = "session",
    operation_id = "sign_in",
    request_body = SignInBody,
    responses(
        (status = 201, description = "Signed in", body = SessionView),
        (status = 401, description = "Name, password or code are wrong, or a code is asked for"),
    ),
    security(())
)]
#[post("/session")]
pub(crate) async fn open(
    app: Data<App>,
    unknown: Data<UnknownNames>,
    request: HttpRequest,
    body: Body<SignInBody>,
) -> Result<HttpResponse, Problem> {
    let SignInBody { username, password, totp } = body.value;
    let session = sign_in(&app, &unknown, &request, Credentials { username, password, totp }).await?;
    let (inner, actor, now) = (app.clone(), session.actor, app.now());
    let profile = app.read(move |connection| me::profile(connection, inner.context(), &actor, now)).await?;
    let token = session.token.expose();
    let view = SessionView { token: token.to_owned(), expires_at: session.expires_at, user: profile.into() };
    Ok(HttpResponse::Created().cookie(session_cookie(&app, token)).json(view))
}

/// Sign out.
#[utoipa::path(
    tag = "session",
    operation_id = "sign_out",
    responses((status = 204, description = "Signed out"), PeopleOnly)
)]
#[delete("/session")]
pub(crate) async fn close(caller: Caller) -> Result<HttpResponse, Problem> {
    caller.write(sessions::sign_out).await?;
    Ok(HttpResponse::NoContent().cookie(removal_cookie(&caller.app)).finish())
}
