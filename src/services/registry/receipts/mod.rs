//! Tax receipts: replacing what a source sent for a month, and reading what an enterprise paid. Single receipts are
//! written in `batch`.

pub mod batch;
pub mod comparison;

use super::{complete_months, enterprise_lookup};
use crate::{
    db::{
        self, backend,
        registry::tax_receipts::{self, MonthlyTax, TaxReceipt},
    },
    domain::{
        fen::{Fen, FenError},
        ids::{EnterpriseId, ImportId, ReceiptId},
        month::Month,
        people::role::Permission,
        records::change::Noun,
        registry::{enterprise::EnterpriseReference, tax_type::TaxType},
        watch::risk::Amounts,
    },
    secrets::batch::BatchDigest,
    services::{Details, Error, Read, Subject, Tx, error::Reason, records::canonical_text, unit_of_work::Batch},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One receipt to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReceipt {
    /// The taxpayer.
    pub enterprise: EnterpriseId,
    /// The tax.
    pub tax_type: TaxType,
    /// Paid after an audit, late, or as a fine: one-off whatever the tax.
    pub arrears: bool,
    /// Treasury month.
    pub treasury_month: Month,
    /// Tax period as the source says it, or empty.
    pub period: String,
    /// Budget level as the source says it, or empty.
    pub budget_level: String,
    /// Tells receipts apart that are otherwise alike.
    pub ordinal: i32,
    /// What was paid, all levels.
    pub amount: Fen,
    /// The district's part, if the source carries it.
    pub district: Option<Fen>,
}

/// The result of a source's receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// Receipts that no longer hold.
    pub superseded: usize,
    /// Receipts that hold now.
    pub written: usize,
}

/// What one enterprise pays in a month at most, either way: a quadrillion yuan. A year of such months still adds up.
const MONTH_MAX: Fen = Fen(100_000_000_000_000_000);

/// Rows made at once.
const ROWS_AT_ONCE: usize = 2000;
const IDS_PER_STATEMENT: usize = 10_000;

/// Replaces all receipts that a source sent before for these months with those of a file, and notes the months of which
/// the file says everything. All enterprises that paid before, pay now or should have paid are locked, summed and
/// assessed again; the record has one change.
pub fn replace(
    tx: &mut Tx<'_>,
    source: &str,
    months: &BTreeSet<Month>,
    rows: &[NewReceipt],
    complete: &BTreeSet<Month>,
    import: Option<ImportId>,
) -> Result<Replaced, Error> {
    tx.require(Permission::WriteReceipts)?;
    let months: Vec<Month> = months.iter().copied().collect();
    let batch = import.map_or_else(|| ReceiptId::new().0, |import| import.0);
    if rows.iter().any(|row| !months.contains(&row.treasury_month)) {
        return Err(Error::field("/treasury_month", Reason::OutOfRange));
    }
    lock_source(tx, source)?;
    let before = tax_receipts::payers_of_source(tx.conn, source, &months)?;
    let payers: BTreeSet<EnterpriseId> = before.into_iter().chain(rows.iter().map(|row| row.enterprise)).collect();
    let missed = complete_months::renew(tx, source, &months, complete, batch)?;
    let payers = lock(tx, payers, missed)?;
    let superseded = tax_receipts::holding_of_source(tx.conn, source, &months)?;
    supersede(tx, &superseded)?;
    let receipts = write(tx, source, rows, import, &payers, &months)?;
    record(tx, source, &months, rows, &superseded, receipts, batch)?;
    Ok(Replaced { superseded: superseded.len(), written: rows.len() })
}

/// Lets one use case at a time write what a source says, before it reads what the source said before: the enterprises
/// to lock and to sum up follow from that.
pub(in crate::services) fn lock_source(tx: &mut Tx<'_>, source: &str) -> Result<(), Error> {
    Ok(backend::lock_name(tx.conn, &format!("receipts of {source}"))?)
}

/// Locks payers, and others that have to be assessed again, all in the order of their ids; returns the payers.
fn lock(
    tx: &mut Tx<'_>,
    payers: BTreeSet<EnterpriseId>,
    others: BTreeSet<EnterpriseId>,
) -> Result<Vec<EnterpriseId>, Error> {
    let all: Vec<EnterpriseId> = payers.union(&others).copied().collect();
    db::registry::enterprises::lock(tx.conn, &all)?;
    for id in others {
        tx.touch(id);
    }
    Ok(payers.into_iter().collect())
}

/// Supersedes receipts of the source that the use case has locked.
fn supersede(tx: &mut Tx<'_>, ids: &[ReceiptId]) -> Result<(), Error> {
    let now = tx.now.into();
    tx.unrecorded(|connection, proof| tax_receipts::supersede(connection, ids, now, proof)).map(drop)
}

