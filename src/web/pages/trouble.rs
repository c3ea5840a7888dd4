//! The errors of a form: fields to correct, or a state that does not allow it. The form comes back with everything that
//! was typed.

use crate::{
    services::Error,
    texts::{Explain, Language},
    web::{
        pages::words::Words,
        problem::{Edge, Problem, problem_fields},
    },
};
use actix_web::{ResponseError, http::StatusCode};

/// A field that cannot be accepted as it is.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// The name of the field, which is its id on the page.
    pub name: String,
    /// What the field is called.
    pub label: Option<String>,
    /// What is wrong with it and what to do.
    pub text: String,
}

/// What is wrong with a form; nothing by default.
#[derive(Debug, Clone, Default)]
pub struct FormErrors {
    status: StatusCode,
    /// What is wrong with all of it.
    pub text: Option<String>,
    /// Whether somebody else was faster, and each field says what it holds now.
    pub stale: bool,
    /// What is wrong with single fields.
    pub fields: Vec<Wrong>,
}

impl FormErrors {
    /// A refusal that the person at the form can deal with; anything else goes on as it is.
    pub fn of(problem: Problem, language: Language) -> Result<Self, Problem> {
        Self::named(problem, language, |pointer| first_part(pointer).to_owned())
    }

    /// The same for a form whose fields stand in the order of `places` and are called otherwise than those of the use case:
    /// the beginning of a pointer, and the field it is about. What begins with none of them is about `other`.
    pub fn placed(problem: Problem, language: Language, places: &[(&str, &str)], other: &str) -> Result<Self, Problem> {
        let place = |pointer: &str| places.iter().find(|(start, _)| pointer.starts_with(start));
        let mut trouble =
            Self::named(problem, language, |pointer| place(pointer).map_or(other, |(_, name)| name).to_owned())?;
        trouble
            .fields
            .sort_by_key(|wrong| places.iter().position(|(_, name)| *name == wrong.name).unwrap_or(places.len()));
        Ok(trouble)
    }

    fn named(problem: Problem, language: Language, name: impl Fn(&str) -> String) -> Result<Self, Problem> {
        let mut trouble = Self { status: problem.status_code(), ..Self::default() };
        match &problem {
            Problem::UseCase(Error::Invalid(invalid)) => {
                for field in problem_fields(invalid, language) {
                    trouble.note_text(&name(&field.pointer), field.detail);
                }
            }
            Problem::UseCase(Error::Conflict(_) | Error::Refused(_) | Error::Stale | Error::TooMany { .. }) => {
                trouble.text = Some(problem.body(language, "").detail);
            }
            Problem::Edge(Edge::KeyReused) => trouble.text = Some(Words(language).sent_before()),
            _ => return Err(problem),
        }
        Ok(trouble)
    }

    /// Somebody else was faster; the fields say what they hold now.
    pub fn stale() -> Self {
        Self { status: StatusCode::PRECONDITION_FAILED, stale: true, ..Self::default() }
    }

    /// One field that cannot be accepted.
    pub fn field(name: &str, text: String) -> Self {
        let mut trouble = Self::default();
        trouble.note_text(name, text);
        trouble
    }

    /// Notes one more field that cannot be accepted.
    pub fn note(&mut self, field: &str, reason: &impl Explain, language: Language) {
        self.note_text(field, reason.text(language));
    }

    /// Notes one more field that cannot be accepted, in words of the page.
    pub fn note_text(&mut self, field: &str, text: String) {
        self.status = StatusCode::UNPROCESSABLE_ENTITY;
        self.fields.push(Wrong { name: field.to_owned(), label: None, text });
    }

    /// Moves what is wrong with a field of the use case to the field of the form that gave it.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        for wrong in self.fields.iter_mut().filter(|wrong| wrong.name == from) {
            to.clone_into(&mut wrong.name);
        }
        self
    }

    /// Whether anything is wrong.
    pub const fn is_any(&self) -> bool {
        self.stale || self.text.is_some() || !self.fields.is_empty()
    }

    /// The status of the page with the form.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// What is wrong with a field.
    pub fn with(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|wrong| wrong.name == field).map(|wrong| wrong.text.as_str())
    }
}

/// The field a JSON pointer begins with: `aliases` for `/aliases/2`.
fn first_part(pointer: &str) -> &str {
    pointer.trim_start_matches('/').split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::services::{Invalid, error::Reason};

    #[test]
    fn a_refusal_names_the_field_of_the_form() {
        let problem = Problem::UseCase(Error::field("/aliases/2", Reason::Required));
        let trouble = FormErrors::of(problem, Language::En).unwrap().renamed("aliases", "other_names");
        assert_eq!(trouble.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(trouble.with("other_names").is_some() && trouble.with("aliases").is_none());
    }

    #[test]
    fn what_nobody_at_the_form_can_deal_with_goes_on() {
        assert!(FormErrors::of(Problem::UseCase(Error::NotFound), Language::Zh).is_err());
        assert!(FormErrors::of(Problem::UseCase(Error::Stale), Language::Zh).unwrap().text.is_some());
    }

    #[test]
    fn fields_stand_in_the_order_of_the_form() {
        let mut invalid = Invalid::default();
        for pointer in ["/elsewhere", "/contact/phone", "/visited_on"] {
            invalid.note(pointer, Reason::Required);
        }
        let places = [("/visited_on", "date"), ("/contact/phone", "phone"), ("/contact", "contact")];
        let problem = Problem::UseCase(Error::Invalid(invalid));
        let trouble = FormErrors::placed(problem, Language::En, &places, "note").unwrap();
        let names: Vec<&str> = trouble.fields.iter().map(|wrong| wrong.name.as_str()).collect();
        assert_eq!(names, ["date", "phone", "note"]);
    }
}
