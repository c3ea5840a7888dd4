//! The evidence of a factor: the record and its day.

use super::{
    evidence_key::EvidenceKey,
    facts::{SignalFact, VisitFact},
};
use crate::domain::codes::codes;
use crate::domain::fen::Fen;
use crate::domain::fieldwork::signal::SignalKind;
use crate::domain::fieldwork::visit::RelocationIntent;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// What kind of record is the evidence.
    pub enum EvidenceKind {
        /// A visit.
        Visit = "visit", "走访", "visit";
        /// A reported signal.
        Signal = "signal", "线索", "signal";
        /// The receipts of one or more treasury months.
        Receipts = "receipts", "入库税款", "receipts";
        /// The enterprise's own record.
        Enterprise = "enterprise", "企业档案", "enterprise";
    }
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Evidence {
    /// What kind of record it is.
    pub kind: EvidenceKind,
    /// The id of the record; absent for receipts, which are a sum over many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The day of which the data are.
    pub data_on: NaiveDate,
    /// By which the same evidence is recognised.
    #[schema(value_type = String, example = "no_visit_since:2026-08-19")]
    pub key: EvidenceKey,
    /// What the enterprise said, for a visit in which it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<RelocationIntent>,
    /// What was reported, for a signal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<SignalKind>,
    /// Exact figures of a decline, for readers who see figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<DeclineFigures>,
}

/// The exact figures of a decline of receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeclineFigures {
    /// All-level tax of the months, without one-off taxes.
    #[schema(value_type = i64)]
    pub now_fen: Fen,
    /// The same of the same months a year ago; above zero.
    #[schema(value_type = i64)]
    pub year_ago_fen: Fen,
    /// By how many whole percent it fell, rounded down, at most 100.
    pub percent: u32,
}

impl Evidence {
    /// The evidence of a record without further detail.
    fn of_record(kind: EvidenceKind, id: Option<Uuid>, data_on: NaiveDate, key: EvidenceKey) -> Self {
        Self { kind, id, data_on, key, intent: None, signal: None, figures: None }
    }

    /// What an enterprise said in a visit; `None` when it was not asked.
    pub(super) fn told(visit: &VisitFact) -> Option<Self> {
        let record = Self::of_record(EvidenceKind::Visit, Some(visit.id.0), visit.visited_on, visit.key()?);
        Some(Self { intent: visit.intent, ..record })
    }

    /// A reported signal.
    pub(super) fn reported(signal: &SignalFact) -> Self {
        let key = EvidenceKey::Signal(signal.id);
        Self {
            signal: Some(signal.kind),
            ..Self::of_record(EvidenceKind::Signal, Some(signal.id.0), signal.occurred_on, key)
        }
    }

    /// The last record before a time without visits: the last visit, or the enterprise's entry.
    pub(super) fn silence(kind: EvidenceKind, id: Uuid, since: NaiveDate) -> Self {
        Self::of_record(kind, Some(id), since, EvidenceKey::NoVisitSince(since))
    }

    /// Receipts that show a decline or a gap.
    pub(super) fn receipts(key: EvidenceKey, data_on: NaiveDate, figures: Option<DeclineFigures>) -> Self {
        Self { figures, ..Self::of_record(EvidenceKind::Receipts, None, data_on, key) }
    }

    /// The same without exact figures.
    #[must_use]
    pub fn redacted(&self) -> Self {
        Self { figures: None, ..self.clone() }
    }
}
