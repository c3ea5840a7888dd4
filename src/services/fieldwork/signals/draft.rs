//! From a report to the row of a signal: the checks, and when two reports are the same.

use super::Subject;
use crate::{
    db::fieldwork::signals::Signal,
    domain::{
        fieldwork::signal::SignalKind, ids::SignalId, lengths::SOURCE_MAX, registry::enterprise::EnterpriseReference,
    },
    services::{Invalid, Tx},
    texts::{Explain, Language, texts},
};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Most characters of a reference.
pub const REFERENCE_MAX: usize = 200;
/// Most characters of the detail.
pub const DETAIL_MAX: usize = 2000;

/// A signal to be reported.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignalEntry, example = json!({
    "enterprise_id": "uscc:91350100M000100Y43", "kind": "file_transfer_letter", "occurred_on": "2026-11-19",
    "source": "登记平台", "reference": "DA-2026-00917", "detail": "浦东新区市场监督管理局调档"
}))]
pub struct NewSignal {
    /// The enterprise it is about: id, or `uscc:CODE`.
    #[schema(value_type = String)]
    pub enterprise_id: EnterpriseReference,
    /// What was seen or filed.
    pub kind: SignalKind,
    /// The day it happened; not in the future.
    pub occurred_on: NaiveDate,
    /// Who or what it was learned from; the caller's name when not given.
    #[schema(max_length = 100)]
    pub source: Option<String>,
    /// What the source calls it: reporting the same twice makes one signal.
    #[schema(max_length = 200)]
    pub reference: Option<String>,
    /// What else is known.
    #[schema(max_length = 2000)]
    pub detail: Option<String>,
}

/// Why a report is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalRefusal {
    /// The source has reported something else under the same reference.
    ReferenceReused,
}

impl Explain for SignalRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::ReferenceReused => "reference_reused",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::ReferenceReused => reference_reused(language),
        }
    }
}

texts! {
    reference_reused() {
        zh: "该来源已用同一编号上报过另一条线索，请核对编号。",
        en: "This source has already reported another signal with the same reference; check the reference.",
    }
}

/// A row from what was sent; `None`, and the reasons noted, when something cannot be accepted.
pub(super) fn checked(tx: &Tx<'_>, subject: Subject, new: NewSignal, invalid: &mut Invalid) -> Option<Signal> {
    let mut row = blank(tx, subject, new.kind, new.occurred_on);
    let noted = invalid.0.len();
    invalid.past_day("/occurred_on", new.occurred_on, tx.today);
    if let Some(source) = new.source {
        row.source = invalid.line("/source", &source, SOURCE_MAX).unwrap_or_default();
    }
    row.reference = new.reference.and_then(|text| invalid.line("/reference", &text, REFERENCE_MAX));
    row.detail = new.detail.and_then(|text| invalid.paragraph("/detail", &text, DETAIL_MAX));
    (invalid.0.len() == noted).then_some(row)
}

/// A row of which only the subject, the kind and the day are known; its source is the actor.
pub(super) fn blank(tx: &Tx<'_>, subject: Subject, kind: SignalKind, occurred_on: NaiveDate) -> Signal {
    let (enterprise_id, uscc) = match subject {
        Subject::Known(id, uscc) => (Some(id), uscc),
        Subject::Unknown(uscc) => (None, Some(uscc)),
    };
    Signal {
        id: SignalId::new(),
        enterprise_id,
        uscc,
        kind,
        occurred_on,
        source: tx.actor.name.clone(),
        reference: None,
        detail: None,
        actor: tx.actor.reference().to_string(),
        withdrawn_at: None,
        withdrawal_reason: None,
        version: 1,
        created_at: tx.now.into(),
        updated_at: tx.now.into(),
    }
}

/// Whether a known signal is what is reported now: the same kind and day about the same enterprise.
pub(super) fn says_the_same(known: &Signal, new: &Signal) -> bool {
    let same_firm = match (known.enterprise_id, new.enterprise_id) {
        (None, None) => known.uscc == new.uscc,
        (known, new) => known == new,
    };
    same_firm && known.kind == new.kind && known.occurred_on == new.occurred_on
}
