//! The evidence of an alert: its changes say which pieces joined and which were withdrawn, its rows say which it has.

use crate::{
    db::records::{changes::Change, declarations::stored::EVIDENCE},
    services::records::recorded_fields,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// The column of the evidence.
pub(super) const COLUMN: &str = EVIDENCE;

/// The evidence of an alert after a change, from that before it: a list in the order of keys.
pub(super) fn after(before: Option<&Value>, change: &Change) -> Value {
    let mut keys = keys(before.unwrap_or(&Value::Null));
    let fields = recorded_fields::all(change);
    // A key that is withdrawn and joins again with one change is there afterwards.
    for field in fields.iter().filter(|field| field.name == "withdrawn_evidence") {
        for key in self::keys(&field.before) {
            keys.remove(&key);
        }
    }
    for field in fields.iter().filter(|field| field.name == COLUMN) {
        keys.extend(self::keys(&field.after));
    }
    keys.into_iter().collect()
}

fn keys(list: &Value) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
