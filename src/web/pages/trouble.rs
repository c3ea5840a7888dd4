//! What is wrong with a form that was sent: fields to correct, or a state that does not allow it. The form comes back with all
//! that was typed.

use crate::{
    services::Error,
    texts::{Explain, Language},
    web::problem::{Problem, problem_fields},
};
use actix_web::{ResponseError, http::StatusCode};

crate::texts::catalogue! {
    /// The words of forms that come back.
    TroubleWords {
        not_done() { zh: "没有完成", en: "Not done" }
        of_field(label: &str, text: &str) { zh: "{label}：{text}", en: "{label}: {text}" }
        latest() { zh: "查看最新内容", en: "See it as it is now" }
        stale_hint() { zh: "下面是您填的内容，尚未保存。请先查看最新内容，再决定是否重新修改。", en: "What you typed is below and is not saved. Look at the latest first, then decide what to change." }
    }
}

/// What is wrong with a form.
#[derive(Debug, Clone, Default)]
pub struct Trouble {
    status: StatusCode,
    /// What is wrong with all of it.
    pub text: Option<String>,
    /// Whether somebody changed it meanwhile.
    pub stale: bool,
    /// What is wrong with single fields, by their names in the form.
    pub fields: Vec<(String, String)>,
    labels: Vec<(&'static str, String)>,
}

impl Trouble {
    /// A refusal that the person at the form can deal with; anything else goes on as it is.
    pub fn of(problem: Problem, language: Language) -> Result<Self, Problem> {
        let mut trouble = Self { status: problem.status_code(), ..Self::default() };
        match &problem {
            Problem::UseCase(Error::Invalid(invalid)) => {
                for field in problem_fields(invalid, language) {
                    trouble.note_text(field_name(&field.pointer), field.detail);
                }
            }
            Problem::UseCase(Error::Conflict(_) | Error::Refused(_) | Error::Stale) => {
                trouble.text = Some(problem.body(language, "").detail);
                trouble.stale = matches!(&problem, Problem::UseCase(Error::Stale));
            }
            _ => return Err(problem),
        }
        Ok(trouble)
    }

    /// Notes one more field that cannot be accepted.
    pub fn note(&mut self, field: &str, reason: &impl Explain, language: Language) {
        self.note_text(field, reason.text(language));
    }

    /// Notes one more field that cannot be accepted, in words of the page.
    pub fn note_text(&mut self, field: &str, text: String) {
        self.status = StatusCode::UNPROCESSABLE_ENTITY;
        self.fields.push((field.to_owned(), text));
    }

    /// Moves what is wrong with a field of the use case to the field of the form that gave it.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        for (name, _) in &mut self.fields {
            if name == from {
                to.clone_into(name);
            }
        }
        self
    }

    /// Says what fields are called, so that the summary can name them.
    #[must_use]
    pub fn labelled(mut self, labels: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        self.labels.extend(labels);
        self
    }

    /// What a field is called.
    pub fn label(&self, field: &str) -> Option<&str> {
        self.labels.iter().find(|(name, _)| *name == field).map(|(_, label)| label.as_str())
    }

    /// Whether anything is wrong.
    pub fn is_any(&self) -> bool {
        self.text.is_some() || !self.fields.is_empty()
    }

    /// The status of the page with the form.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// What is wrong with a field.
    pub fn with(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, text)| text.as_str())
    }
}

/// The field of the form a JSON pointer begins with: `aliases` for `/aliases/2`.
fn field_name(pointer: &str) -> &str {
    pointer.trim_start_matches('/').split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::services::error::Reason;

    #[test]
    fn a_refusal_names_the_field_of_the_form() {
        let problem = Problem::UseCase(Error::field("/aliases/2", Reason::Required));
        let trouble = Trouble::of(problem, Language::En).unwrap().renamed("aliases", "other_names");
        assert_eq!(trouble.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(trouble.with("other_names").is_some() && trouble.with("aliases").is_none());
    }

    #[test]
    fn what_nobody_at_the_form_can_deal_with_goes_on() {
        assert!(Trouble::of(Problem::UseCase(Error::NotFound), Language::Zh).is_err());
        assert!(Trouble::of(Problem::UseCase(Error::Stale), Language::Zh).unwrap().stale);
    }
}
