//! The macro for closed lists of codes: one line for each value, with its stable code and its two names.
//!
//! `codes!` writes the enum and its companions: the wire form, parsing, the list of all values and the names people
//! read.

use crate::texts::{Explain, Language};
use thiserror::Error;

/// A value of a closed list: its stable code, and the name a person reads.
pub trait Code: Copy + PartialEq {
    /// The stable code, never translated.
    fn as_str(self) -> &'static str;
    /// The name a person reads.
    fn text(self, language: Language) -> &'static str;
}

/// Declares enums whose values are stable `snake_case` codes with a Chinese and an English name.
///
/// Every value is `Name = "code", "中文", "English";`, with its doc comment before it. The enum gets `Debug`, `Clone`,
/// `Copy`, equality, `Hash`, an order by declaration, `Serialize`, `Deserialize` and `ToSchema` in the form of
/// its code, `ALL`, `as_str`, `text(language)`, [`Code`] for what works on any list, `Display` (the code) and `FromStr` (refusing with `UnknownCode`).
macro_rules! codes {
    ($($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$value_meta:meta])* $value:ident = $code:tt, $zh:literal, $en:literal;)+
    })+) => {$(
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        pub enum $name {
            $($(#[$value_meta])* #[serde(rename = $code)] $value,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The stable code, never translated.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $code,)+
                }
            }

            /// The name a person reads.
            pub const fn text(self, language: $crate::texts::Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$value, $crate::texts::Language::Zh) => $zh,
                        (Self::$value, $crate::texts::Language::En) => $en,
                    )+
                }
            }
        }

        impl $crate::domain::codes::Code for $name {
            fn as_str(self) -> &'static str {
                self.as_str()
            }
            fn text(self, language: $crate::texts::Language) -> &'static str {
                self.text(language)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::codes::UnknownCode;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($code => Ok(Self::$value),)+
                    _ => Err($crate::domain::codes::UnknownCode::new(text, &[$($code),+])),
                }
            }
        }
    )+};
}
pub(crate) use codes;

/// How many characters of an unknown code an error repeats.
const SHOWN_CHARACTERS: usize = 40;

/// A text that is none of the codes of its list.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub struct UnknownCode {
    given: String,
    allowed: &'static [&'static str],
}

impl UnknownCode {
    /// The error for `given`, of which the first 40 characters are kept, where only `allowed` is known.
    pub fn new(given: &str, allowed: &'static [&'static str]) -> Self {
        Self { given: given.chars().take(SHOWN_CHARACTERS).collect(), allowed }
    }

    /// The codes that would have been understood.
    pub const fn allowed(&self) -> &'static [&'static str] {
        self.allowed
    }
}

impl Explain for UnknownCode {
    fn code(&self) -> &'static str {
        "unknown_code"
    }
    fn text(&self, language: Language) -> String {
        say::unknown_code(language, &self.given, &self.allowed.join(language.list_separator()))
    }
}

mod say {
    use crate::texts::texts;

    texts! {
        /// What to say about a code outside its list.
        unknown_code(given: &str, allowed: &str) {
            zh: "“{given}”不在可选代码之内，请从下列代码中选择：{allowed}。",
            en: "“{given}” is not a known code; use one of: {allowed}.",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, unreachable_pub, reason = "tests; the macro declares its enums pub")]
    use super::*;

    codes! {
        /// A list for the test.
        pub enum Fruit {
            /// An apple.
            Apple = "apple", "苹果", "apple";
            /// A pear.
            SnowPear = "snow_pear", "雪梨", "snow pear";
        }
    }

    #[test]
    fn a_code_is_the_same_in_text_json_and_display() {
        for &fruit in Fruit::ALL {
            assert_eq!(fruit.as_str().parse::<Fruit>().unwrap(), fruit);
            assert_eq!(fruit.to_string(), fruit.as_str());
            let json = serde_json::to_string(&fruit).unwrap();
            assert_eq!(json, format!("\"{fruit}\""));
            assert_eq!(serde_json::from_str::<Fruit>(&json).unwrap(), fruit);
        }
        assert_eq!(Fruit::SnowPear.text(Language::Zh), "雪梨");
        assert_eq!(Fruit::SnowPear.text(Language::En), "snow pear");
        assert!(Fruit::Apple < Fruit::SnowPear);
    }

    #[test]
    fn the_schema_lists_the_codes() {
        use utoipa::PartialSchema;
        let schema = serde_json::to_value(Fruit::schema()).unwrap();
        assert_eq!(schema.get("enum").unwrap(), &serde_json::json!(["apple", "snow_pear"]));
    }

    #[test]
    fn an_unknown_code_is_refused_with_the_known_ones() {
        let error = "Apple".parse::<Fruit>().unwrap_err();
        assert_eq!(error.code(), "unknown_code");
        assert_eq!(error.allowed(), ["apple", "snow_pear"]);
        assert_eq!(error.text(Language::Zh), "“Apple”不在可选代码之内，请从下列代码中选择：apple、snow_pear。");
        assert_eq!(error.to_string(), "“Apple” is not a known code; use one of: apple, snow_pear.");
        assert!("长".repeat(5000).parse::<Fruit>().unwrap_err().to_string().chars().count() < 120);
    }
}
