//! Choices of a form: options of a select, radio buttons, checkboxes.

use crate::{domain::codes::Code, texts::Language};

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What a form sends.
    pub value: String,
    /// What a person reads.
    pub name: String,
    /// What a person reads beside it, smaller; empty for nothing.
    pub note: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// A choice that nobody has made yet.
    #[allow(clippy::needless_pass_by_value, reason = "ids and codes are as small as references to them")]
    pub fn new(value: impl ToString, name: impl Into<String>) -> Self {
        Self { value: value.to_string(), name: name.into(), note: String::new(), chosen: false }
    }

    /// A code by its name.
    pub fn of(code: impl Code, language: Language) -> Self {
        Self::new(code.as_str(), code.text(language))
    }

    /// With what is read beside it.
    #[must_use]
    pub fn note(self, note: String) -> Self {
        Self { note, ..self }
    }

    /// Made, or not.
    #[must_use]
    pub fn chosen(self, chosen: bool) -> Self {
        Self { chosen, ..self }
    }

    /// Made when its value is the one that is wanted.
    #[must_use]
    pub fn wanted(self, wanted: Option<&str>) -> Self {
        let chosen = wanted == Some(self.value.as_str());
        self.chosen(chosen)
    }
}

/// The codes of a list, of which one may be chosen.
pub fn choices<C: Code>(all: &[C], chosen: Option<C>, language: Language) -> Vec<Choice> {
    all.iter().map(|&code| Choice::of(code, language).chosen(chosen == Some(code))).collect()
}
