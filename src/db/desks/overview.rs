//! What the overview counts. Each query reads a set once and counts in the database; a reader who sees the whole
//! district needs no join for the scope.

use crate::{
    db::{
        backend::{DbConn, MultiBackend},
        schema::{alerts, complete_months, enterprises, standings, teams, visits},
        scope::{all_within, first_within},
        values::{JsonList, Timestamp},
    },
    domain::{
        fen::Fen,
        fieldwork::visit::LeavingReason,
        ids::{AlertId, EnterpriseId, OrganisationId, UserId},
        people::actor::Scope,
        watch::{
            alert::{AlertState, Outcome},
            level::Level,
        },
    },
};
use chrono::NaiveDate;
use diesel::{
    dsl::{count_star, max, sql},
    prelude::*,
    sql_types::{BigInt, Integer, Text},
};

/// Enterprises of one level and one band of the tax of twelve months.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct LevelBand {
    /// The level.
    pub level: Level,
    /// The band, by `Band::index`.
    pub band: i32,
    /// How many.
    pub count: i64,
    /// What they paid together.
    pub tax: Fen,
}

/// Enterprises by level and band.
pub fn by_level_and_band(connection: &mut DbConn, scope: Scope) -> QueryResult<Vec<LevelBand>> {
    let query = standings::table
        .group_by((standings::risk_level, standings::tax_12_months_band))
        .select((
            standings::risk_level,
            standings::tax_12_months_band,
            count_star(),
            sql::<BigInt>("CAST(SUM(standings.tax_12_months_fen) AS BIGINT)"),
        ))
        .into_boxed::<MultiBackend>();
    query.filter(all_within(scope, standings::enterprise_id)).load(connection)
}

/// Enterprises at risk by section of their industry and level.
pub fn at_risk_by_section(connection: &mut DbConn, scope: Scope) -> QueryResult<Vec<(Option<String>, Level, i64)>> {
    let query = standings::table
        .inner_join(enterprises::table)
        .filter(standings::risk_level.eq_any([Level::Red, Level::Orange, Level::Yellow]))
        .group_by((enterprises::industry_section, standings::risk_level))
        .select((enterprises::industry_section, standings::risk_level, count_star()))
        .into_boxed::<MultiBackend>();
    query.filter(all_within(scope, standings::enterprise_id)).load(connection)
}

/// Enterprises by the street office that keeps them.
pub fn by_street(connection: &mut DbConn, scope: Scope) -> QueryResult<Vec<(Option<OrganisationId>, i64)>> {
    let query = enterprises::table
        .group_by(enterprises::street_id)
        .select((enterprises::street_id, count_star()))
        .into_boxed::<MultiBackend>();
    query.filter(all_within(scope, enterprises::id)).load(connection)
}

/// Visits since a day by the street office of the enterprise: how many, and to how many enterprises.
pub fn visits_by_street(
    connection: &mut DbConn,
    scope: Scope,
    since: NaiveDate,
) -> QueryResult<Vec<(Option<OrganisationId>, i64, i64)>> {
    let query = visits::table
        .inner_join(enterprises::table)
        .filter(visits::visited_on.ge(since))
        .filter(visits::withdrawn_at.is_null())
        .group_by(enterprises::street_id)
        .select((enterprises::street_id, count_star(), sql::<BigInt>("COUNT(DISTINCT visits.enterprise_id)")))
        .into_boxed::<MultiBackend>();
    query.filter(all_within(scope, visits::enterprise_id)).load(connection)
}

/// The reasons named in visits since a day, in the combinations in which they were named.
pub fn reasons(
    connection: &mut DbConn,
    scope: Scope,
    since: NaiveDate,
) -> QueryResult<Vec<(JsonList<LeavingReason>, i64)>> {
    let query = visits::table
        .filter(visits::visited_on.ge(since))
        .filter(visits::withdrawn_at.is_null())
        .filter(visits::reasons.ne("[]"))
        .group_by(visits::reasons)
        .select((visits::reasons, count_star()))
        .into_boxed::<MultiBackend>();
    query.filter(all_within(scope, visits::enterprise_id)).load(connection)
}

