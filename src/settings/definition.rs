//! The definition of a setting, and the macro that makes typed groups from one table of definitions.

use super::secret::HIDDEN;
use crate::texts::Language;
use url::Url;

/// One setting: its names, its meaning, what it allows and what it is when nobody says anything.
#[derive(Debug)]
pub struct Definition {
    /// The key in the settings file, which the variable and the flag derive from.
    pub key: &'static str,
    /// The value when nothing is given; `None` when it is then absent. Derived values are written with `<other_key>`.
    pub default: Option<&'static str>,
    pub(super) shown: Shown,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    pub(super) allowed: fn(Language) -> String,
}

/// How much of a value may be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// All of it.
    Whole,
    /// A URL without its password.
    WithoutPassword,
    Nothing,
}

impl Definition {
    /// The environment variable, for instance `WELLSPRING_LISTEN`.
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.key.to_ascii_uppercase())
    }

    /// The flag without its dashes, for instance `public-base-url`. `None` for values that may hold a secret: the command
    /// lines of processes are public on their machine.
    pub fn flag(&self) -> Option<String> {
        (!self.is_secret()).then(|| self.key.replace('_', "-"))
    }

    /// Whether the value may hold a secret.
    pub fn is_secret(&self) -> bool {
        self.shown != Shown::Whole
    }

    /// What the setting decides.
    pub fn meaning(&self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.zh,
            Language::En => self.en,
        }
    }

    /// Which values are allowed.
    pub fn allowed(&self, language: Language) -> String {
        (self.allowed)(language)
    }

    /// The value as it may be printed.
    pub(super) fn printable(&self, value: &str) -> String {
        match self.shown {
            Shown::Whole => value.to_owned(),
            Shown::WithoutPassword => without_password(value).unwrap_or_else(|| HIDDEN.to_owned()),
            Shown::Nothing => HIDDEN.to_owned(),
        }
    }
}

impl PartialEq for Definition {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

/// What every variable of the product begins with.
pub(super) const PREFIX: &str = "WELLSPRING_";

/// A URL with `***` for its password, in the authority or in the query; `None` when it cannot be told where one is.
fn without_password(value: &str) -> Option<String> {
    let mut url = Url::parse(value).ok()?;
    let in_query = url.query().is_some_and(|query| query.to_ascii_lowercase().contains("password"));
    if url.path().contains('@') || url.query().is_some_and(|query| query.contains('@')) || url.fragment().is_some() {
        // An unescaped character in a password has cut the authority short.
        return url.cannot_be_a_base().then(|| value.to_owned());
    }
    if url.password().is_none() && !in_query {
        return Some(value.to_owned());
    }
    if url.password().is_some() {
        url.set_password(Some(HIDDEN)).ok()?;
    }
    if in_query {
        url.set_query(Some(HIDDEN));
    }
    Some(url.into())
}

/// Declares groups of settings: for each a struct, its definitions and the function that reads it.
///
/// Each default is `(text "…")`, `(derived "as documented", function)` or `(absent)`; the last makes an `Option`.
macro_rules! settings {
    ($($(#[$about:meta])* $group:ident $Group:ident { $(
        $field:ident: $Type:ty = $key:literal $default:tt, $shown:ident, $parser:expr, zh: $zh:literal, en: $en:literal;
    )* })*) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone)]
            #[allow(clippy::doc_markdown, reason = "a meaning is printed as it is, so it names settings without backticks")]
            pub struct $Group { $(#[doc = $en] pub $field: $Type,)* }

            #[allow(non_upper_case_globals, reason = "each carries the name of the field it defines")]
            pub(super) mod $group {
                use super::*;
                $(pub(in crate::settings) static $field: Definition = Definition {
                    key: $key,
                    default: settings!(@documented $default),
                    shown: Shown::$shown,
                    zh: $zh,
                    en: $en,
                    allowed: $parser.allowed,
                };)*
            }

            impl $Group {
                /// Reads every setting of the group before giving up, so that all errors are told at once.
                pub(super) fn read(reader: &mut Reader) -> Option<Self> {
                    $(let $field = settings!(@read $default, reader, &$group::$field, &$parser);)*
                    Some(Self { $($field: $field?,)* })
                }
            }
        )*

        /// Every setting, in the order of the documentation.
        static DEFINITIONS: &[&Definition] = &[$($(&$group::$field,)*)*];
    };
    (@documented (text $text:literal)) => { Some($text) };
    (@documented (derived $text:literal, $function:expr)) => { Some($text) };
    (@documented (absent)) => { None };
    (@read (text $text:literal), $reader:ident, $definition:expr, $parser:expr) => {
        $reader.required($definition, $parser, $text)
    };
    (@read (derived $text:literal, $function:expr), $reader:ident, $definition:expr, $parser:expr) => {{
        let default: String = $function($reader);
        $reader.required($definition, $parser, &default)
    }};
    (@read (absent), $reader:ident, $definition:expr, $parser:expr) => {
        match $reader.optional($definition, $parser) {
            Optional::Absent => Some(None),
            Optional::Given(value) => Some(Some(value)),
            Optional::Refused => None,
        }
    };
}
pub(super) use settings;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_urls_are_hidden() {
        for (value, printed) in [
            ("postgres://u:hunter2@h:5432/d", Some("postgres://u:***@h:5432/d")),
            ("postgres://u@h/d?password=hunter2", Some("postgres://u@h/d?***")),
            ("postgres://u@h/d?sslmode=require", Some("postgres://u@h/d?sslmode=require")),
            ("smtp://u:hunt%40er2@h:587", Some("smtp://u:***@h:587")),
            ("sqlite:./data/wellspring.sqlite", Some("sqlite:./data/wellspring.sqlite")),
            ("sqlite:数据/a@b.sqlite", Some("sqlite:数据/a@b.sqlite")),
            ("postgres://u:hunter2@a:1,b:2/d", None),
            ("smtp://u:1/hunter2@h", None),
            ("smtp://u:1?hunter2@h", None),
            ("smtp://u:1#hunter2@h", None),
        ] {
            assert_eq!(without_password(value).as_deref(), printed, "{value}");
        }
    }
}
