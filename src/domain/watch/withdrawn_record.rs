//! A record behind an alert that was withdrawn or corrected, in words for those who were told of the alert.

use crate::{
    domain::{
        fieldwork::{signal::SignalKind, visit::RelocationIntent},
        watch::risk::EvidenceKey,
    },
    texts::{Language, texts},
};
use chrono::NaiveDate;

/// What a visit or signal said that does not hold any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawnRecord {
    /// By which it was known as evidence.
    pub key: EvidenceKey,
    /// The day it was of.
    pub day: NaiveDate,
    /// The result of it.
    pub kind: WithdrawnKind,
    /// The version of the record that says so.
    pub version: i64,
}

/// What was withdrawn, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WithdrawnKind {
    /// A visit.
    Visit {
        /// Why, as the person says who did it.
        reason: String,
    },
    /// A signal.
    Signal {
        /// What it reported.
        kind: SignalKind,
        /// Why, as the person says who did it.
        reason: String,
    },
    /// A word of a visit that says something else since it was corrected.
    Word {
        /// What the enterprise was recorded to have said.
        said: RelocationIntent,
        /// The day of the visit as it is recorded now.
        day_now: NaiveDate,
        /// What it is recorded to have said now; `None` when it was not asked.
        says_now: Option<RelocationIntent>,
    },
}

impl WithdrawnRecord {
    /// The record in the reader's language.
    pub fn text(&self, language: Language) -> String {
        match &self.kind {
            WithdrawnKind::Visit { .. } => visit_of(language, self.day),
            WithdrawnKind::Signal { kind, .. } => signal_of(language, self.day, kind.text(language)),
            WithdrawnKind::Word { said, .. } => word_of(language, self.day, said.text(language)),
        }
    }

    /// Why it was withdrawn; for a corrected visit, what it says now.
    pub fn reason(&self, language: Language) -> String {
        match &self.kind {
            WithdrawnKind::Visit { reason } | WithdrawnKind::Signal { reason, .. } => reason.clone(),
            WithdrawnKind::Word { day_now, says_now, .. } => match says_now {
                Some(intent) => corrected_to(language, *day_now, intent.text(language)),
                None => corrected_to_nothing(language, *day_now),
            },
        }
    }
}

texts! {
    visit_of(day: NaiveDate) { zh: "{day} 的走访记录", en: "visit record of {day}" }
    signal_of(day: NaiveDate, kind: &str) { zh: "{day} 的线索（{kind}）", en: "signal of {day} ({kind})" }
    word_of(day: NaiveDate, said: &str) { zh: "{day} 走访记录中的“{said}”", en: "“{said}” in the visit record of {day}" }
    corrected_to(day: NaiveDate, says: &str) {
        zh: "走访记录已更正，现为：{day}，{says}。",
        en: "The visit record was corrected and now reads: {day}, {says}.",
    }
    corrected_to_nothing(day: NaiveDate) {
        zh: "走访记录已更正，现为：{day}，未询问外迁意向。",
        en: "The visit record was corrected and now reads: {day}, intent to move not asked.",
    }
}
