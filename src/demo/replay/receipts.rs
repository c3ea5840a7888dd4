//! The receipts of a treasury month, as one batch.

use super::Replay;
use crate::{
    db::{
        demonstrations,
        tax_receipts::{self, TaxReceipt},
    },
    domain::{
        change::{Action, Noun},
        ids::ReceiptId,
        month::Month,
        role::Role,
    },
    services::{Belongs, Details, Error, complete_months},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// The source of the receipts.
const SOURCE: &str = "税务部门入库明细";
/// Rows written with one statement.
const ROWS_PER_INSERT: usize = 1000;

impl Replay<'_> {
    /// All receipts of a month.
    pub(super) fn receipts(&mut self, at: DateTime<Utc>, month: Month) -> Result<(), Error> {
        let plan = self.plan;
        let finance = self.one_with(Role::Finance)?;
        let mut ids = plan.ids(&format!("receipts {month}"));
        self.take_over(&finance, at, |tx| {
            let actor = tx.actor.reference();
            let mut rows = plan.receipts(month).filter_map(|(place, receipt)| {
                Some(TaxReceipt {
                    id: ReceiptId(ids(at)),
                    source: SOURCE.to_owned(),
                    enterprise_id: plan.enterprises.get(place)?.id,
                    tax_type: receipt.tax,
                    treasury_month: month.ordinal(),
                    period: receipt.period,
                    budget_level: String::new(),
                    ordinal: 1,
                    amount_fen: receipt.amount,
                    one_off: receipt.tax.one_off(),
                    district_fen: Some(receipt.district),
                    import_id: None,
                    actor: actor.clone(),
                    created_at: at.into(),
                    superseded_at: None,
                })
            });
            let mut count = 0;
            loop {
                let batch: Vec<_> = rows.by_ref().take(ROWS_PER_INSERT).collect();
                if batch.is_empty() {
                    break;
                }
                count += tax_receipts::insert(tx.conn, &batch)?;
            }
            drop(rows);
            demonstrations::sum_month(tx.conn, month.ordinal())?;
            let details = Details::none().with("source", (), SOURCE).with("treasury_month", (), month).with(
                "receipts",
                (),
                count,
            );
            let batch = ids(at);
            tx.record_event(Noun::Receipt, batch, Action::Imported, Belongs::District, details)?;
            complete_months::renew(tx, SOURCE, &[], &BTreeSet::from([month]), batch).map(drop)
        })
    }
}
