//! `/tokens`: the tokens of service accounts.
//!
//! Issuing ignores `Idempotency-Key`: its answer is a secret, which is kept nowhere. A token has no version: it is
//! revoked, never changed.

use crate::{
    db::people::tokens::ApiToken,
    domain::{
        ids::{OrganisationId, TokenId, UserId},
        people::role::TokenScope,
    },
    services::people::tokens::{self, NewToken},
    web::{
        extract::{Body, Caller, Id, Query},
        listing::{self, List, PageQuery},
        openapi::Routes,
        problem::Problem,
    },
};
use actix_web::{HttpResponse, delete, get, http::header, post};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(issue).service(show).service(revoke);
}

/// A token, without what lets anybody in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "name": "市场监管局变更推送", "prefix": "wst_Ab3dE6gh",
    "scopes": ["signals:write", "read"], "street_id": null, "issued_by": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d01",
    "created_at": "2026-11-20T01:00:00Z", "expires_at": "2027-02-18T01:00:00Z", "last_used_at": null, "revoked_at": null
}))]
pub struct TokenView {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// Its first characters, to recognise it.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<TokenScope>,
    /// The street office it is limited to.
    pub street_id: Option<OrganisationId>,
    /// Who issued it; `null` on the command line.
    pub issued_by: Option<UserId>,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<ApiToken> for TokenView {
    fn from(row: ApiToken) -> Self {
        Self {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            scopes: row.scopes.split(' ').filter_map(|scope| scope.parse().ok()).collect(),
            street_id: row.street_id,
            issued_by: row.issued_by,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            last_used_at: row.last_used_at.map(|at| at.0),
            revoked_at: row.revoked_at.map(|at| at.0),
        }
    }
}

/// A token that was issued.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "token": "wst_Ab3dE6ghJ9kLm2nPq4rStU7vWx0yZaBcD5eFgH8iJkM", "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e",
    "name": "市场监管局变更推送", "prefix": "wst_Ab3dE6gh", "scopes": ["signals:write", "read"], "street_id": null,
    "issued_by": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d01", "created_at": "2026-11-20T01:00:00Z",
    "expires_at": "2027-02-18T01:00:00Z", "last_used_at": null, "revoked_at": null
}))]
pub struct IssuedTokenView {
    /// What to send as `Authorization: Bearer`; shown this once.
    pub token: String,
    /// The token as it is listed.
    #[serde(flatten)]
    pub issued: TokenView,
}

/// All tokens, revoked ones included, latest first.
#[utoipa::path(
    tag = "tokens",
    operation_id = "list_tokens",
    params(PageQuery),
    responses((status = 200, description = "A page", body = List<TokenView>))
)]
#[get("/tokens")]
pub(crate) async fn index(caller: Caller, Query(asked): Query<PageQuery>) -> Result<HttpResponse, Problem> {
    const LIST: &str = "tokens";
    let window = asked.window(caller.app.context(), LIST)?;
    let page = caller.read(move |connection, actor| tokens::list(connection, actor, &window)).await?;
    Ok(listing::respond(caller.app.context(), LIST, &caller.request, page.map(TokenView::from)))
}

/// Issue a token; it is shown this once.
#[utoipa::path(
    tag = "tokens",
    operation_id = "issue_token",
    request_body = NewToken,
    responses(
        (status = 201, description = "Issued", body = IssuedTokenView, headers(("Location" = String, description = "Where the token is"))),
    )
)]
#[post("/tokens")]
pub(crate) async fn issue(caller: Caller, body: Body<NewToken>) -> Result<HttpResponse, Problem> {
    let (row, token) = caller.write(move |tx| tokens::issue(tx, body.value.clone())).await?;
    let location = format!("/api/v1/tokens/{}", row.id);
    let view = IssuedTokenView { token: token.expose().to_owned(), issued: row.into() };
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(view))
}

/// One token.
#[utoipa::path(
    tag = "tokens",
    operation_id = "get_token",
    responses((status = 200, description = "The token", body = TokenView))
)]
#[get("/tokens/{id}")]
pub(crate) async fn show(caller: Caller, Id(id): Id<TokenId>) -> Result<HttpResponse, Problem> {
    let row = caller.read(move |connection, actor| tokens::find(connection, actor, id)).await?;
    Ok(HttpResponse::Ok().json(TokenView::from(row)))
}

/// Revoke a token, at once and for good.
#[utoipa::path(
    tag = "tokens",
    operation_id = "revoke_token",
    responses((status = 204, description = "Revoked, now or before"))
)]
#[delete("/tokens/{id}")]
pub(crate) async fn revoke(caller: Caller, Id(id): Id<TokenId>) -> Result<HttpResponse, Problem> {
    caller.write(move |tx| tokens::revoke(tx, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
