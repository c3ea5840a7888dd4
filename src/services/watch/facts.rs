//! Facts of enterprises, loaded set-based from the rows: the facts of an assessment, the last visit, the sums of tax.

use super::risk_policies;
use crate::{
    db::{
        backend::DbConn,
        registry::enterprises::Enterprise,
        watch::facts::{self, SignalRow, TaxRow, VisitRow},
    },
    domain::{
        fen::Fen,
        ids::{EnterpriseId, VisitId},
        month::Month,
        watch::risk::{EvidenceKey, Factor, Facts, MonthFact, RiskPolicy, SignalFact, VisitFact},
    },
    services::{Context, Error, registry::complete_months},
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Months of a year.
const YEAR: i32 = 12;

/// What is known about one enterprise.
#[derive(Debug, Clone)]
pub struct EnterpriseFacts {
    /// What its risk is assessed from.
    pub facts: Facts,
    /// The last visit.
    pub last_visit: Option<LastVisit>,
    /// All-level tax of the calendar year.
    pub tax_year: Fen,
    /// All-level tax of the twelve treasury months up to the last one of which anything is known.
    pub tax_12_months: Fen,
}

/// The last visit to an enterprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastVisit {
    /// The visit.
    pub id: VisitId,
    /// Its day.
    pub on: NaiveDate,
    /// The day promised then for the next one.
    pub promised: Option<NaiveDate>,
}

impl LastVisit {
    /// The last of the visits of one enterprise: of two on one day the one that was recorded later.
    pub fn among(visits: &[VisitRow]) -> Option<Self> {
        let last = visits.iter().max_by_key(|visit| (visit.visited_on, visit.created_at, visit.id))?;
        Some(Self { id: last.id, on: last.visited_on, promised: last.next_visit_on })
    }
}

/// The rows of one enterprise.
#[derive(Default)]
struct Rows {
    visits: Vec<VisitRow>,
    signals: Vec<SignalRow>,
    taxes: Vec<TaxRow>,
    spent: BTreeSet<EvidenceKey>,
}

/// What is known about these enterprises, by their ids; the policy says when receipts are taken to have arrived.
pub fn load(
    connection: &mut DbConn,
    context: &Context,
    policy: &RiskPolicy,
    today: NaiveDate,
    enterprises: &[Enterprise],
) -> Result<BTreeMap<EnterpriseId, EnterpriseFacts>, Error> {
    let known = known_months(connection, today)?;
    load_with(connection, context, policy, today, enterprises, known)
}

/// The months that are looked at on a day and of which receipts of anybody are known.
pub fn known_months(connection: &mut DbConn, today: NaiveDate) -> Result<BTreeSet<Month>, Error> {
    let from = complete_months::first_month(Month::containing(today).unwrap_or(Month::MAX));
    let known = facts::known_months(connection, from.ordinal())?;
    Ok(known.into_iter().filter_map(Month::from_ordinal).collect())
}

/// What [`load`] gives where receipts of these months are known.
pub fn load_with(
    connection: &mut DbConn,
    context: &Context,
    policy: &RiskPolicy,
    today: NaiveDate,
    enterprises: &[Enterprise],
    known: BTreeSet<Month>,
) -> Result<BTreeMap<EnterpriseId, EnterpriseFacts>, Error> {
    let current = Month::containing(today).unwrap_or(Month::MAX);
    let from = complete_months::first_month(current);
    let ids: Vec<EnterpriseId> = enterprises.iter().map(|enterprise| enterprise.id).collect();
    let mut rows = rows(connection, &ids, from)?;
    let sums = Sums { current, last: known.range(..=current).next_back().copied().unwrap_or(current) };
    let imported = complete_months::among(connection, known, from, policy.receipts.arrived_after_days, today)?;
    Ok(enterprises
        .iter()
        .map(|enterprise| {
            let rows = rows.remove(&enterprise.id).unwrap_or_default();
            (enterprise.id, together(context, enterprise, rows, &imported, sums))
        })
        .collect())
}

