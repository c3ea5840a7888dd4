//! The evidence of alerts, by the keys that identify it.

use crate::{
    db::{
        backend::{DbConn, of_any, on_conn},
        records::recorded::WriteProof,
        schema::alert_evidence,
        values::Timestamp,
    },
    domain::ids::{AlertId, EnterpriseId},
};
use diesel::prelude::*;

/// One piece of evidence of one alert.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = alert_evidence, treat_none_as_default_value = false)]
pub struct AlertEvidence {
    /// The alert.
    pub alert_id: AlertId,
    /// The key, as `EvidenceKey` writes it.
    pub evidence_key: String,
    /// The enterprise of the alert.
    pub enterprise_id: EnterpriseId,
    /// When the evidence joined the alert.
    pub joined_at: Timestamp,
}

/// Adds evidence that the alert does not have yet.
pub fn insert(connection: &mut DbConn, rows: &[AlertEvidence], _: &WriteProof) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(alert_evidence::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(c))
}

/// The evidence of these alerts.
pub fn of_alerts(connection: &mut DbConn, ids: &[AlertId]) -> QueryResult<Vec<AlertEvidence>> {
    of_any(ids, |ids| {
        let of_them = alert_evidence::table.filter(alert_evidence::alert_id.eq_any(ids));
        of_them.select(AlertEvidence::as_select()).load(connection)
    })
}

/// What all alerts of these enterprises rest on, ended ones included.
pub fn of_enterprises(
    connection: &mut DbConn,
    ids: &[EnterpriseId],
) -> QueryResult<Vec<(AlertId, EnterpriseId, String)>> {
    alert_evidence::table
        .filter(alert_evidence::enterprise_id.eq_any(ids.to_vec()))
        .order((alert_evidence::alert_id, alert_evidence::evidence_key))
        .select((alert_evidence::alert_id, alert_evidence::enterprise_id, alert_evidence::evidence_key))
        .load(connection)
}

/// Takes evidence from an alert.
pub fn delete(connection: &mut DbConn, id: AlertId, keys: &[String], _: &WriteProof) -> QueryResult<usize> {
    diesel::delete(
        alert_evidence::table
            .filter(alert_evidence::alert_id.eq(id))
            .filter(alert_evidence::evidence_key.eq_any(keys.to_vec())),
    )
    .execute(connection)
}
