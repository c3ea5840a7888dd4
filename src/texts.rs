//! The two languages of the product and the macro that keeps every sentence in both.
//!
//! A text without one of its languages, or without one of its arguments, does not compile.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A language a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Language {
    /// Simplified Chinese, the default.
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// Both languages.
    pub const ALL: &'static [Self] = &[Self::Zh, Self::En];

    /// The BCP 47 tag: `zh-CN` or `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// What stands between the items of a list in a sentence.
    pub const fn list_separator(self) -> &'static str {
        match self {
            Self::Zh => "、",
            Self::En => ", ",
        }
    }

    /// Reads a BCP 47 tag; only its primary subtag counts. `None` for any other language.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

impl std::str::FromStr for Language {
    type Err = UnknownLanguage;
    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Self::from_tag(tag).ok_or(UnknownLanguage)
    }
}

/// A language the product does not speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownLanguage;

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// An error or a fact that can be put to a person in their language, and to a program by a stable code.
pub trait Explain: fmt::Debug {
    /// Stable, never translated, `snake_case`.
    fn code(&self) -> &'static str;
    /// One sentence for the person, saying what is wrong and what to do.
    fn text(&self, language: Language) -> String;
}

/// Declares texts, each in both languages: functions `name(language, arguments…) -> String`, or, within the name of a type, the
/// methods of a type that speaks one language, as a page takes it.
macro_rules! texts {
    ($(#[$meta:meta])* $type:ident { $($name:ident($($arg:ident: $ty:ty),* $(,)?) { zh: $zh:literal, en: $en:literal $(,)? })* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        pub struct $type(pub(crate) $crate::texts::Language);

        impl $type {$(
            pub(crate) fn $name(self $(, $arg: $ty)*) -> String {
                $crate::texts::texts!(@in self.0, $zh, $en)
            }
        )*}
    };
    (@in $language:expr, $zh:literal, $en:literal) => {
        match $language {
            $crate::texts::Language::Zh => format!($zh),
            $crate::texts::Language::En => format!($en),
        }
    };
    ($($(#[$meta:meta])* $name:ident($($arg:ident: $ty:ty),* $(,)?) { zh: $zh:literal, en: $en:literal $(,)? })*) => {$(
        $(#[$meta])*
        #[must_use]
        pub(crate) fn $name(language: $crate::texts::Language $(, $arg: $ty)*) -> String {
            $crate::texts::texts!(@in language, $zh, $en)
        }
    )*};
}
pub(crate) use texts;
