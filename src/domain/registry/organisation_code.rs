//! The organisation code (组织机构代码, GB 11714-1997) and the 15-digit taxpayer id built on it, both from before 2015.

use crate::{
    domain::text::normalise_code,
    texts::{Explain, Language},
};
use serde::Serialize;
use std::fmt;
use thiserror::Error;

const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
const LENGTH: usize = 9;
const LEGACY_LENGTH: usize = 15;

/// Nine characters that name an organisation: eight of 0–9 and A–Z, and a check character.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct OrganisationCode(String);

/// Why a text is not an organisation code or a 15-digit taxpayer id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub enum OrganisationCodeError {
    /// The number of characters is wrong.
    Length {
        /// Number of characters that is right.
        expected: usize,
        /// Number of characters found.
        found: usize,
    },
    /// A character that can't stand there.
    Alphabet {
        /// Place of the character, from 1.
        position: usize,
    },
    /// The check character is wrong.
    Check {
        /// The character that the others ask for.
        expected: char,
    },
}

/// The organisation code inside a valid Unified Social Credit Code does not pass its own check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrganisationCodeWarning {
    /// The check character that the first eight ask for.
    pub expected: char,
}

mod say {
    crate::texts::texts! {
        length(expected: usize, found: usize) {
            zh: "应为 {expected} 位，现为 {found} 位，请核对。",
            en: "Expected {expected} characters, found {found}. Check the code.",
        }
        alphabet(position: usize) {
            zh: "第 {position} 位的字符不正确，请核对。",
            en: "Character {position} is not allowed there. Check the code.",
        }
        check(expected: char) {
            zh: "组织机构代码校验不通过：末位应为“{expected}”，请核对。",
            en: "The check character of the organisation code should be “{expected}”. Check the code.",
        }
        warning(expected: char) {
            zh: "代码中的组织机构代码（第 9–17 位）校验不一致，第 17 位应为“{expected}”；如与证照一致可忽略。",
            en: "The organisation code inside (characters 9–17) does not match its own check: character 17 should be “{expected}”. Ignore this if it agrees with the licence.",
        }
    }
}

impl Explain for OrganisationCodeError {
    fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "organisation_code_length",
            Self::Alphabet { .. } => "organisation_code_alphabet",
            Self::Check { .. } => "organisation_code_check",
        }
    }

    fn text(&self, language: Language) -> String {
        match *self {
            Self::Length { expected, found } => say::length(language, expected, found),
            Self::Alphabet { position } => say::alphabet(language, position),
            Self::Check { expected } => say::check(language, expected),
        }
    }
}

impl Explain for OrganisationCodeWarning {
    fn code(&self) -> &'static str {
        "organisation_code_warning"
    }

    fn text(&self, language: Language) -> String {
        say::warning(language, self.expected)
    }
}

impl OrganisationCode {
    /// Reads a code such as `60003734-1` and checks it.
    pub fn parse(text: &str) -> Result<Self, OrganisationCodeError> {
        let code = normalise_code(text);
        expect_length(&code, LENGTH)?;
        let body = code.get(..8).unwrap_or_default();
        let expected = check_character(body)?;
        if code.ends_with(expected) { Ok(Self(code)) } else { Err(OrganisationCodeError::Check { expected }) }
    }

    /// Makes a code from its first eight characters.
    pub fn from_body(body: &str) -> Result<Self, OrganisationCodeError> {
        expect_length(body, WEIGHTS.len())?;
        let check = check_character(body)?;
        Ok(Self(format!("{body}{check}")))
    }

    /// The code inside a Unified Social Credit Code, whose own check may fail.
    pub(in crate::domain) fn embedded(code: &str) -> Self {
        Self(code.to_owned())
    }

    /// The nine characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(in crate::domain) fn warning(&self) -> Option<OrganisationCodeWarning> {
        let expected = self.0.get(..8).and_then(|body| check_character(body).ok())?;
        (!self.0.ends_with(expected)).then_some(OrganisationCodeWarning { expected })
    }
}

impl fmt::Display for OrganisationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A taxpayer id from before 2015: six digits of the division and the organisation code.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LegacyTaxpayerId {
    division: String,
    organisation_code: OrganisationCode,
}

