//! How far each log reached, as the sealer left it: one row a log, authenticated with a key that is not in the database.

use crate::{
    db::{backend::DbConn, schema::record_heads, values::Timestamp},
    domain::records::record::RecordLog,
};
use diesel::prelude::*;

/// The head of one log.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = record_heads, primary_key(log))]
pub struct RecordHead {
    /// The log.
    pub log: RecordLog,
    /// The last place given; 0 for none.
    pub position: i64,
    /// The chain hash there.
    pub chain_hash: Vec<u8>,
    /// The first place whose record must carry a MAC.
    pub keyed_from: i64,
    /// When the log reached so far.
    pub at: Timestamp,
    /// Authenticates all of it.
    pub mac: Vec<u8>,
}

/// The head of a log.
pub fn find(connection: &mut DbConn, log: RecordLog) -> QueryResult<Option<RecordHead>> {
    record_heads::table
        .filter(record_heads::log.eq(log))
        .select(RecordHead::as_select())
        .get_result(connection)
        .optional()
}

/// The heads of both logs.
pub fn all(connection: &mut DbConn) -> QueryResult<Vec<RecordHead>> {
    record_heads::table.order(record_heads::log).select(RecordHead::as_select()).load(connection)
}

/// Writes the head of a log in the place of the one before.
pub fn put(connection: &mut DbConn, head: &RecordHead) -> QueryResult<()> {
    let updated =
        diesel::update(record_heads::table.filter(record_heads::log.eq(head.log))).set(head).execute(connection)?;
    if updated == 0 {
        diesel::insert_into(record_heads::table).values(head).execute(connection)?;
    }
    Ok(())
}
