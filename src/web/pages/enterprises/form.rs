//! The page of a form about an enterprise: made from its fields, given back with what was typed when something is wrong, and
//! shown kindly when somebody else was faster.

use super::fields::{self, Field, Kind, Refusal};
use crate::{
    services::Error,
    web::{
        pages::{
            form::Form,
            reader::{page, page_with},
            shell::Shell,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

crate::texts::catalogue! {
    /// The words that forms share.
    FormWords {
        stale() { zh: "在您填写时，别人改了这条记录", en: "Somebody changed this while you were writing" }
        stale_text() { zh: "还没有保存。您填的内容都在；不一样的地方标出了现在的值。核对后再保存，就以您填的为准。", en: "Nothing was saved yet. What you typed is still here, and fields that differ show what they hold now. Check them and save again: then yours holds." }
        meanwhile() { zh: "现在的值：", en: "Now it says: " }
    }
}

/// A form about an enterprise.
#[derive(Template)]
#[template(path = "pages/enterprises/form.html")]
pub struct FormPage {
    /// The frame.
    pub shell: Shell,
    /// The words.
    pub t: FormWords,
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
    /// The version it was made from.
    pub version: Option<i64>,
    /// The fields.
    pub fields: Vec<Field>,
    /// What is wrong.
    pub refusals: Vec<Refusal>,
    /// Whether somebody else was faster.
    pub stale: bool,
    /// How to take out what is edited: address, what the button says, and what that means.
    pub removal: Option<(String, String, String)>,
}

impl FormPage {
    /// A form that says what is done to what.
    pub fn new(shell: Shell, title: String, action: String, fields: Vec<Field>) -> Self {
        let (t, submit) = (FormWords(shell.language), shell.w.save());
        let cancel = "/enterprises".to_owned();
        Self {
            shell,
            t,
            title,
            about: None,
            intro: None,
            action,
            cancel,
            submit,
            version: None,
            fields,
            refusals: Vec::new(),
            stale: false,
            removal: None,
        }
    }

    /// The form as somebody first sees it.
    pub fn blank(mut self, values: &Form) -> Result<HttpResponse, Problem> {
        fields::fill(&mut self.fields, values);
        page(&self)
    }

    /// The form after it was sent and refused: with what was typed, and why. `now` is what holds now, with its version.
    pub fn refused(
        mut self,
        typed: &Form,
        problem: Problem,
        now: Option<(&Form, i64)>,
    ) -> Result<HttpResponse, Problem> {
        fields::fill(&mut self.fields, typed);
        match (problem, now) {
            (Problem::UseCase(Error::Invalid(invalid)), _) => {
                self.version = typed.text("version").and_then(|version| version.parse().ok());
                self.refusals = fields::refuse(&mut self.fields, &invalid, self.shell.language);
                page_with(StatusCode::UNPROCESSABLE_ENTITY, &self)
            }
            (Problem::UseCase(Error::Stale), Some((now, version))) => {
                self.stale = true;
                self.version = Some(version);
                fields::show_meanwhile(&mut self.fields, now);
                page_with(StatusCode::PRECONDITION_FAILED, &self)
            }
            (problem, _) => Err(problem),
        }
    }
}

/// Whether a refused form can be shown again, and needs to be loaded for that.
pub const fn comes_back(problem: &Problem) -> bool {
    matches!(problem, Problem::UseCase(Error::Invalid(_) | Error::Stale))
}
