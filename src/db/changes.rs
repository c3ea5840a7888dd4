//! The append-only record of what changed, its sealing, and what is read from it.

use super::{
    backend::{DbConn, MultiBackend, TimestampSql, UuidSql, on_conn},
    enterprises,
    schema::changes,
    values::{AnyId, Timestamp},
};
use crate::domain::{
    actor::Scope,
    change::{Action, Noun},
    ids::{ChangeId, EnterpriseId, TeamId},
};
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use std::collections::BTreeMap;

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

/// Whether any change has no place in the chain yet.
pub fn has_unsealed(connection: &mut DbConn) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(changes::table.filter(changes::position.is_null()))).get_result(connection)
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

/// How many changes have no place in the chain yet.
pub fn count_unsealed(connection: &mut DbConn) -> QueryResult<i64> {
    changes::table.filter(changes::position.is_null()).count().get_result(connection)
}

/// Changes that have no place in the chain yet, whole, after an id.
pub fn unsealed_after(connection: &mut DbConn, after: Option<ChangeId>, limit: i64) -> QueryResult<Vec<Change>> {
    let query = changes::table.filter(changes::position.is_null()).into_boxed();
    let query = match after {
        None => query,
        Some(id) => query.filter(changes::id.gt(id)),
    };
    query.order(changes::id).select(Change::as_select()).limit(limit).load(connection)
}

/// Who assigned each of these teams of an enterprise, by the name recorded then.
pub fn who_assigned(
    connection: &mut DbConn,
    enterprise: EnterpriseId,
    teams: &[TeamId],
) -> QueryResult<BTreeMap<TeamId, String>> {
    let ids: Vec<AnyId> = teams.iter().map(|id| AnyId(id.0)).collect();
    let rows: Vec<(AnyId, String)> = changes::table
        .filter(changes::enterprise_id.eq(enterprise))
        .filter(changes::noun.eq(Noun::Team.as_str()))
        .filter(changes::action.eq(Action::Assigned.as_str()))
        .filter(changes::noun_id.eq_any(ids))
        .select((changes::noun_id, changes::actor_name))
        .load(connection)?;
    Ok(rows.into_iter().map(|(id, name)| (TeamId(id.0), name)).collect())
}

/// What happened to an enterprise and what belongs to it, latest first, before an id.
pub fn of_enterprise(
    connection: &mut DbConn,
    enterprise: EnterpriseId,
    before: Option<ChangeId>,
    limit: i64,
) -> QueryResult<Vec<Change>> {
    let query = changes::table.filter(changes::enterprise_id.eq(enterprise)).into_boxed();
    let query = match before {
        None => query,
        Some(id) => query.filter(changes::id.lt(id)),
    };
    query.order(changes::id.desc()).select(Change::as_select()).limit(limit).load(connection)
}

/// How many changes an enterprise and what belongs to it have had.
pub fn count_of_enterprise(connection: &mut DbConn, enterprise: EnterpriseId) -> QueryResult<i64> {
    changes::table.filter(changes::enterprise_id.eq(enterprise)).count().get_result(connection)
}

/// Sealed changes of the nouns within a scope, in commit order: after one position and up to another. Whoever sees a part of
/// the district sees only what belongs to an enterprise.
pub fn feed(
    connection: &mut DbConn,
    scope: Scope,
    nouns: &[Noun],
    after: i64,
    up_to: i64,
    limit: i64,
) -> QueryResult<Vec<Change>> {
    let nouns: Vec<&str> = nouns.iter().map(|noun| noun.as_str()).collect();
    let query = changes::table
        .filter(changes::position.gt(after))
        .filter(changes::position.le(up_to))
        .filter(changes::noun.eq_any(nouns))
        .into_boxed();
    let query = match enterprises::belongs_within("changes.enterprise_id", scope) {
        None => query,
        Some(visible) => query.filter(visible),
    };
    query.order(changes::position).select(Change::as_select()).limit(limit).load(connection)
}

/// Which changes the log shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those of one actor: `user:ID`, `token:ID` or `system`.
    pub actor: Option<String>,
    /// Those of one noun.
    pub noun: Option<Noun>,
    /// Those of one thing.
    pub noun_id: Option<AnyId>,
    /// Those that belong to one enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Those since an instant.
    pub from: Option<Timestamp>,
    /// Those before an instant.
    pub before: Option<Timestamp>,
}

/// Narrows a boxed query of a log's table to a filter; both logs have the same columns to filter by.
macro_rules! logged {
    ($query:expr, $table:ident, $filter:expr) => {{
        let mut query = $query;
        if let Some(actor) = &$filter.actor {
            query = query.filter($table::actor.eq(actor.clone()));
        }
        if let Some(noun) = $filter.noun {
            query = query.filter($table::noun.eq(noun.as_str()));
        }
        if let Some(id) = $filter.noun_id {
            query = query.filter($table::noun_id.eq(id));
        }
        if let Some(enterprise) = $filter.enterprise {
            query = query.filter($table::enterprise_id.eq(enterprise));
        }
        if let Some(from) = $filter.from {
            query = query.filter($table::at.ge(from));
        }
        if let Some(before) = $filter.before {
            query = query.filter($table::at.lt(before));
        }
        query
    }};
}
pub(super) use logged;

/// The changes of the log, latest first, before an instant and id.
pub fn log(
    connection: &mut DbConn,
    filter: &Filter,
    before: Option<(Timestamp, ChangeId)>,
    limit: i64,
) -> QueryResult<Vec<Change>> {
    let query: changes::BoxedQuery<'_, MultiBackend, _> = logged!(changes::table.into_boxed(), changes, filter);
    let query = match before {
        None => query,
        Some((at, id)) => query.filter(
            sql::<Bool>("(changes.at, changes.id) < (")
                .bind::<TimestampSql, _>(at)
                .sql(", ")
                .bind::<UuidSql, _>(id)
                .sql(")"),
        ),
    };
    query.order((changes::at.desc(), changes::id.desc())).select(Change::as_select()).limit(limit).load(connection)
}

/// How many changes the log shows.
pub fn count_log(connection: &mut DbConn, filter: &Filter) -> QueryResult<i64> {
    logged!(changes::table.into_boxed(), changes, filter).count().get_result(connection)
}
