//! The OpenAPI document as somebody finds it who knows nothing else of the product.

use serde_json::Value;
use std::collections::BTreeSet;
use wellspring::web::routes;

/// Each operation with a name to tell it by.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
    });
    all.collect()
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// What stands at a reference, or the value itself.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"].as_str().map_or(value, |reference| document.pointer(&reference[1..]).unwrap())
}

fn parameter_names(operation: &Value) -> BTreeSet<&str> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.map(|parameter| parameter["name"].as_str().unwrap()).collect()
}

#[test]
fn no_reference_dangles() {
    let document = routes::document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    let dangling: Vec<_> = found.iter().filter(|reference| document.pointer(&reference[1..]).is_none()).collect();
    assert!(dangling.is_empty(), "{dangling:?}");
}

#[test]
fn each_operation_has_a_name_of_its_own_that_says_what_it_does() {
    let document = routes::document();
    let mut names = BTreeSet::new();
    for (operation, described) in operations(&document) {
        let name = described["operationId"].as_str().unwrap();
        assert!(names.insert(name), "{operation}: {name} is another's");
        assert!(
            name.contains('_') || operation.ends_with('z') || operation.ends_with("/metrics"),
            "{operation}: {name}"
        );
    }
}

#[test]
fn every_json_body_has_an_example() {
    let document = routes::document();
    for (operation, described) in operations(&document) {
        let answers =
            described["responses"].as_object().unwrap().iter().map(|(status, answer)| (status.as_str(), answer));
        for (place, body) in answers.chain([("body", &described["requestBody"])]) {
            for (kind, content) in resolved(&document, body)["content"].as_object().into_iter().flatten() {
                let schema = resolved(&document, &content["schema"]);
                let known = [&content["example"], &schema["example"], &schema["examples"][0]];
                assert!(known.iter().any(|example| !example.is_null()), "{operation} {place} {kind}");
            }
        }
    }
}

#[test]
fn every_refusal_is_described_as_a_problem() {
    let document = routes::document();
    for (operation, described) in operations(&document) {
        for (status, answer) in
            described["responses"].as_object().unwrap().iter().filter(|(status, _)| *status >= &"400".to_owned())
        {
            let content = resolved(&document, answer)["content"].as_object().unwrap();
            assert_eq!(content.keys().collect::<Vec<_>>(), ["application/problem+json"], "{operation} {status}");
        }
        let refusals: &[&str] = match (
            &described["security"],
            described.get("requestBody").or(operation.starts_with("post").then_some(&Value::Null)),
        ) {
            (Value::Null, Some(_)) => &["400", "401", "403", "413", "415", "422", "429", "500", "503"],
            (Value::Null, None) => &["401", "403", "429", "500", "503"],
            _ => &[],
        };
        for status in refusals {
            assert!(described["responses"].get(status).is_some(), "{operation} {status}");
        }
    }
}

/// The statuses of each operation, one line an operation.
fn answers(document: &Value) -> String {
    let lines = operations(document).into_iter().map(|(operation, described)| {
        let statuses: Vec<&str> = described["responses"].as_object().unwrap().keys().map(String::as_str).collect();
        assert!(!statuses.is_empty(), "{operation} answers nothing");
        format!("{operation}: {}\n", statuses.join(" "))
    });
    lines.collect()
}

#[test]
fn an_operation_gains_or_loses_an_answer_only_on_purpose() {
    let now = answers(&routes::document());
    assert!(now == include_str!("answers.txt"), "what tests/it/api/answers.txt has to say:\n{now}");
}

#[test]
fn a_refusal_that_a_handler_declares_is_described_beside_the_general_one() {
    let document = routes::document();
    let description = &document["paths"]["/api/v1/visits/{id}"]["patch"]["responses"]["403"]["description"];
    let description = description.as_str().unwrap();
    assert!(description.starts_with("Somebody else recorded it. Or: The role or the scopes"), "{description}");
}

#[test]
fn every_list_is_described_with_its_paging() {
    let document = routes::document();
    let mut lists = 0;
    for (operation, described) in operations(&document) {
        let schema = resolved(&document, &described["responses"]["200"]["content"]["application/json"]["schema"]);
        if schema["properties"].get("total").is_some() {
            lists += 1;
            let paging = BTreeSet::from(["limit", "cursor", "include_total"]);
            assert!(parameter_names(described).is_superset(&paging), "{operation}");
        }
    }
    assert!(lists > 10);
}

#[test]
fn both_proofs_of_who_calls_are_described() {
    let document = routes::document();
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!((&schemes["bearer"]["scheme"], &schemes["cookie"]["in"]), (&"bearer".into(), &"cookie".into()));
    assert_eq!(document["security"].as_array().unwrap().len(), 2);
}

/// The lengths that the rules allow, by the fields that are described with them.
#[test]
fn texts_are_as_long_in_the_description_as_in_the_rules() {
    use wellspring::domain::lengths::{
        ADDRESS_MAX, CONTACT_NAME_MAX, ENTERPRISE_NAME_MAX, ORGANISATION_NAME_MAX, REASON_MAX, SOURCE_MAX,
        TAX_AUTHORITY_MAX,
    };
    let document = routes::document();
    let mut compared = 0;
    for (schemas, fields) in [
        (
            &["EnterpriseEntry", "EnterpriseChange"][..],
            &[
                ("name", ENTERPRISE_NAME_MAX),
                ("registered_address", ADDRESS_MAX),
                ("operating_address", ADDRESS_MAX),
                ("tax_authority", TAX_AUTHORITY_MAX),
                ("source", SOURCE_MAX),
            ][..],
        ),
        (&["NewContact", "ContactChange"], &[("name", CONTACT_NAME_MAX), ("position", CONTACT_NAME_MAX)]),
        (&["OrganisationEntry", "OrganisationChange"], &[("name", ORGANISATION_NAME_MAX)]),
        (&["SignalEntry", "ReceiptBatch"], &[("source", SOURCE_MAX)]),
        (&["Withdrawal"], &[("reason", REASON_MAX)]),
    ] {
        for schema in schemas {
            for (field, max) in fields {
                let described = &document["components"]["schemas"][schema]["properties"][field]["maxLength"];
                assert_eq!(described.as_u64(), u64::try_from(*max).ok(), "{schema}.{field}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 19);
}
