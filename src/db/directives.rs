//! Directives that leaders write on alerts.

use super::{
    backend::DbConn,
    schema::{directives, users},
    values::Timestamp,
};
use crate::domain::ids::{AlertId, DirectiveId, UserId};
use diesel::{dsl::count_star, prelude::*};

/// One directive.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = directives, treat_none_as_default_value = false)]
pub struct Directive {
    /// Its id.
    pub id: DirectiveId,
    /// The alert it is on.
    pub alert_id: AlertId,
    /// The leader.
    pub author_id: UserId,
    /// What is to be done.
    pub text: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Adds a directive.
pub fn insert(connection: &mut DbConn, directive: &Directive) -> QueryResult<usize> {
    diesel::insert_into(directives::table).values(directive).execute(connection)
}

/// A page of the directives on an alert with the names of their authors, oldest first.
pub fn list(
    connection: &mut DbConn,
    alert: AlertId,
    after: Option<DirectiveId>,
    limit: i64,
) -> QueryResult<Vec<(Directive, String)>> {
    let query = directives::table
        .inner_join(users::table)
        .filter(directives::alert_id.eq(alert))
        .order(directives::id)
        .select((Directive::as_select(), users::display_name))
        .limit(limit)
        .into_boxed();
    match after {
        Some(after) => query.filter(directives::id.gt(after)).load(connection),
        None => query.load(connection),
    }
}

/// The number of directives on an alert.
pub fn count(connection: &mut DbConn, alert: AlertId) -> QueryResult<i64> {
    directives::table.filter(directives::alert_id.eq(alert)).select(count_star()).get_result(connection)
}