/// The provinces named as destinations in visits since a day, by their two digits.
pub fn destinations(connection: &mut DbConn, scope: Scope, since: NaiveDate) -> QueryResult<Vec<(String, i64)>> {
    let province = || sql::<Text>("substr(visits.destination_division, 1, 2)");
    let query = visits::table
        .filter(visits::visited_on.ge(since))
        .filter(visits::withdrawn_at.is_null())
        .filter(visits::destination_division.is_not_null())
        .group_by(province())
        .select((province(), count_star()))
        .into_boxed::<MultiBackend>();
    query.filter(all_within(scope, visits::enterprise_id)).load(connection)
}

/// The course of one alert.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Course {
    /// The street office of its enterprise.
    pub street: Option<OrganisationId>,
    /// Its level.
    pub level: Level,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it reached its level.
    pub raised_at: Timestamp,
    /// When somebody took it.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// How.
    pub outcome: Option<Outcome>,
}

/// The alerts that had not ended by an instant.
pub fn courses(connection: &mut DbConn, scope: Scope, since: Timestamp) -> QueryResult<Vec<Course>> {
    let query = alerts::table
        .inner_join(enterprises::table)
        .filter(alerts::resolved_at.is_null().or(alerts::resolved_at.ge(since)))
        .select((
            enterprises::street_id,
            alerts::level,
            alerts::opened_at,
            alerts::raised_at,
            alerts::acknowledged_at,
            alerts::resolved_at,
            alerts::outcome,
        ))
        .into_boxed::<MultiBackend>();
    query.filter(all_within(scope, alerts::enterprise_id)).load(connection)
}

/// An alert that nobody has acknowledged yet.
#[derive(Debug, Clone, Queryable)]
pub struct UnacknowledgedAlert {
    /// The alert.
    pub id: AlertId,
    /// Its enterprise.
    pub enterprise_id: EnterpriseId,
    /// The name of the enterprise.
    pub name: String,
    /// Its street office.
    pub street: Option<OrganisationId>,
    /// The level.
    pub level: Level,
    /// When it came to that level.
    pub raised_at: Timestamp,
    /// The factors it rests on, as JSON.
    pub factors: String,
    /// Whether nobody could be told.
    pub without_recipient: bool,
    /// What the enterprise paid in twelve months.
    pub tax: Fen,
}

/// The open alerts, most serious first, then those that have waited longest.
pub fn unacknowledged(connection: &mut DbConn, scope: Scope, limit: i64) -> QueryResult<Vec<UnacknowledgedAlert>> {
    let by_gravity = sql::<Integer>("CASE alerts.level WHEN 'red' THEN 0 WHEN 'orange' THEN 1 ELSE 2 END");
    let query = alerts::table
        .inner_join(enterprises::table.inner_join(standings::table))
        .filter(alerts::state.eq(AlertState::Open))
        .order((by_gravity, alerts::raised_at, alerts::id))
        .limit(limit)
        .select((
            alerts::id,
            alerts::enterprise_id,
            enterprises::name,
            enterprises::street_id,
            alerts::level,
            alerts::raised_at,
            alerts::factors,
            alerts::without_recipient,
            standings::tax_12_months_fen,
        ))
        .into_boxed::<MultiBackend>();
    let seen = first_within(connection, scope, alerts::enterprise_id)?;
    query.filter(seen).load(connection)
}

/// Who is next to take the alerts of these enterprises: steward, chief steward, leader.
pub type Line = (EnterpriseId, Option<UserId>, Option<UserId>, Option<UserId>);

/// The people in line for the alerts of these enterprises.
pub fn in_line(connection: &mut DbConn, ids: &[EnterpriseId]) -> QueryResult<Vec<Line>> {
    teams::table
        .filter(teams::enterprise_id.eq_any(ids.to_vec()))
        .filter(teams::until.is_null())
        .select((teams::enterprise_id, teams::steward_id, teams::chief_steward_id, teams::leader_id))
        .load(connection)
}

/// The last treasury month of which a source has sent everything, by `Month::ordinal`.
pub fn last_complete_month(connection: &mut DbConn) -> QueryResult<Option<i32>> {
    complete_months::table.select(max(complete_months::month)).get_result(connection)
}
