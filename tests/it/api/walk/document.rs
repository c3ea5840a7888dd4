//! The operations of the OpenAPI document below `/api/v1`, and how to send one as its own example shows.

use crate::support::{app::Answer, caller::Caller, described::document};
use actix_web::{http::Method, test::TestRequest};
use serde_json::{Value, json};
use std::fmt;
use wellspring::domain::ids::VisitId;

const BASE: &str = "/api/v1";

/// One method of one path.
#[derive(Debug, Clone)]
pub struct Operation {
    method: String,
    path: String,
    described: Value,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// All operations that ask who calls: those below `/api/v1` but signing in.
pub fn operations() -> Vec<Operation> {
    let paths = document()["paths"].as_object().unwrap();
    let mut operations = Vec::new();
    for (path, methods) in paths {
        let Some(path) = path.strip_prefix(BASE) else { continue };
        for (method, described) in methods.as_object().unwrap() {
            let operation = Operation { method: method.clone(), path: path.to_owned(), described: described.clone() };
            if !operation.is("post", "/session") {
                operations.push(operation);
            }
        }
    }
    assert!(operations.len() > 40, "the document is all there");
    operations
}

impl Operation {
    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn has_id(&self) -> bool {
        self.path.contains('{')
    }

    /// Whether the path names one thing or what belongs to it, and nothing else.
    pub fn is_of_one(&self) -> bool {
        self.path.matches('{').count() == 1
    }

    pub fn reads(&self) -> bool {
        self.method == "get"
    }

    pub fn has_summary(&self) -> bool {
        self.described["summary"].as_str().is_some_and(|summary| !summary.is_empty())
    }

    pub fn takes_body(&self) -> bool {
        self.described.get("requestBody").is_some()
    }

    /// The example of the body: beside it, or of its schema.
    pub fn example(&self) -> Option<Value> {
        let content = &self.described["requestBody"]["content"]["application/json"];
        content.get("example").cloned().or_else(|| example_of(&content["schema"]))
    }

    /// What the description does not say of an answer: its status, form or headers.
    pub fn undescribed(&self, answer: &Answer) -> Option<String> {
        let mut described = &self.described["responses"][answer.status.to_string()];
        if let Some(reference) = described["$ref"].as_str() {
            described = document().pointer(&reference[1..]).unwrap();
        }
        let form = described["content"].as_object().and_then(|forms| forms.keys().next()).map(String::as_str);
        // Refusals tell limits only where these refuse; there is a next page only sometimes.
        let differs = |name: &&str| {
            let (came, told) = (answer.header(name).is_some(), !described["headers"][name].is_null());
            if *name == "Link" { came && !told } else { came != told && (told || answer.status < 400) }
        };
        let header =
            ["ETag", "Link", "Location", "Retry-After", "RateLimit", "RateLimit-Policy"].into_iter().find(differs);
        let fits = !described.is_null() && answer.header("content-type") == form && header.is_none();
        (!fits).then(|| format!("{self}: {} {header:?} {}", answer.status, String::from_utf8_lossy(&answer.body)))
    }

    /// Sends it with the example as its body and the id, or one that nothing has, in its path.
    pub async fn send(&self, caller: &Caller, id: Option<&str>) -> Answer {
        let nothing = VisitId::new().to_string();
        let mut path = format!("{BASE}{}", self.path);
        for given in [id.unwrap_or(&nothing), &nothing] {
            if let (Some(start), Some(end)) = (path.find('{'), path.find('}')) {
                path.replace_range(start..=end, given);
            }
        }
        let method = Method::from_bytes(self.method.to_uppercase().as_bytes()).unwrap();
        let mut request = TestRequest::with_uri(&path).method(method.clone());
        if matches!(method, Method::PATCH | Method::PUT | Method::DELETE) {
            request = request.insert_header(("if-match", "\"1-0\""));
        }
        if let Some(example) = self.example() {
            request = request.set_json(example);
        }
        caller.send(request).await
    }
}

/// The example a schema carries; of a list, one item; of an object without one, its required fields.
fn example_of(schema: &Value) -> Option<Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        return example_of(&document()["components"]["schemas"][reference.rsplit('/').next()?]);
    }
    if let Some(example) = schema.get("example").or_else(|| schema.get("examples")?.get(0)) {
        return Some(example.clone());
    }
    match schema["type"].as_str()? {
        "array" => example_of(&schema["items"]).map(|item| json!([item])),
        "object" => {
            let required = schema["required"].as_array()?.iter().filter_map(Value::as_str);
            required.map(|name| Some((name.to_owned(), example_of(&schema["properties"][name])?))).collect()
        }
        _ => None,
    }
}
