//! The fields of a recorded change, as far as a reader may see them.

use crate::{db::changes::Change, domain::change::FieldClass};
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
}

/// All fields of a change, in the order of their names.
pub fn all(change: &Change) -> Vec<RecordedField> {
    let fields: Map<String, Value> = serde_json::from_str(&change.fields).unwrap_or_default();
    fields.into_iter().filter_map(|(name, field)| read(name, field)).collect()
}

/// The fields that feeds and timelines show: never personal ones, and amounts to whoever sees figures.
pub fn open(change: &Change, figures: bool) -> Vec<RecordedField> {
    let is_open = |field: &RecordedField| match field.class {
        FieldClass::Public => true,
        FieldClass::Amount => figures,
        FieldClass::Personal => false,
    };
    all(change).into_iter().filter(is_open).collect()
}

fn read(name: String, mut field: Value) -> Option<RecordedField> {
    let class = field.get("class")?.as_str()?.parse().ok()?;
    let mut take = |key: &str| field.get_mut(key).map(Value::take).unwrap_or_default();
    Some(RecordedField { name, class, before: take("before"), after: take("after") })
}
