//! One field of a form: what it asks for, what is in it and what is wrong with it.

use crate::web::pages::choice::Choice;
use chrono::NaiveDate;

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
    /// Not at all: it only says what holds.
    Shown,
    /// One line: the input's type and its most characters.
    Line(&'static str, usize),
    /// A day between the two, both included.
    Day(Option<NaiveDate>, Option<NaiveDate>),
    /// A file, of the kinds that `accept` names.
    File(&'static str),
    /// Text of several lines, of so many characters at most.
    Text(usize),
    /// One of the options.
    Choice(Vec<Group>),
    /// Yes or no.
    Tick,
    /// Any number of the options.
    Ticks(Vec<Choice>),
}

/// A field of a form.
#[derive(Debug, Clone)]
pub struct Field {
    /// What it is sent as, and its id on the page.
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

    /// Something that is only shown.
    pub fn shown(name: &'static str, label: String, value: impl Into<String>) -> Self {
        Self { value: value.into(), required: true, ..Self::new(name, label, Kind::Shown) }
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
        Self::new(name, label, Kind::Day(None, Some(last)))
    }

    /// A day between two, both included.
    pub fn day_between(name: &'static str, label: String, first: NaiveDate, last: Option<NaiveDate>) -> Self {
        Self::new(name, label, Kind::Day(Some(first), last))
    }

    /// A file, of the kinds that `accept` names.
    pub fn file(name: &'static str, label: String, accept: &'static str) -> Self {
        Self { wide: true, ..Self::new(name, label, Kind::File(accept)) }
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
        Self { wide: true, ..Self::new(name, label, Kind::Tick) }
    }

    /// Any number of some options.
    pub fn ticks(name: &'static str, label: String, choices: Vec<Choice>) -> Self {
        Self { wide: true, ..Self::new(name, label, Kind::Ticks(choices)) }
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

    /// Puts a value into it.
    pub fn set(&mut self, value: &str) {
        value.clone_into(&mut self.value);
        if let Kind::Choice(groups) = &mut self.kind {
            for choice in groups.iter_mut().flat_map(|group| &mut group.choices) {
                choice.chosen = choice.value == value;
            }
        }
    }

    /// What a value is called: the option's name for a choice.
    pub fn called(&self, value: &str) -> String {
        match &self.kind {
            Kind::Choice(groups) => {
                let mut choices = groups.iter().flat_map(|group| &group.choices);
                choices.find(|choice| choice.value == value).map_or(value, |choice| &choice.name).to_owned()
            }
            _ => value.to_owned(),
        }
    }

    /// Whether it is a set of ticks, whose hint stands before them.
    pub const fn is_set_of_ticks(&self) -> bool {
        matches!(self.kind, Kind::Ticks(_))
    }

    /// What its describing parts are, for `aria-describedby`.
    pub fn described_by(&self) -> String {
        let parts = [
            self.error.as_ref().map(|_| format!("{}-error", self.name)),
            self.hint.as_ref().map(|_| format!("{}-hint", self.name)),
            self.meanwhile.as_ref().map(|_| format!("{}-meanwhile", self.name)),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
