//! The append-only record of reads: figures, unmasked personal data, exports and the logs themselves. The places of reads in
//! their chain are in `record_seals`.

use super::{changes::Filter, record_seals};
use crate::{
    db::{
        backend::{DbConn, on_conn},
        keyset::{Order, Part},
        schema::{access_records, record_seals as seals, unsealed_records},
        values::{AnyId, Timestamp},
    },
    domain::{
        ids::{AccessId, EnterpriseId},
        records::{change::Noun, record::RecordLog},
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use std::collections::BTreeSet;

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
    /// HMAC-SHA256 of the canonical text of the whole record, made when it was recorded; older records have none.
    pub mac: Option<Vec<u8>>,
}

/// Thirteen bound values a row, far below what one statement may carry.
const ROWS_PER_INSERT: usize = 500;

/// Appends records, which then wait for their places.
pub fn insert(connection: &mut DbConn, rows: &[AccessRecord]) -> QueryResult<()> {
    for rows in rows.chunks(ROWS_PER_INSERT) {
        on_conn!(connection, |c| diesel::insert_into(access_records::table).values(rows).execute(c))?;
        record_seals::wait(connection, RecordLog::Accesses, &ids(rows))?;
    }
    Ok(())
}

/// Appends those of the records that are not there yet.
pub fn insert_missing(connection: &mut DbConn, rows: Vec<AccessRecord>) -> QueryResult<()> {
    let mut known = BTreeSet::new();
    for rows in rows.chunks(ROWS_PER_INSERT) {
        known.extend(with_ids(connection, &ids(rows))?.iter().map(|record| record.id));
    }
    let missing: Vec<AccessRecord> = rows.into_iter().filter(|record| !known.contains(&record.id)).collect();
    insert(connection, &missing)
}

fn ids(rows: &[AccessRecord]) -> Vec<AnyId> {
    rows.iter().map(|record| AnyId(record.id.0)).collect()
}

/// The records among these ids that are there, in no order.
pub fn with_ids(connection: &mut DbConn, ids: &[AnyId]) -> QueryResult<Vec<AccessRecord>> {
    access_records::table
        .filter(access_records::id.eq_any(ids.to_vec()))
        .select(AccessRecord::as_select())
        .load(connection)
}

/// Records that neither have a place nor wait for one, after an id, oldest first.
pub fn without_place(connection: &mut DbConn, after: Option<AnyId>, limit: i64) -> QueryResult<Vec<AccessRecord>> {
    let sealed =
        seals::table.filter(seals::log.eq(RecordLog::Accesses)).filter(seals::record_id.eq(access_records::id));
    let waiting = unsealed_records::table
        .filter(unsealed_records::log.eq(RecordLog::Accesses))
        .filter(unsealed_records::record_id.eq(access_records::id));
    let query = access_records::table.filter(not(exists(sealed))).filter(not(exists(waiting))).into_boxed();
    let query = match after {
        None => query,
        Some(id) => query.filter(access_records::id.gt(id)),
    };
    query.order(access_records::id).select(AccessRecord::as_select()).limit(limit).load(connection)
}

const LATEST_FIRST: Order = Order::descending("access_records.id").by("access_records.at");

/// The reads of the log, latest first, before an instant and id.
pub fn log(
    connection: &mut DbConn,
    filter: &Filter,
    part: &Part<(DateTime<Utc>, AccessId)>,
) -> QueryResult<Vec<AccessRecord>> {
    let query = access_records::table
        .filter(filter.conditions())
        .filter(part.beyond(LATEST_FIRST))
        .order(part.order(LATEST_FIRST))
        .limit(part.limit);
    query.select(AccessRecord::as_select()).load(connection)
}

/// How many reads the log shows.
pub fn count_log(connection: &mut DbConn, filter: &Filter) -> QueryResult<i64> {
    access_records::table.filter(filter.conditions()).count().get_result(connection)
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