/// The last treasury month whose receipts are all here; `None` while there is none.
pub fn last_imported_month(
    connection: &mut DbConn,
    context: &Context,
    today: NaiveDate,
) -> Result<Option<Month>, Error> {
    let current = Month::containing(today).unwrap_or(Month::MAX);
    let from = complete_months::first_month(current);
    let known = known_months(connection, today)?;
    let policy = risk_policies::in_force(connection, context)?;
    let imported = complete_months::among(connection, known, from, policy.receipts.arrived_after_days, today)?;
    Ok(imported.range(..=current).next_back().copied())
}

fn rows(connection: &mut DbConn, ids: &[EnterpriseId], from: Month) -> Result<BTreeMap<EnterpriseId, Rows>, Error> {
    let mut rows: BTreeMap<EnterpriseId, Rows> = BTreeMap::new();
    for visit in facts::visits(connection, ids)? {
        rows.entry(visit.enterprise_id).or_default().visits.push(visit);
    }
    for signal in facts::signals(connection, ids)? {
        rows.entry(signal.enterprise_id).or_default().signals.push(signal);
    }
    for tax in facts::taxes(connection, ids, from.ordinal())? {
        rows.entry(tax.enterprise_id).or_default().taxes.push(tax);
    }
    for (enterprise, key) in facts::spent_evidence(connection, ids)? {
        rows.entry(enterprise).or_default().spent.insert(read_key(&key)?);
    }
    Ok(rows)
}

/// Factors as they are stored.
pub fn read_factors(text: &str) -> Result<Vec<Factor>, Error> {
    serde_json::from_str(text).map_err(|error| Error::Internal(format!("stored factors: {error}")))
}

/// A stored key of evidence.
pub fn read_key(text: &str) -> Result<EvidenceKey, Error> {
    text.parse().map_err(|error| Error::Internal(format!("{error}")))
}

fn together(
    context: &Context,
    enterprise: &Enterprise,
    rows: Rows,
    imported_months: &BTreeSet<Month>,
    sums: Sums,
) -> EnterpriseFacts {
    EnterpriseFacts {
        last_visit: LastVisit::among(&rows.visits),
        tax_year: sums.of_year(&rows.taxes),
        tax_12_months: sums.of_12_months(&rows.taxes),
        facts: Facts {
            enterprise_id: enterprise.id,
            status: enterprise.status,
            tier: enterprise.tier,
            entered_on: enterprise.entered_on,
            known_since: context.day_of(enterprise.created_at.0),
            visits: rows.visits.into_iter().map(visit).collect(),
            signals: rows.signals.into_iter().map(signal).collect(),
            months: rows.taxes.iter().filter_map(month).collect(),
            imported_months: imported_months.clone(),
            spent: rows.spent,
        },
    }
}

fn visit(row: VisitRow) -> VisitFact {
    VisitFact { id: row.id, visited_on: row.visited_on, learned_at: row.created_at.0, intent: row.relocation_intent }
}

fn signal(row: SignalRow) -> SignalFact {
    SignalFact { id: row.id, kind: row.kind, occurred_on: row.occurred_on }
}

fn month(row: &TaxRow) -> Option<MonthFact> {
    Some(MonthFact { month: Month::from_ordinal(row.month)?, recurring: row.recurring_fen })
}

/// Which months the sums of tax are over.
#[derive(Debug, Clone, Copy)]
struct Sums {
    /// The month of today.
    current: Month,
    /// The last month, up to the current one, of which receipts of anybody are known: a file that is late lowers no sum.
    last: Month,
}

impl Sums {
    fn of_year(self, taxes: &[TaxRow]) -> Fen {
        sum(taxes, |month| month.year() == self.current.year())
    }

    fn of_12_months(self, taxes: &[TaxRow]) -> Fen {
        sum(taxes, |month| self.last.plus(1 - YEAR) <= month && month <= self.last)
    }
}

fn sum(taxes: &[TaxRow], wanted: impl Fn(Month) -> bool) -> Fen {
    let amounts = taxes.iter().filter(|row| Month::from_ordinal(row.month).is_some_and(&wanted));
    Fen(amounts.fold(0, |sum: i64, row| sum.saturating_add(row.amount_fen.0)))
}
