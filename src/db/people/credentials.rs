//! Credentials of people: password hashes, failed attempts and the second factor.

use crate::{
    db::{backend::DbConn, schema::credentials, values::Timestamp},
    domain::ids::UserId,
};
use diesel::prelude::*;

/// The credentials of one account. Not printable: it holds secrets.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = credentials, primary_key(user_id), treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Credentials {
    /// Whose they are.
    pub user_id: UserId,
    /// PHC string of the password.
    pub password_hash: String,
    /// When it was set.
    pub password_changed_at: Timestamp,
    /// Whether the person must choose another before anything else.
    pub password_change_required: bool,
    /// Failed sign-ins in a row.
    pub failed_attempts: i32,
    /// Until when no attempt is looked at.
    pub locked_until: Option<Timestamp>,
    /// Sealed seed of the second factor.
    pub totp_seed: Option<Vec<u8>>,
    /// When the person proved to hold the seed; before that it is not asked for.
    pub totp_confirmed_at: Option<Timestamp>,
    /// Step of the last code that was taken: it and earlier ones are refused.
    pub totp_last_step: Option<i64>,
}

/// The credentials of an account; `None` when it never had a password.
pub fn find(connection: &mut DbConn, user: UserId) -> QueryResult<Option<Credentials>> {
    credentials::table
        .filter(credentials::user_id.eq(user))
        .select(Credentials::as_select())
        .get_result(connection)
        .optional()
}

/// The credentials of several accounts.
pub fn of(connection: &mut DbConn, users: &[UserId]) -> QueryResult<Vec<Credentials>> {
    credentials::table
        .filter(credentials::user_id.eq_any(users.to_vec()))
        .select(Credentials::as_select())
        .load(connection)
}

/// Adds the credentials of an account.
pub fn insert(connection: &mut DbConn, row: &Credentials) -> QueryResult<usize> {
    diesel::insert_into(credentials::table).values(row).execute(connection)
}

/// Writes all columns of an account's credentials.
pub fn update(connection: &mut DbConn, row: &Credentials) -> QueryResult<usize> {
    diesel::update(credentials::table.filter(credentials::user_id.eq(row.user_id))).set(row).execute(connection)
}
