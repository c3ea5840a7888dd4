//! API tokens of service accounts, found by their hash.

use crate::{
    db::{
        backend::DbConn,
        keyset::{Order, Part},
        records::recorded::{Belongs, Changeable, WriteProof, recorded, written},
        schema::tokens,
        values::Timestamp,
    },
    domain::ids::{OrganisationId, TokenId, UserId},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// One token.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens, treat_none_as_default_value = false)]
pub struct ApiToken {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// Its first characters, to recognise it.
    pub prefix: String,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// Codes of its scopes, separated by spaces.
    pub scopes: String,
    /// The street office it is limited to.
    pub street_id: Option<OrganisationId>,
    /// Who issued it; `None` on the command line.
    pub issued_by: Option<UserId>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

recorded! {
    ApiToken as Token of ["tokens"], belongs to |_| Belongs::District, in feed: false, assessed: false {
        fields {
            name: Public, "名称", "name";
            prefix: Public, "开头几位", "prefix";
            scopes: Public, "权限", "scopes";
            street_id: Public, "所属街道", "street office";
            expires_at: Public, "有效期至", "valid until";
            revoked_at: Public, "吊销时间", "revoked at";
        }
        details {}
        // The hash lets nobody in, but it is a secret's; the rest is in the record itself.
        unrecorded { id, token_hash, issued_by, created_at, last_used_at }
    }
}

/// Of a token only its end changes.
impl Changeable for ApiToken {
    fn update(&self, connection: &mut DbConn, _: &WriteProof) -> QueryResult<usize> {
        diesel::update(tokens::table.filter(tokens::id.eq(self.id)).filter(tokens::revoked_at.is_null()))
            .set(tokens::revoked_at.eq(self.revoked_at))
            .execute(connection)
    }

    fn raise(&mut self, _: Timestamp) {}
}

written! { ApiToken in tokens: created }

/// The token with the hash, if it was not revoked.
pub fn find_open(connection: &mut DbConn, token_hash: &[u8]) -> QueryResult<Option<ApiToken>> {
    tokens::table
        .filter(tokens::token_hash.eq(token_hash))
        .filter(tokens::revoked_at.is_null())
        .select(ApiToken::as_select())
        .get_result(connection)
        .optional()
}

/// Notes that a token is in use.
pub fn used(connection: &mut DbConn, id: TokenId, at: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(tokens::table.filter(tokens::id.eq(id)))
        .set(tokens::last_used_at.eq(Some(Timestamp(at))))
        .execute(connection)
}

/// The token with the id, revoked ones included.
pub fn find(connection: &mut DbConn, id: TokenId) -> QueryResult<Option<ApiToken>> {
    tokens::table.filter(tokens::id.eq(id)).select(ApiToken::as_select()).get_result(connection).optional()
}

/// Tokens, revoked ones included, latest first; those of one issuer or all.
pub fn list(connection: &mut DbConn, issued_by: Option<UserId>, part: &Part<TokenId>) -> QueryResult<Vec<ApiToken>> {
    const LATEST_FIRST: Order = Order::descending("tokens.id");
    let mut query = tokens::table.select(ApiToken::as_select()).into_boxed();
    if let Some(issuer) = issued_by {
        query = query.filter(tokens::issued_by.eq(issuer));
    }
    query.filter(part.beyond(LATEST_FIRST)).order(part.order(LATEST_FIRST)).limit(part.limit).load(connection)
}

/// How many tokens there are, of one issuer or of all.
pub fn count(connection: &mut DbConn, issued_by: Option<UserId>) -> QueryResult<i64> {
    match issued_by {
        Some(issuer) => tokens::table.filter(tokens::issued_by.eq(issuer)).count().get_result(connection),
        None => tokens::table.count().get_result(connection),
    }
}
