//! API tokens of service accounts: shown in clear once, kept as a hash, limited by scopes, street office and time.

use super::sessions::person;
use crate::{
    db::{
        backend::DbConn,
        people::tokens::{self, ApiToken},
        registry::organisations,
    },
    domain::{
        ids::{OrganisationId, TokenId},
        people::{
            actor::Actor,
            role::{Permission, TokenScope},
        },
        records::change::Action,
        registry::organisation::{OrganisationKind, OrganisationStatus},
        text,
    },
    secrets::token::{Token, TokenKind},
    services::{
        Details, Error, Invalid, Tx,
        error::Reason,
        paging::{Page, Window},
        unit_of_work::require,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

/// Longest name in characters.
pub const NAME_MAX: usize = 100;
/// How long a token holds when nobody says.
const DEFAULT_LIFE: TimeDelta = TimeDelta::days(90);
/// How long a token holds at most.
const LONGEST_LIFE: TimeDelta = TimeDelta::days(366);

/// A token to be issued.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TokenEntry, example = json!({"name": "市场监管局变更推送", "scopes": ["signals:write", "read"]}))]
pub struct NewToken {
    /// What it is for.
    #[schema(max_length = 100)]
    pub name: String,
    /// What it may do; at least one.
    pub scopes: Vec<TokenScope>,
    /// The street office it is limited to.
    pub street_id: Option<OrganisationId>,
    /// When it ends, within 366 days; in 90 days when not given.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Issues a token; the second value is its only copy in clear.
pub fn issue(tx: &mut Tx<'_>, new: NewToken) -> Result<(ApiToken, Token), Error> {
    tx.require(Permission::ManageAccounts)?;
    let mut invalid = Invalid::default();
    let name = invalid.take("/name", text::line(&new.name, NAME_MAX));
    let expires_at = new.expires_at.unwrap_or(tx.now + DEFAULT_LIFE);
    if expires_at <= tx.now {
        invalid.note("/expires_at", Reason::InThePast);
    } else if expires_at > tx.now + LONGEST_LIFE {
        invalid.note("/expires_at", Reason::OutOfRange);
    }
    if new.scopes.is_empty() {
        invalid.note("/scopes", Reason::Required);
    }
    check_street(tx.conn, &mut invalid, new.street_id)?;
    let name = name.unwrap_or_default();
    invalid.check()?;
    let token = Token::generate(TokenKind::Api).map_err(Error::internal)?;
    let row = ApiToken {
        id: TokenId::new(),
        name,
        prefix: token.display_prefix(),
        token_hash: token.hash().as_bytes().to_vec(),
        scopes: codes(new.scopes),
        street_id: new.street_id,
        issued_by: tx.actor.user(),
        created_at: tx.now.into(),
        expires_at: expires_at.into(),
        last_used_at: None,
        revoked_at: None,
    };
    tx.create(&row)?;
    Ok((row, token))
}

fn check_street(connection: &mut DbConn, invalid: &mut Invalid, street: Option<OrganisationId>) -> Result<(), Error> {
    let Some(id) = street else { return Ok(()) };
    let found = organisations::find(connection, id)?;
    let is_street =
        found.is_some_and(|it| it.kind == OrganisationKind::Street && it.status == OrganisationStatus::Active);
    if !is_street {
        invalid.note("/street_id", Reason::UnknownReference);
    }
    Ok(())
}

/// Codes in the order of declaration, each once.
fn codes(mut scopes: Vec<TokenScope>) -> String {
    scopes.sort_unstable();
    scopes.dedup();
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

/// Revokes a token at once; one that was revoked before stays as it is.
pub fn revoke(tx: &mut Tx<'_>, id: TokenId) -> Result<(), Error> {
    tx.require(Permission::ManageAccounts)?;
    let before = tokens::find(tx.conn, id)?.ok_or(Error::NotFound)?;
    if before.revoked_at.is_none() {
        let name = Details::none().with("name", &before.name, &before.name);
        let after = ApiToken { revoked_at: Some(tx.now.into()), ..before.clone() };
        tx.change_with(&before, after, Action::Revoked, name)?;
    }
    Ok(())
}

/// One token.
pub fn find(connection: &mut DbConn, actor: &Actor, id: TokenId) -> Result<ApiToken, Error> {
    require(actor, Permission::ManageAccounts)?;
    tokens::find(connection, id)?.ok_or(Error::NotFound)
}

/// All tokens, latest first.
pub fn list(
    connection: &mut DbConn,
    actor: &Actor,
    window: &Window<TokenId>,
) -> Result<Page<ApiToken, TokenId>, Error> {
    require(actor, Permission::ManageAccounts)?;
    page(connection, None, window)
}

/// The tokens that the person who asks has issued, latest first.
pub fn list_own(
    connection: &mut DbConn,
    actor: &Actor,
    window: &Window<TokenId>,
) -> Result<Page<ApiToken, TokenId>, Error> {
    let issuer = person(actor)?;
    page(connection, Some(issuer), window)
}

fn page(
    connection: &mut DbConn,
    issuer: Option<crate::domain::ids::UserId>,
    window: &Window<TokenId>,
) -> Result<Page<ApiToken, TokenId>, Error> {
    let rows = tokens::list(connection, issuer, &window.part())?;
    let total = window.total(rows.len(), |_| tokens::count(connection, issuer))?;
    Ok(Page::cut(rows, window, total, |row| row.id))
}
