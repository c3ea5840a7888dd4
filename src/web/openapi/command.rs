//! The descriptions of the two bodies of a command, made from its one type: what a creation has to state, and what a change may.

use crate::services::command::Command;
use serde_json::{Map, Value, json};
use std::{borrow::Cow, marker::PhantomData};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

/// The body of a creation.
#[derive(Debug)]
pub struct Creation<C>(PhantomData<C>);

/// The body of a change (JSON Merge Patch): what is left out stays, `null` empties.
#[derive(Debug)]
pub struct Change<C>(PhantomData<C>);

impl<C: Command + ToSchema> PartialSchema for Creation<C> {
    fn schema() -> RefOr<Schema> {
        described::<C>(|schema| {
            schema.insert("required".to_owned(), json!(C::REQUIRED));
            schema.insert("example".to_owned(), C::examples().0);
        })
    }
}

impl<C: Command + ToSchema> ToSchema for Creation<C> {
    fn name() -> Cow<'static, str> {
        C::CREATION.into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        C::schemas(schemas);
    }
}

impl<C: Command + ToSchema> PartialSchema for Change<C> {
    fn schema() -> RefOr<Schema> {
        described::<C>(|schema| {
            schema.insert("description".to_owned(), json!("Fields to change; what is left out stays, `null` empties."));
            schema.insert("example".to_owned(), C::examples().1);
            if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
                properties.retain(|name, _| !C::ONCE.contains(&name.as_str()));
            }
        })
    }
}

impl<C: Command + ToSchema> ToSchema for Change<C> {
    fn name() -> Cow<'static, str> {
        C::CHANGE.into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        C::schemas(schemas);
    }
}

/// The schema of the command with what is peculiar to one body. A required field cannot be emptied, so it is never `null`.
fn described<C: Command + ToSchema>(peculiar: impl FnOnce(&mut Map<String, Value>)) -> RefOr<Schema> {
    let plain = C::schema();
    let Ok(Value::Object(mut schema)) = serde_json::to_value(&plain) else { return plain };
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        let Some(property) = property.as_object_mut() else { continue };
        // What is left out is not said; the derive describes that as a default.
        property.remove("default");
        if C::REQUIRED.contains(&name.as_str()) {
            without_null(property);
        }
    }
    peculiar(&mut schema);
    serde_json::from_value(Value::Object(schema)).unwrap_or(plain)
}

fn without_null(property: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            property.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(mut forms)) = property.remove("oneOf") {
        forms.retain(|form| form.get("type").is_none_or(|kind| kind != "null"));
        match forms.as_slice() {
            [Value::Object(only)] => property.extend(only.clone()),
            _ => drop(property.insert("oneOf".to_owned(), Value::Array(forms))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::services::fieldwork::visits::VisitFields;

    fn written<S: PartialSchema>() -> Value {
        serde_json::to_value(S::schema()).unwrap_or_default()
    }

    #[test]
    fn a_creation_says_what_is_required_and_that_it_is_never_null() {
        let schema = written::<Creation<VisitFields>>();
        assert_eq!(schema["required"], json!(["enterprise_id", "visited_on", "channel", "summary"]));
        assert_eq!(schema["properties"]["visited_on"]["type"], "string");
        assert_eq!(schema["properties"]["employees"]["type"], json!(["integer", "null"]));
        assert!(schema["properties"]["channel"]["$ref"].is_string(), "{schema}");
    }

    #[test]
    fn a_change_requires_nothing_and_has_no_field_of_a_creation_alone() {
        let schema = written::<Change<VisitFields>>();
        assert!(schema.get("required").is_none_or(Value::is_null), "{schema}");
        let properties = &schema["properties"];
        assert!(properties.get("enterprise_id").is_none() && properties["summary"]["type"] == "string", "{schema}");
        assert_eq!(schema["additionalProperties"], json!(false));
    }
}
