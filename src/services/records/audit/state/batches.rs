//! Batches: rows that are recorded by one change with a digest over all of them.
//!
//! A row is found to belong to a batch by its instant, which is that of the change. Several batches may have one instant; the
//! digests of rows add up, so such batches are compared together.

use super::{
    complete_months,
    history::History,
    report::{Difference, StateReport},
};
use crate::{
    db::{
        backend::DbConn,
        records::{
            changes::{self, Change},
            declarations::stored::StoredRow,
        },
        registry::tax_receipts::TaxReceipt,
        values::Timestamp,
    },
    domain::{
        ids::ReceiptId,
        records::change::{Action, Noun},
    },
    secrets::{batch::BatchDigest, record::RecordKeys},
    services::{
        Error,
        records::{canonical_text, recorded_fields},
        unit_of_work::RowsDigest,
    },
};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Changes read at once.
const PAGE: i64 = 1000;

/// The batches of a noun, each with what is found of it.
pub(super) struct Batches<'k> {
    keys: &'k RecordKeys,
    noun: Noun,
    made: BTreeMap<i64, Made>,
    superseded: BTreeMap<i64, Superseded>,
}

/// The batches of one instant.
struct Made {
    id: Uuid,
    at: Timestamp,
    /// How many batches they are.
    count: u64,
    /// What was recorded of them; `None` when a digest is missing, or is over columns that are no more.
    recorded: Option<RowsDigest>,
    found: BatchDigest,
}

/// What the batches of one instant superseded.
struct Superseded {
    /// The batch; `None` when none is on record.
    id: Option<Uuid>,
    at: Timestamp,
    /// What was recorded; `None` when a digest is missing.
    recorded: Option<BatchDigest>,
    found: BatchDigest,
}

impl<'k> Batches<'k> {
    /// Reads what was recorded of the batches of a noun.
    pub(super) fn load(connection: &mut DbConn, keys: &'k RecordKeys, noun: Noun) -> Result<Self, Error> {
        let mut batches = Self { keys, noun, made: BTreeMap::new(), superseded: BTreeMap::new() };
        let mut after = None;
        loop {
            let changes = changes::of_kind_after(connection, noun, Action::Imported, after, PAGE)?;
            let Some(last) = changes.last() else { return Ok(batches) };
            after = Some(last.id);
            for change in &changes {
                batches.expect(change);
            }
        }
    }

    fn expect(&mut self, change: &Change) {
        let fields = recorded_fields::all(change);
        let after = |name: &str| fields.iter().find(|field| field.name == name).map(|field| &field.after);
        // Which months a source has completed is recorded by a change of its own, which comes with no rows.
        if self.noun == Noun::Receipt && after(complete_months::FIELD).is_some() {
            return;
        }
        let text = |name| after(name).and_then(Value::as_str);
        self.expect_rows(change, text(RowsDigest::FIELD).and_then(RowsDigest::read));
        if self.noun == Noun::Receipt {
            let superseded = after("superseded").and_then(Value::as_u64).unwrap_or_default();
            let digest = text("superseded_digest").and_then(BatchDigest::read);
            self.expect_superseded(change, digest.or((superseded == 0).then(BatchDigest::default)));
        }
    }

    fn expect_rows(&mut self, change: &Change, recorded: Option<RowsDigest>) {
        let found = BatchDigest::default();
        let made = self.made.entry(change.at.0.timestamp_micros()).or_insert_with(|| Made {
            id: change.noun_id.0,
            at: change.at,
            count: 0,
            recorded: Some(RowsDigest::default()),
            found,
        });
        made.count += 1;
        made.recorded = made.recorded.take().zip(recorded).and_then(|(before, more)| together(before, more));
    }

    fn expect_superseded(&mut self, change: &Change, recorded: Option<BatchDigest>) {
        let superseded = self.superseded.entry(change.at.0.timestamp_micros()).or_insert_with(|| Superseded {
            id: Some(change.noun_id.0),
            at: change.at,
            recorded: Some(BatchDigest::default()),
            found: BatchDigest::default(),
        });
        superseded.recorded = superseded.recorded.zip(recorded).map(|(before, more)| before.plus(&more));
    }

    /// Adds a row that no change of its own made, as it was when it was made; `false` when no batch is on record with which it
    /// may have come.
    pub(super) fn add(&mut self, id: Uuid, made_at: Timestamp, row: Option<&StoredRow>, history: &History) -> bool {
        let Some(made) = self.made.get_mut(&made_at.0.timestamp_micros()) else { return false };
        let Some(recorded) = &made.recorded else { return true };
        let mut columns: Vec<(&str, Value)> = Vec::new();
        for name in &recorded.fields {
            let stored = row.and_then(|row| row.columns.iter().find(|(column, _)| column == name));
            // What was changed later is put back; of a row that was deleted, its deletion says what else it held.
            let value = history.first.get(name).or(stored.map(|(_, value)| value));
            if value.is_none() && row.is_some() {
                // A later version has no such column any more.
                made.recorded = None;
                return true;
            }
            columns.push((name.as_str(), value.cloned().unwrap_or_default()));
        }
        self.keys.batches.add(&mut made.found, &canonical_text::batch_row(self.noun, id, made_at, &columns));
        true
    }

    /// Adds a receipt; `false` when no batch is on record with which it may have come.
    pub(super) fn add_receipt(&mut self, receipt: &TaxReceipt) -> Result<bool, Error> {
        if let Some(at) = receipt.superseded_at {
            self.add_superseded(receipt.id, at);
        }
        let row = StoredRow::of_batch(receipt)?;
        Ok(self.add(row.id, receipt.created_at, Some(&row), &History::default()))
    }

    fn add_superseded(&mut self, id: ReceiptId, at: Timestamp) {
        let superseded = self.superseded.entry(at.0.timestamp_micros()).or_insert_with(|| Superseded {
            id: None,
            at,
            recorded: Some(BatchDigest::default()),
            found: BatchDigest::default(),
        });
        self.keys.batches.add(&mut superseded.found, &canonical_text::superseded_receipt(id, at));
    }

    /// Compares what was found with what was recorded.
    pub(super) fn conclude(self, report: &mut StateReport) {
        let mut without_digest = 0;
        for made in self.made.into_values() {
            match made.recorded {
                None => without_digest += made.count,
                Some(recorded) if recorded.digest != made.found => {
                    let (recorded, stored) = (recorded.digest.rows(), made.found.rows());
                    let (noun, id, at) = (self.noun, made.id, made.at);
                    report.found(Difference::Batch { noun, id, at, recorded, stored });
                }
                Some(_) => {}
            }
        }
        if without_digest > 0 {
            report.without_digest.push((self.noun, without_digest));
        }
        for superseded in self.superseded.into_values() {
            if superseded.recorded.is_some_and(|recorded| recorded != superseded.found) {
                report.found(Difference::Superseded { id: superseded.id, at: superseded.at });
            }
        }
    }
}

/// What was recorded of two batches with one instant; `None` when they are over different columns, as those of two versions of
/// the product may be.
fn together(before: RowsDigest, more: RowsDigest) -> Option<RowsDigest> {
    let digest = before.digest.plus(&more.digest);
    // A batch without rows has no columns.
    match (before.fields.is_empty(), more.fields.is_empty()) {
        (true, _) => Some(RowsDigest { digest, ..more }),
        (_, true) => Some(RowsDigest { digest, ..before }),
        _ => (before.fields == more.fields).then_some(RowsDigest { digest, ..before }),
    }
}
