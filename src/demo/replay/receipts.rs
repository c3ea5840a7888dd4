//! The receipts of a treasury month, as one batch.

use super::Replay;
use crate::{
    db::{operation::demonstrations, registry::tax_receipts::TaxReceipt},
    domain::{ids::ReceiptId, month::Month, people::role::Role},
    services::{Details, Error, registry::complete_months, unit_of_work::Batch},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// The source of the receipts.
const SOURCE: &str = "税务部门入库明细";
/// Rows made at once.
const ROWS_AT_ONCE: usize = 1000;

impl Replay<'_> {
    /// All receipts of a month.
    pub(super) fn receipts(&mut self, at: DateTime<Utc>, month: Month) -> Result<(), Error> {
        let plan = self.plan;
        let finance = self.one_with(Role::Finance)?;
        let mut ids = plan.ids(&format!("receipts {month}"));
        self.take_over(&finance, at, |tx| {
            let actor = tx.actor.reference().to_string();
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
            let (mut count, mut receipts) = (0, Batch::begin());
            loop {
                let piece: Vec<TaxReceipt> = rows.by_ref().take(ROWS_AT_ONCE).collect();
                if piece.is_empty() {
                    break;
                }
                count += piece.len();
                tx.add_to_batch(&mut receipts, &piece)?;
            }
            drop(rows);
            demonstrations::sum_month(tx.conn, month.ordinal())?;
            let details = Details::none().with("source", (), SOURCE).with("treasury_month", (), month).with(
                "receipts",
                (),
                count,
            );
            let batch = ids(at);
            tx.record_batch(receipts, batch, details)?;
            complete_months::renew(tx, SOURCE, &[], &BTreeSet::from([month]), batch).map(drop)
        })
    }
}
