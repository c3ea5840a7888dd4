//! The rows of recorded nouns as they are stored, whatever their type: what a comparison of the tables with the record reads.
//! It reads every row of a noun once, piece by piece, in the order of ids.

use crate::db::records::recorded::{Batched, Recorded};
use crate::{
    db::{
        backend::DbConn,
        desks::saved_views::SavedView,
        fieldwork::{
            signals::Signal,
            teams::{self, FullTeam},
            visits::{self as visit_rows, FullVisit, Visit},
        },
        operation::calendar_days::CalendarDay,
        people::{absences::Absence, tokens::ApiToken, users::User},
        registry::{contacts::Contact, enterprises::Enterprise, imports::Import, organisations::Organisation},
        schema::{
            absences, alerts, calendar_days, contacts, directives, enterprises, imports, organisations, saved_views,
            signals, tokens, users, visits,
        },
        values::{AnyId, Timestamp},
        watch::{alert_evidence, alerts::Alert, directives::Directive},
    },
    domain::{
        ids::{AlertId, EnterpriseId},
        records::change::Noun,
    },
};
use diesel::{prelude::*, result::Error};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A row with its recorded columns.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRow {
    /// Its id.
    pub id: Uuid,
    /// Its recorded columns.
    pub columns: Vec<(&'static str, Value)>,
    /// When it was made, of a noun whose rows may come with a batch.
    pub made_at: Option<Timestamp>,
}

impl StoredRow {
    /// The row with its recorded columns.
    pub fn of<R: Recorded>(row: &R) -> QueryResult<Self> {
        let columns = row.columns().map_err(|error| Error::SerializationError(Box::new(error)))?;
        Ok(Self { id: row.noun_id(), columns, made_at: None })
    }

    /// The same of a row that may have come with a batch.
    pub fn of_batch<R: Batched>(row: &R) -> QueryResult<Self> {
        Ok(Self { made_at: Some(row.made_at()), ..Self::of(row)? })
    }
}

/// A row that is a period.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPeriod {
    /// The row.
    pub row: StoredRow,
    /// The enterprise whose periods follow one another.
    pub enterprise_id: EnterpriseId,
    /// When it began.
    pub since: Timestamp,
    /// When it ended.
    pub until: Option<Timestamp>,
}

/// Reads the rows of a noun.
#[derive(Clone, Copy)]
pub struct StoredRows {
    /// How many there are.
    pub count: fn(&mut DbConn) -> QueryResult<i64>,
    /// Their ids after one, in order.
    pub ids_after: fn(&mut DbConn, Option<AnyId>, i64) -> QueryResult<Vec<AnyId>>,
    /// Those among the ids that are there.
    pub among: fn(&mut DbConn, &[AnyId]) -> QueryResult<Vec<AnyId>>,
    /// The rows with the ids, in no order.
    pub load: fn(&mut DbConn, &[AnyId]) -> QueryResult<Vec<StoredRow>>,
}

/// Loads the periods of enterprises, in no order.
pub type LoadPeriods = fn(&mut DbConn, &[EnterpriseId]) -> QueryResult<Vec<StoredPeriod>>;

/// How a noun is stored, and so how its rows are compared with its record.
#[derive(Clone, Copy)]
pub enum Stored {
    /// Rows with changes of their own. Of a noun that may also come by batches, a row without a change that made it must be one
    /// of a batch.
    Rows {
        /// The rows.
        rows: StoredRows,
        /// Whether rows may come with a batch.
        batched: bool,
    },
    /// Periods of enterprises: a change says how one differs from the one before.
    Periods(LoadPeriods),
    /// Receipts: they come with batches alone, and are superseded by batches. With them comes which months are complete.
    Receipts,
    /// Events alone.
    Nothing,
}

