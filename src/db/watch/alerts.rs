//! Alerts: one episode of one enterprise each.

use crate::{
    db::{
        backend::{Counted, DbConn, MultiBackend},
        keyset::{Order, Part},
        records::recorded::{Changeable, WriteProof, recorded, written},
        schema::{alerts, enterprises},
        scope::{all_within, first_within, is_named, within},
        values::Timestamp,
    },
    domain::{
        ids::{AlertId, EnterpriseId, OrganisationId, UserId},
        people::actor::Scope,
        registry::enterprise::EnterpriseReference,
        watch::{
            alert::{AlertState, Outcome},
            level::Level,
        },
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{InnerJoin, IntoBoxed},
    prelude::*,
};

/// One alert.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = alerts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its level; never `none`.
    pub level: Level,
    /// Its standing.
    pub state: AlertState,
    /// The factors it rests on, as JSON.
    #[serde(skip)]
    pub factors: String,
    /// The escalation step it has reached.
    pub escalation_step: i32,
    /// Whether nobody could be told.
    pub without_recipient: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it reached its level.
    pub raised_at: Timestamp,
    /// When somebody acknowledged it.
    pub acknowledged_at: Option<Timestamp>,
    /// Who.
    pub acknowledged_by: Option<UserId>,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// Who ended it; none when it lost its ground.
    pub resolved_by: Option<UserId>,
    /// Its outcome.
    pub outcome: Option<Outcome>,
    /// The note on the outcome.
    pub outcome_note: Option<String>,
    /// Increases with each change.
    pub version: i64,
}

recorded! {
    Alert as Alert of ["alerts", "alert_evidence"], belongs to |row| row.enterprise_id.into(), in feed: true, assessed: false {
        fields {
            id: Public, "编号", "id";
            enterprise_id: Public, "企业", "enterprise";
            level: Public, "级别", "level";
            state: Public, "状态", "state";
            escalation_step: Public, "升级层级", "escalation step";
            without_recipient: Public, "无收件人", "without recipient";
            opened_at: Public, "发出时间", "opened at";
            raised_at: Public, "升级时间", "raised at";
            acknowledged_at: Public, "确认时间", "acknowledged at";
            acknowledged_by: Public, "确认人", "acknowledged by";
            resolved_at: Public, "办结时间", "resolved at";
            resolved_by: Public, "办结人", "resolved by";
            outcome: Public, "结果", "outcome";
            outcome_note: Text, "结果说明", "note on the outcome";
        }
        details {
            evidence: Public, "证据", "evidence";
            withdrawn_evidence: Public, "撤回的证据", "withdrawn evidence";
        }
        unrecorded { factors, version }
    }
}

written! { Alert in alerts: created }

impl Changeable for Alert {
    fn update(&self, connection: &mut DbConn, _: &WriteProof) -> QueryResult<usize> {
        diesel::update(alerts::table.filter(alerts::id.eq(self.id))).set(self).execute(connection)
    }

    fn raise(&mut self, _: Timestamp) {
        self.version += 1;
    }
}

/// What an alert shows of its enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct AlertedEnterprise {
    /// Its name.
    pub name: String,
    /// Its street office.
    pub street_id: Option<OrganisationId>,
}

/// Alerts with their enterprises.
type Joined<'q> = IntoBoxed<'q, InnerJoin<alerts::table, enterprises::table>, MultiBackend>;

/// Which alerts a list holds.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertFilter {
    /// Alerts in this state.
    pub state: Option<AlertState>,
    /// Alerts of this level.
    pub level: Option<Level>,
    /// Alerts of one enterprise: id, or `uscc:CODE`.
    #[param(value_type = Option<String>)]
    pub enterprise_id: Option<EnterpriseReference>,
    /// Alerts of the enterprises of one street office.
    pub street_id: Option<OrganisationId>,
    /// Alerts without a recipient, or the others.
    pub without_recipient: Option<bool>,
    /// Alerts with this outcome.
    pub outcome: Option<Outcome>,
    /// Alerts that reached their level at this instant or later.
    pub raised_from: Option<DateTime<Utc>>,
    /// Alerts resolved at this instant or later.
    pub resolved_from: Option<DateTime<Utc>>,
    /// Alerts resolved before this instant.
    pub resolved_before: Option<DateTime<Utc>>,
}

