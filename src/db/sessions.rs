//! Sessions of signed-in people, found by the hash of their token.

use super::{
    backend::DbConn,
    schema::{organisations, sessions, users},
    values::Timestamp,
};
use crate::db::users::User;
use crate::domain::{
    ids::{SessionId, UserId},
    organisation::OrganisationKind,
    user::UserStatus,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// One session.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub user_id: UserId,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When it was ended before that.
    pub ended_at: Option<Timestamp>,
    /// Where the person signed in from.
    pub remote_address: String,
    /// With which program.
    pub user_agent: String,
}

/// A session that has not ended, with its person, if that account can be used.
pub fn find_open(connection: &mut DbConn, token_hash: &[u8]) -> QueryResult<Option<(Session, User, OrganisationKind)>> {
    sessions::table
        .inner_join(users::table.inner_join(organisations::table))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::ended_at.is_null())
        .filter(users::status.eq(UserStatus::Active))
        .select((Session::as_select(), User::as_select(), organisations::kind))
        .get_result(connection)
        .optional()
}

/// Adds a session.
pub fn insert(connection: &mut DbConn, session: &Session) -> QueryResult<usize> {
    diesel::insert_into(sessions::table).values(session).execute(connection)
}

/// Notes that a session is in use.
pub fn seen(connection: &mut DbConn, id: SessionId, at: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(sessions::table.filter(sessions::id.eq(id)))
        .set(sessions::last_seen_at.eq(Timestamp(at)))
        .execute(connection)
}
