//! The Unified Social Credit Code (统一社会信用代码, GB 32100-2015): reading, checking and making one.
//!
//! Positions 3–8 name the division of FIRST registration and never change when an enterprise moves: nothing here
//! derives where a enterprise is today.

use super::organisation_code::{OrganisationCode, OrganisationCodeWarning};

use crate::{
    domain::{phone::looks_like_identity_card, text::normalise_code},
    texts::{Explain, Language},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// Number of characters of a code.
pub const LENGTH: usize = 18;

/// The characters of a code; a character's value is its place. I, O, S, V and Z are left out (GB 32100-2015, table 1).
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3^(i−1) mod 31 for the first 17 positions.
const WEIGHTS: [u32; LENGTH - 1] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Registration departments, position 1.
const DEPARTMENTS: &str = "123456789ANY";

/// A code that is right in length, alphabet, registration department, division and check character.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "91110000600037341L", min_length = 18, max_length = 18)]
pub struct Uscc(String);

/// Why a text is not a Unified Social Credit Code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub enum UsccError {
    /// Not 18 characters after normalisation.
    Length {
        /// Number of characters found.
        found: usize,
    },
    /// A character that no code contains.
    Alphabet {
        /// Place of the character, from 1.
        position: usize,
        /// The character.
        found: char,
        /// The code that was probably meant, when replacing look-alikes makes a valid one.
        suggestion: Option<Uscc>,
    },
    /// Position 1 is no registration department.
    Department {
        /// The character at position 1.
        found: char,
    },
    /// Positions 3–8 are not all digits.
    Division {
        /// Place of the first character that is no digit, from 1.
        position: usize,
    },
    /// The check character is wrong.
    Check {
        /// The character that the first 17 ask for.
        expected: char,
    },
    /// An identity-card number or a taxpayer id made from one: natural persons are not kept here.
    NaturalPerson,
}

mod say {
    use super::Uscc;
    crate::texts::texts! {
        length(found: usize) {
            zh: "统一社会信用代码应为 18 位，现为 {found} 位，请核对。",
            en: "A Unified Social Credit Code has 18 characters; this one has {found}. Check it.",
        }
        alphabet(position: usize, found: char) {
            zh: "统一社会信用代码第 {position} 位“{found}”不是允许的字符（不使用 I、O、S、V、Z），请核对。",
            en: "Character {position}, “{found}”, does not occur in a Unified Social Credit Code (I, O, S, V and Z are not used). Check it.",
        }
        alphabet_suggestion(position: usize, found: char, suggestion: &Uscc) {
            zh: "统一社会信用代码第 {position} 位“{found}”不是允许的字符，是否应为 {suggestion}？",
            en: "Character {position}, “{found}”, does not occur in a Unified Social Credit Code. Did you mean {suggestion}?",
        }
        department(found: char) {
            zh: "统一社会信用代码第 1 位“{found}”不是登记管理部门代码（1–9、A、N、Y），请核对。",
            en: "Character 1, “{found}”, is no registration department (1–9, A, N, Y). Check the code.",
        }
        division(position: usize) {
            zh: "统一社会信用代码第 3–8 位应为数字（行政区划），第 {position} 位不是，请核对。",
            en: "Characters 3 to 8 must be digits (administrative division); character {position} is not. Check the code.",
        }
        check(expected: char) {
            zh: "统一社会信用代码校验不通过：按前 17 位计算，末位应为“{expected}”，请核对。",
            en: "The check character does not match: the first 17 characters ask for “{expected}”. Check the code.",
        }
        natural_person() {
            zh: "这是自然人的证件号码或纳税人识别号，本系统不登记自然人，请填写单位的统一社会信用代码。",
            en: "This is the identity number or taxpayer id of a natural person; this system does not register natural persons. Enter the code of the organisation.",
        }
    }
}

impl Explain for UsccError {
    fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "uscc_length",
            Self::Alphabet { .. } => "uscc_alphabet",
            Self::Department { .. } => "uscc_department",
            Self::Division { .. } => "uscc_division",
            Self::Check { .. } => "uscc_check",
            Self::NaturalPerson => "uscc_natural_person",
        }
    }

    fn text(&self, language: Language) -> String {
        match *self {
            Self::Length { found } => say::length(language, found),
            Self::Alphabet { position, found, suggestion: None } => say::alphabet(language, position, found),
            Self::Alphabet { position, found, suggestion: Some(ref suggestion) } => {
                say::alphabet_suggestion(language, position, found, suggestion)
            }
            Self::Department { found } => say::department(language, found),
            Self::Division { position } => say::division(language, position),
            Self::Check { expected } => say::check(language, expected),
            Self::NaturalPerson => say::natural_person(language),
        }
    }
}

impl Uscc {
    /// Reads a code as people and files write it: spaces and hyphens are dropped, full-width characters become half-width,
    /// letters upper case. A letter that no code contains is never replaced silently; the error suggests the replacement.
    pub fn parse(text: &str) -> Result<Self, UsccError> {
        let code = normalise_code(text);
        if is_person_taxpayer_id(&code) {
            return Err(UsccError::NaturalPerson);
        }
        let found = code.chars().count();
        if found != LENGTH {
            return Err(UsccError::Length { found });
        }
        check_alphabet(&code)?;
        check_department(&code)?;
        check_division(&code)?;
        check_last(&code)?;
        Ok(Self(code))
    }

