//! What happened to an enterprise, told from the record of changes.

use super::{
    Error, enterprises,
    paging::{MAX_LIMIT, Page, Window},
    recorded_fields::{self, RecordedField},
};
use crate::{
    db::{
        backend::DbConn,
        changes::{self, Change, Filter},
        values::AnyId,
    },
    domain::{
        actor::Actor,
        alert::Outcome,
        change::{Action, FieldClass, Noun, sentence},
        enterprise::EnterpriseReference,
        ids::{AlertId, ChangeId, EnterpriseId},
        level::Level,
        signal::SignalKind,
        visit::RelocationIntent,
    },
    texts::Language,
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

impl Event {
    fn of(change: Change, actor: &Actor) -> Self {
        let fields = recorded_fields::open(&change, actor.sees_figures());
        let text = tell(&change, &fields, actor.language);
        Self { change, fields, text }
    }

    /// Whether it shows an amount as a figure.
    pub fn shows_figures(&self) -> bool {
        self.fields.iter().any(|field| field.class == FieldClass::Amount)
    }
}

/// What happened to an enterprise and what belongs to it, latest first.
pub fn of_enterprise(
    connection: &mut DbConn,
    actor: &Actor,
    reference: &EnterpriseReference,
    window: &Window<ChangeId>,
) -> Result<(EnterpriseId, Page<Event, ChangeId>), Error> {
    let enterprise = enterprises::find(connection, actor, reference)?;
    let rows = changes::of_enterprise(connection, enterprise.id, window.after, window.fetch())?;
    let count = || changes::count_of_enterprise(connection, enterprise.id);
    let total = window.include_total.then(count).transpose()?;
    let page = Page::cut(rows, window, total, |change| change.id);
    Ok((enterprise.id, page.map(|change| Event::of(change, actor))))
}

/// What happened to an alert, latest first, at most as many as a page of a list holds. Whether the actor may read the alert is
/// the caller's to ask.
pub fn of_alert(connection: &mut DbConn, actor: &Actor, id: AlertId) -> Result<Vec<Event>, Error> {
    let of_it = Filter { noun: Some(Noun::Alert), noun_id: Some(AnyId(id.0)), ..Filter::default() };
    let rows = changes::log(connection, &of_it, None, MAX_LIMIT)?;
    Ok(rows.into_iter().map(|change| Event::of(change, actor)).collect())
}

/// Who did what to what, and the one thing that matters about it.
fn tell(change: &Change, fields: &[RecordedField], language: Language) -> String {
    let (Ok(noun), Ok(action)) = (change.noun.parse::<Noun>(), change.action.parse::<Action>()) else {
        return format!("{} {} {}", change.actor_name, change.action, change.noun);
    };
    let plain = sentence(language, &change.actor, &change.actor_name, noun, action);
    match point(noun, fields, language) {
        None => plain,
        Some(point) if language == Language::Zh => format!("{plain}：{point}"),
        Some(point) => format!("{plain}: {point}"),
    }
}

/// What an enterprise said, what was reported, how high the alert is or how it ended.
fn point(noun: Noun, fields: &[RecordedField], language: Language) -> Option<&'static str> {
    let after = |name: &str| fields.iter().find(|field| field.name == name).and_then(|field| field.after.as_str());
    match noun {
        Noun::Visit => after("relocation_intent")?.parse::<RelocationIntent>().ok().map(|intent| intent.text(language)),
        Noun::Signal => after("kind")?.parse::<SignalKind>().ok().map(|kind| kind.text(language)),
        Noun::Alert => match after("outcome") {
            Some(outcome) => outcome.parse::<Outcome>().ok().map(|outcome| outcome.text(language)),
            None => after("level")?.parse::<Level>().ok().map(|level| level.text(language)),
        },
        _ => None,
    }
}
