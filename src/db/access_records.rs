//! The record of reads: figures, unmasked personal data, exports and the logs themselves.

use super::{
    backend::{DbConn, MultiBackend, TimestampSql, UuidSql, on_conn},
    changes::{Filter, logged},
    schema::access_records,
    values::{AnyId, Timestamp},
};
use crate::domain::{
    change::Noun,
    ids::{AccessId, EnterpriseId},
};
use diesel::{dsl::sql, prelude::*, sql_types::Bool};

/// One recorded read.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = access_records, treat_none_as_default_value = false)]
pub struct AccessRecord {
    /// Its id, in the order of recording.
    pub id: AccessId,
    /// When.
    pub at: Timestamp,
    /// `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// The actor's name then.
    pub actor_name: String,
    /// The request it came with.
    pub request_id: String,
    /// `figures`, `personal_data`, `logs` or `export`.
    pub what: String,
    /// Code of the noun read.
    pub noun: String,
    /// What was read, when it was one thing.
    pub noun_id: Option<AnyId>,
    /// The enterprise it belongs to.
    pub enterprise_id: Option<EnterpriseId>,
    /// Filters of a list, or which field; no figures and no personal data.
    pub detail: String,
}

/// Appends records.
pub fn insert(connection: &mut DbConn, rows: &[AccessRecord]) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(access_records::table).values(rows).execute(c))
}

/// The reads of the log, latest first, before an instant and id.
pub fn log(
    connection: &mut DbConn,
    filter: &Filter,
    before: Option<(Timestamp, AccessId)>,
    limit: i64,
) -> QueryResult<Vec<AccessRecord>> {
    let query: access_records::BoxedQuery<'_, MultiBackend, _> =
        logged!(access_records::table.into_boxed(), access_records, filter);
    let query = match before {
        None => query,
        Some((at, id)) => query.filter(
            sql::<Bool>("(access_records.at, access_records.id) < (")
                .bind::<TimestampSql, _>(at)
                .sql(", ")
                .bind::<UuidSql, _>(id)
                .sql(")"),
        ),
    };
    let latest_first = (access_records::at.desc(), access_records::id.desc());
    query.order(latest_first).select(AccessRecord::as_select()).limit(limit).load(connection)
}

/// How many reads the log shows.
pub fn count_log(connection: &mut DbConn, filter: &Filter) -> QueryResult<i64> {
    logged!(access_records::table.into_boxed(), access_records, filter).count().get_result(connection)
}

/// The last recorded read of a noun.
pub fn last_of(connection: &mut DbConn, noun: Noun) -> QueryResult<Option<AccessRecord>> {
    access_records::table
        .filter(access_records::noun.eq(noun.as_str()))
        .order((access_records::at.desc(), access_records::id.desc()))
        .select(AccessRecord::as_select())
        .limit(1)
        .get_result(connection)
        .optional()
}
