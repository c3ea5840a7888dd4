//! Visits and signals on the page of an enterprise.

use super::words::PageWords;
use crate::{
    db::fieldwork::signals::Signal,
    domain::{
        fieldwork::visit::RelocationIntent,
        people::{actor::Actor, role::Permission},
    },
    services::{
        fieldwork::visits::{FullVisit, may_correct},
        registry::directory::Directory,
    },
    texts::Language,
};

/// Most characters of what was said that stand in a table.
const SAID_MAX: usize = 120;

/// A visit as it is shown.
pub struct VisitRow {
    /// Where it is.
    pub href: String,
    /// The day.
    pub day: String,
    /// The channel of the visit.
    pub channel: &'static str,
    /// The visitors.
    pub visitors: String,
    /// The contact met, masked.
    pub met_with: Option<String>,
    /// What was said about moving.
    pub intent: Option<&'static str>,
    /// Whether that matters.
    pub grave: bool,
    /// Its reasons for moving.
    pub reasons: String,
    /// What was said.
    pub summary: String,
    /// The next visit that was promised.
    pub next: Option<String>,
    /// Whether it was a mistake.
    pub withdrawn: bool,
}

impl VisitRow {
    /// A visit in the list: names masked.
    pub fn of(visit: &FullVisit, names: &Directory, language: Language) -> Self {
        let row = &visit.row;
        let separator = language.list_separator();
        let visitors: Vec<&str> = visit.visitor_ids.iter().filter_map(|id| names.person(Some(*id))).collect();
        let reasons: Vec<&str> = row.reasons.0.iter().map(|reason| reason.text(language)).collect();
        Self {
            href: format!("/visits/{}", row.id),
            day: row.visited_on.to_string(),
            channel: row.channel.text(language),
            visitors: visitors.join(separator),
            met_with: row.met_with.clone(),
            intent: row.relocation_intent.map(|intent| intent.text(language)),
            grave: row.relocation_intent.is_some_and(|intent| intent != RelocationIntent::None),
            reasons: reasons.join(separator),
            summary: cut(&row.summary),
            next: row.next_visit_on.map(|day| day.to_string()),
            withdrawn: row.withdrawn_at.is_some(),
        }
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= SAID_MAX {
        return text.to_owned();
    }
    text.chars().take(SAID_MAX).chain(['…']).collect()
}

/// A signal as it is shown.
pub struct SignalRow {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: &'static str,
    /// Whether it alone shows that a move has started.
    pub hard: bool,
    /// The day.
    pub day: String,
    /// Where it is from, with its reference there.
    pub source: String,
    /// What else is known.
    pub detail: Option<String>,
    /// Why it was a mistake, when it was one.
    pub withdrawn: Option<String>,
    /// The name of its withdrawal, for readers who may withdraw it.
    pub withdrawal: Option<String>,
}

impl SignalRow {
    /// A signal for a reader.
    pub fn of(signal: Signal, actor: &Actor, t: PageWords) -> Self {
        let kind = signal.kind.text(t.0);
        let may =
            signal.withdrawn_at.is_none() && actor.may(Permission::ReportSignals) && may_correct(actor, &signal.actor);
        let reference = signal.reference.map(|reference| format!(" {reference}")).unwrap_or_default();
        Self {
            id: signal.id.to_string(),
            kind,
            hard: signal.kind.is_hard(),
            day: signal.occurred_on.to_string(),
            source: signal.source + &reference,
            detail: signal.detail,
            withdrawn: signal.withdrawn_at.map(|_| signal.withdrawal_reason.unwrap_or_default()),
            withdrawal: may.then(|| t.withdraw_signal(kind)),
        }
    }
}
