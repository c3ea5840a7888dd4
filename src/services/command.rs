//! A command: what POST and PATCH of a noun accept, what its use cases take and what the form of its page fills. One type with a
//! `Patch` a field, and the list of what a creation needs; the descriptions of both bodies follow from it.

use super::{Invalid, error::Reason, patch::Patch};
use serde_json::Value;

/// What is said of the fields of a noun, at its creation or at a change.
pub trait Command {
    /// Fields without which nothing is created. They cannot be emptied.
    const REQUIRED: &'static [&'static str];
    /// Fields of a creation alone: what the thing belongs to.
    const ONCE: &'static [&'static str];
    /// What the body of a creation is called in the API's description.
    const CREATION: &'static str;
    /// What the body of a change is called there.
    const CHANGE: &'static str;

    /// An example of a creation and one of a change.
    fn examples() -> (Value, Value);

    /// The required fields without a value, and why each is refused: nothing is said of it, or it is emptied.
    fn missing(&self) -> Vec<(&'static str, Reason)>;

    /// The fields of a creation alone of which something is said.
    fn stated_once(&self) -> Vec<&'static str>;
}

/// Says which fields a creation needs and which it alone has. A name that is no field does not compile.
macro_rules! command {
    ($command:ident: $creation:literal, $change:literal {
        required { $($required:ident),* $(,)? }
        once { $($once:ident),* $(,)? }
        created { $($created:tt)* }
        changed { $($changed:tt)* }
    }) => {
        impl $crate::services::command::Command for $command {
            const REQUIRED: &'static [&'static str] = &[$(stringify!($required)),*];
            const ONCE: &'static [&'static str] = &[$(stringify!($once)),*];
            const CREATION: &'static str = $creation;
            const CHANGE: &'static str = $change;

            fn examples() -> (serde_json::Value, serde_json::Value) {
                (serde_json::json!({ $($created)* }), serde_json::json!({ $($changed)* }))
            }

            fn missing(&self) -> Vec<(&'static str, $crate::services::error::Reason)> {
                [$((stringify!($required), $crate::services::command::why_missing(&self.$required))),*]
                    .into_iter()
                    .filter_map(|(name, reason)| Some((name, reason?)))
                    .collect()
            }

            fn stated_once(&self) -> Vec<&'static str> {
                [$((stringify!($once), self.$once.is_keep())),*]
                    .into_iter()
                    .filter_map(|(name, kept): (&str, bool)| (!kept).then_some(name))
                    .collect()
            }
        }
    };
}
pub(in crate::services) use command;

/// Why a required field has no value.
pub(in crate::services) const fn why_missing<T>(field: &Patch<T>) -> Option<Reason> {
    match field {
        Patch::Keep => Some(Reason::Required),
        Patch::Clear => Some(Reason::NotNullable),
        Patch::Set(_) => None,
    }
}

impl Invalid {
    /// Notes every required field of a creation that has no value.
    pub fn require(&mut self, command: &impl Command) {
        self.require_at(command, "");
    }

    /// The same of an item of a batch; `at` stands before each pointer.
    pub fn require_at(&mut self, command: &impl Command, at: &str) {
        for (name, reason) in command.missing() {
            self.note(format!("{at}/{name}"), reason);
        }
    }

    /// Notes every field that a change cannot state.
    pub fn refuse_stated_once(&mut self, command: &impl Command) {
        for name in command.stated_once() {
            self.note(format!("/{name}"), Reason::Unchangeable);
        }
    }
}
