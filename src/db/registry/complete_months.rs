//! Treasury months that a source has completed.

use crate::{
    db::{
        backend::{DbConn, on_conn},
        records::recorded::WriteProof,
        schema::complete_months,
        values::Timestamp,
    },
    domain::month::Month,
};
use diesel::prelude::*;
use std::collections::BTreeSet;

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
pub fn insert(connection: &mut DbConn, rows: &[CompleteMonth], _: &WriteProof) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(complete_months::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(c))
}

/// Takes back what a source said of months.
pub fn withdraw(connection: &mut DbConn, source: &str, months: &[Month], _: &WriteProof) -> QueryResult<usize> {
    let months: Vec<i32> = months.iter().map(|month| month.ordinal()).collect();
    let said =
        complete_months::table.filter(complete_months::month.eq_any(months)).filter(complete_months::source.eq(source));
    diesel::delete(said).execute(connection)
}

/// Of these months those of which a source has sent everything, in order.
pub fn of_source(connection: &mut DbConn, source: &str, months: &BTreeSet<Month>) -> QueryResult<Vec<i32>> {
    let months: Vec<i32> = months.iter().map(|month| month.ordinal()).collect();
    complete_months::table
        .filter(complete_months::month.eq_any(months))
        .filter(complete_months::source.eq(source))
        .order(complete_months::month)
        .select(complete_months::month)
        .load(connection)
}

/// What any source has sent everything of, from the month with this ordinal on.
pub fn since(connection: &mut DbConn, from_month: i32) -> QueryResult<Vec<(i32, String)>> {
    complete_months::table
        .filter(complete_months::month.ge(from_month))
        .select((complete_months::month, complete_months::source))
        .load(connection)
}