/// How a noun is stored, and the tables that are read for it. A noun that is missing does not compile; a table that its
/// declaration names and that is not read fails a test.
pub fn stored(noun: Noun) -> (Stored, &'static [&'static str]) {
    /// Rows of one table, loaded as a type; `with` adds what is in other tables.
    macro_rules! rows {
        ($table:ident as $row:ty, batched: $batched:literal, $load:expr) => {
            Stored::Rows {
                rows: StoredRows {
                    count: |connection| $table::table.count().get_result(connection),
                    ids_after: |connection, after, limit| {
                        let query = $table::table.select($table::id).into_boxed();
                        let query = match after {
                            None => query,
                            Some(after) => query.filter($table::id.gt(after)),
                        };
                        query.order($table::id).limit(limit).load(connection)
                    },
                    among: |connection, ids| {
                        $table::table.filter($table::id.eq_any(ids.to_vec())).select($table::id).load(connection)
                    },
                    load: |connection, ids| {
                        let named = $table::table.filter($table::id.eq_any(ids.to_vec()));
                        let rows: Vec<$row> = named.select(<$row>::as_select()).load(connection)?;
                        let load: fn(&mut DbConn, Vec<$row>) -> QueryResult<Vec<StoredRow>> = $load;
                        load(connection, rows)
                    },
                },
                batched: $batched,
            }
        };
        ($table:ident as $row:ty) => {
            rows!($table as $row, batched: false, |_, rows| rows.iter().map(StoredRow::of).collect())
        };
        ($table:ident as $row:ty, batched) => {
            rows!($table as $row, batched: true, |_, rows| rows.iter().map(StoredRow::of_batch).collect())
        };
    }
    match noun {
        Noun::Organisation => (rows!(organisations as Organisation), &["organisations"]),
        Noun::User => (rows!(users as User), &["users"]),
        Noun::Token => (rows!(tokens as ApiToken), &["tokens"]),
        Noun::SavedView => (rows!(saved_views as SavedView), &["saved_views"]),
        Noun::Enterprise => (rows!(enterprises as Enterprise, batched), &["enterprises"]),
        Noun::Contact => (rows!(contacts as Contact, batched), &["contacts"]),
        Noun::Team => (Stored::Periods(team_periods), &["teams", "team_members"]),
        Noun::Visit => (rows!(visits as Visit, batched: false, visits_with_visitors), &["visits", "visit_visitors"]),
        Noun::Signal => (rows!(signals as Signal), &["signals"]),
        Noun::Receipt => (Stored::Receipts, &["tax_receipts", "complete_months"]),
        Noun::Import => (rows!(imports as Import), &["imports"]),
        Noun::Alert => (rows!(alerts as Alert, batched: false, alerts_with_evidence), &["alerts", "alert_evidence"]),
        Noun::Directive => (rows!(directives as Directive), &["directives"]),
        Noun::CalendarDay => (rows!(calendar_days as CalendarDay), &["calendar_days"]),
        Noun::Absence => (rows!(absences as Absence), &["absences"]),
        Noun::Session | Noun::Mail | Noun::AuditLog | Noun::AuditChain => (Stored::Nothing, &[]),
    }
}

fn visits_with_visitors(connection: &mut DbConn, rows: Vec<Visit>) -> QueryResult<Vec<StoredRow>> {
    visit_rows::with_visitors(connection, rows)?.iter().map(StoredRow::of::<FullVisit>).collect()
}

/// The evidence is a column of its own here, since the changes of an alert say which joined and which was withdrawn.
fn alerts_with_evidence(connection: &mut DbConn, rows: Vec<Alert>) -> QueryResult<Vec<StoredRow>> {
    let ids: Vec<AlertId> = rows.iter().map(|row| row.id).collect();
    let mut keys: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for evidence in alert_evidence::of_alerts(connection, &ids)? {
        keys.entry(evidence.alert_id.0).or_default().push(evidence.evidence_key);
    }
    let mut full = |row: &Alert| {
        let mut stored = StoredRow::of(row)?;
        let mut keys = keys.remove(&stored.id).unwrap_or_default();
        keys.sort_unstable();
        stored.columns.push((EVIDENCE, keys.into()));
        Ok(stored)
    };
    rows.into_iter().map(|row| full(&row)).collect()
}

/// The column of an alert's evidence, in the order of keys.
pub const EVIDENCE: &str = "evidence";

fn team_periods(connection: &mut DbConn, enterprises: &[EnterpriseId]) -> QueryResult<Vec<StoredPeriod>> {
    let period = |team: &FullTeam| {
        let (enterprise_id, since, until) = (team.row.enterprise_id, team.row.since, team.row.until);
        Ok(StoredPeriod { row: StoredRow::of(team)?, enterprise_id, since, until })
    };
    let rows = teams::of_enterprises(connection, enterprises)?;
    teams::with_members(connection, rows)?.iter().map(period).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::records::declarations::declaration;
    use std::collections::BTreeSet;

    #[test]
    fn every_table_of_a_noun_is_compared_with_its_record() {
        for &noun in Noun::ALL {
            let (stored, read) = stored(noun);
            let read: BTreeSet<&str> = read.iter().copied().collect();
            let declared: BTreeSet<&str> = declaration(noun).tables.iter().copied().collect();
            assert_eq!(read, declared, "{noun}: what its declaration names has to be read");
            assert_eq!(matches!(stored, Stored::Nothing), declared.is_empty(), "{noun}");
        }
    }
}