    /// Makes the code of an organisation from its registration department (position 1), kind (position 2), six-digit
    /// division of first registration and organisation code, and computes the check character.
    pub fn from_parts(
        department: char,
        kind: char,
        first_division: &str,
        organisation: &OrganisationCode,
    ) -> Result<Self, UsccError> {
        let body = format!("{department}{kind}{first_division}{organisation}");
        check_alphabet(&body)?;
        let check = check_character(&body).ok_or(UsccError::Length { found: body.chars().count() + 1 })?;
        Self::parse(&format!("{body}{check}"))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The organisation code (positions 9–17), which links the enterprise to files older than 2015.
    pub fn organisation_code(&self) -> OrganisationCode {
        OrganisationCode::embedded(self.0.get(8..17).unwrap_or_default())
    }

    /// A warning when the organisation code inside does not pass its own check (GB 11714); such codes have been issued.
    pub fn organisation_code_warning(&self) -> Option<OrganisationCodeWarning> {
        self.organisation_code().warning()
    }

    /// The six digits of the division of FIRST registration (positions 3–8). Says nothing about where the enterprise is
    /// today.
    pub fn first_division(&self) -> &str {
        self.0.get(2..8).unwrap_or_default()
    }
}

/// Whether a normalised code may contain the character.
pub fn is_code_character(c: char) -> bool {
    ALPHABET.contains(c)
}

/// Twenty characters: an identity-card number and two more (国家税务总局令第48号, 2019).
fn is_person_taxpayer_id(code: &str) -> bool {
    code.len() == 20 && code.char_indices().all(|(at, c)| c.is_ascii_digit() || (at == 17 && c == 'X'))
}

fn check_alphabet(code: &str) -> Result<(), UsccError> {
    match code.chars().enumerate().find(|&(_, c)| value(c).is_none()) {
        None => Ok(()),
        Some((index, found)) => {
            Err(UsccError::Alphabet { position: index + 1, found, suggestion: without_look_alikes(code) })
        }
    }
}

fn without_look_alikes(code: &str) -> Option<Uscc> {
    let replaced: String = code
        .chars()
        .map(|c| match c {
            'I' => '1',
            'O' => '0',
            'S' => '5',
            'Z' => '2',
            other => other,
        })
        .collect();
    // Only a change can help; it also ends the recursion through `parse`.
    if replaced == code { None } else { Uscc::parse(&replaced).ok() }
}

fn check_department(code: &str) -> Result<(), UsccError> {
    match code.chars().next() {
        Some(found) if !DEPARTMENTS.contains(found) => Err(UsccError::Department { found }),
        _ => Ok(()),
    }
}

fn check_division(code: &str) -> Result<(), UsccError> {
    match code.chars().enumerate().skip(2).take(6).find(|(_, c)| !c.is_ascii_digit()) {
        Some((index, _)) => Err(UsccError::Division { position: index + 1 }),
        None => Ok(()),
    }
}

fn check_last(code: &str) -> Result<(), UsccError> {
    match code.get(..LENGTH - 1).and_then(check_character) {
        Some(expected) if !code.ends_with(expected) => {
            Err(if looks_like_identity_card(code) { UsccError::NaturalPerson } else { UsccError::Check { expected } })
        }
        _ => Ok(()),
    }
}

fn value(c: char) -> Option<u32> {
    ALPHABET.chars().zip(0..).find(|&(letter, _)| letter == c).map(|(_, value)| value)
}

/// The check character of 17 characters; `None` when there are not 17 of the alphabet. The outer `mod 31` makes codes that
/// end in 0 possible (GB 32100-2015, 5.2).
fn check_character(body: &str) -> Option<char> {
    if body.chars().count() != WEIGHTS.len() {
        return None;
    }
    let sum = body.chars().zip(WEIGHTS).try_fold(0, |sum, (c, weight)| Some(sum + value(c)? * weight))?;
    ALPHABET.chars().nth(usize::try_from((31 - sum % 31) % 31).ok()?)
}

impl FromStr for Uscc {
    type Err = UsccError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Uscc {
    type Error = UsccError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Uscc> for String {
    fn from(code: Uscc) -> Self {
        code.0
    }
}

impl AsRef<str> for Uscc {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    const VALID: [&str; 7] = [
        "91110000600037341L",
        "91350100M000100Y43",
        "91110108551385082Q",
        "121200004013590816",
        "911522010783762860",
        "91340600MA2PBP2120",
        "9115220107837941X1",
    ];

    #[test]
    fn issued_codes_are_valid() {
        for code in VALID {
            assert_eq!(Uscc::parse(code).map(String::from), Ok(code.to_owned()));
            assert_eq!(Uscc::parse(code).unwrap().organisation_code_warning(), None, "{code}");
        }
    }

    #[test]
    fn writing_does_not_matter() {
        for text in [
            " 91110000600037341l ",
            "9111 0000-6000 3734-1L",
            "９１１１００００６０００３７３４１Ｌ",
            "91110000－600037341\u{3000}L\u{FEFF}",
        ] {
            assert_eq!(Uscc::parse(text).unwrap().as_str(), "91110000600037341L", "{text}");
        }
    }

    #[test]
    fn refusals_say_why() {
        assert_eq!(Uscc::parse("91110000600037341N"), Err(UsccError::Check { expected: 'L' }));
        assert_eq!(Uscc::parse("91350100M000100Y4A"), Err(UsccError::Check { expected: '3' }));
        assert_eq!(Uscc::parse("12345"), Err(UsccError::Length { found: 5 }));
        assert_eq!(Uscc::parse(""), Err(UsccError::Length { found: 0 }));
        assert_eq!(Uscc::parse("01110000600037341L"), Err(UsccError::Department { found: '0' }));
        assert_eq!(Uscc::parse("9111A000600037341L"), Err(UsccError::Division { position: 5 }));
        assert!(matches!(
            Uscc::parse("9111000060003IOZSV"),
            Err(UsccError::Alphabet { position: 14, found: 'I', suggestion: None })
        ));
        assert!(matches!(
            Uscc::parse("星河区星河区星河区星河区星河区星河区"),
            Err(UsccError::Alphabet { position: 1, .. })
        ));
    }

    #[test]
    fn look_alikes_are_suggested_never_replaced() {
        let error = Uscc::parse("9111OOOO60003734IL").unwrap_err();
        let meant = Uscc::parse("91110000600037341L").unwrap();
        assert_eq!(error, UsccError::Alphabet { position: 5, found: 'O', suggestion: Some(meant) });
        assert!(error.text(Language::Zh).contains("91110000600037341L"));
    }

    #[test]
    fn natural_persons_are_refused() {
        for id in ["11010519491231002X01", "11010519491231002601", "11010519491231002X"] {
            assert_eq!(Uscc::parse(id), Err(UsccError::NaturalPerson), "{id}");
        }
    }

    #[test]
    fn parts() {
        let code = Uscc::parse("91340600MA2PBP2120").unwrap();
        assert_eq!(code.organisation_code().as_str(), "MA2PBP212");
        assert_eq!(code.first_division(), "340600");
    }

    #[test]
    fn a_wrong_organisation_code_is_a_warning() {
        let body = "91110000600037342";
        let code = Uscc::parse(&format!("{body}{}", check_character(body).unwrap())).unwrap();
        assert_eq!(code.organisation_code_warning(), Some(OrganisationCodeWarning { expected: '1' }));
    }

    #[test]
    fn bad_parts_make_no_code() {
        let organisation = OrganisationCode::from_body("MA2PBP21").unwrap();
        assert!(Uscc::from_parts('9', '1', "340600", &organisation).is_ok());
        assert_eq!(Uscc::from_parts('9', '1', "3406", &organisation), Err(UsccError::Length { found: 16 }));
        assert_eq!(Uscc::from_parts('0', '1', "340600", &organisation), Err(UsccError::Department { found: '0' }));
        let with_o = OrganisationCode::from_body("MO2PBP21").unwrap();
        assert!(matches!(Uscc::from_parts('9', '1', "340600", &with_o), Err(UsccError::Alphabet { position: 10, .. })));
    }

    #[test]
    fn json_is_the_code() {
        let code: Uscc = serde_json::from_str("\"91110000600037341l\"").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"91110000600037341L\"");
        assert!(serde_json::from_str::<Uscc>("\"12345\"").is_err());
    }

    proptest! {
        #[test]
        fn made_codes_are_valid(department in "[1-9ANY]", kind in "[1-9]", division in "[1-8][0-9]{5}", body in "[0-9A-HJ-NP-RTUWXY]{8}") {
            let organisation = OrganisationCode::from_body(&body).unwrap();
            let code = Uscc::from_parts(department.chars().next().unwrap(), kind.chars().next().unwrap(), &division, &organisation).unwrap();
            prop_assert_eq!(Uscc::parse(code.as_str()), Ok(code.clone()));
            prop_assert_eq!(code.organisation_code_warning(), None);
            prop_assert_eq!(code.organisation_code(), organisation);
        }

        #[test]
        fn one_wrong_character_is_always_found(valid in prop::sample::select(&VALID[..]), at in 0..LENGTH, with in "[0-9A-Z]") {
            let mut characters: Vec<char> = valid.chars().collect();
            let with = with.chars().next().unwrap();
            prop_assume!(characters[at] != with);
            characters[at] = with;
            let changed: String = characters.into_iter().collect();
            prop_assert!(Uscc::parse(&changed).is_err());
        }

        #[test]
        fn normalising_twice_changes_nothing(text in any::<String>()) {
            let once = normalise_code(&text);
            prop_assert_eq!(normalise_code(&once), once);
        }

        #[test]
        fn no_text_breaks_the_parser(text in any::<String>()) {
            let _ = Uscc::parse(&text);
        }
    }
}
