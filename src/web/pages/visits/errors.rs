//! What a form was refused for, by the field it stands at.

use crate::{
    services::Invalid,
    texts::Language,
    web::problem::{ProblemField, problem_fields},
};

/// One refusal.
pub(super) struct FieldProblem {
    /// The field's id on the page.
    pub(super) id: &'static str,
    /// What is wrong and what to do.
    pub(super) text: String,
}

/// All refusals of a form, in the order of its fields.
#[derive(Default)]
pub(super) struct Errors(Vec<FieldProblem>);

/// The fields in their order, by the beginning of their pointers.
const FIELDS: [(&str, &str); 13] = [
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
    ("/next_visit_on", "next-date"),
];

impl Errors {
    /// What a person reads about fields that cannot be accepted.
    pub(super) fn of_fields(invalid: &Invalid, language: Language) -> Self {
        let mut fields: Vec<(usize, FieldProblem)> =
            problem_fields(invalid, language).into_iter().map(placed).collect();
        fields.sort_by_key(|(place, _)| *place);
        Self(fields.into_iter().map(|(_, field)| field).collect())
    }

    /// What is wrong with the field.
    pub(super) fn at(&self, id: &str) -> Option<&str> {
        self.0.iter().find(|field| field.id == id).map(|field| field.text.as_str())
    }

    /// Whether nothing was refused.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub(super) fn all(&self) -> &[FieldProblem] {
        &self.0
    }
}

fn placed(field: ProblemField) -> (usize, FieldProblem) {
    let known = FIELDS.iter().enumerate().find(|(_, (pointer, _))| field.pointer.starts_with(pointer));
    let (place, id) = known.map_or((FIELDS.len(), "reason"), |(place, (_, id))| (place, *id));
    (place, FieldProblem { id, text: field.detail })
}
