//! The parts of the description that follow from an operation's path, method, parameters, body and security: the parameters
//! of its path, the refusals it can answer, the headers of its answers, and composed examples of bodies.

use super::parameters;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

type Object = Map<String, Value>;

/// Adds it to a description that has all its routes.
pub(super) fn complete(document: &mut Value) {
    let mut paths = document.get_mut("paths").map(Value::take).unwrap_or_default();
    let entities: BTreeSet<String> = operations(&mut paths).filter_map(|(_, _, operation)| entity(operation)).collect();
    for (path, method, operation) in operations(&mut paths) {
        if path.starts_with("/api/") {
            add_parameters(path, operation);
            add_refusals(method, operation);
            add_headers(operation, &entities);
        }
        say_as_problems(operation);
        add_examples(operation, document);
    }
    if let Some(document) = document.as_object_mut() {
        document.insert("paths".to_owned(), paths);
    }
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("responses".to_owned(), shared_responses());
        components.insert("headers".to_owned(), shared_headers());
    }
}

/// Refusals by status: name of the shared response, and what the status means wherever it comes from.
const REFUSALS: &[(&str, &str, &str)] = &[
    ("400", "BadRequest", "The request cannot be read: malformed JSON, a header or a cursor"),
    ("401", "Unauthorized", "Nobody is signed in, or the token does not hold"),
    ("403", "Forbidden", "The role or the scopes do not include this, or a new password is to be chosen first"),
    ("404", "NotFound", "It does not exist, or it lies outside the caller's scope"),
    ("409", "Conflict", "The request with this Idempotency-Key is still being answered"),
    ("412", "PreconditionFailed", "Somebody changed it since it was read"),
    ("413", "ContentTooLarge", "The body is too large"),
    ("415", "UnsupportedMediaType", "The body is not sent as JSON"),
    ("422", "UnprocessableContent", "Fields or parameters cannot be accepted"),
    ("428", "PreconditionRequired", "If-Match is missing"),
    ("429", "TooManyRequests", "Too many requests, or too many failed attempts with a password or code"),
    ("500", "InternalServerError", "Something went wrong and was logged under the request id"),
    ("503", "ServiceUnavailable", "The service is busy or its database cannot be reached"),
];

/// What 422 means besides, where an `Idempotency-Key` may be sent.
const KEY_REUSED: &str = "The Idempotency-Key was used for another request";

/// What every operation can answer: the rate limit, the database and the program itself come before any handler.
const ALWAYS: [&str; 3] = ["429", "500", "503"];

/// Headers of answers, with an example of each.
const HEADERS: &[(&str, &str, &str)] = &[
    ("ETag", "The version, to be sent as If-Match with a change", "\"3-5f2b8c0d9e1a7b46\""),
    ("Link", "The next page, when there is one (RFC 8288)", "</api/v1/visits?cursor=c2VhbA>; rel=\"next\""),
    ("Location", "Where the new thing is", "/api/v1/visits/01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e"),
    ("RateLimit", "What is left in this minute", "\"write\";r=2990;t=41"),
    ("RateLimit-Policy", "How many requests a minute are accepted", "\"write\";q=3000;w=60"),
    ("Retry-After", "Seconds after which to try again", "2"),
    ("WWW-Authenticate", "How to say who calls", "Bearer realm=\"wellspring\""),
];

const LIMITS: [&str; 2] = ["RateLimit", "RateLimit-Policy"];

fn operations(paths: &mut Value) -> impl Iterator<Item = (&String, &String, &mut Value)> {
    let paths = paths.as_object_mut().into_iter().flatten();
    paths.flat_map(|(path, methods)| {
        methods.as_object_mut().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    })
}

fn responses(operation: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten()
}

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation.get("parameters").and_then(Value::as_array).into_iter().flatten()
}

fn parameter<'a>(operation: &'a Value, name: &str) -> Option<&'a Value> {
    parameters(operation).find(|parameter| parameter.get("name").is_some_and(|it| it == name))
}

