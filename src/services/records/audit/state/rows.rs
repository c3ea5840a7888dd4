//! Rows with changes of their own: each recorded field is compared with what was recorded of it last, and each row that was
//! made and not taken out has to be there.

use super::{
    Walk,
    batches::Batches,
    history::{History, histories},
    report::Difference,
};
use crate::{
    db::{
        backend::{DbConn, QueryError},
        records::{
            changes,
            declarations::stored::{StoredRow, StoredRows},
        },
        values::AnyId,
    },
    domain::records::change::Noun,
    services::Error,
};
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Rows compared at once.
pub(super) const PAGE: i64 = 500;

/// The comparison of one noun.
pub(super) struct Rows<'k> {
    noun: Noun,
    stored: StoredRows,
    batches: Option<Batches<'k>>,
}

impl<'k> Rows<'k> {
    pub(super) fn new(noun: Noun, stored: StoredRows, batches: Option<Batches<'k>>) -> Self {
        Self { noun, stored, batches }
    }

    /// Compares all rows with their records, and all records with their rows.
    pub(super) fn compare(mut self, connection: &mut DbConn, walk: &mut Walk<'_>) -> Result<(), Error> {
        self.each_row(connection, walk)?;
        self.each_record(connection, walk)?;
        if let Some(batches) = self.batches {
            batches.conclude(&mut walk.report);
        }
        Ok(())
    }

    fn each_row(&mut self, connection: &mut DbConn, walk: &mut Walk<'_>) -> Result<(), Error> {
        let mut after = None;
        loop {
            let ids = (self.stored.ids_after)(connection, after, PAGE)?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = Some(*last);
            let mut known = histories(self.noun, changes::of_things(connection, self.noun, &ids)?);
            for row in self.load(connection, &ids, walk)? {
                let history = known.remove(&row.id).unwrap_or_default();
                self.row(&row, &history, walk);
            }
            walk.done(ids.len());
        }
    }

    /// The rows with the ids. One that cannot be read is found, and keeps no other from being compared.
    fn load(&self, connection: &mut DbConn, ids: &[AnyId], walk: &mut Walk<'_>) -> Result<Vec<StoredRow>, Error> {
        match (self.stored.load)(connection, ids) {
            Err(QueryError::DeserializationError(_)) => {}
            rows => return Ok(rows?),
        }
        let mut rows = Vec::new();
        for id in ids {
            match (self.stored.load)(connection, &[*id]) {
                Err(QueryError::DeserializationError(_)) => {
                    walk.report.found(Difference::Unreadable { noun: self.noun, id: id.0 });
                }
                row => rows.extend(row?),
            }
        }
        Ok(rows)
    }

    fn row(&mut self, row: &StoredRow, history: &History, walk: &mut Walk<'_>) {
        let (noun, id) = (self.noun, row.id);
        walk.report.compared += 1;
        if history.is_deleted {
            walk.report.found(Difference::Returned { noun, id });
            return;
        }
        if history.made_by.is_none() {
            let came_with = |batches: &mut Batches<'_>, at| batches.add(id, at, Some(row), history);
            if !self.batches.as_mut().zip(row.made_at).is_some_and(|(batches, at)| came_with(batches, at)) {
                walk.report.found(Difference::Added { noun, id });
                return;
            }
        }
        for (field, stored) in &row.columns {
            let recorded = match (history.last.get(*field), history.made_by) {
                (Some(recorded), _) => recorded,
                // What a row lacks when it is made is not in the change that makes it.
                (None, Some(_)) => &Value::Null,
                // The digest of its batch is over this one.
                (None, None) => continue,
            };
            if !same(recorded, stored) && !walk.moves.lead(field, recorded, stored) {
                walk.report.found(Difference::field(noun, id, field, recorded.clone(), stored.clone()));
            }
        }
    }

    fn each_record(&mut self, connection: &mut DbConn, walk: &mut Walk<'_>) -> Result<(), Error> {
        let mut after = None;
        loop {
            let ids = changes::things_after(connection, self.noun, after, PAGE)?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = Some(*last);
            let stored: BTreeSet<Uuid> = (self.stored.among)(connection, &ids)?.into_iter().map(|id| id.0).collect();
            let missing: Vec<AnyId> = ids.into_iter().filter(|id| !stored.contains(&id.0)).collect();
            for (id, history) in histories(self.noun, changes::of_things(connection, self.noun, &missing)?) {
                self.missing(id, &history, walk);
            }
        }
    }

    /// A thing with a record and without a row.
    fn missing(&mut self, id: Uuid, history: &History, walk: &mut Walk<'_>) {
        if !history.is_known {
            return;
        }
        if !history.is_deleted {
            walk.report.found(Difference::Gone { noun: self.noun, id });
        }
        // The digest of the batch it came with is over it still. An older version did not record when it was made; but neither
        // did it record digests.
        if let Some((batches, at)) = self.batches.as_mut().zip(history.made_at())
            && history.made_by.is_none()
        {
            batches.add(id, at, None, history);
        }
    }
}

/// Whether two values say the same. Instants may be written in several ways.
pub(super) fn same(recorded: &Value, stored: &Value) -> bool {
    if recorded == stored {
        return true;
    }
    let instant =
        |value: &Value| chrono::DateTime::parse_from_rfc3339(value.as_str()?).ok().map(|at| at.timestamp_micros());
    matches!((instant(recorded), instant(stored)), (Some(one), Some(other)) if one == other)
}
