//! What happened to an enterprise, told from the record of changes.

use super::recorded_fields::{self, RecordedField};
use crate::{
    db::{
        records::changes::{self, Change, Filter},
        values::AnyId,
    },
    domain::{
        fieldwork::{signal::SignalKind, visit::RelocationIntent},
        ids::{AlertId, ChangeId, EnterpriseId},
        records::change::{Action, Noun, sentence},
        watch::{alert::Outcome, level::Level},
    },
    services::{
        Error, Read, Subject,
        paging::{MAX_LIMIT, Page, Part, Place, Window},
        registry::enterprise_lookup::NamesEnterprise,
    },
    texts::{Language, texts},
};

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// The recorded change.
    pub change: Change,
    /// The fields the reader may see.
    pub fields: Vec<RecordedField>,
    /// What happened, in the reader's language.
    pub text: String,
}

/// What changes tell. People in scope read what somebody wrote; other systems learn that it changed.
fn events(read: &mut Read<'_>, changes: Vec<Change>, subject: Subject) -> Vec<Event> {
    let is_person = read.actor.user().is_some();
    let told = recorded_fields::of_changes(read, changes, is_person, subject).into_iter().map(|(change, fields)| {
        let text = tell(&change, &fields, read.actor.language);
        Event { change, fields, text }
    });
    told.collect()
}

/// What happened to an enterprise and what belongs to it, latest first.
pub fn of_enterprise(
    read: &mut Read<'_>,
    which: &impl NamesEnterprise,
    window: &Window<ChangeId>,
) -> Result<(EnterpriseId, Page<Event, ChangeId>), Error> {
    let id = which.find(read.conn, read.actor)?.id;
    let rows = changes::of_enterprise(read.conn, id, &window.part())?;
    let total = window.total(rows.len(), |_| changes::count_of_enterprise(read.conn, id))?;
    let page = Page::cut(rows, window, total, |change| change.id);
    let page = page.turn(|changes| Ok::<_, Error>(events(read, changes, Subject::enterprise(id, "timeline"))))?;
    Ok((id, page))
}

/// What happened to an alert, latest first, at most as many as a page of a list holds. Whether the actor may read the alert is
/// the caller's to ask.
pub fn of_alert(read: &mut Read<'_>, id: AlertId) -> Result<Vec<Event>, Error> {
    let of_it = Filter { noun: Some(Noun::Alert), noun_id: Some(AnyId(id.0)), ..Filter::default() };
    let rows = changes::log(read.conn, &of_it, &Part { place: Place::First, limit: MAX_LIMIT })?;
    Ok(events(read, rows, Subject::one(Noun::Alert, id, "history")))
}

/// Who did what to what, and the one thing that matters about it.
fn tell(change: &Change, fields: &[RecordedField], language: Language) -> String {
    let (Ok(noun), Ok(action)) = (change.noun.parse::<Noun>(), change.action.parse::<Action>()) else {
        return format!("{} {} {}", change.actor_name, change.action, change.noun);
    };
    let plain = sentence(language, &change.actor, &change.actor_name, noun, action);
    match point(noun, action, fields, language) {
        None => plain,
        Some(point) if language == Language::Zh => format!("{plain}：{point}"),
        Some(point) => format!("{plain}: {point}"),
    }
}

/// What an enterprise said, what was reported, what was promised, how high the alert is or how it ended.
fn point(noun: Noun, action: Action, fields: &[RecordedField], language: Language) -> Option<String> {
    let field = |name: &str| fields.iter().find(|field| field.name == name);
    let after = |name: &str| field(name).and_then(|field| field.after.as_str());
    let text = match noun {
        Noun::Visit if action == Action::Overdue => {
            let day = after("next_visit_on")?;
            return Some(if field("late").is_some() { promised_late(language, day) } else { promised(language, day) });
        }
        Noun::Visit => after("relocation_intent")?.parse::<RelocationIntent>().ok()?.text(language),
        Noun::Signal => after("kind")?.parse::<SignalKind>().ok()?.text(language),
        Noun::Alert => match after("outcome") {
            Some(outcome) => outcome.parse::<Outcome>().ok()?.text(language),
            None => after("level")?.parse::<Level>().ok()?.text(language),
        },
        _ => return None,
    };
    Some(text.to_owned())
}

texts! {
    promised(day: &str) { zh: "约定 {day} 走访", en: "promised for {day}" }
    promised_late(day: &str) { zh: "约定 {day} 走访（到期时系统未运行，事后补记）", en: "promised for {day} (the system was not running then; noted later)" }
}
