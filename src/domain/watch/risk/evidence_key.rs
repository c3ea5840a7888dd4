//! The key by which the same evidence is recognised later, and which evidence covers which.

use crate::domain::{
    fieldwork::visit::RelocationIntent,
    ids::{SignalId, VisitId},
    month::Month,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Over how many months a decline of receipts is computed.
pub(super) const DECLINE_MONTHS: i32 = 3;

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
    use uuid::Uuid;

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