/// The body of an answer or a request, as JSON.
fn content(of: &Value) -> Option<&Value> {
    of.get("content")?.get("application/json")
}

fn schema(of: &Value) -> Option<&str> {
    content(of)?.get("schema")?.get("$ref")?.as_str()
}

/// The schema of what an operation reads with its entity tag.
fn entity(operation: &mut Value) -> Option<String> {
    let responses = operation.get("responses")?;
    responses.get("304")?;
    schema(responses.get("200")?).map(str::to_owned)
}

/// Every refusal is a problem, whatever its handler says of its form.
fn say_as_problems(operation: &mut Value) {
    let refusals = responses(operation).filter(|(status, _)| status.starts_with(['4', '5']));
    for (status, response) in refusals.filter(|(_, response)| response.get("$ref").is_none()) {
        response.as_object_mut().into_iter().for_each(|response| response.extend(problem(status)));
    }
}

/// Content and headers of a refusal.
fn problem(status: &str) -> Object {
    let schema = json!({ "$ref": "#/components/schemas/ProblemBody" });
    let headers: &[&str] = match status {
        "401" => &["WWW-Authenticate"],
        "429" => &["RateLimit", "RateLimit-Policy", "Retry-After"],
        "503" => &["Retry-After"],
        _ => &[],
    };
    let mut problem = Object::new();
    problem.insert("content".to_owned(), json!({ "application/problem+json": { "schema": schema } }));
    if !headers.is_empty() {
        problem.insert("headers".to_owned(), headers.iter().map(|name| header(name)).collect::<Object>().into());
    }
    problem
}

/// Adds the parameters of the path, before the others.
fn add_parameters(path: &str, operation: &mut Value) {
    let declared = parameters(operation).cloned();
    let all: Vec<Value> = parameters::of_path(path).into_iter().chain(declared).collect();
    if let Some(operation) = operation.as_object_mut().filter(|_| !all.is_empty()) {
        operation.insert("parameters".to_owned(), all.into());
    }
}

fn header(name: &str) -> (String, Value) {
    (name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }))
}

/// Adds the refusals an operation can answer. Where its handler declares one of them too, both reasons are described.
fn add_refusals(method: &str, operation: &mut Value) {
    let statuses = refusals(method, operation);
    let is_keyed = parameter(operation, "Idempotency-Key").is_some();
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    if is_keyed && !add_reason(responses, "422", KEY_REUSED) {
        responses.insert("422".to_owned(), json!({ "description": KEY_REUSED }));
    }
    for (status, name, shared) in REFUSALS.iter().filter(|(status, ..)| statuses.contains(status)) {
        if !add_reason(responses, status, shared) {
            let reference = json!({ "$ref": format!("#/components/responses/{name}") });
            responses.insert((*status).to_owned(), reference);
        }
    }
    responses.sort_keys();
}

/// Adds a reason to a refusal, if it is declared.
fn add_reason(responses: &mut Object, status: &str, reason: &str) -> bool {
    let Some(description) = responses.get_mut(status).and_then(|refusal| refusal.get_mut("description")) else {
        return false;
    };
    let declared = description.as_str().unwrap_or_default();
    *description = format!("{declared}. Or: {reason}").into();
    true
}

/// The statuses of the refusals that an operation can answer by what it takes.
fn refusals(method: &str, operation: &Value) -> BTreeSet<&'static str> {
    let mut statuses = BTreeSet::from(ALWAYS);
    if operation.get("security").is_none() {
        statuses.extend(["401", "403"]);
    }
    // An action that takes nothing refuses a body that says something.
    if method == "post" || operation.get("requestBody").is_some() {
        statuses.extend(["400", "413", "415", "422"]);
    }
    parameters(operation).for_each(|parameter| statuses.extend(refusals_of_parameter(parameter)));
    statuses
}

