//! The places of records in the chain of their log, and which records wait for one. Rows of `record_seals` are only ever
//! inserted. Both tables hold the records of both logs.

use crate::{
    db::{
        backend::{DbConn, on_conn},
        schema::{record_seals, unsealed_records},
        values::AnyId,
    },
    domain::records::record::RecordLog,
};
use diesel::{dsl::exists, prelude::*};

/// The place of one record in the chain of its log.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = record_seals)]
pub struct Seal {
    /// The log.
    pub log: RecordLog,
    /// The place, from 1 without gaps.
    pub position: i64,
    /// The record there.
    pub record_id: AnyId,
    /// Ties the record to all before it.
    pub chain_hash: Vec<u8>,
}

/// Records of a log that wait for their places.
pub fn wait(connection: &mut DbConn, log: RecordLog, records: &[AnyId]) -> QueryResult<()> {
    let rows: Vec<_> =
        records.iter().map(|id| (unsealed_records::log.eq(log), unsealed_records::record_id.eq(*id))).collect();
    on_conn!(connection, |c| diesel::insert_into(unsealed_records::table).values(rows).execute(c))?;
    Ok(())
}

/// The records of a log that wait, after an id, oldest first.
pub fn waiting(connection: &mut DbConn, log: RecordLog, after: Option<AnyId>, limit: i64) -> QueryResult<Vec<AnyId>> {
    let query = unsealed_records::table.filter(unsealed_records::log.eq(log)).into_boxed();
    let query = match after {
        None => query,
        Some(id) => query.filter(unsealed_records::record_id.gt(id)),
    };
    query.order(unsealed_records::record_id).select(unsealed_records::record_id).limit(limit).load(connection)
}

/// Whether any record of either log waits.
pub fn is_any_waiting(connection: &mut DbConn) -> QueryResult<bool> {
    diesel::select(exists(unsealed_records::table.select(unsealed_records::record_id))).get_result(connection)
}

/// How many records of a log wait.
pub fn count_waiting(connection: &mut DbConn, log: RecordLog) -> QueryResult<i64> {
    unsealed_records::table.filter(unsealed_records::log.eq(log)).count().get_result(connection)
}

/// Gives records their places; none of them waits any longer. Fails when a place or a record has one already.
pub fn insert(connection: &mut DbConn, log: RecordLog, seals: &[Seal]) -> QueryResult<()> {
    on_conn!(connection, |c| diesel::insert_into(record_seals::table).values(seals).execute(c))?;
    let ids: Vec<AnyId> = seals.iter().map(|seal| seal.record_id).collect();
    let placed =
        unsealed_records::table.filter(unsealed_records::log.eq(log)).filter(unsealed_records::record_id.eq_any(ids));
    diesel::delete(placed).execute(connection)?;
    Ok(())
}

/// The last place of a log.
pub fn last(connection: &mut DbConn, log: RecordLog) -> QueryResult<Option<Seal>> {
    record_seals::table
        .filter(record_seals::log.eq(log))
        .order(record_seals::position.desc())
        .select(Seal::as_select())
        .limit(1)
        .get_result(connection)
        .optional()
}

/// One place of a log.
pub fn at(connection: &mut DbConn, log: RecordLog, position: i64) -> QueryResult<Option<Seal>> {
    record_seals::table
        .filter(record_seals::log.eq(log))
        .filter(record_seals::position.eq(position))
        .select(Seal::as_select())
        .get_result(connection)
        .optional()
}

/// The places of a log after a position, in order.
pub fn after(connection: &mut DbConn, log: RecordLog, position: i64, limit: i64) -> QueryResult<Vec<Seal>> {
    record_seals::table
        .filter(record_seals::log.eq(log))
        .filter(record_seals::position.gt(position))
        .order(record_seals::position)
        .select(Seal::as_select())
        .limit(limit)
        .load(connection)
}
