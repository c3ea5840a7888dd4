//! Rows of one batch. They are too many for one change each: the batch is one change, with a digest over what each of its
//! rows was when it was made.

use super::{Belongs, Details, PROOF, Tx};
use crate::{
    db::records::recorded::Batched,
    domain::records::change::Action,
    secrets::{batch::BatchDigest, record::RecordKeys},
    services::{Error, records::canonical_text},
};
use serde_json::Value;
use std::marker::PhantomData;
use uuid::Uuid;

/// What a digest is over, as the record holds it: `ROWS:SUM FIELD,FIELD,…`. The fields are named, so that a version with
/// other columns compares those that were there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowsDigest {
    /// The digest over the rows.
    pub digest: BatchDigest,
    /// The columns of each row that it is over, in their order.
    pub fields: Vec<String>,
}

impl RowsDigest {
    /// The detail of a change that holds it.
    pub const FIELD: &'static str = "rows_digest";

    /// As it is recorded.
    pub fn written(&self) -> String {
        format!("{} {}", self.digest.written(), self.fields.join(","))
    }

    /// A digest as it was recorded; `None` when it is none.
    pub fn read(text: &str) -> Option<Self> {
        let (digest, fields) = text.split_once(' ')?;
        let fields = fields.split(',').filter(|field| !field.is_empty());
        Some(Self { digest: BatchDigest::read(digest)?, fields: fields.map(str::to_owned).collect() })
    }
}

/// A batch under way: its rows are written, and its change is not recorded yet.
#[derive(Debug)]
#[must_use = "the rows are recorded by `record_batch`"]
pub struct Batch<R> {
    rows: RowsDigest,
    row: PhantomData<R>,
}

impl<R: Batched> Batch<R> {
    /// A batch without rows.
    pub fn begin() -> Self {
        Self { rows: RowsDigest::default(), row: PhantomData }
    }

    fn digest(&mut self, keys: &RecordKeys, row: &R) -> serde_json::Result<()> {
        let columns: Vec<(&'static str, Value)> = row.columns()?;
        if self.rows.fields.is_empty() {
            self.rows.fields = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        }
        let text = canonical_text::batch_row(R::DECLARATION.noun, row.noun_id(), row.made_at(), &columns);
        keys.batches.add(&mut self.rows.digest, &text);
        Ok(())
    }
}

impl Tx<'_> {
    /// Adds rows of one batch. The batch is one change of its noun; each row's enterprise is assessed all the same.
    pub fn create_batch<R: Batched>(
        &mut self,
        batch: impl Into<Uuid>,
        rows: &[R],
        details: Details,
    ) -> Result<(), Error> {
        let mut written = Batch::begin();
        self.add_to_batch(&mut written, rows)?;
        self.record_batch(written, batch, details)
    }

    /// Adds some of the rows of a batch. They are made at the instant of the use case, by which they are found again.
    pub fn add_to_batch<R: Batched>(&mut self, batch: &mut Batch<R>, rows: &[R]) -> Result<(), Error> {
        debug_assert!(rows.iter().all(|row| row.made_at().0 == self.now), "a row of a batch is made with its change");
        R::insert_many(rows, self.conn, &PROOF)?;
        for row in rows {
            batch.digest(&self.context.record, row).map_err(Error::internal)?;
            self.mark(R::DECLARATION.assessed, row.belongs_to());
        }
        Ok(())
    }

    /// Records a batch whose rows were added.
    pub fn record_batch<R: Batched>(
        &mut self,
        batch: Batch<R>,
        id: impl Into<Uuid>,
        details: Details,
    ) -> Result<(), Error> {
        let Batch { rows, row: PhantomData } = batch;
        let details = details.with(RowsDigest::FIELD, (), rows.written());
        self.record_event(R::DECLARATION.noun, id, Action::Imported, Belongs::District, details)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_digest_is_read_as_it_was_recorded() {
        let fields = vec!["id".to_owned(), "name".to_owned()];
        for rows in [RowsDigest { fields, ..RowsDigest::default() }, RowsDigest::default()] {
            assert_eq!(RowsDigest::read(&rows.written()), Some(rows));
        }
        assert_eq!(RowsDigest::read("no digest"), None);
    }
}