fn refusals_of_parameter(parameter: &Value) -> &'static [&'static str] {
    let field = |name: &str| parameter.get(name).and_then(Value::as_str).unwrap_or_default();
    match (field("in"), field("name")) {
        ("path", _) => &["404"],
        ("query", "cursor" | "after") => &["400", "422"],
        ("query", _) => &["422"],
        ("header", "Idempotency-Key") => &["400", "409", "422"],
        // Without a version of the thing it changes, the request needs the other header.
        ("header", "If-None-Match") => &["400", "412", "428"],
        ("header", "If-Match") if is_required(parameter) => &["400", "412", "428"],
        ("header", "If-Match") => &["400", "412"],
        _ => &[],
    }
}

fn is_required(parameter: &Value) -> bool {
    parameter.get("required").is_some_and(|required| required == true)
}

/// What the schema of a thing is called in the answer to a change of it begins with (`followed::Changed`).
const CHANGED: &str = "Changed_";

/// The headers of answers that are no refusals.
fn add_headers(operation: &mut Value, entities: &BTreeSet<String>) {
    let is_list = parameter(operation, "cursor").is_some();
    for (status, response) in responses(operation).filter(|(status, _)| status.starts_with(['2', '3'])) {
        let names_entity = |schema: &str| entities.contains(&schema.replace(CHANGED, ""));
        let is_entity = status == "304" || schema(response).is_some_and(names_entity);
        let mut names = LIMITS.to_vec();
        if is_entity {
            names.push("ETag");
        }
        if is_entity && status == "201" {
            names.push("Location");
        }
        if is_list && status == "200" {
            names.push("Link");
        }
        let Some(response) = response.as_object_mut() else { continue };
        let headers = response.entry("headers").or_insert_with(|| json!({}));
        headers.as_object_mut().into_iter().for_each(|headers| headers.extend(names.iter().map(|name| header(name))));
    }
}

/// Examples of bodies whose own schema has none but whose parts have: lists and batches.
fn add_examples(operation: &mut Value, document: &Value) {
    if let Some(body) = operation.get_mut("requestBody") {
        add_example(body, document);
    }
    responses(operation).for_each(|(_, response)| add_example(response, document));
}

fn add_example(of: &mut Value, document: &Value) {
    let Some(content) = of.get_mut("content").and_then(|content| content.get_mut("application/json")) else { return };
    let example = content.get("schema").and_then(|schema| example(schema, document));
    if let (Some(example), Some(content)) = (example, content.as_object_mut()) {
        content.entry("example").or_insert(example);
    }
}

/// The example of a schema, or one made of the examples of its parts.
fn example(schema: &Value, document: &Value) -> Option<Value> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return example(document.pointer(reference.strip_prefix('#')?)?, document);
    }
    if let Some(example) = schema.get("example").or_else(|| schema.get("examples")?.get(0)) {
        return Some(example.clone());
    }
    if let Some(first) = ["oneOf", "allOf"].iter().find_map(|of| schema.get(of)?.get(0)) {
        return example(first, document);
    }
    if let Some(items) = schema.get("items") {
        return Some(json!([example(items, document)?]));
    }
    let properties = schema.get("properties")?.as_object()?;
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|required| required.iter().any(|it| it == name));
    let mut object = Object::new();
    for (name, property) in properties {
        match example(property, document) {
            Some(value) => drop(object.insert(name.clone(), value)),
            None if is_required(name) => return None,
            None => {}
        }
    }
    Some(Value::Object(object))
}

fn shared_responses() -> Value {
    let shared = REFUSALS.iter().map(|(status, name, description)| {
        let mut response = problem(status);
        response.insert("description".to_owned(), json!(description));
        ((*name).to_owned(), Value::Object(response))
    });
    shared.collect::<Object>().into()
}

fn shared_headers() -> Value {
    let shared = HEADERS.iter().map(|(name, description, example)| {
        let header = json!({ "description": description, "schema": { "type": "string" }, "example": example });
        ((*name).to_owned(), header)
    });
    shared.collect::<Object>().into()
}
