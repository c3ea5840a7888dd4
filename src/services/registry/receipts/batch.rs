//! Single receipts, each answered separately: the same identity with another amount replaces the old receipt, with the
//! same amount nothing changes.

use super::{NewReceipt, lock, lock_source, record, supersede, write};
use crate::{
    db::registry::{
        enterprises,
        tax_receipts::{self, TaxReceipt},
    },
    domain::{
        fen::Fen,
        ids::{EnterpriseId, ReceiptId},
        lengths::{RECEIPT_TEXT_MAX, SOURCE_MAX},
        month::Month,
        people::role::Permission,
        registry::{
            enterprise::EnterpriseReference,
            tax_type::{TaxItem, TaxType},
            uscc::Uscc,
        },
    },
    services::{
        Error, Invalid, Tx,
        error::Reason,
        registry::{
            complete_months,
            enterprises::batch::{ItemResult, MOST_ITEMS},
        },
    },
    texts::{Explain, Language, texts},
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Most months of which completeness is told at once.
const MOST_COMPLETE: usize = 120;
/// The largest ordinal.
const ORDINAL_MAX: i32 = 1_000_000;

/// One receipt to be written. It is identified by source, enterprise, tax type, treasury month, period, budget level and ordinal.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReceipt, example = json!({
    "enterprise_id": "uscc:91350100M000100Y43", "tax_type": "vat", "treasury_month": "2026-10", "amount_fen": 123_456_700
}))]
pub struct ReceiptEntry {
    /// The taxpayer's id, or `uscc:CODE`.
    pub enterprise_id: String,
    /// Code or Chinese name of the tax.
    pub tax_type: String,
    /// Paid after an audit, late, or as a fine; a name of the tax may say so too.
    #[serde(default)]
    pub arrears: bool,
    /// Treasury month.
    #[schema(example = "2026-10")]
    pub treasury_month: String,
    /// Tax period as the source says it.
    pub period: Option<String>,
    /// Budget level as the source says it.
    pub budget_level: Option<String>,
    /// Tells receipts apart that are otherwise alike.
    #[serde(default)]
    pub ordinal: i32,
    /// What was paid, all levels; negative for a refund.
    pub amount_fen: Fen,
    /// The district's part.
    pub district_fen: Option<Fen>,
}

/// The answer to one receipt.
#[derive(Debug)]
pub struct ReceiptOutcome {
    /// The result of it.
    pub result: ItemResult,
    /// Why it was refused.
    pub invalid: Invalid,
}

/// What is no tax stays out of the receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotATax;

impl Explain for NotATax {
    fn code(&self) -> &'static str {
        "not_a_tax"
    }

    fn text(&self, language: Language) -> String {
        not_a_tax(language)
    }
}

texts! {
    not_a_tax() {
        zh: "这是费或基金，不是税，不计入税收。",
        en: "This is a levy or fund, not a tax; it does not count as a tax receipt.",
    }
}

/// What tells one receipt of a source from another.
type Identity = (EnterpriseId, Month, TaxType, String, String, i32);

/// Writes receipts of one source, and notes the months of which it has now sent everything. They are noted only if no item is
/// refused that may be about an enterprise of the registry: what is missing would be read as unpaid.
pub fn upsert(
    tx: &mut Tx<'_>,
    source: &str,
    items: Vec<Result<ReceiptEntry, Invalid>>,
    complete: &[String],
) -> Result<Vec<ReceiptOutcome>, Error> {
    tx.require(Permission::WriteReceipts)?;
    let mut invalid = Invalid::default();
    let source = invalid.line("/source", source, SOURCE_MAX);
    if items.len() > MOST_ITEMS {
        invalid.note("/items", Reason::TooMany);
    }
    let mut complete = months(complete, &mut invalid);
    invalid.check()?;
    complete_months::check(tx, &complete)?;
    let source = source.unwrap_or_default();
    lock_source(tx, &source)?;
    let known = known_payers(tx, &items)?;
    let (mut seen, mut hides_somebody) = (BTreeSet::new(), false);
    let checked: Vec<Result<NewReceipt, Invalid>> = items
        .into_iter()
        .enumerate()
        .map(|(place, item)| {
            let at = format!("/items/{place}");
            let stranger = item.as_ref().is_ok_and(|item| is_stranger(&item.enterprise_id, &known));
            let checked = item.and_then(|item| check(tx, item, &known, &at)).and_then(|receipt| {
                if seen.insert(identity(&receipt)) {
                    return Ok(receipt);
                }
                let mut invalid = Invalid::default();
                invalid.note(at, Reason::Taken);
                Err(invalid)
            });
            hides_somebody |= checked.is_err() && !stranger;
            checked
        })
        .collect();
    if hides_somebody {
        complete.clear();
    }
    store(tx, &source, checked, &complete)
}

