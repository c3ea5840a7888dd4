//! The enterprises whose active team names a steward, and their alerts.

use crate::{
    db::{
        backend::{DbConn, UuidSql},
        conditions::{Condition, Conditions},
        keyset::Key,
        registry::enterprises::Enterprise,
        schema::{alerts, enterprises, standings},
        scope::within,
        values::{AnyId, Timestamp},
        watch::{
            alerts::{Alert, AlertedEnterprise},
            standings::Standing,
        },
    },
    domain::{
        ids::{EnterpriseId, OrganisationId, UserId},
        people::actor::Scope,
        registry::enterprise::{EnterpriseStatus, Tier},
        watch::{alert::AlertState, level::Level},
    },
};
use chrono::NaiveDate;
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use std::iter;

/// What decides when an assigned enterprise is to be visited next, and so its place on the workbench.
#[derive(Debug, Clone, Queryable)]
pub struct VisitDuty {
    /// The enterprise.
    pub id: EnterpriseId,
    /// Its status.
    pub status: EnterpriseStatus,
    /// Its tier.
    pub tier: Tier,
    /// When it entered the district.
    pub entered_on: Option<NaiveDate>,
    /// When it was recorded first.
    pub created_at: Timestamp,
    /// Its risk level.
    pub risk_level: Level,
    /// The last visit that was not withdrawn.
    pub last_visit_on: Option<NaiveDate>,
    /// The next visit promised at that visit.
    pub next_visit_on: Option<NaiveDate>,
}

/// The condition on an enterprise that its active team has the person as steward or chief steward.
fn keeps(user: UserId) -> Conditions {
    let user = Key::Id(AnyId(user.0));
    let by_steward = "enterprises.id IN (SELECT t.enterprise_id FROM teams t WHERE t.until IS NULL AND t.steward_id = ";
    let by_chief = " UNION SELECT t.enterprise_id FROM teams t WHERE t.until IS NULL AND t.chief_steward_id = ";
    iter::once(Condition::of(by_steward, user.clone()).and(by_chief, Some(user)).then(")")).collect()
}

/// Everything the person keeps, in no order.
pub fn visit_duties(connection: &mut DbConn, scope: Scope, user: UserId) -> QueryResult<Vec<VisitDuty>> {
    let query = enterprises::table
        .inner_join(standings::table)
        .select((
            enterprises::id,
            enterprises::status,
            enterprises::tier,
            enterprises::entered_on,
            enterprises::created_at,
            standings::risk_level,
            standings::last_visit_on,
            standings::next_visit_on,
        ))
        .filter(within(scope, enterprises::id));
    query.filter(keeps(user)).load(connection)
}

/// These enterprises with where they stand, in no order.
pub fn of(connection: &mut DbConn, scope: Scope, ids: &[EnterpriseId]) -> QueryResult<Vec<(Enterprise, Standing)>> {
    let query = enterprises::table
        .inner_join(standings::table)
        .filter(enterprises::id.eq_any(ids.to_vec()))
        .select((Enterprise::as_select(), Standing::as_select()))
        .filter(within(scope, enterprises::id));
    query.load(connection)
}

/// The open alerts of the enterprises assigned to the person, in no order; with an office, those of its enterprises
/// without a team too.
pub fn open_alerts(
    connection: &mut DbConn,
    scope: Scope,
    user: UserId,
    office: Option<OrganisationId>,
) -> QueryResult<Vec<(Alert, AlertedEnterprise)>> {
    let query = alerts::table
        .inner_join(enterprises::table)
        .filter(alerts::state.eq(AlertState::Open))
        .select((Alert::as_select(), (enterprises::name, enterprises::street_id)))
        .filter(within(scope, alerts::enterprise_id));
    let Some(office) = office else { return query.filter(keeps(user)).load(connection) };
    let without_team = sql::<Bool>("(enterprises.street_id = ")
        .bind::<UuidSql, _>(office)
        .sql(" AND NOT EXISTS (SELECT 1 FROM teams t WHERE t.enterprise_id = enterprises.id AND t.until IS NULL))");
    query.filter(keeps(user).or(without_team)).load(connection)
}
