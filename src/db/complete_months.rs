//! Treasury months of which a source has sent everything.

use super::{
    backend::{DbConn, on_conn},
    schema::complete_months,
    values::Timestamp,
};
use diesel::prelude::*;

/// A source's word that it has sent everything of a treasury month.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = complete_months, treat_none_as_default_value = false)]
pub struct CompleteMonth {
    /// Treasury month, by `Month::ordinal`.
    pub month: i32,
    /// The file or system.
    pub source: String,
    /// Who said so: `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// When.
    pub created_at: Timestamp,
}

/// Notes months; one that is noted already stays as it is.
pub fn insert(connection: &mut DbConn, rows: &[CompleteMonth]) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(complete_months::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(c))
}

/// The months from the one with this ordinal on of which any source has sent everything.
pub fn since(connection: &mut DbConn, from_month: i32) -> QueryResult<Vec<i32>> {
    complete_months::table
        .filter(complete_months::month.ge(from_month))
        .select(complete_months::month)
        .distinct()
        .load(connection)
}
