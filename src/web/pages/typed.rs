//! Parsing what was typed into a form; errors are noted at their fields.

use crate::{
    domain::date,
    services::{Error, FieldError, Invalid, error::Reason, patch::Patch},
    texts::Explain,
    web::pages::form::Form,
};
use chrono::NaiveDate;
use std::str::FromStr;

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
