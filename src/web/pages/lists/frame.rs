//! What stands around the rows of a list: title, tabs, filters as form fields, and the words.

use crate::{
    domain::codes::Code,
    texts::Language,
    web::pages::{
        choice::{Choice, choices},
        lists::links::PLACE,
        query::QueryParameters,
    },
};
use chrono::NaiveDate;

/// A filter as a field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The parameter.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// A word beside the label; empty for none.
    pub hint: String,
    /// What is typed or chosen.
    pub kind: FilterKind,
}

/// The kinds of fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterKind {
    /// A text to look for.
    Search(String),
    /// A line.
    Line(String),
    /// A day.
    Day(String),
    /// One of several, or all.
    Choice(Vec<Choice>),
    /// A text that suggestions are made to.
    Suggested {
        /// What is typed.
        value: String,
        /// What is shown before that.
        placeholder: String,
        /// Where suggestions come from, up to what is typed.
        from: &'static str,
        /// Where a suggestion leads, up to its id.
        to: &'static str,
        /// What is said when there is none.
        none: String,
    },
}

impl Filter {
    fn new(name: &'static str, label: impl Into<String>, kind: FilterKind) -> Self {
        Self { name, label: label.into(), hint: String::new(), kind }
    }

    /// A text to look for.
    pub fn search(name: &'static str, label: impl Into<String>, value: Option<&str>) -> Self {
        Self::new(name, label, FilterKind::Search(value.unwrap_or_default().to_owned()))
    }

    /// A line.
    pub fn line(name: &'static str, label: impl Into<String>, value: Option<&str>) -> Self {
        Self::new(name, label, FilterKind::Line(value.unwrap_or_default().to_owned()))
    }

    /// A day.
    pub fn day(name: &'static str, label: impl Into<String>, day: Option<NaiveDate>) -> Self {
        Self::new(name, label, FilterKind::Day(day.map(|day| day.to_string()).unwrap_or_default()))
    }

    /// One of several, or all.
    pub fn choice(name: &'static str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, FilterKind::Choice(choices))
    }

    /// One of the codes of a list, or all.
    pub fn code<C: Code>(
        name: &'static str,
        label: impl Into<String>,
        all: &[C],
        chosen: Option<C>,
        language: Language,
    ) -> Self {
        Self::choice(name, label, choices(all, chosen, language))
    }

    /// The id of its field.
    pub fn id(&self) -> String {
        format!("f-{}", self.name)
    }

    /// Whether it takes more room than others.
    pub const fn is_wide(&self) -> bool {
        matches!(self.kind, FilterKind::Search(_) | FilterKind::Line(_))
    }

    /// With a word beside the label.
    #[must_use]
    pub fn hint(self, hint: String) -> Self {
        Self { hint, ..self }
    }

    /// Where it is set: what it is called, and to what.
    pub fn said(&self) -> Option<(String, String)> {
        let value = match &self.kind {
            FilterKind::Search(value)
            | FilterKind::Line(value)
            | FilterKind::Day(value)
            | FilterKind::Suggested { value, .. } => value.clone(),
            FilterKind::Choice(choices) => choices.iter().find(|choice| choice.chosen)?.name.clone(),
        };
        (!value.is_empty()).then(|| (self.label.clone(), value))
    }
}

/// A filter that no field shows: in words, and the parameters it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowed {
    /// What it says.
    pub text: String,
    /// Its parameters.
    pub names: Vec<&'static str>,
}

/// One of the tabs above a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Where it leads.
    pub href: String,
    /// Its name.
    pub name: String,
    /// How many are there; empty for nothing.
    pub count: String,
    /// Whether one is there.
    pub current: bool,
}

/// A way to do something about the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionLink {
    /// Where it leads.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Its icon.
    pub icon: &'static str,
    /// Whether it is the one that matters most.
    pub main: bool,
}

/// A strip above the list that says something about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// `strip--red`, `said` or nothing.
    pub class: &'static str,
    /// Its icon; empty for none.
    pub icon: &'static str,
    /// What it says.
    pub text: String,
    /// Ways it offers: address, name, and what is read beside it.
    pub ways: Vec<(String, String, String)>,
}

/// What stands around the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The title.
    pub title: String,
    /// A sentence below it; empty for none.
    pub lead: String,
    /// Where one came from: address and name.
    pub crumbs: Vec<(String, String)>,
    /// What can be done.
    pub actions: Vec<ActionLink>,
    /// What is said above the list.
    pub strips: Vec<Strip>,
    /// What the tabs are.
    pub tabs_label: String,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// The filters.
    pub filters: Vec<Filter>,
    /// Filters that no field shows.
    pub narrowed: Vec<Narrowed>,
    /// How many were found, in words; `Seen::found` makes it.
    pub found: String,
    /// What the table holds, in words.
    pub caption: String,
    /// What is said when there is no row.
    pub nothing: String,
    /// What can be done about that; empty for nothing.
    pub nothing_hint: String,
    /// What else is offered then, as commands.
    pub nothing_commands: Vec<&'static str>,
    /// Whether it takes the whole width of a screen.
    pub wide: bool,
}

impl Frame {
    /// What the form must send along of the address it stands at.
    pub fn kept(&self, asked: &QueryParameters) -> Vec<(String, String)> {
        let fields = self.filters.iter().map(|filter| filter.name);
        asked.kept(&fields.chain(PLACE).collect::<Vec<_>>())
    }

    /// The address without its filters.
    pub fn reset(&self, asked: &QueryParameters) -> String {
        let fields = self.filters.iter().map(|filter| filter.name);
        let narrowed = self.narrowed.iter().flat_map(|narrowed| narrowed.names.iter().copied());
        asked.without(&fields.chain(narrowed).chain(PLACE).collect::<Vec<_>>()).with(&[])
    }

    /// All that narrows the list, in words.
    pub fn said(&self) -> Vec<(String, String)> {
        let narrowed = self.narrowed.iter().map(|narrowed| (String::new(), narrowed.text.clone()));
        self.filters.iter().filter_map(Filter::said).chain(narrowed).collect()
    }
}
