//! Periods of enterprises, as of service teams: a change says how a period differs from the one before it, so what a period
//! was follows from all changes before.

use super::{Walk, history::in_order, report::Difference, rows::same};
use crate::{
    db::{
        backend::{DbConn, QueryError},
        records::{
            changes::{self, Change},
            declarations::stored::{LoadPeriods, StoredPeriod},
        },
        values::Timestamp,
    },
    domain::{
        ids::EnterpriseId,
        records::change::{Action, Noun},
    },
    services::{Error, records::recorded_fields},
};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A period as it is recorded.
#[derive(Debug, Clone)]
struct Recorded {
    id: Uuid,
    since: Timestamp,
    columns: BTreeMap<String, Value>,
}

/// Compares the periods of these enterprises.
pub(super) fn compare(
    connection: &mut DbConn,
    noun: Noun,
    load: LoadPeriods,
    enterprises: &[EnterpriseId],
    walk: &mut Walk<'_>,
) -> Result<(), Error> {
    let mut recorded = recorded(changes::of_noun_within(connection, noun, enterprises)?);
    let mut stored: HashMap<Uuid, StoredPeriod> = HashMap::new();
    for period in self::stored(connection, load, enterprises)? {
        stored.insert(period.row.id, period);
    }
    walk.report.compared += stored.len() as u64;
    for enterprise in enterprises {
        let periods = recorded.remove(enterprise).unwrap_or_default();
        let ends = periods.iter().skip(1).map(|next| Some(next.since)).chain([None]);
        for (period, end) in periods.iter().zip(ends) {
            match stored.remove(&period.id) {
                Some(row) => differences(noun, *enterprise, period, end, &row, walk),
                None => walk.report.found(Difference::Gone { noun, id: period.id }),
            }
        }
    }
    for id in stored.into_keys() {
        walk.report.found(Difference::Added { noun, id });
    }
    Ok(())
}

/// The stored periods; those that cannot be read are missed by the caller.
fn stored(
    connection: &mut DbConn,
    load: LoadPeriods,
    enterprises: &[EnterpriseId],
) -> Result<Vec<StoredPeriod>, Error> {
    match load(connection, enterprises) {
        Err(QueryError::DeserializationError(_)) => {}
        periods => return Ok(periods?),
    }
    let mut periods = Vec::new();
    for enterprise in enterprises {
        match load(connection, &[*enterprise]) {
            Err(QueryError::DeserializationError(_)) => {}
            read => periods.extend(read?),
        }
    }
    Ok(periods)
}

/// The recorded periods of each enterprise, oldest first.
fn recorded(changes: Vec<Change>) -> HashMap<EnterpriseId, Vec<Recorded>> {
    let mut recorded: HashMap<EnterpriseId, Vec<Recorded>> = HashMap::new();
    for change in in_order(changes) {
        let Some(enterprise) = change.enterprise_id else { continue };
        let periods = recorded.entry(enterprise).or_default();
        let became = recorded_fields::all(&change).into_iter().map(|field| (field.name, field.after));
        if change.action == Action::Assigned.as_str() {
            let mut columns = periods.last().map(|before| before.columns.clone()).unwrap_or_default();
            columns.extend(became);
            periods.push(Recorded { id: change.noun_id.0, since: change.at, columns });
        } else if let Some(period) = periods.iter_mut().find(|period| period.id == change.noun_id.0) {
            period.columns.extend(became);
        }
    }
    recorded
}

fn differences(
    noun: Noun,
    enterprise: EnterpriseId,
    recorded: &Recorded,
    end: Option<Timestamp>,
    stored: &StoredPeriod,
    walk: &mut Walk<'_>,
) {
    let id = recorded.id;
    let mut compare = |field, recorded: &Value, stored: &Value| {
        if !same(recorded, stored) && !walk.moves.lead(field, recorded, stored) {
            walk.report.found(Difference::field(noun, id, field, recorded.clone(), stored.clone()));
        }
    };
    for (field, value) in &stored.row.columns {
        // Nobody on a list is the same as no list.
        let empty = Value::Array(Vec::new());
        let nothing = if value.is_array() { &empty } else { &Value::Null };
        let recorded = recorded.columns.get(*field).filter(|value| !value.is_null()).unwrap_or(nothing);
        compare(field, recorded, value);
    }
    let instant = |at: Option<Timestamp>| at.map_or(Value::Null, |at| at.0.to_rfc3339().into());
    compare("enterprise_id", &enterprise.0.to_string().into(), &stored.enterprise_id.0.to_string().into());
    compare("since", &instant(Some(recorded.since)), &instant(Some(stored.since)));
    compare("until", &instant(end), &instant(stored.until));
}
