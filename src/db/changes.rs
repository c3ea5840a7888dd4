//! The append-only record of what changed, its sealing, and what is read from it.

use super::{
    backend::{DbConn, on_conn},
    schema::changes,
    values::{AnyId, Timestamp},
};
use crate::domain::ids::{ChangeId, EnterpriseId};
use diesel::prelude::*;

/// One recorded change.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = changes, treat_none_as_default_value = false)]
pub struct Change {
    /// Its id, in the order of recording on one node.
    pub id: ChangeId,
    /// Its place in commit order; given by the sealer.
    pub position: Option<i64>,
    /// Code of the noun.
    pub noun: String,
    /// What was changed.
    pub noun_id: AnyId,
    /// Code of the action.
    pub action: String,
    /// The enterprise it belongs to.
    pub enterprise_id: Option<EnterpriseId>,
    /// `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// The actor's name then.
    pub actor_name: String,
    /// The request it came with.
    pub request_id: String,
    /// When.
    pub at: Timestamp,
    /// Canonical JSON: `{field: {class, before, after}}`.
    pub fields: String,
    /// SHA-256 of the canonical text of the whole change.
    pub digest: Vec<u8>,
    /// Ties it to all changes before it; given by the sealer.
    pub chain_hash: Option<Vec<u8>>,
}

/// Appends changes.
pub fn insert(connection: &mut DbConn, rows: &[Change]) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(changes::table).values(rows).execute(c))
}

/// The last sealed change: its position and chain hash.
pub fn head(connection: &mut DbConn) -> QueryResult<Option<(i64, Vec<u8>)>> {
    let head: Option<(Option<i64>, Option<Vec<u8>>)> = changes::table
        .filter(changes::position.is_not_null())
        .order(changes::position.desc())
        .select((changes::position, changes::chain_hash))
        .limit(1)
        .get_result(connection)
        .optional()?;
    Ok(head.and_then(|(position, hash)| position.zip(hash)))
}

/// Changes that have no place in the chain yet, oldest first.
pub fn unsealed(connection: &mut DbConn, limit: i64) -> QueryResult<Vec<(ChangeId, Vec<u8>)>> {
    changes::table
        .filter(changes::position.is_null())
        .order(changes::id)
        .select((changes::id, changes::digest))
        .limit(limit)
        .load(connection)
}

/// Gives a change its place.
pub fn seal(connection: &mut DbConn, id: ChangeId, position: i64, chain_hash: &[u8]) -> QueryResult<usize> {
    diesel::update(changes::table.filter(changes::id.eq(id)).filter(changes::position.is_null()))
        .set((changes::position.eq(Some(position)), changes::chain_hash.eq(Some(chain_hash))))
        .execute(connection)
}

/// Sealed changes after a position, in commit order.
pub fn sealed_after(connection: &mut DbConn, position: i64, limit: i64) -> QueryResult<Vec<Change>> {
    changes::table
        .filter(changes::position.gt(position))
        .order(changes::position)
        .select(Change::as_select())
        .limit(limit)
        .load(connection)
}
