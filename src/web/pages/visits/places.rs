//! The field of the visit form at which an error is shown.

use crate::{
    texts::Language,
    web::{pages::trouble::FormErrors, problem::Problem},
};

/// The fields in their order: the beginnings of their pointers, and their ids on the page.
const FIELDS: [(&str, &str); 14] = [
    ("/enterprise_id", "enterprise"),
    ("/visited_on", "date"),
    ("/channel", "ch-on_site"),
    ("/met_with", "met"),
    ("/contact/phone", "nc-phone"),
    ("/contact/position", "nc-position"),
    ("/contact", "nc-name"),
    ("/relocation_intent", "intent-none"),
    ("/destination_division", "division"),
    ("/summary", "note"),
    ("/employees", "headcount"),
    ("/requests", "requests"),
    ("/visitor_ids", "with"),
    ("/next_visit_on", "next-date"),
];

/// What is wrong with a visit, at the fields of its form.
pub(super) fn trouble(problem: Problem, language: Language) -> Result<FormErrors, Problem> {
    FormErrors::placed(problem, language, &FIELDS, "note")
}