/// Writes receipts, recomputes the sums of their months and has their payers assessed.
fn write(
    tx: &mut Tx<'_>,
    source: &str,
    rows: &[NewReceipt],
    import: Option<ImportId>,
    payers: &[EnterpriseId],
    months: &[Month],
) -> Result<Batch<TaxReceipt>, Error> {
    check_sums(rows)?;
    let mut batch = Batch::begin();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        let rows: Vec<TaxReceipt> = rows.iter().map(|row| stored(tx, source, row, import)).collect();
        tx.add_to_batch(&mut batch, &rows)?;
    }
    for payers in payers.chunks(IDS_PER_STATEMENT) {
        tx.unrecorded(|connection, proof| tax_receipts::sum_up(connection, payers, months, proof))?;
        if tax_receipts::sum_lies_beyond(tx.conn, payers, months, MONTH_MAX)? {
            return Err(out_of_range());
        }
    }
    for payer in payers {
        tx.touch(*payer);
    }
    Ok(batch)
}

/// Refuses receipts of one payer and month that together go beyond what can be summed.
fn check_sums(rows: &[NewReceipt]) -> Result<(), Error> {
    let mut sums: BTreeMap<(EnterpriseId, Month), Fen> = BTreeMap::new();
    for row in rows {
        let amounts = std::iter::once(row.amount).chain(row.district);
        let most = amounts.map(|amount| Fen(amount.0.saturating_abs())).max().unwrap_or_default();
        let sum = sums.entry((row.enterprise, row.treasury_month)).or_default();
        *sum = sum.checked_add(most).filter(|sum| *sum <= MONTH_MAX).ok_or_else(out_of_range)?;
    }
    Ok(())
}

fn out_of_range() -> Error {
    Error::field("/amount_fen", FenError::Overflow)
}

fn stored(tx: &Tx<'_>, source: &str, row: &NewReceipt, import: Option<ImportId>) -> TaxReceipt {
    TaxReceipt {
        id: ReceiptId::new(),
        source: source.to_owned(),
        enterprise_id: row.enterprise,
        tax_type: row.tax_type,
        treasury_month: row.treasury_month.ordinal(),
        period: row.period.clone(),
        budget_level: row.budget_level.clone(),
        ordinal: row.ordinal,
        amount_fen: row.amount,
        one_off: row.arrears || row.tax_type.one_off(),
        district_fen: row.district,
        import_id: import,
        actor: tx.actor.reference().to_string(),
        created_at: tx.now.into(),
        superseded_at: None,
    }
}

/// One change a batch; it belongs to no single enterprise.
fn record(
    tx: &mut Tx<'_>,
    source: &str,
    months: &[Month],
    written: &[NewReceipt],
    superseded: &[ReceiptId],
    receipts: Batch<TaxReceipt>,
    batch: Uuid,
) -> Result<(), Error> {
    let sum = Fen::checked_sum(written.iter().map(|receipt| receipt.amount));
    let details = Details::none()
        .with("source", (), source)
        .with("treasury_months", (), months)
        .with("written", (), written.len())
        .with("amount_fen", (), sum)
        .with("superseded", (), superseded.len())
        .with("superseded_digest", (), superseded_digest(tx, superseded).written());
    tx.record_batch(receipts, batch, details)
}

/// The digest over receipts that are superseded now: which ones they are is recorded, although none has a change of its own.
fn superseded_digest(tx: &Tx<'_>, ids: &[ReceiptId]) -> BatchDigest {
    let mut digest = BatchDigest::default();
    for id in ids {
        tx.context.record.batches.add(&mut digest, &canonical_text::superseded_receipt(*id, tx.now.into()));
    }
    digest
}

/// What an enterprise paid, month by month and receipt by receipt.
#[derive(Debug, Clone)]
pub struct Paid {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// The monthly sums.
    pub months: Vec<MonthlyTax>,
    /// The receipts; none for readers who see bands.
    pub receipts: Vec<TaxReceipt>,
    /// How the reader sees the sums.
    pub amounts: Amounts,
}

/// Months read at once, at most.
const MOST_MONTHS: i32 = 120;

/// What an enterprise paid from one treasury month to another: the last twelve unless said otherwise.
pub fn of_enterprise(
    read: &mut Read<'_>,
    reference: &EnterpriseReference,
    (from, to): (Option<Month>, Option<Month>),
    current: Month,
) -> Result<Paid, Error> {
    let enterprise = enterprise_lookup::find(read.conn, read.actor, reference)?.id;
    let to = to.unwrap_or_else(|| from.map_or(current, |from| current.max(from)));
    let from = from.unwrap_or_else(|| to.plus(-11));
    if from > to || to.ordinal() - from.ordinal() >= MOST_MONTHS {
        return Err(Error::field("/from", Reason::OutOfRange));
    }
    let months = tax_receipts::months_of(read.conn, enterprise, (from, to))?;
    let amounts = read.amounts(Subject::list(Noun::Receipt, "receipts").of(enterprise));
    let receipts = if amounts.are_figures() {
        tax_receipts::of_enterprise(read.conn, enterprise, (from, to))?
    } else {
        Vec::new()
    };
    Ok(Paid { enterprise, months, receipts, amounts })
}
