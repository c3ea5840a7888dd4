//! The values of recorded fields as a person reads them.

use super::AuditWords;
use serde_json::Value;

/// A value as a person reads it; codes and ids stay exact.
pub(super) fn shown(value: &Value, t: AuditWords) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::Bool(true) => t.yes(),
        Value::Bool(false) => t.no(),
        Value::String(text) if text.is_empty() => t.empty(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => t.none(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| shown(item, t)).collect();
            items.join(&t.comma())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;
    use serde_json::json;

    #[test]
    fn values_read_as_people_write_them() {
        let t = AuditWords(Language::En);
        assert_eq!(shown(&json!(null), t), "—");
        assert_eq!(shown(&json!(["rent", "talent"]), t), "rent, talent");
        assert_eq!(shown(&json!(true), t), "yes");
        assert_eq!(shown(&json!(12), t), "12");
    }
}
