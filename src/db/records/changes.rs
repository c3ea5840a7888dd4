//! The append-only record of what changed, and what is read from it. The places of changes in their chain are in
//! `record_seals`.

use super::record_seals;
use crate::{
    db::{
        backend::{DbConn, on_conn},
        conditions::{Condition, Conditions},
        keyset::{Key, Order, Part},
        schema::{changes, record_seals as seals, unsealed_records},
        scope::within,
        values::{AnyId, Timestamp},
    },
    domain::{
        ids::{ChangeId, EnterpriseId, OrganisationId, TeamId},
        people::actor::Scope,
        records::{
            change::{Action, Noun},
            record::RecordLog,
        },
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use std::collections::BTreeMap;

/// One recorded change.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = changes, treat_none_as_default_value = false)]
pub struct Change {
    /// Its id, in the order of recording on one node.
    pub id: ChangeId,
    /// Its place in commit order; given by the sealer.
    #[diesel(select_expression = seals::position.nullable(), skip_insertion)]
    pub position: Option<i64>,
    /// Code of the noun.
    pub noun: String,
    /// What was changed.
    pub noun_id: AnyId,
    /// Code of the action.
    pub action: String,
    /// The enterprise it belongs to.
    pub enterprise_id: Option<EnterpriseId>,
    /// The street office it belongs to, when it belongs to no enterprise.
    pub street_id: Option<OrganisationId>,
    /// `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// The actor's name then.
    pub actor_name: String,
    /// The request it came with.
    pub request_id: String,
    /// When.
    pub at: Timestamp,
    /// Canonical JSON: `{field: {before, after}}`; older changes also hold each field's class.
    pub fields: String,
    /// HMAC-SHA256 of the canonical text of the whole change, made when it was recorded; a plain SHA-256 in older changes.
    pub mac: Vec<u8>,
    /// Ties it to all changes before it; given by the sealer.
    #[diesel(select_expression = seals::chain_hash.nullable(), skip_insertion)]
    pub chain_hash: Option<Vec<u8>>,
}

/// The changes with their places, if they have one. A `Change` is only ever selected from this join.
#[diesel::dsl::auto_type(no_type_alias)]
fn changes_with_places() -> _ {
    let log: RecordLog = RecordLog::Changes;
    let place = seals::log.eq(log).and(seals::record_id.eq(changes::id));
    changes::table.left_join(seals::table.on(place))
}

/// Twelve bound values a row, far below what one statement may carry.
const ROWS_PER_INSERT: usize = 500;

/// Appends changes, which then wait for their places.
pub fn insert(connection: &mut DbConn, rows: &[Change]) -> QueryResult<()> {
    for rows in rows.chunks(ROWS_PER_INSERT) {
        on_conn!(connection, |c| diesel::insert_into(changes::table).values(rows).execute(c))?;
        let ids: Vec<AnyId> = rows.iter().map(|change| AnyId(change.id.0)).collect();
        record_seals::wait(connection, RecordLog::Changes, &ids)?;
    }
    Ok(())
}

/// The changes among these ids that are there, in no order.
pub fn with_ids(connection: &mut DbConn, ids: &[AnyId]) -> QueryResult<Vec<Change>> {
    changes_with_places().filter(changes::id.eq_any(ids.to_vec())).select(Change::as_select()).load(connection)
}

/// Changes that neither have a place nor wait for one, after an id, oldest first.
pub fn without_place(connection: &mut DbConn, after: Option<AnyId>, limit: i64) -> QueryResult<Vec<Change>> {
    let waiting = unsealed_records::table
        .filter(unsealed_records::log.eq(RecordLog::Changes))
        .filter(unsealed_records::record_id.eq(changes::id));
    let query = changes_with_places().filter(seals::position.is_null()).filter(not(exists(waiting))).into_boxed();
    let query = match after {
        None => query,
        Some(id) => query.filter(changes::id.gt(id)),
    };
    query.order(changes::id).select(Change::as_select()).limit(limit).load(connection)
}

/// Every change of one noun and action, oldest first.
pub fn of_kind(connection: &mut DbConn, noun: Noun, action: Action) -> QueryResult<Vec<Change>> {
    changes_with_places()
        .filter(changes::noun.eq(noun.as_str()))
        .filter(changes::action.eq(action.as_str()))
        .order(changes::id)
        .select(Change::as_select())
        .load(connection)
}

/// Changes of one noun and action after an id, oldest first.
pub fn of_kind_after(
    connection: &mut DbConn,
    noun: Noun,
    action: Action,
    after: Option<ChangeId>,
    limit: i64,
) -> QueryResult<Vec<Change>> {
    let query = changes_with_places()
        .filter(changes::noun.eq(noun.as_str()))
        .filter(changes::action.eq(action.as_str()))
        .into_boxed();
    let query = match after {
        None => query,
        Some(after) => query.filter(changes::id.gt(after)),
    };
    query.order(changes::id).select(Change::as_select()).limit(limit).load(connection)
}

/// Every change of these things of a noun, in no order.
pub fn of_things(connection: &mut DbConn, noun: Noun, ids: &[AnyId]) -> QueryResult<Vec<Change>> {
    changes_with_places()
        .filter(changes::noun.eq(noun.as_str()))
        .filter(changes::noun_id.eq_any(ids.to_vec()))
        .select(Change::as_select())
        .load(connection)
}

/// Every change of a noun that belongs to these enterprises, in no order.
pub fn of_noun_within(connection: &mut DbConn, noun: Noun, enterprises: &[EnterpriseId]) -> QueryResult<Vec<Change>> {
    changes_with_places()
        .filter(changes::noun.eq(noun.as_str()))
        .filter(changes::enterprise_id.eq_any(enterprises.to_vec()))
        .select(Change::as_select())
        .load(connection)
}

/// The things of a noun that have changes, after one, in the order of their ids.
pub fn things_after(connection: &mut DbConn, noun: Noun, after: Option<AnyId>, limit: i64) -> QueryResult<Vec<AnyId>> {
    let query = changes::table
        .filter(changes::noun.eq(noun.as_str()))
        .select(changes::noun_id)
        .distinct()
        .order(changes::noun_id)
        .limit(limit)
        .into_boxed();
    match after {
        None => query.load(connection),
        Some(after) => query.filter(changes::noun_id.gt(after)).load(connection),
    }
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

/// What happened to an enterprise and what belongs to it, latest first.
pub fn of_enterprise(
    connection: &mut DbConn,
    enterprise: EnterpriseId,
    part: &Part<ChangeId>,
) -> QueryResult<Vec<Change>> {
    const LATEST_FIRST: Order = Order::descending("changes.id");
    let query = changes_with_places().filter(changes::enterprise_id.eq(enterprise)).into_boxed();
    let query = query.filter(part.beyond(LATEST_FIRST)).order(part.order(LATEST_FIRST)).limit(part.limit);
    query.select(Change::as_select()).load(connection)
}

/// How many changes an enterprise and what belongs to it have had.
pub fn count_of_enterprise(connection: &mut DbConn, enterprise: EnterpriseId) -> QueryResult<i64> {
    changes::table.filter(changes::enterprise_id.eq(enterprise)).count().get_result(connection)
}

/// Sealed changes of the nouns within a scope, in commit order: after one position and up to another. An actor who sees a part of
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
    let query = seals::table
        .inner_join(changes::table.on(changes::id.eq(seals::record_id)))
        .filter(seals::log.eq(RecordLog::Changes))
        .filter(seals::position.gt(after))
        .filter(seals::position.le(up_to))
        .filter(changes::noun.eq_any(nouns))
        .into_boxed();
    let query = query.filter(within(scope, changes::enterprise_id));
    query.order(seals::position).select(Change::as_select()).limit(limit).load(connection)
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

impl Filter {
    /// What a row of a log must meet; both logs have the same columns to filter by.
    pub(in crate::db) fn conditions(&self) -> Conditions {
        let conditions = [
            ("actor = ", self.actor.clone().map(Key::Text)),
            ("noun = ", self.noun.map(|noun| Key::Text(noun.as_str().to_owned()))),
            ("noun_id = ", self.noun_id.map(Key::Id)),
            ("enterprise_id = ", self.enterprise.map(|enterprise| Key::Id(AnyId(enterprise.0)))),
            ("at >= ", self.from.map(Key::At)),
            ("at < ", self.before.map(Key::At)),
        ];
        conditions.into_iter().filter_map(|(text, value)| Some(Condition::of(text, value?))).collect()
    }
}

/// The changes of the log, latest first.
pub fn log(
    connection: &mut DbConn,
    filter: &Filter,
    part: &Part<(DateTime<Utc>, ChangeId)>,
) -> QueryResult<Vec<Change>> {
    const LATEST_FIRST: Order = Order::descending("changes.id").by("changes.at");
    let query = changes_with_places()
        .filter(filter.conditions())
        .filter(part.beyond(LATEST_FIRST))
        .order(part.order(LATEST_FIRST))
        .limit(part.limit);
    query.select(Change::as_select()).load(connection)
}

/// How many changes the log shows.
pub fn count_log(connection: &mut DbConn, filter: &Filter) -> QueryResult<i64> {
    changes::table.filter(filter.conditions()).count().get_result(connection)
}
