//! The record of reads: figures, unmasked personal data, exports and the logs themselves.

use super::{
    backend::{DbConn, on_conn},
    schema::access_records,
    values::{AnyId, Timestamp},
};
use crate::domain::ids::{AccessId, EnterpriseId};
use diesel::prelude::*;

/// One recorded read.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = access_records, treat_none_as_default_value = false)]
pub struct AccessRecord {
    /// Its id, in the order of recording.
    pub id: AccessId,
    /// When.
    pub at: Timestamp,
    /// `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// The actor's name then.
    pub actor_name: String,
    /// The request it came with.
    pub request_id: String,
    /// `figures`, `personal_data`, `logs` or `export`.
    pub what: String,
    /// Code of the noun read.
    pub noun: String,
    /// What was read, when it was one thing.
    pub noun_id: Option<AnyId>,
    /// The enterprise it belongs to.
    pub enterprise_id: Option<EnterpriseId>,
    /// Filters of a list, or which field; no figures and no personal data.
    pub detail: String,
}

/// Appends records.
pub fn insert(connection: &mut DbConn, rows: &[AccessRecord]) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(access_records::table).values(rows).execute(c))
}
