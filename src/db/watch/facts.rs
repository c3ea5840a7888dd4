//! The facts of many enterprises at once, for assessments. Withdrawn visits and signals are no facts.

use crate::{
    db::{
        backend::DbConn,
        schema::{alert_evidence, alerts, monthly_taxes, signals, visits},
        values::Timestamp,
    },
    domain::{
        fen::Fen,
        fieldwork::{signal::SignalKind, visit::RelocationIntent},
        ids::{EnterpriseId, SignalId, VisitId},
        watch::alert::AlertState,
    },
};
use chrono::NaiveDate;
use diesel::{dsl::exists, prelude::*, sql_query, sql_types::Integer};

/// A visit, as far as it counts.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct VisitRow {
    /// The enterprise visited.
    pub enterprise_id: EnterpriseId,
    /// The visit.
    pub id: VisitId,
    /// The day of the visit.
    pub visited_on: NaiveDate,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// What the enterprise said about moving; `None` when it was not asked.
    pub relocation_intent: Option<RelocationIntent>,
    /// The next visit promised then.
    pub next_visit_on: Option<NaiveDate>,
}

/// A signal, as far as it counts.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct SignalRow {
    /// The enterprise it is about.
    pub enterprise_id: EnterpriseId,
    /// The signal.
    pub id: SignalId,
    /// What was reported.
    pub kind: SignalKind,
    /// The day on which it happened.
    pub occurred_on: NaiveDate,
}

/// What an enterprise paid in one treasury month.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct TaxRow {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// The month, by `Month::ordinal`.
    pub month: i32,
    /// All-level tax.
    pub amount_fen: Fen,
    /// The same without one-off taxes.
    pub recurring_fen: Fen,
}

/// Visits that were not withdrawn.
pub fn visits(connection: &mut DbConn, ids: &[EnterpriseId]) -> QueryResult<Vec<VisitRow>> {
    visits::table
        .filter(visits::enterprise_id.eq_any(ids.to_vec()))
        .filter(visits::withdrawn_at.is_null())
        .select((
            visits::enterprise_id,
            visits::id,
            visits::visited_on,
            visits::created_at,
            visits::relocation_intent.nullable(),
            visits::next_visit_on,
        ))
        .load(connection)
}

/// Signals that were not withdrawn.
pub fn signals(connection: &mut DbConn, ids: &[EnterpriseId]) -> QueryResult<Vec<SignalRow>> {
    signals::table
        .filter(signals::enterprise_id.eq_any(ids.to_vec()))
        .filter(signals::withdrawn_at.is_null())
        .select((signals::enterprise_id.assume_not_null(), signals::id, signals::kind, signals::occurred_on))
        .load(connection)
}

/// Tax by month, from the month with this ordinal on.
pub fn taxes(connection: &mut DbConn, ids: &[EnterpriseId], from_month: i32) -> QueryResult<Vec<TaxRow>> {
    monthly_taxes::table
        .filter(monthly_taxes::enterprise_id.eq_any(ids.to_vec()))
        .filter(monthly_taxes::month.ge(from_month))
        .select((
            monthly_taxes::enterprise_id,
            monthly_taxes::month,
            monthly_taxes::amount_fen,
            monthly_taxes::recurring_fen,
        ))
        .load(connection)
}

/// The keys of the evidence that alerts rested on which somebody resolved; one that lost its ground was judged by nobody.
///
/// A condition and not a join: SQLite has no statistics, and would begin a join with all resolved alerts of the district.
pub fn spent_evidence(connection: &mut DbConn, ids: &[EnterpriseId]) -> QueryResult<Vec<(EnterpriseId, String)>> {
    spent(ids).load(connection)
}

/// The query of [`spent_evidence`].
#[diesel::dsl::auto_type(no_type_alias)]
pub fn spent(ids: &[EnterpriseId]) -> _ {
    let (ids, state): (Vec<EnterpriseId>, AlertState) = (ids.to_vec(), AlertState::Resolved);
    let resolved = alerts::table
        .filter(alerts::id.eq(alert_evidence::alert_id))
        .filter(alerts::state.eq(state))
        .filter(alerts::resolved_by.is_not_null());
    alert_evidence::table
        .filter(alert_evidence::enterprise_id.eq_any(ids))
        .filter(exists(resolved))
        .select((alert_evidence::enterprise_id, alert_evidence::evidence_key))
}

/// The treasury months, from the month with this ordinal on, of which receipts of anybody are known; one step in the index for
/// each, however many receipts there are.
pub fn known_months(connection: &mut DbConn, from_month: i32) -> QueryResult<Vec<i32>> {
    #[derive(QueryableByName)]
    struct MonthRow {
        #[diesel(sql_type = Integer)]
        month: i32,
    }
    let rows: Vec<MonthRow> = sql_query(
        "WITH RECURSIVE known (month) AS (\
             SELECT MIN(month) FROM monthly_taxes WHERE month >= $1 \
             UNION ALL \
             SELECT (SELECT MIN(t.month) FROM monthly_taxes t WHERE t.month > known.month) FROM known WHERE month IS NOT NULL\
         ) SELECT month FROM known WHERE month IS NOT NULL",
    )
    .bind::<Integer, _>(from_month)
    .load(connection)?;
    Ok(rows.into_iter().map(|row| row.month).collect())
}
