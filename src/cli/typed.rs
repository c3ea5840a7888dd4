//! Option values with a type of their own, parsed with an error in the person's language.

use super::failure::Failure;
use crate::texts::{Explain, Language};
use std::str::FromStr;

/// The value of an option.
pub(super) fn typed<T>(language: Language, option: &str, text: &str) -> Result<T, Failure>
where
    T: FromStr<Err: Explain>,
{
    text.parse().map_err(|error: T::Err| Failure::usage(format!("{option}: {}", error.text(language))))
}
