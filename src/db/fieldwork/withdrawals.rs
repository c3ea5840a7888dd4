//! Withdrawn and corrected visits and signals: what a correction says about them.

use crate::{
    db::{
        backend::DbConn,
        schema::{signals, visits},
        values::Timestamp,
    },
    domain::{
        fieldwork::{signal::SignalKind, visit::RelocationIntent},
        ids::{SignalId, VisitId},
    },
};
use chrono::NaiveDate;
use diesel::prelude::*;

/// A visit as it stands.
#[derive(Debug, Clone, Queryable)]
pub struct VisitNow {
    /// The visit.
    pub id: VisitId,
    /// The day of the visit.
    pub visited_on: NaiveDate,
    /// What the enterprise said about moving; `None` when it was not asked.
    pub relocation_intent: Option<RelocationIntent>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// Why it was a mistake.
    pub withdrawal_reason: Option<String>,
    /// Increases with each change.
    pub version: i64,
}

/// A withdrawn signal: its kind, its day, the reason and its version.
pub type WithdrawnSignal = (SignalId, SignalKind, NaiveDate, Option<String>, i64);

/// These visits, withdrawn or not.
pub fn visits(connection: &mut DbConn, ids: &[VisitId]) -> QueryResult<Vec<VisitNow>> {
    visits::table
        .filter(visits::id.eq_any(ids.to_vec()))
        .select((
            visits::id,
            visits::visited_on,
            visits::relocation_intent,
            visits::withdrawn_at,
            visits::withdrawal_reason,
            visits::version,
        ))
        .load(connection)
}

/// Those of these signals that were withdrawn.
pub fn signals(connection: &mut DbConn, ids: &[SignalId]) -> QueryResult<Vec<WithdrawnSignal>> {
    signals::table
        .filter(signals::id.eq_any(ids.to_vec()))
        .filter(signals::withdrawn_at.is_not_null())
        .select((signals::id, signals::kind, signals::occurred_on, signals::withdrawal_reason, signals::version))
        .load(connection)
}
