//! Sessions of signed-in people, found by the hash of their token.

use super::users::User;
use crate::{
    db::{
        backend::{DbConn, MultiBackend},
        keyset::{Order, Part},
        schema::{credentials, organisations, sessions, users},
        values::Timestamp,
    },
    domain::{
        ids::{SessionId, UserId},
        people::user::UserStatus,
        registry::organisation::OrganisationKind,
    },
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

/// What the age of a password is judged by.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = credentials)]
pub struct PasswordState {
    /// When it was set.
    pub password_changed_at: Timestamp,
    /// Whether another must be chosen before anything else.
    pub password_change_required: bool,
}

/// A session and everything about its person that a request needs.
#[derive(Debug, Clone, Queryable)]
pub struct OpenSession {
    /// The session.
    pub session: Session,
    /// Who signed in.
    pub user: User,
    /// What the person's organisation is.
    pub organisation_kind: OrganisationKind,
    /// `None` for an account without a password.
    pub password: Option<PasswordState>,
}

/// A session that has not ended, with its person, if that account can be used.
pub fn find_open(connection: &mut DbConn, token_hash: &[u8]) -> QueryResult<Option<OpenSession>> {
    sessions::table
        .inner_join(users::table.inner_join(organisations::table).left_join(credentials::table))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::ended_at.is_null())
        .filter(users::status.eq(UserStatus::Active))
        .select((Session::as_select(), User::as_select(), organisations::kind, Option::<PasswordState>::as_select()))
        .get_result(connection)
        .optional()
}

/// A person's session that has not ended.
pub fn find(connection: &mut DbConn, id: SessionId, user: UserId) -> QueryResult<Option<Session>> {
    sessions::table
        .filter(sessions::id.eq(id))
        .filter(sessions::user_id.eq(user))
        .filter(sessions::ended_at.is_null())
        .select(Session::as_select())
        .get_result(connection)
        .optional()
}

/// The sessions of a person that can still be used: neither ended, nor expired at `now`, nor unused since `used_after`.
fn usable<'q>(user: UserId, now: DateTime<Utc>, used_after: DateTime<Utc>) -> sessions::BoxedQuery<'q, MultiBackend> {
    sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(Timestamp(now)))
        .filter(sessions::last_seen_at.gt(Timestamp(used_after)))
        .into_boxed()
}

/// Sessions of a person that can still be used, latest first: neither ended, nor expired at `now`, nor unused since
/// `used_after`.
pub fn list_open(
    connection: &mut DbConn,
    user: UserId,
    now: DateTime<Utc>,
    used_after: DateTime<Utc>,
    part: &Part<SessionId>,
) -> QueryResult<Vec<Session>> {
    const LATEST_FIRST: Order = Order::descending("sessions.id");
    let query = usable(user, now, used_after).filter(part.beyond(LATEST_FIRST)).order(part.order(LATEST_FIRST));
    query.limit(part.limit).select(Session::as_select()).load(connection)
}

/// How many sessions of a person can still be used.
pub fn count_open(
    connection: &mut DbConn,
    user: UserId,
    now: DateTime<Utc>,
    used_after: DateTime<Utc>,
) -> QueryResult<i64> {
    usable(user, now, used_after).count().get_result(connection)
}

/// The sessions of a person that were neither ended nor have expired.
pub fn open_ids(connection: &mut DbConn, user: UserId, now: DateTime<Utc>) -> QueryResult<Vec<SessionId>> {
    sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(Timestamp(now)))
        .order(sessions::id)
        .select(sessions::id)
        .load(connection)
}

/// Ends a session.
pub fn end(connection: &mut DbConn, id: SessionId, at: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(sessions::table.filter(sessions::id.eq(id)).filter(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(Some(Timestamp(at))))
        .execute(connection)
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

/// Forgets sessions that ended before an instant.
pub fn purge(connection: &mut DbConn, before: DateTime<Utc>) -> QueryResult<usize> {
    let ended =
        sessions::expires_at.lt(Timestamp(before)).or(sessions::ended_at.lt(Timestamp(before)).assume_not_null());
    diesel::delete(sessions::table.filter(ended)).execute(connection)
}
