//! The evidence of a factor: the record, its day, and the key that identifies the same evidence later.

use super::facts::{SignalFact, VisitFact};
use crate::domain::codes::codes;
use crate::domain::fen::Fen;
use crate::domain::fieldwork::signal::SignalKind;
use crate::domain::fieldwork::visit::RelocationIntent;
use crate::domain::ids::{SignalId, VisitId};
use crate::domain::month::Month;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Over how many months a decline of receipts is computed.
pub(super) const DECLINE_MONTHS: i32 = 3;

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

/// By which the same evidence is recognised. Written `visit:ID:INTENT:DATE`, `signal:ID`, `no_visit_since:DATE`,
/// `tax_decline:MONTH:PERCENT` or `no_receipts:MONTH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum EvidenceKey {
    /// What was said in a visit. A visit that is corrected to say something else, or to have been on another day, is other
    /// evidence.
    Visit {
        /// The visit.
        id: VisitId,
        /// The intent to move.
        intent: RelocationIntent,
        /// The day of the visit.
        day: NaiveDate,
    },
    /// A reported signal.
    Signal(SignalId),
    /// No visit since this day.
    NoVisitSince(NaiveDate),
    /// A decline of receipts.
    TaxDecline {
        /// The last of the months compared.
        month: Month,
        /// The threshold that was reached, in percent.
        percent: u32,
    },
    /// No receipts from this month on.
    NoReceipts(Month),
}

impl EvidenceKey {
    /// Whether both are what one visit or one signal says, now or before it was corrected.
    pub fn shares_record(self, other: Self) -> bool {
        match (self, other) {
            (Self::Visit { id, .. }, Self::Visit { id: other, .. }) => id == other,
            (Self::Signal(id), Self::Signal(other)) => id == other,
            _ => false,
        }
    }

    /// Whether `other` rests on nothing that this evidence did not rest on already. Besides equal keys, that is a
    /// decline no deeper than this one over months of which some were judged already, and a visit that was corrected to be
    /// no further on the way.
    pub fn covers(self, other: Self) -> bool {
        match (self, other) {
            (Self::TaxDecline { month: judged, percent: depth }, Self::TaxDecline { month, percent }) => {
                percent <= depth && month < judged.plus(DECLINE_MONTHS) && judged < month.plus(DECLINE_MONTHS)
            }
            (Self::Visit { id, intent: judged, .. }, Self::Visit { id: other, intent, .. }) => {
                id == other && intent <= judged
            }
            _ => self == other,
        }
    }
}

impl fmt::Display for EvidenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Visit { id, intent, day } => write!(f, "visit:{id}:{intent}:{day}"),
            Self::Signal(id) => write!(f, "signal:{id}"),
            Self::NoVisitSince(day) => write!(f, "no_visit_since:{day}"),
            Self::TaxDecline { month, percent } => write!(f, "tax_decline:{month}:{percent}"),
            Self::NoReceipts(month) => write!(f, "no_receipts:{month}"),
        }
    }
}

/// A stored text that is not a key of evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a key of evidence")]
pub struct InvalidEvidenceKey(String);

impl FromStr for EvidenceKey {
    type Err = InvalidEvidenceKey;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        let key = match kind {
            "visit" => visit_key(rest),
            "signal" => rest.parse().ok().map(Self::Signal),
            "no_visit_since" => rest.parse().ok().map(Self::NoVisitSince),
            "tax_decline" => rest.split_once(':').and_then(|(month, percent)| {
                Some(Self::TaxDecline { month: month.parse().ok()?, percent: percent.parse().ok()? })
            }),
            "no_receipts" => rest.parse().ok().map(Self::NoReceipts),
            _ => None,
        };
        key.ok_or_else(|| InvalidEvidenceKey(text.to_owned()))
    }
}

fn visit_key(text: &str) -> Option<EvidenceKey> {
    let (id, told) = text.split_once(':')?;
    let (intent, day) = told.split_once(':')?;
    Some(EvidenceKey::Visit { id: id.parse().ok()?, intent: intent.parse().ok()?, day: day.parse().ok()? })
}

impl TryFrom<String> for EvidenceKey {
    type Error = InvalidEvidenceKey;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<EvidenceKey> for String {
    fn from(key: EvidenceKey) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn decline(month: &str, percent: u32) -> EvidenceKey {
        EvidenceKey::TaxDecline { month: month.parse().unwrap(), percent }
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        for text in [
            "visit:01939c1e-7a3b-7000-8000-000000000001:moving:2026-08-19",
            "signal:01939c1e-7a3b-7000-8000-000000000002",
            "no_visit_since:2026-08-19",
            "tax_decline:2026-10:30",
            "no_receipts:2026-09",
        ] {
            let key: EvidenceKey = text.parse().unwrap();
            assert_eq!(key.to_string(), text);
            assert_eq!(serde_json::from_str::<EvidenceKey>(&format!("\"{text}\"")).unwrap(), key);
        }
    }

    #[test]
    fn anything_else_is_not_a_key() {
        for text in [
            "",
            "visit",
            "visit:1",
            "visit:01939c1e-7a3b-7000-8000-000000000001",
            "no_visit_since:2026-13-01",
            "tax_decline:2026-10",
            "lease:2026-10",
        ] {
            assert!(text.parse::<EvidenceKey>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_decline_covers_what_is_no_deeper_over_months_already_judged() {
        let judged = decline("2026-10", 30);
        assert!(judged.covers(judged));
        assert!(judged.covers(decline("2026-12", 30)), "October was judged");
        assert!(!judged.covers(decline("2027-01", 30)), "three new months");
        assert!(judged.covers(decline("2026-08", 30)));
        assert!(!judged.covers(decline("2026-07", 30)));
        assert!(!judged.covers(decline("2026-10", 50)), "it became deeper");
        assert!(decline("2026-10", 50).covers(judged));
    }

    #[test]
    fn what_a_visit_said_covers_what_is_no_further_on_the_way() {
        let said = |intent, day: u32| EvidenceKey::Visit {
            id: VisitId(Uuid::from_u128(1)),
            intent,
            day: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(),
        };
        let decided = said(RelocationIntent::Decided, 20);
        assert!(decided.covers(said(RelocationIntent::Considering, 20)));
        assert!(decided.covers(said(RelocationIntent::Decided, 19)), "the same word of another day");
        assert!(!decided.covers(said(RelocationIntent::Moving, 20)));
        let other = EvidenceKey::Visit {
            id: VisitId(Uuid::from_u128(2)),
            intent: RelocationIntent::Considering,
            day: NaiveDate::default(),
        };
        assert!(!decided.covers(other) && !decided.shares_record(other));
        assert!(decided.shares_record(said(RelocationIntent::Moving, 1)));
    }

    #[test]
    fn other_keys_cover_only_themselves() {
        let september: EvidenceKey = "no_receipts:2026-09".parse().unwrap();
        assert!(september.covers(september));
        assert!(!september.covers("no_receipts:2026-10".parse().unwrap()));
        assert!(!september.covers(decline("2026-10", 30)));
    }
}
