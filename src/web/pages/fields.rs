//! The fields of a form: filled, refused, or shown beside the current values.

use crate::{
    services::Error,
    texts::Language,
    web::{
        pages::{
            field::{Field, Kind},
            form::Form,
            trouble::FormErrors,
            words::Words,
        },
        problem::Problem,
    },
};

/// The fields of a form in their order, and what is wrong with them.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// The fields.
    pub all: Vec<Field>,
    /// What is wrong, when the form comes back.
    pub trouble: FormErrors,
}

impl Fields {
    /// Fields with nothing in them.
    pub fn new(all: Vec<Field>) -> Self {
        Self { all, trouble: FormErrors::default() }
    }

    /// With the values of a form: those that hold, or those that were typed.
    #[must_use]
    pub fn filled(mut self, form: &Form) -> Self {
        for field in &mut self.all {
            match &mut field.kind {
                Kind::Shown => {}
                Kind::Ticks(choices) => {
                    for choice in choices {
                        choice.chosen = form.has(field.name, &choice.value);
                    }
                }
                _ => field.set(form.typed(field.name)),
            }
        }
        self
    }

    /// With what is wrong, said at each field and above them in their order.
    #[must_use]
    pub fn troubled(mut self, mut trouble: FormErrors) -> Self {
        let place = |name: &str| self.all.iter().position(|field| field.name == name).unwrap_or(self.all.len());
        trouble.fields.sort_by_key(|wrong| place(&wrong.name));
        for wrong in &mut trouble.fields {
            if let Some(field) = self.all.iter_mut().find(|field| field.name == wrong.name) {
                field.error.get_or_insert_with(|| wrong.text.clone());
                wrong.label = Some(field.label.clone());
            }
        }
        self.trouble = trouble;
        self
    }

    /// With what was typed and why it was refused. When somebody else was faster, each field that differs says what holds
    /// now. What nobody at the form can deal with goes on as it is.
    pub fn refused(
        self,
        typed: &Form,
        problem: Problem,
        now: Option<&Form>,
        language: Language,
    ) -> Result<Self, Problem> {
        let filled = self.filled(typed);
        match (problem, now) {
            (Problem::UseCase(Error::Stale), Some(now)) => Ok(filled.beside(now, Words(language))),
            (problem, _) => Ok(filled.troubled(FormErrors::of(problem, language)?)),
        }
    }

    fn beside(mut self, now: &Form, w: Words) -> Self {
        for field in &mut self.all {
            let value = now.typed(field.name);
            if !matches!(field.kind, Kind::Shown) && value.trim() != field.value.trim() {
                field.meanwhile = Some(match field.kind {
                    Kind::Tick if value.is_empty() => w.no(),
                    Kind::Tick => w.yes(),
                    _ if value.is_empty() => w.none(),
                    _ => field.called(value),
                });
            }
        }
        self.trouble = FormErrors::stale();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::error::Reason;

    #[test]
    fn what_is_wrong_stands_in_the_order_of_the_fields() {
        let lines = ["username", "name", "email"].map(|name| Field::line(name, name.to_owned(), 20));
        let mut trouble = FormErrors::default();
        for name in ["elsewhere", "email", "username"] {
            trouble.note(name, &Reason::Required, Language::En);
        }
        let fields = Fields::new(lines.into()).troubled(trouble);
        let names: Vec<&str> = fields.trouble.fields.iter().map(|wrong| wrong.name.as_str()).collect();
        assert_eq!(names, ["username", "email", "elsewhere"]);
    }
}
