//! What is recorded of one change: fields with what they were and what they became.

use crate::{db::records::recorded::Recorded, services::Error};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Recorded fields, before and after. A value that has no JSON form is an error when the change is recorded, not a change of
/// nothing.
#[derive(Debug, Default)]
pub struct Details {
    fields: Map<String, Value>,
    failure: Option<serde_json::Error>,
}

impl Details {
    /// Nothing: the action says it all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a field.
    #[must_use]
    pub fn with(mut self, name: &str, before: impl Serialize, after: impl Serialize) -> Self {
        match (serde_json::to_value(before), serde_json::to_value(after)) {
            (Ok(before), Ok(after)) => {
                self.fields.insert(name.to_owned(), json!({ "before": before, "after": after }));
            }
            (Err(error), _) | (_, Err(error)) => self.failure = Some(error),
        }
        self
    }

    /// Whether nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.failure.is_none()
    }

    /// Adds the columns in which two states of a row differ; all that hold something when there was no state before, or is
    /// none after.
    pub(super) fn and_columns<R: Recorded>(mut self, before: Option<&R>, after: Option<&R>) -> Self {
        match (columns(before), columns(after)) {
            (Ok(before), Ok(after)) => {
                for (name, was, is) in pairs(before, after) {
                    if was != is {
                        self = self.with(name, was, is);
                    }
                }
            }
            (Err(error), _) | (_, Err(error)) => self.failure = Some(error),
        }
        self
    }

    /// JSON text, as it is stored and authenticated.
    pub(super) fn into_text(self) -> Result<String, Error> {
        match self.failure {
            Some(error) => Err(Error::Internal(format!("a change cannot be recorded: {error}"))),
            None => Ok(Value::Object(self.fields).to_string()),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }
}

type Columns = Vec<(&'static str, Value)>;

fn columns<R: Recorded>(row: Option<&R>) -> serde_json::Result<Columns> {
    row.map_or_else(|| Ok(Vec::new()), Recorded::columns)
}

/// Each column with what it was and what it is. Two states of one row type have the same columns; one of them may be absent.
fn pairs(before: Columns, after: Columns) -> Vec<(&'static str, Value, Value)> {
    match (before.is_empty(), after.is_empty()) {
        (true, _) => after.into_iter().map(|(name, is)| (name, Value::Null, is)).collect(),
        (_, true) => before.into_iter().map(|(name, was)| (name, was, Value::Null)).collect(),
        _ => before.into_iter().zip(after).map(|((name, was), (_, is))| (name, was, is)).collect(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::db::records::{
        declarations::declaration,
        recorded::{Belongs, Declaration},
    };
    use crate::domain::records::change::Noun;
    use serde::ser::{Error as _, Serializer};
    use uuid::Uuid;

    /// A row of one column, which may have no JSON form.
    struct Row(Option<&'static str>);

    impl Recorded for Row {
        const DECLARATION: &'static Declaration = declaration(Noun::Mail);
        fn noun_id(&self) -> Uuid {
            Uuid::nil()
        }
        fn belongs_to(&self) -> Belongs {
            Belongs::District
        }
        fn columns(&self) -> serde_json::Result<Vec<(&'static str, Value)>> {
            let state = self.0.ok_or_else(|| serde_json::Error::custom("no form"))?;
            Ok(vec![("state", state.into())])
        }
    }

    struct WithoutForm;

    impl Serialize for WithoutForm {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("no form"))
        }
    }

    fn recorded(before: Option<&Row>, after: Option<&Row>) -> Result<String, Error> {
        Details::none().and_columns(before, after).into_text()
    }

    #[test]
    fn only_what_differs_is_recorded() {
        assert_eq!(recorded(Some(&Row(Some("a"))), Some(&Row(Some("a")))).unwrap(), "{}");
        let read = |text: Result<String, Error>| serde_json::from_str::<Value>(&text.unwrap()).unwrap();
        let (new, gone) = (read(recorded(None, Some(&Row(Some("b"))))), read(recorded(Some(&Row(Some("a"))), None)));
        assert_eq!(new, json!({ "state": { "before": null, "after": "b" } }));
        assert_eq!(gone, json!({ "state": { "before": "a", "after": null } }));
    }

    #[test]
    fn what_has_no_form_is_an_error_and_not_a_change_of_nothing() {
        assert!(recorded(Some(&Row(Some("a"))), Some(&Row(None))).is_err());
        assert!(Details::none().with("state", (), WithoutForm).into_text().is_err());
        assert!(!Details::none().with("state", (), WithoutForm).is_empty());
    }
}
