//! What the changes of a thing say about its row: whether it was made and taken out, and for each field the value before its
//! first change and the one after its last.

use super::evidence;
use crate::{
    db::{records::changes::Change, values::Timestamp},
    domain::{
        ids::ChangeId,
        records::change::{Action, Noun},
    },
    services::records::recorded_fields,
};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What is recorded of one thing.
#[derive(Debug, Default)]
pub(super) struct History {
    /// The change that made it; none of a row that came with a batch.
    pub(super) made_by: Option<ChangeId>,
    /// Whether it was taken out for good.
    pub(super) is_deleted: bool,
    /// Of each changed field, what it was before its first change.
    pub(super) first: BTreeMap<String, Value>,
    /// Of each changed field, what it became with its last change.
    pub(super) last: BTreeMap<String, Value>,
    /// Whether anything is recorded of it at all.
    pub(super) is_known: bool,
}

impl History {
    /// When a deleted row was made, as its deletion says.
    pub(super) fn made_at(&self) -> Option<Timestamp> {
        let text = self.first.get("created_at")?.as_str()?;
        text.parse::<chrono::DateTime<chrono::Utc>>().ok().map(Timestamp)
    }

    fn add(&mut self, noun: Noun, change: &Change) {
        let Ok(action) = change.action.parse::<Action>() else { return };
        // The change of a batch bears the id of the batch, which may be that of another row.
        if is_of_batch(noun, action) {
            return;
        }
        if !self.is_known && matches!(action, Action::Created | Action::Opened | Action::Imported) {
            self.made_by = Some(change.id);
        }
        self.is_known = true;
        self.is_deleted = action == Action::Deleted;
        // An older version recorded that a token was revoked, but not the field, which holds the instant of the change.
        if (noun, action) == (Noun::Token, Action::Revoked) {
            self.last.insert("revoked_at".to_owned(), change.at.0.to_rfc3339().into());
        }
        for field in recorded_fields::all(change) {
            self.first.entry(field.name.clone()).or_insert(field.before);
            self.last.insert(field.name, field.after);
        }
    }
}

/// Whether a change records a batch and not a thing.
pub(super) fn is_of_batch(noun: Noun, action: Action) -> bool {
    action == Action::Imported && noun != Noun::Import
}

/// The histories of things by their ids, from all their changes.
pub(super) fn histories(noun: Noun, changes: Vec<Change>) -> HashMap<Uuid, History> {
    let mut histories: HashMap<Uuid, History> = HashMap::new();
    for change in in_order(changes) {
        let history = histories.entry(change.noun_id.0).or_default();
        let joined = (noun == Noun::Alert).then(|| evidence::after(history.last.get(evidence::COLUMN), &change));
        history.add(noun, &change);
        if let Some(joined) = joined {
            history.last.insert(evidence::COLUMN.to_owned(), joined);
        }
    }
    histories
}

/// Changes in the order in which they were committed. Those that wait for a place were committed last; ids keep the order in
/// which they were recorded.
pub(super) fn in_order(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(|change| (change.position.unwrap_or(i64::MAX), change.id));
    changes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::db::values::AnyId;
    use chrono::DateTime;
    use serde_json::json;

    fn change(position: Option<i64>, action: Action, fields: &Value) -> Change {
        Change {
            id: ChangeId::new(),
            position,
            noun: "contact".to_owned(),
            noun_id: AnyId(Uuid::nil()),
            action: action.as_str().to_owned(),
            enterprise_id: None,
            street_id: None,
            actor: "system".to_owned(),
            actor_name: String::new(),
            request_id: String::new(),
            at: DateTime::UNIX_EPOCH.into(),
            fields: fields.to_string(),
            mac: Vec::new(),
            chain_hash: None,
        }
    }

    fn history(noun: Noun, changes: Vec<Change>) -> History {
        histories(noun, changes).remove(&Uuid::nil()).unwrap()
    }

    #[test]
    fn a_field_is_what_it_was_before_its_first_and_became_with_its_last_change() {
        let field = |before: &str, after: &str| json!({ "phone": { "before": before, "after": after } });
        let changes = vec![
            change(None, Action::Updated, &field("c", "d")),
            change(Some(2), Action::Updated, &field("b", "c")),
            change(Some(1), Action::Updated, &field("a", "b")),
        ];
        let history = history(Noun::Contact, changes);
        assert_eq!((&history.first["phone"], &history.last["phone"]), (&json!("a"), &json!("d")));
        assert!(history.made_by.is_none() && !history.is_deleted);
    }

    #[test]
    fn only_the_first_change_of_a_thing_makes_it() {
        let made = history(Noun::Contact, vec![change(Some(1), Action::Created, &json!({}))]);
        assert!(made.made_by.is_some());
        let late = vec![change(Some(1), Action::Updated, &json!({})), change(Some(2), Action::Created, &json!({}))];
        assert!(history(Noun::Contact, late).made_by.is_none());
        let batch = history(Noun::Contact, vec![change(Some(1), Action::Imported, &json!({}))]);
        assert!(!batch.is_known, "a batch is no thing of its noun");
        assert!(history(Noun::Import, vec![change(Some(1), Action::Imported, &json!({}))]).made_by.is_some());
    }

    #[test]
    fn a_deletion_says_when_the_row_was_made() {
        let fields = json!({ "created_at": { "before": "2026-11-20T01:00:00Z", "after": null } });
        let history = history(Noun::Contact, vec![change(None, Action::Deleted, &fields)]);
        assert!(history.is_deleted);
        assert_eq!(history.made_at().unwrap().0.to_rfc3339(), "2026-11-20T01:00:00+00:00");
    }
}
