//! Answers already given to requests with an `Idempotency-Key`, so that sending twice makes one thing.

use crate::db::{
    backend::{Both, DbConn},
    schema::idempotency_keys,
    values::Timestamp,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// One request and, once it is answered, its answer.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_keys, treat_none_as_default_value = false)]
pub struct IdempotencyKey {
    /// Who asked; another actor's key is another key.
    pub actor: String,
    /// The key the caller chose.
    pub key: String,
    /// SHA-256 over method, path and body.
    pub request_hash: Vec<u8>,
    /// Status of the answer.
    pub status: Option<i32>,
    /// Headers of the answer, as JSON.
    pub headers: String,
    /// Body of the answer.
    pub body: Option<Vec<u8>>,
    /// When it was asked.
    pub created_at: Timestamp,
}

/// The request with the key.
pub fn find(connection: &mut DbConn, actor: &str, key: &str) -> QueryResult<Option<IdempotencyKey>> {
    idempotency_keys::table
        .filter(idempotency_keys::actor.eq(actor))
        .filter(idempotency_keys::key.eq(key))
        .select(IdempotencyKey::as_select())
        .get_result(connection)
        .optional()
}

/// Claims a key. `false` when it is claimed already.
pub fn claim(connection: &mut DbConn, row: &IdempotencyKey) -> QueryResult<bool> {
    // On PostgreSQL the insert of a key that another transaction has just inserted waits for that transaction:
    // committed, it is a conflict and nothing is inserted; rolled back, the insert succeeds. On SQLite there is no
    // other transaction: one writer.
    let claimed = Both(diesel::insert_into(idempotency_keys::table).values(row).on_conflict_do_nothing());
    Ok(claimed.execute(connection)? == 1)
}

/// Keeps the answer for a repeated request.
pub fn answer(
    connection: &mut DbConn,
    actor: &str,
    key: &str,
    status: i32,
    headers: &str,
    body: &[u8],
) -> QueryResult<usize> {
    let row = idempotency_keys::table.filter(idempotency_keys::actor.eq(actor)).filter(idempotency_keys::key.eq(key));
    diesel::update(row)
        .set((
            idempotency_keys::status.eq(Some(status)),
            idempotency_keys::headers.eq(headers),
            idempotency_keys::body.eq(Some(body)),
        ))
        .execute(connection)
}

/// Forgets what was asked before an instant.
pub fn purge(connection: &mut DbConn, before: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(Timestamp(before))))
        .execute(connection)
}
