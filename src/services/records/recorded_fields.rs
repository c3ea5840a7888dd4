//! The fields of a recorded change, as far as a reader may see them. The class of a field is looked up here, when the change
//! is read: a class that was wrong is put right for all changes that are stored already.

use crate::{
    db::records::{changes::Change, declarations},
    domain::{
        records::change::{FieldClass, Noun},
        watch::risk::Amounts,
    },
    services::{Read, Subject},
    texts::Language,
};
use serde_json::{Map, Value};

/// One field before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedField {
    /// Its name.
    pub name: String,
    /// Who may read it.
    pub class: FieldClass,
    /// What it was; `Null` where there was nothing.
    pub before: Value,
    /// What it became; `Null` where nothing is left.
    pub after: Value,
    /// Whether the reader learns only that it changed; `before` and `after` are `Null` then.
    pub withheld: bool,
}

impl RecordedField {
    /// The same field of which only the fact of its change is told.
    fn withhold(self) -> Self {
        Self { before: Value::Null, after: Value::Null, withheld: true, ..self }
    }
}

/// Who reads a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Audience {
    /// How amounts are shown: as figures, or not at all.
    amounts: Amounts,
    /// Whether what a person wrote is shown.
    texts: bool,
}

impl Audience {
    /// What the audience learns of the fields of a change.
    fn shown(self, fields: Vec<RecordedField>) -> Vec<RecordedField> {
        fields.into_iter().filter_map(|field| self.view(field)).collect()
    }

    /// What the audience learns of a field.
    fn view(self, field: RecordedField) -> Option<RecordedField> {
        match field.class {
            FieldClass::Public => Some(field),
            FieldClass::Amount => self.amounts.are_figures().then_some(field),
            FieldClass::Text if self.texts => Some(field),
            FieldClass::Text => Some(field.withhold()),
            FieldClass::Personal => None,
        }
    }
}

/// All fields of a change, in the order of their names.
pub fn all(change: &Change) -> Vec<RecordedField> {
    let noun: Option<Noun> = change.noun.parse().ok();
    let fields: Map<String, Value> = serde_json::from_str(&change.fields).unwrap_or_default();
    fields.into_iter().map(|(name, field)| read(noun, name, field)).collect()
}

/// Changes with their fields as the reader sees them. If there are amounts among them, the subject is noted as read. `texts` says
/// whether what a person wrote is shown: to people in scope, never to another system.
pub fn of_changes(
    read: &mut Read<'_>,
    changes: Vec<Change>,
    texts: bool,
    subject: Subject,
) -> Vec<(Change, Vec<RecordedField>)> {
    let fields: Vec<Vec<RecordedField>> = changes.iter().map(all).collect();
    let holds_amounts = fields.iter().flatten().any(|field| field.class == FieldClass::Amount);
    let audience = Audience { amounts: read.amounts_where(holds_amounts, subject), texts };
    changes.into_iter().zip(fields.into_iter().map(|fields| audience.shown(fields))).collect()
}

/// What people call a field of a noun; its name where no declaration knows it.
pub fn label(noun: &str, field: &str, language: Language) -> String {
    let noun: Option<Noun> = noun.parse().ok();
    let declared = noun.and_then(|noun| declarations::declaration(noun).field(field));
    declared.map_or_else(|| field.to_owned(), |field| field.text(language).to_owned())
}

/// Changes of earlier versions carry a class inside each field; it is not read.
fn read(noun: Option<Noun>, name: String, mut field: Value) -> RecordedField {
    let mut take = |key: &str| field.get_mut(key).map(Value::take).unwrap_or_default();
    let (before, after) = (take("before"), take("after"));
    RecordedField {
        class: noun.map_or(FieldClass::Personal, |noun| declarations::declaration(noun).class_of(&name)),
        before,
        after,
        withheld: false,
        name,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{
        db::values::AnyId,
        domain::{ids::ChangeId, records::change::Action},
    };
    use chrono::DateTime;
    use uuid::Uuid;

    fn change(noun: &str, fields: &str) -> Change {
        Change {
            id: ChangeId::new(),
            position: None,
            noun: noun.to_owned(),
            noun_id: AnyId(Uuid::nil()),
            action: Action::Updated.as_str().to_owned(),
            enterprise_id: None,
            street_id: None,
            actor: "system".to_owned(),
            actor_name: "系统".to_owned(),
            request_id: String::new(),
            at: DateTime::UNIX_EPOCH.into(),
            fields: fields.to_owned(),
            mac: Vec::new(),
            chain_hash: None,
        }
    }

    const FEED: Audience = Audience { amounts: Amounts::Bands, texts: false };
    const PERSON: Audience = Audience { amounts: Amounts::Bands, texts: true };

    #[test]
    fn a_text_is_told_to_people_and_its_change_to_systems() {
        let visit = change("visit", r#"{"summary":{"before":null,"after":"聊了租金"}}"#);
        let person = PERSON.shown(all(&visit)).pop().unwrap();
        assert_eq!((person.after, person.withheld), (Value::from("聊了租金"), false));
        let feed = FEED.shown(all(&visit)).pop().unwrap();
        assert_eq!((feed.name.as_str(), feed.after, feed.withheld), ("summary", Value::Null, true));
    }

    #[test]
    fn personal_and_undeclared_fields_are_told_to_nobody() {
        for (noun, field) in
            [("visit", "met_with"), ("contact", "phone"), ("visit", "long_gone"), ("no_such_noun", "name")]
        {
            let change = change(noun, &format!(r#"{{"{field}":{{"class":"public","before":null,"after":"x"}}}}"#));
            assert_eq!(all(&change).len(), 1, "the auditor sees it");
            assert_eq!(PERSON.shown(all(&change)), [], "{noun} {field}");
        }
    }

    #[test]
    fn a_field_has_the_name_its_noun_gives_it() {
        assert_eq!(label("visit", "visited_on", Language::Zh), "走访日期");
        assert_eq!(label("visit", "something_new", Language::Zh), "something_new");
    }

    #[test]
    fn the_class_that_an_earlier_version_stored_is_not_read() {
        let directive = change("directive", r#"{"text":{"class":"public","before":null,"after":"请尽快上门"}}"#);
        assert!(FEED.shown(all(&directive)).iter().all(|field| field.withheld));
    }
}
