//! The API's description beside what the API answers: every answer that a test gets must be described.

use super::app::Answer;
use actix_web::http::Method;
use serde_json::Value;
use std::sync::OnceLock;
use wellspring::web::routes;

/// The description, made once.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(routes::document)
}

/// Fails when the description of the operation does not say that it can answer with this status. What the description does not
/// have (pages, an unknown address or method) is left alone.
#[track_caller]
pub fn assert_described(method: &Method, path: &str, answer: &Answer) {
    let Some((template, responses)) = responses(method, path) else { return };
    let status = answer.status.to_string();
    let body = String::from_utf8_lossy(&answer.body);
    assert!(responses.get(&status).is_some(), "{method} {template} is not described with {status}: {body}");
}

/// The template of a path and the answers described for it.
fn responses(method: &Method, path: &str) -> Option<(&'static str, &'static Value)> {
    let paths = document()["paths"].as_object().unwrap();
    let fitting = paths.iter().filter(|(template, _)| fits(template, path));
    // `/enterprises/export` fits `/enterprises/{id}` too, and is its own.
    let (template, methods) = fitting.min_by_key(|(template, _)| template.matches('{').count())?;
    let operation = methods.get(method.as_str().to_lowercase())?;
    Some((template, &operation["responses"]))
}

fn fits(template: &str, path: &str) -> bool {
    let (wanted, given) = (template.split('/'), path.split('/'));
    template.split('/').count() == path.split('/').count()
        && wanted.zip(given).all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
}