impl AlertFilter {
    /// All alerts of an enterprise.
    pub fn of(enterprise: impl Into<EnterpriseReference>) -> Self {
        Self { enterprise_id: Some(enterprise.into()), ..Self::default() }
    }

    /// The query without what the filter leaves out.
    fn narrow<'q>(&self, mut query: Joined<'q>) -> Joined<'q> {
        if let Some(state) = self.state {
            query = query.filter(alerts::state.eq(state));
        }
        if let Some(level) = self.level {
            query = query.filter(alerts::level.eq(level));
        }
        if let Some(enterprise) = &self.enterprise_id {
            query = query.filter(is_named(enterprise, alerts::enterprise_id));
        }
        if let Some(street) = self.street_id {
            query = query.filter(enterprises::street_id.eq(street));
        }
        if let Some(without) = self.without_recipient {
            query = query.filter(alerts::without_recipient.eq(without));
        }
        if let Some(outcome) = self.outcome {
            query = query.filter(alerts::outcome.eq(outcome));
        }
        if let Some(from) = self.raised_from {
            query = query.filter(alerts::raised_at.ge(Timestamp(from)));
        }
        if let Some(from) = self.resolved_from {
            query = query.filter(alerts::resolved_at.ge(Timestamp(from)));
        }
        if let Some(before) = self.resolved_before {
            query = query.filter(alerts::resolved_at.lt(Timestamp(before)));
        }
        query
    }
}

/// The alert with the id, if the scope sees its enterprise.
pub fn find(connection: &mut DbConn, scope: Scope, id: AlertId) -> QueryResult<Option<(Alert, AlertedEnterprise)>> {
    let query = alerts::table
        .inner_join(enterprises::table)
        .filter(alerts::id.eq(id))
        .filter(within(scope, alerts::enterprise_id))
        .select((Alert::as_select(), (enterprises::name, enterprises::street_id)));
    query.get_result(connection).optional()
}

/// Those of these alerts whose enterprises somebody sees.
pub fn seen_of(connection: &mut DbConn, scope: Scope, ids: &[AlertId]) -> QueryResult<Vec<Alert>> {
    alerts::table
        .filter(alerts::id.eq_any(ids.to_vec()))
        .filter(within(scope, alerts::enterprise_id))
        .select(Alert::as_select())
        .load(connection)
}

/// The alerts with these ids, oldest first.
pub fn of_ids(connection: &mut DbConn, ids: &[AlertId]) -> QueryResult<Vec<Alert>> {
    alerts::table.filter(alerts::id.eq_any(ids.to_vec())).order(alerts::id).select(Alert::as_select()).load(connection)
}

/// The unresolved alerts of these enterprises, at most one each.
pub fn unresolved_of(connection: &mut DbConn, ids: &[EnterpriseId]) -> QueryResult<Vec<Alert>> {
    alerts::table
        .filter(alerts::enterprise_id.eq_any(ids.to_vec()))
        .filter(alerts::state.ne(AlertState::Resolved))
        .select(Alert::as_select())
        .load(connection)
}

/// A page of the alerts a scope sees, latest first.
pub fn list(
    connection: &mut DbConn,
    scope: Scope,
    filter: &AlertFilter,
    part: &Part<AlertId>,
) -> QueryResult<Vec<(Alert, AlertedEnterprise)>> {
    const LATEST_FIRST: Order = Order::descending("alerts.id");
    let seen = first_within(connection, scope, alerts::enterprise_id)?;
    let query = filter.narrow(alerts::table.inner_join(enterprises::table).filter(seen).into_boxed());
    query
        .filter(part.beyond(LATEST_FIRST))
        .order(part.order(LATEST_FIRST))
        .limit(part.limit)
        .select((Alert::as_select(), (enterprises::name, enterprises::street_id)))
        .load(connection)
}

/// How many alerts such a list holds, counted up to `most`. Open ones are few in any district, so each is held against the scope.
pub fn count(connection: &mut DbConn, scope: Scope, filter: &AlertFilter, most: i64) -> QueryResult<i64> {
    let seen = if filter.state == Some(AlertState::Open) {
        within(scope, alerts::enterprise_id)
    } else {
        all_within(scope, alerts::enterprise_id)
    };
    let query = filter.narrow(alerts::table.inner_join(enterprises::table).filter(seen).into_boxed());
    Counted(query.select(alerts::id).limit(most)).get_result(connection)
}