fn months(texts: &[String], invalid: &mut Invalid) -> BTreeSet<Month> {
    if texts.len() > MOST_COMPLETE {
        invalid.note("/complete_months", Reason::TooMany);
        return BTreeSet::new();
    }
    let read = |(place, text): (usize, &String)| invalid.take(&format!("/complete_months/{place}"), text.parse());
    texts.iter().enumerate().filter_map(read).collect()
}

/// Enterprises by the references of the items, as far as the actor's scope sees them.
fn known_payers(tx: &mut Tx<'_>, items: &[Result<ReceiptEntry, Invalid>]) -> Result<Vec<(EnterpriseId, Uscc)>, Error> {
    let references: Vec<EnterpriseReference> =
        items.iter().flatten().filter_map(|item| item.enterprise_id.parse().ok()).collect();
    Ok(enterprises::find_all(tx.conn, tx.actor.scope(), &references)?)
}

fn check(tx: &Tx<'_>, item: ReceiptEntry, known: &[(EnterpriseId, Uscc)], at: &str) -> Result<NewReceipt, Invalid> {
    let mut invalid = Invalid::default();
    let pointer = |field: &str| format!("{at}/{field}");
    let enterprise = payer(&item.enterprise_id, known);
    if enterprise.is_none() {
        invalid.note(pointer("enterprise_id"), Reason::UnknownReference);
    }
    let tax = tax(&item.tax_type, &pointer("tax_type"), &mut invalid);
    let month = invalid.take(&pointer("treasury_month"), item.treasury_month.parse::<Month>());
    if month.is_some_and(|month| month.first_day() > tx.today) {
        invalid.note(pointer("treasury_month"), Reason::InTheFuture);
    }
    let mut line = |text: Option<String>, field: &str| match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => invalid.line(&pointer(field), &text, RECEIPT_TEXT_MAX),
        None => Some(String::new()),
    };
    let (period, budget_level) = (line(item.period, "period"), line(item.budget_level, "budget_level"));
    if !(0..=ORDINAL_MAX).contains(&item.ordinal) {
        invalid.note(pointer("ordinal"), Reason::OutOfRange);
    }
    let amount = invalid.take(&pointer("amount_fen"), item.amount_fen.within_receipt());
    let district = item.district_fen.and_then(|part| invalid.take(&pointer("district_fen"), part.within_receipt()));
    match (enterprise, tax, month, period, budget_level, amount) {
        (
            Some(enterprise),
            Some((tax_type, arrears)),
            Some(treasury_month),
            Some(period),
            Some(budget_level),
            Some(amount),
        ) if invalid.0.is_empty() => Ok(NewReceipt {
            enterprise,
            tax_type,
            arrears: arrears || item.arrears,
            treasury_month,
            period,
            budget_level,
            ordinal: item.ordinal,
            amount,
            district,
        }),
        _ => Err(invalid),
    }
}

