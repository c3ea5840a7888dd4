//! `/me/sessions` and `/me/tokens`: your sessions and the tokens you issued.

use crate::{
    db::people::sessions::Session,
    domain::{ids::SessionId, people::actor::Identity},
    services::people::{sessions, tokens},
    web::{
        api::tokens::TokenView,
        extract::{Caller, Id, Query},
        listing::{self, List, PageQuery},
        openapi::{Routes, answers::PeopleOnly},
        problem::Problem,
    },
};
use actix_web::{HttpResponse, delete, get};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(end).service(issued);
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "current": true, "created_at": "2026-11-20T01:00:00Z",
    "last_seen_at": "2026-11-20T01:12:00Z", "expires_at": "2026-11-20T09:00:00Z", "remote_address": "192.0.2.7",
    "user_agent": "Mozilla/5.0"
}))]
pub struct OwnSessionView {
    /// Its id.
    pub id: SessionId,
    /// Whether this request came with it.
    pub current: bool,
    /// When you signed in.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// Where it was opened from.
    pub remote_address: String,
    /// With which program.
    pub user_agent: String,
}

impl OwnSessionView {
    fn of(session: Session, current: Option<SessionId>) -> Self {
        Self {
            id: session.id,
            current: current == Some(session.id),
            created_at: session.created_at.0,
            last_seen_at: session.last_seen_at.0,
            expires_at: session.expires_at.0,
            remote_address: session.remote_address,
            user_agent: session.user_agent,
        }
    }
}

/// The own sessions that can still be used, latest first.
#[utoipa::path(
    tag = "me",
    operation_id = "list_own_sessions",
    params(PageQuery),
    responses((status = 200, description = "A page", body = List<OwnSessionView>), PeopleOnly)
)]
#[get("/me/sessions")]
pub(crate) async fn index(caller: Caller, Query(asked): Query<PageQuery>) -> Result<HttpResponse, Problem> {
    const LIST: &str = "own sessions";
    let window = asked.window(caller.app.context(), LIST)?;
    let (app, now) = (caller.app.clone(), caller.app.now());
    let page = caller
        .read(move |connection, actor| sessions::list_own(connection, app.context(), actor, &window, now))
        .await?;
    let current = match caller.actor.identity {
        Identity::Person { session, .. } => session,
        _ => None,
    };
    let page = page.map(|session| OwnSessionView::of(session, current));
    Ok(listing::respond(caller.app.context(), LIST, &caller.request, page))
}

/// End one of the own sessions.
#[utoipa::path(
    tag = "me",
    operation_id = "end_own_session",
    responses((status = 204, description = "Ended"), PeopleOnly)
)]
#[delete("/me/sessions/{id}")]
pub(crate) async fn end(caller: Caller, Id(id): Id<SessionId>) -> Result<HttpResponse, Problem> {
    caller.write(move |tx| sessions::end_own(tx, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The tokens you have issued, latest first.
#[utoipa::path(
    tag = "me",
    operation_id = "list_own_tokens",
    params(PageQuery),
    responses((status = 200, description = "A page", body = List<TokenView>), PeopleOnly)
)]
#[get("/me/tokens")]
pub(crate) async fn issued(caller: Caller, Query(asked): Query<PageQuery>) -> Result<HttpResponse, Problem> {
    const LIST: &str = "own tokens";
    let window = asked.window(caller.app.context(), LIST)?;
    let page = caller.read(move |connection, actor| tokens::list_own(connection, actor, &window)).await?;
    Ok(listing::respond(caller.app.context(), LIST, &caller.request, page.map(TokenView::from)))
}
