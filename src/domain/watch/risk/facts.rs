//! The facts of one enterprise for its assessment. Withdrawn visits and signals are not among them.

use super::evidence_key::EvidenceKey;
use crate::domain::fen::Fen;
use crate::domain::fieldwork::signal::SignalKind;
use crate::domain::fieldwork::visit::RelocationIntent;
use crate::domain::ids::{EnterpriseId, SignalId, VisitId};
use crate::domain::month::Month;
use crate::domain::registry::enterprise::{EnterpriseStatus, Tier};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;

/// How many treasury months, the current one included, are enough for every rule: the three months a year before the
/// last three, when imports lag by two months.
pub const MONTHS_LOOKED_AT: i32 = 18;

/// What is known about one enterprise. The order within the lists does not matter.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Where it stands; one that has left is not assessed.
    pub status: EnterpriseStatus,
    /// Its tier.
    pub tier: Tier,
    /// When it came to the district, if known.
    pub entered_on: Option<NaiveDate>,
    /// When it was first recorded here.
    pub known_since: NaiveDate,
    /// Its visits.
    pub visits: Vec<VisitFact>,
    /// Its reported signals.
    pub signals: Vec<SignalFact>,
    /// Its receipts by treasury month, of the last `MONTHS_LOOKED_AT` months; a month without receipts may be absent.
    pub months: Vec<MonthFact>,
    /// The treasury months, of the same span, whose receipts were imported for the district. Nothing is concluded
    /// from any other month: that an import is missing does not mean that no tax was paid.
    pub imported_months: BTreeSet<Month>,
    /// The evidence of resolved alerts, which does not count again.
    pub spent: BTreeSet<EvidenceKey>,
}

/// A visit.
#[derive(Debug, Clone, Copy)]
pub struct VisitFact {
    /// The visit.
    pub id: VisitId,
    /// The day of the visit.
    pub visited_on: NaiveDate,
    /// When the visit was recorded.
    pub learned_at: DateTime<Utc>,
    /// What the enterprise said about moving; `None` when it was not asked.
    pub intent: Option<RelocationIntent>,
}

/// A reported signal.
#[derive(Debug, Clone, Copy)]
pub struct SignalFact {
    /// The signal.
    pub id: SignalId,
    /// What was reported.
    pub kind: SignalKind,
    /// The day on which it happened.
    pub occurred_on: NaiveDate,
}

/// The receipts of one treasury month.
#[derive(Debug, Clone, Copy)]
pub struct MonthFact {
    /// The treasury month (入库月).
    pub month: Month,
    /// All-level tax (全口径) without one-off taxes; negative when refunds prevail.
    pub recurring: Fen,
}

impl VisitFact {
    /// When the visit was, among the others: of two visits on one day, the one recorded last is the later one.
    pub fn moment(&self) -> (NaiveDate, DateTime<Utc>) {
        (self.visited_on, self.learned_at)
    }

    /// By which what was said is recognised; `None` when nothing was.
    pub fn key(&self) -> Option<EvidenceKey> {
        self.intent.map(|intent| EvidenceKey::Visit { id: self.id, intent, day: self.visited_on })
    }
}

impl Facts {
    /// The visits up to `today`.
    pub fn visits_until(&self, today: NaiveDate) -> impl Iterator<Item = &VisitFact> {
        self.visits.iter().filter(move |visit| visit.visited_on <= today)
    }

    /// The signals up to `today`.
    pub fn signals_until(&self, today: NaiveDate) -> impl Iterator<Item = &SignalFact> {
        self.signals.iter().filter(move |signal| signal.occurred_on <= today)
    }

    /// Whether evidence of this key may count: it does not rest on what a resolved alert rested on.
    pub fn may_count(&self, key: EvidenceKey) -> bool {
        !self.spent.iter().any(|spent| spent.covers(key))
    }

    /// The day from which the enterprise waits for its first visit: its entry, or when it was first recorded if its
    /// entry is unknown or announced for the future.
    pub fn waiting_since(&self, today: NaiveDate) -> NaiveDate {
        self.entered_on.filter(|day| *day <= today).unwrap_or(self.known_since)
    }
}
