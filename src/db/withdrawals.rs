//! Visits and signals that were withdrawn: what a correction says of them.

use super::{
    backend::DbConn,
    schema::{signals, visits},
};
use crate::domain::{
    ids::{SignalId, VisitId},
    signal::SignalKind,
};
use chrono::NaiveDate;
use diesel::prelude::*;

/// A withdrawn signal: its kind, its day and the reason.
pub type WithdrawnSignal = (SignalId, SignalKind, NaiveDate, Option<String>);

/// The day and the reason of withdrawn visits.
pub fn visits(connection: &mut DbConn, ids: &[VisitId]) -> QueryResult<Vec<(VisitId, NaiveDate, Option<String>)>> {
    visits::table
        .filter(visits::id.eq_any(ids.to_vec()))
        .filter(visits::withdrawn_at.is_not_null())
        .select((visits::id, visits::visited_on, visits::withdrawal_reason))
        .load(connection)
}

/// The kind, the day and the reason of withdrawn signals.
pub fn signals(connection: &mut DbConn, ids: &[SignalId]) -> QueryResult<Vec<WithdrawnSignal>> {
    signals::table
        .filter(signals::id.eq_any(ids.to_vec()))
        .filter(signals::withdrawn_at.is_not_null())
        .select((signals::id, signals::kind, signals::occurred_on, signals::withdrawal_reason))
        .load(connection)
}
