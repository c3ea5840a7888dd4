//! The form of an enterprise: filled from its fields, returned with what was typed when something is wrong, and with
//! the current values when somebody has changed the enterprise.

use crate::{
    domain::ids::EnterpriseId,
    services::Error,
    web::{
        pages::{
            field::{Field, Kind},
            fields::Fields,
            form::Form,
            reader::{page, page_with},
            shell::Shell,
        },
        problem::{Edge, Problem},
    },
};
use actix_web::HttpResponse;
use askama::Template;

/// A form about an enterprise.
#[derive(Template)]
#[template(path = "pages/enterprises/form.html")]
pub struct FormPage {
    /// The frame.
    pub shell: Shell,
    /// What is done.
    pub title: String,
    /// What it is about: address and name.
    pub about: Option<(String, String)>,
    /// What one should know before.
    pub intro: Option<String>,
    /// Where it is sent.
    pub action: String,
    /// Where one goes without sending it.
    pub cancel: String,
    /// What the button says.
    pub submit: String,
    /// The version it was made from; `None` where it makes something, which it does once however often it is sent.
    pub version: Option<i64>,
    /// The fields.
    pub fields: Fields,
    /// How to take out what is edited: address, what the button says, and what that means.
    pub removal: Option<(String, String, String)>,
}

impl FormPage {
    /// A form that says what is done to what.
    pub fn new(shell: Shell, title: String, action: String, fields: Vec<Field>) -> Self {
        let submit = shell.w.save();
        let cancel = "/enterprises".to_owned();
        let fields = Fields::new(fields);
        Self { shell, title, about: None, intro: None, action, cancel, submit, version: None, fields, removal: None }
    }

    /// About an enterprise, from a part of its page, to which one goes back without sending it.
    #[must_use]
    pub fn of_enterprise(self, enterprise: EnterpriseId, name: String, part: &str) -> Self {
        let here = format!("/enterprises/{enterprise}");
        Self { cancel: format!("{here}#{part}"), about: Some((here, name)), ..self }
    }

    /// The form as somebody first sees it.
    pub fn blank(mut self, values: &Form) -> Result<HttpResponse, Problem> {
        self.fields = self.fields.filled(values);
        page(&self)
    }

    /// The form after it was sent and refused: with what was typed, and why. `now` is what holds now, with its version.
    pub fn refused(
        mut self,
        typed: &Form,
        problem: Problem,
        now: Option<(&Form, i64)>,
    ) -> Result<HttpResponse, Problem> {
        self.fields = self.fields.refused(typed, problem, now.map(|(now, _)| now), self.shell.language)?;
        self.version = match now {
            Some((_, version)) if self.fields.trouble.stale => Some(version),
            _ => typed.text("version").and_then(|version| version.parse().ok()),
        };
        page_with(self.fields.trouble.status(), &self)
    }
}

/// Whether a refused form can be shown again, and needs to be loaded for that.
pub const fn comes_back(problem: &Problem) -> bool {
    let in_use_case = matches!(problem, Problem::UseCase(Error::Invalid(_) | Error::Conflict(_) | Error::Stale));
    in_use_case || matches!(problem, Problem::Edge(Edge::KeyReused))
}
