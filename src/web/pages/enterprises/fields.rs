//! The fields of a form about an enterprise: what they hold, what is wrong with them, and how what was typed is read.

use crate::{
    domain::date,
    services::{Error, FieldError, Invalid, error::Reason, patch::Patch},
    texts::{Explain, Language},
    web::{pages::form::Form, problem::problem_fields},
};
use chrono::NaiveDate;
use std::str::FromStr;

/// One option of a choice.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub name: String,
}

impl Choice {
    /// An option.
    pub fn new(value: impl Into<String>, name: impl Into<String>) -> Self {
        Self { value: value.into(), name: name.into() }
    }
}

/// Options under one heading.
#[derive(Debug, Clone)]
pub struct Group {
    /// The heading; without one the options stand alone.
    pub name: Option<String>,
    /// The options.
    pub choices: Vec<Choice>,
}

/// How a field is filled in.
#[derive(Debug, Clone)]
pub enum Kind {
    /// One line: the input's type and its most characters.
    Line(&'static str, usize),
    /// A day, not after the other.
    Day(NaiveDate),
    /// Text of several lines, of so many characters at most.
    Text(usize),
    /// One of the options.
    Choice(Vec<Group>),
    /// Yes or no.
    Tick,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub struct Field {
    /// What it is sent as.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// How it is filled in.
    pub kind: Kind,
    /// What is in it.
    pub value: String,
    /// What helps to fill it in.
    pub hint: Option<String>,
    /// What is wrong with it.
    pub error: Option<String>,
    /// What somebody else has written meanwhile.
    pub meanwhile: Option<String>,
    /// Whether it has to be filled in.
    pub required: bool,
    /// Whether it takes the whole width.
    pub wide: bool,
}

impl Field {
    fn new(name: &'static str, label: String, kind: Kind) -> Self {
        let value = String::new();
        Self { name, label, kind, value, hint: None, error: None, meanwhile: None, required: false, wide: false }
    }

    /// One line of text.
    pub fn line(name: &'static str, label: String, max: usize) -> Self {
        Self::new(name, label, Kind::Line("text", max))
    }

    /// One line of another type of input, such as `tel`.
    pub fn typed(name: &'static str, label: String, kind: &'static str, max: usize) -> Self {
        Self::new(name, label, Kind::Line(kind, max))
    }

    /// A day, not after `last`.
    pub fn day(name: &'static str, label: String, last: NaiveDate) -> Self {
        Self::new(name, label, Kind::Day(last))
    }

    /// Text of several lines.
    pub fn text(name: &'static str, label: String, max: usize) -> Self {
        Self { wide: true, ..Self::new(name, label, Kind::Text(max)) }
    }

    /// One of some options.
    pub fn choice(name: &'static str, label: String, choices: Vec<Choice>) -> Self {
        Self::grouped(name, label, vec![Group { name: None, choices }])
    }

    /// One of some options under headings.
    pub fn grouped(name: &'static str, label: String, groups: Vec<Group>) -> Self {
        Self::new(name, label, Kind::Choice(groups))
    }

    /// Yes or no; yes is sent as `yes`.
    pub fn tick(name: &'static str, label: String) -> Self {
        Self::new(name, label, Kind::Tick)
    }

    /// The field has to be filled in.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The field takes the whole width.
    #[must_use]
    pub fn wide(self) -> Self {
        Self { wide: true, ..self }
    }

    /// With a hint.
    #[must_use]
    pub fn hint(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// What a value is called: the option's name for a choice.
    fn called(&self, value: &str) -> String {
        match &self.kind {
            Kind::Choice(groups) => {
                let mut choices = groups.iter().flat_map(|group| &group.choices);
                choices.find(|choice| choice.value == value).map_or(value, |choice| &choice.name).to_owned()
            }
            _ => value.to_owned(),
        }
    }

    /// What its describing parts are, for `aria-describedby`.
    pub fn described_by(&self) -> String {
        let parts = [
            self.error.as_ref().map(|_| format!("f-{}-error", self.name)),
            self.hint.as_ref().map(|_| format!("f-{}-hint", self.name)),
            self.meanwhile.as_ref().map(|_| format!("f-{}-meanwhile", self.name)),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Puts values into fields, as they are or as they were typed.
pub fn fill(fields: &mut [Field], form: &Form) {
    for field in fields {
        form.typed(field.name).clone_into(&mut field.value);
    }
}

/// Says at each field what somebody else has made of it since.
pub fn show_meanwhile(fields: &mut [Field], now: &Form) {
    for field in fields {
        let value = now.typed(field.name);
        if value.trim() != field.value.trim() {
            field.meanwhile = Some(if value.is_empty() { "—".to_owned() } else { field.called(value) });
        }
    }
}

/// One thing to correct: the field it is about, and what is wrong.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The id of the control.
    pub target: String,
    /// What is wrong.
    pub text: String,
}

/// Says at each field what is wrong with it, and lists it all for the top of the form. What belongs to no field stands only there.
pub fn refuse(fields: &mut [Field], invalid: &Invalid, language: Language) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for problem in problem_fields(invalid, language) {
        let name = problem.pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
        let target = match fields.iter_mut().find(|field| field.name == name) {
            Some(field) => {
                field.error.get_or_insert_with(|| problem.detail.clone());
                format!("f-{name}")
            }
            None if name.is_empty() => "main".to_owned(),
            None => format!("f-{name}"),
        };
        refusals.push(Refusal { target, text: problem.detail });
    }
    refusals
}

/// Reads what was typed; what cannot be read is noted.
pub struct Typed<'f> {
    form: &'f Form,
    empty_clears: bool,
    invalid: Invalid,
}

impl<'f> Typed<'f> {
    /// Reads a form that changes something: a field that is empty is emptied.
    pub fn change(form: &'f Form) -> Self {
        Self { form, empty_clears: true, invalid: Invalid::default() }
    }

    /// Reads a form that makes something: a field that is empty is left out.
    pub fn creation(form: &'f Form) -> Self {
        Self { form, empty_clears: false, invalid: Invalid::default() }
    }

    fn patch<T>(&self, value: Option<T>) -> Patch<T> {
        match value {
            Some(value) => Patch::Set(value),
            None if self.empty_clears => Patch::Clear,
            None => Patch::Keep,
        }
    }

    /// Written text.
    pub fn text(&self, name: &str) -> Patch<String> {
        self.patch(self.form.text(name).map(str::to_owned))
    }

    fn read<T, E: Explain + Send + Sync + 'static>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Patch<T> {
        let Some(text) = self.form.text(name) else { return self.patch(None) };
        self.invalid.take(&format!("/{name}"), parse(text)).into()
    }

    /// A day.
    pub fn day(&mut self, name: &str) -> Patch<NaiveDate> {
        self.read(name, date::parse_date_lenient)
    }

    /// A code of a list.
    pub fn code<T>(&mut self, name: &str) -> Patch<T>
    where
        T: FromStr,
        T::Err: Explain + Send + Sync + 'static,
    {
        self.read(name, str::parse)
    }

    /// The id of something.
    pub fn id<T: FromStr>(&mut self, name: &str) -> Patch<T> {
        self.read(name, |text| text.parse().map_err(|_| Reason::UnknownReference))
    }

    /// The ids of all that were ticked.
    pub fn ids<T: FromStr>(&mut self, name: &'f str) -> Vec<T> {
        let mut ids = Vec::new();
        for text in self.form.all(name) {
            match text.parse() {
                Ok(id) => ids.push(id),
                Err(_) => self.invalid.note(format!("/{name}"), Reason::UnknownReference),
            }
        }
        ids
    }

    /// A value that has to be there.
    pub fn must<T>(&mut self, name: &str, value: Patch<T>) -> Option<T> {
        let value = value.value();
        let noted = |error: &FieldError| error.pointer == format!("/{name}");
        if value.is_none() && !self.invalid.0.iter().any(noted) {
            self.invalid.note(format!("/{name}"), Reason::Required);
        }
        value
    }

    /// An error when something could not be read.
    pub fn check(self) -> Result<(), Error> {
        self.invalid.check()
    }
}
