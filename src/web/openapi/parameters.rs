//! Parameters of operations. Those of headers stand with the extractor that reads them; those of a path no operation declares:
//! they follow from the path.

use serde_json::{Value, json};
use utoipa::openapi::{
    ObjectBuilder, Required, Type,
    path::{Parameter, ParameterBuilder, ParameterIn},
};

/// A header with a text.
pub(crate) fn header(name: &str, required: Required, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

/// The parameters of a path such as `/enterprises/{id}/contacts/{contact_id}`, each with what it names.
pub(super) fn of_path(path: &str) -> Vec<Value> {
    let segments: Vec<&str> = path.split('/').collect();
    let pairs = segments.iter().zip(segments.iter().skip(1));
    pairs.filter_map(|(before, segment)| Some(of_segment(before, name(segment)?))).collect()
}

fn name(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn of_segment(collection: &str, name: &str) -> Value {
    let (description, schema) = match (collection, name) {
        ("enterprises", "id") => ("Id of the enterprise, or `uscc:CODE`".to_owned(), json!({ "type": "string" })),
        (_, "year") => ("The year".to_owned(), json!({ "type": "integer", "format": "int32" })),
        _ => (format!("Id of the {}", singular(collection)), json!({ "type": "string", "format": "uuid" })),
    };
    json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema })
}

/// One thing of a collection: `saved-views` holds saved views.
fn singular(collection: &str) -> String {
    collection.strip_suffix('s').unwrap_or(collection).replace('-', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_its_parameters_name() {
        let described = |path| -> Vec<String> {
            let described = of_path(path).into_iter();
            described.map(|it| format!("{}: {}", it["name"], it["description"]).replace('"', "")).collect()
        };
        let contact = described("/api/v1/enterprises/{id}/contacts/{contact_id}");
        assert_eq!(contact, ["id: Id of the enterprise, or `uscc:CODE`", "contact_id: Id of the contact"]);
        assert_eq!(described("/api/v1/me/saved-views/{id}"), ["id: Id of the saved view"]);
        assert_eq!(described("/api/v1/calendar/{year}"), ["year: The year"]);
        assert_eq!(described("/api/v1/visits"), Vec::<String>::new());
    }
}