impl LegacyTaxpayerId {
    /// Reads 15 characters. The organisation code must pass its check, because 15 digits may also be the identity number of
    /// a natural person from before 1999.
    pub fn parse(text: &str) -> Result<Self, OrganisationCodeError> {
        let id = normalise_code(text);
        expect_length(&id, LEGACY_LENGTH)?;
        if let Some((index, _)) = id.chars().enumerate().take(6).find(|(_, c)| !c.is_ascii_digit()) {
            return Err(OrganisationCodeError::Alphabet { position: index + 1 });
        }
        let (division, code) = id.split_at_checked(6).unwrap_or_default();
        let organisation_code = OrganisationCode::parse(code).map_err(|error| match error {
            OrganisationCodeError::Alphabet { position } => OrganisationCodeError::Alphabet { position: position + 6 },
            other => other,
        })?;
        Ok(Self { division: division.to_owned(), organisation_code })
    }

    /// The six digits of the division where the enterprise paid tax.
    pub fn division(&self) -> &str {
        &self.division
    }

    /// The organisation code, by which old files are matched to enterprises.
    pub const fn organisation_code(&self) -> &OrganisationCode {
        &self.organisation_code
    }
}

fn expect_length(code: &str, expected: usize) -> Result<(), OrganisationCodeError> {
    let found = code.chars().count();
    if found == expected { Ok(()) } else { Err(OrganisationCodeError::Length { expected, found }) }
}

/// C9 = 11 − Σ mod 11, with 10 written X and 11 written 0 (GB 11714-1997). Letters count 10–35 here, unlike in GB 32100.
fn check_character(body: &str) -> Result<char, OrganisationCodeError> {
    let mut sum = 0;
    for ((index, c), weight) in body.chars().enumerate().zip(WEIGHTS) {
        let value = value(c).ok_or(OrganisationCodeError::Alphabet { position: index + 1 })?;
        sum += value * weight;
    }
    Ok(match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    })
}

fn value(c: char) -> Option<u32> {
    if c.is_ascii_lowercase() { None } else { c.to_digit(36) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn issued_codes_are_valid() {
        for code in ["600037341", "M000100Y4", "551385082", "401359081", "078376286", "MA2PBP212", "07837941X"] {
            assert_eq!(OrganisationCode::parse(code).unwrap().as_str(), code);
        }
        assert_eq!(OrganisationCode::parse(" 60003734-1 ").unwrap().as_str(), "600037341");
    }

    #[test]
    fn refusals_say_why() {
        assert_eq!(OrganisationCode::parse("60003734"), Err(OrganisationCodeError::Length { expected: 9, found: 8 }));
        assert_eq!(OrganisationCode::parse("600037342"), Err(OrganisationCodeError::Check { expected: '1' }));
        assert_eq!(OrganisationCode::parse("60?037341"), Err(OrganisationCodeError::Alphabet { position: 3 }));
    }

    #[test]
    fn legacy_ids_lead_to_the_organisation() {
        let id = LegacyTaxpayerId::parse("110000 600037341").unwrap();
        assert_eq!(id.division(), "110000");
        assert_eq!(id.organisation_code().as_str(), "600037341");
        assert_eq!(LegacyTaxpayerId::parse("1100A0600037341"), Err(OrganisationCodeError::Alphabet { position: 5 }));
        assert_eq!(LegacyTaxpayerId::parse("11000060?037341"), Err(OrganisationCodeError::Alphabet { position: 9 }));
        assert!(matches!(LegacyTaxpayerId::parse("110000600037342"), Err(OrganisationCodeError::Check { .. })));
        assert!(matches!(LegacyTaxpayerId::parse("1100"), Err(OrganisationCodeError::Length { expected: 15, .. })));
    }

    proptest! {
        #[test]
        fn made_codes_are_valid(body in "[0-9A-Z]{8}") {
            let code = OrganisationCode::from_body(&body).unwrap();
            prop_assert_eq!(OrganisationCode::parse(code.as_str()), Ok(code.clone()));
            prop_assert_eq!(code.warning(), None);
        }
    }
}
