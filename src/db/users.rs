//! Accounts of people.

use super::{backend::DbConn, schema::users, values::Timestamp};
use crate::{
    domain::{
        ids::{OrganisationId, UserId},
        role::Role,
        user::UserStatus,
    },
    texts::Language,
};
use diesel::prelude::*;

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// What the person signs in with; lower case.
    pub username: String,
    /// What others read.
    pub display_name: String,
    /// Where alerts are sent.
    pub email: Option<String>,
    /// What pages and mails are in.
    pub language: Language,
    /// What the person may do.
    pub role: Role,
    /// Where the person works.
    pub organisation_id: OrganisationId,
    /// Whether it can be used.
    pub status: UserStatus,
    /// Rises with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// The account with the id.
pub fn find(connection: &mut DbConn, id: UserId) -> QueryResult<Option<User>> {
    users::table.filter(users::id.eq(id)).select(User::as_select()).get_result(connection).optional()
}

/// Adds an account.
pub fn insert(connection: &mut DbConn, user: &User) -> QueryResult<usize> {
    diesel::insert_into(users::table).values(user).execute(connection)
}
