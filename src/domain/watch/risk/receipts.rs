//! The rules about receipts: a decline against the same months a year ago, and none after regular payment.
//!
//! Only months that have ended and whose receipts were imported take part.

use super::factor::{Factor, RuleCode, Threshold};
use super::facts::Facts;
use super::fading::Fading;
use super::policy::ReceiptPolicy;
use super::{
    evidence::{DeclineFigures, Evidence},
    evidence_key::{DECLINE_MONTHS, EvidenceKey},
};
use crate::domain::fen::Fen;
use crate::domain::month::Month;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::iter::successors;

/// Months in a year.
const YEAR: i32 = 12;

/// Recurring tax of the last three months fell against the same months a year ago.
pub(super) fn tax_decline(facts: &Facts, policy: &ReceiptPolicy, fading: Fading) -> Option<Factor> {
    let ledger = Ledger::of(facts, fading.today)?;
    let now = ledger.sum_until(ledger.last)?;
    let year_ago = ledger.sum_until(ledger.last.plus(-YEAR)).filter(|sum| *sum > 0)?;
    let (percent, points) =
        [(policy.deep_decline_percent, policy.deep_decline_points), (policy.decline_percent, policy.decline_points)]
            .into_iter()
            .find(|(percent, _)| (year_ago - now) * 100 >= year_ago * i128::from(*percent))?;
    let key = EvidenceKey::TaxDecline { month: ledger.last, percent };
    if !facts.may_count(key) {
        return None;
    }
    let evidence = Evidence::receipts(key, ledger.last.last_day(), figures(now, year_ago));
    Factor::fading(RuleCode::TaxDecline, points, Threshold::Decline { percent }, vec![evidence], fading)
}

/// Nothing was paid for some months in a row, where payment had been regular. The evidence is complete, and begins
/// to fade, with the last day of the month that made the gap long enough.
pub(super) fn no_receipts(facts: &Facts, policy: &ReceiptPolicy, fading: Fading) -> Option<Factor> {
    let ledger = Ledger::of(facts, fading.today)?;
    let gap = ledger.gap();
    let complete_in = *gap.get(usize::try_from(policy.empty_months.checked_sub(1)?).ok()?)?;
    let began_in = *gap.first()?;
    let before = successors(Some(began_in.plus(-1)), |month| Some(month.plus(-1)));
    let over_months = usize::try_from(policy.regular_over_months).ok()?;
    let paid = before.take(over_months).filter(|month| ledger.has_receipts(*month)).count();
    let key = EvidenceKey::NoReceipts(began_in);
    if paid < usize::try_from(policy.regular_at_least).ok()? || !facts.may_count(key) {
        return None;
    }
    let threshold = Threshold::MonthsWithoutReceipts {
        months: policy.empty_months,
        regular_at_least: policy.regular_at_least,
        regular_over_months: policy.regular_over_months,
    };
    let evidence = vec![Evidence::receipts(key, complete_in.last_day(), None)];
    Factor::fading(RuleCode::NoReceipts, policy.empty_points, threshold, evidence, fading)
}

/// What the enterprise paid in the months that are known.
struct Ledger {
    /// Known months and the recurring tax paid in them, in fen.
    paid: BTreeMap<Month, i128>,
    /// The last known month.
    last: Month,
}

impl Ledger {
    /// The months that were imported and have ended before the month of `today`; `None` when there is none.
    fn of(facts: &Facts, today: NaiveDate) -> Option<Self> {
        let current = Month::containing(today)?;
        let mut paid: BTreeMap<Month, i128> = facts.imported_months.range(..current).map(|&month| (month, 0)).collect();
        for fact in &facts.months {
            if let Some(sum) = paid.get_mut(&fact.month) {
                *sum += i128::from(fact.recurring.0);
            }
        }
        let last = *paid.last_key_value()?.0;
        Some(Self { paid, last })
    }

    /// What was paid in the three months up to `last`; `None` when one of them is unknown.
    fn sum_until(&self, last: Month) -> Option<i128> {
        (0..DECLINE_MONTHS).map(|back| self.paid.get(&last.plus(-back)).copied()).sum()
    }

    /// Whether anything was paid or refunded in a month; not if the month is unknown.
    fn has_receipts(&self, month: Month) -> bool {
        self.paid.get(&month).is_some_and(|sum| *sum != 0)
    }

    /// The known months without receipts up to the last one, without a break, in order.
    fn gap(&self) -> Vec<Month> {
        let back = successors(Some(self.last), |month| Some(month.plus(-1)));
        let back = back.take(self.paid.len());
        let mut gap: Vec<_> = back.take_while(|month| self.paid.get(month) == Some(&0)).collect();
        gap.reverse();
        gap
    }
}

/// The figures of a decline; `None` for sums beyond what an amount can hold.
fn figures(now: i128, year_ago: i128) -> Option<DeclineFigures> {
    let percent = ((year_ago - now) * 100 / year_ago).min(100);
    Some(DeclineFigures {
        now_fen: Fen(i64::try_from(now).ok()?),
        year_ago_fen: Fen(i64::try_from(year_ago).ok()?),
        percent: u32::try_from(percent).ok()?,
    })
}