fn payer(reference: &str, known: &[(EnterpriseId, Uscc)]) -> Option<EnterpriseId> {
    let reference: EnterpriseReference = reference.parse().ok()?;
    let found = known.iter().find(|(id, uscc)| match &reference {
        EnterpriseReference::Id(named) => named == id,
        EnterpriseReference::Uscc(named) => named == uscc,
    });
    found.map(|(id, _)| *id)
}

/// Whether a reference is a credit code of nobody in the registry: then the receipt is no known enterprise's.
fn is_stranger(reference: &str, known: &[(EnterpriseId, Uscc)]) -> bool {
    matches!(reference.parse(), Ok(EnterpriseReference::Uscc(_))) && payer(reference, known).is_none()
}

fn tax(name: &str, pointer: &str, invalid: &mut Invalid) -> Option<(TaxType, bool)> {
    match invalid.take(pointer, TaxType::parse_name(name))? {
        TaxItem::Tax { tax, arrears } => Some((tax, arrears)),
        TaxItem::NotATax => {
            invalid.note(pointer, NotATax);
            None
        }
    }
}

fn identity(receipt: &NewReceipt) -> Identity {
    let NewReceipt { enterprise, treasury_month, tax_type, period, budget_level, ordinal, .. } = receipt;
    (*enterprise, *treasury_month, *tax_type, period.clone(), budget_level.clone(), *ordinal)
}

fn stored_identity(receipt: &TaxReceipt) -> Option<Identity> {
    let month = Month::from_ordinal(receipt.treasury_month)?;
    let (period, level) = (receipt.period.clone(), receipt.budget_level.clone());
    Some((receipt.enterprise_id, month, receipt.tax_type, period, level, receipt.ordinal))
}

fn store(
    tx: &mut Tx<'_>,
    source: &str,
    checked: Vec<Result<NewReceipt, Invalid>>,
    complete: &BTreeSet<Month>,
) -> Result<Vec<ReceiptOutcome>, Error> {
    let batch = ReceiptId::new().0;
    let missed = complete_months::renew(tx, source, &[], complete, batch)?;
    let payers: BTreeSet<EnterpriseId> = checked.iter().flatten().map(|receipt| receipt.enterprise).collect();
    let months: BTreeSet<Month> = checked.iter().flatten().map(|receipt| receipt.treasury_month).collect();
    let (payers, months) = (lock(tx, payers, missed)?, months.into_iter().collect::<Vec<_>>());
    let holding = tax_receipts::holding(tx.conn, &payers, &months)?;
    let holding: BTreeMap<Identity, TaxReceipt> = holding
        .into_iter()
        .filter(|receipt| receipt.source == source)
        .filter_map(|receipt| Some((stored_identity(&receipt)?, receipt)))
        .collect();
    let (mut superseded, mut written, mut outcomes) = (Vec::<ReceiptId>::new(), Vec::new(), Vec::new());
    for receipt in checked {
        let (result, invalid) = match receipt {
            Err(invalid) => (ItemResult::Refused, invalid),
            Ok(receipt) => {
                let result = compare(&receipt, holding.get(&identity(&receipt)), &mut superseded);
                if result != ItemResult::Unchanged {
                    written.push(receipt);
                }
                (result, Invalid::default())
            }
        };
        outcomes.push(ReceiptOutcome { result, invalid });
    }
    if !written.is_empty() {
        supersede(tx, &superseded)?;
        let receipts = write(tx, source, &written, None, &payers, &months)?;
        record(tx, source, &months, &written, &superseded, receipts, batch)?;
    }
    Ok(outcomes)
}

fn compare(receipt: &NewReceipt, known: Option<&TaxReceipt>, superseded: &mut Vec<ReceiptId>) -> ItemResult {
    let Some(known) = known else { return ItemResult::Created };
    let one_off = receipt.arrears || receipt.tax_type.one_off();
    if (known.amount_fen, known.district_fen, known.one_off) == (receipt.amount, receipt.district, one_off) {
        return ItemResult::Unchanged;
    }
    superseded.push(known.id);
    ItemResult::Updated
}
