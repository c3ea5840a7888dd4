//! Codes of industries (国民经济行业分类, GB/T 4754): letter section > two-digit division > group > class, with the edition they
//! belong to, since numbers changed their meaning (6550 was IC design in 2011 and is data storage services in 2017).

use super::industry_divisions::{DIVISIONS, DivisionRow, RENAMED_SINCE_2011, SECTIONS, SectionRow};

use crate::{
    domain::{codes::codes, text::half_width},
    texts::{Explain, Language},
};
use serde::Serialize;
use std::fmt;
use thiserror::Error;

codes! {
    /// The edition of the classification that a code belongs to.
    #[derive(Default)]
    pub enum IndustryEdition {
        /// GB/T 4754-2011.
        Gb2011 = "gb_2011", "2011版", "2011 edition";
        /// GB/T 4754-2017.
        #[default]
        Gb2017 = "gb_2017", "2017版", "2017 edition";
    }
}

/// A section, `A` to `T`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section(&'static SectionRow);

impl Section {
    /// All twenty sections.
    pub fn all() -> impl Iterator<Item = Self> {
        SECTIONS.iter().map(Self)
    }

    /// The section with a letter.
    pub fn with_letter(letter: char) -> Option<Self> {
        Self::all().find(|section| section.letter() == letter)
    }

    /// The letter.
    pub const fn letter(self) -> char {
        self.0.0
    }

    /// The name.
    pub const fn name(self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.0.1,
            Language::En => self.0.2,
        }
    }
}

/// A two-digit division of one edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndustryDivision {
    number: u8,
    row: &'static DivisionRow,
}

impl IndustryDivision {
    /// All divisions of an edition: 97 in 2017, 96 in 2011.
    pub fn all(edition: IndustryEdition) -> impl Iterator<Item = Self> {
        (1..=97).filter_map(move |number| Self::with_number(number, edition))
    }

    /// The division with a number.
    pub fn with_number(number: u8, edition: IndustryEdition) -> Option<Self> {
        let row = match edition {
            IndustryEdition::Gb2017 => row_2017(number),
            IndustryEdition::Gb2011 => row_2011(number),
        }?;
        Some(Self { number, row })
    }

    /// The number, 1 to 97.
    pub const fn number(self) -> u8 {
        self.number
    }

    /// The letter of its section.
    pub const fn section_letter(self) -> char {
        self.row.1
    }

    /// The name.
    pub const fn name(self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.row.2,
            Language::En => self.row.3,
        }
    }
}

fn row_2017(number: u8) -> Option<&'static DivisionRow> {
    DIVISIONS.iter().find(|row| row.0 == number)
}

fn row_2011(number: u8) -> Option<&'static DivisionRow> {
    let same_number = |row: &&DivisionRow| row.0 == number;
    RENAMED_SINCE_2011.iter().find(same_number).or_else(|| match number {
        79.. => row_2017(number.checked_add(1)?),
        _ => row_2017(number),
    })
}

/// The code of an industry: a section, a division, a group or a class.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "String")]
pub struct IndustryCode {
    edition: IndustryEdition,
    section: char,
    digits: String,
}

/// Why a text is not the code of an industry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub enum IndustryError {
    /// Not a letter, two to four digits, or both.
    Format,
    /// No section has this letter.
    Section {
        /// The letter.
        letter: char,
    },
    /// The edition has no such division.
    Division {
        /// The number.
        number: u8,
    },
    /// The letter is not the one of the division's section.
    Mismatch {
        /// The letter found.
        found: char,
        /// The letter of the division's section.
        expected: char,
    },
}

mod say {
    crate::texts::texts! {
        format() {
            zh: "行业代码格式不正确，请写成 I6510、6510、65 或 I。",
            en: "Not an industry code. Write I6510, 6510, 65 or I.",
        }
        section(letter: char) {
            zh: "没有门类“{letter}”，国民经济行业分类的门类为 A–T。",
            en: "There is no section “{letter}”; sections are A to T.",
        }
        division(number: u8) {
            zh: "该版国民经济行业分类没有大类 {number:02}，请核对代码和版本。",
            en: "This edition of the classification has no division {number:02}. Check code and edition.",
        }
        mismatch(found: char, expected: char) {
            zh: "门类字母“{found}”与大类不符，应为“{expected}”，请核对代码和版本。",
            en: "The letter “{found}” does not fit the division, which belongs to “{expected}”. Check code and edition.",
        }
    }
}

impl Explain for IndustryError {
    fn code(&self) -> &'static str {
        match self {
            Self::Format => "industry_format",
            Self::Section { .. } => "industry_section",
            Self::Division { .. } => "industry_division",
            Self::Mismatch { .. } => "industry_section_mismatch",
        }
    }

    fn text(&self, language: Language) -> String {
        match *self {
            Self::Format => say::format(language),
            Self::Section { letter } => say::section(language, letter),
            Self::Division { number } => say::division(language, number),
            Self::Mismatch { found, expected } => say::mismatch(language, found, expected),
        }
    }
}

impl IndustryCode {
    /// Reads `I6510`, `6510`, `651`, `65`, `I65` or `I`. A letter must agree with the division; a missing one is added.
    pub fn parse(text: &str, edition: IndustryEdition) -> Result<Self, IndustryError> {
        let code: String = text.trim().chars().map(|c| half_width(c).to_ascii_uppercase()).collect();
        let letter = code.chars().next().filter(char::is_ascii_uppercase);
        let digits = code.trim_start_matches(|c| Some(c) == letter);
        if code.len() != digits.len() + usize::from(letter.is_some()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IndustryError::Format);
        }
        if let Some(letter) = letter.filter(|&letter| Section::with_letter(letter).is_none()) {
            return Err(IndustryError::Section { letter });
        }
        let section = match (letter, digits.len()) {
            (Some(letter), 0) => letter,
            (_, 2..=4) => section_of(digits, letter, edition)?,
            _ => return Err(IndustryError::Format),
        };
        Ok(Self { edition, section, digits: digits.to_owned() })
    }

    /// The edition the code belongs to.
    pub const fn edition(&self) -> IndustryEdition {
        self.edition
    }

    /// The letter of the section.
    pub const fn section_letter(&self) -> char {
        self.section
    }

    /// The section.
    pub fn section(&self) -> Option<Section> {
        Section::with_letter(self.section)
    }

    /// The division; `None` when the code is a section only.
    pub fn division(&self) -> Option<IndustryDivision> {
        division_of(&self.digits, self.edition).ok()
    }

    /// The name of the division, or of the section when the code is a section only.
    pub fn name(&self, language: Language) -> &'static str {
        match (self.division(), self.section()) {
            (Some(division), _) => division.name(language),
            (None, Some(section)) => section.name(language),
            (None, None) => "",
        }
    }
}

fn section_of(digits: &str, letter: Option<char>, edition: IndustryEdition) -> Result<char, IndustryError> {
    let expected = division_of(digits, edition)?.section_letter();
    match letter {
        Some(found) if found != expected => Err(IndustryError::Mismatch { found, expected }),
        _ => Ok(expected),
    }
}

fn division_of(digits: &str, edition: IndustryEdition) -> Result<IndustryDivision, IndustryError> {
    let number = digits.get(..2).and_then(|number| number.parse().ok()).ok_or(IndustryError::Format)?;
    IndustryDivision::with_number(number, edition).ok_or(IndustryError::Division { number })
}

impl fmt::Display for IndustryCode {
    /// Letter and digits: `I6510`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.section, self.digits)
    }
}

impl From<IndustryCode> for String {
    fn from(code: IndustryCode) -> Self {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use IndustryEdition::{Gb2011, Gb2017};

    #[test]
    fn every_way_of_writing() {
        for (text, code, division) in [
            ("I6510", "I6510", Some(65)),
            ("6510", "I6510", Some(65)),
            (" i651 ", "I651", Some(65)),
            ("Ｉ６５", "I65", Some(65)),
            ("65", "I65", Some(65)),
            ("I", "I", None),
            ("A0111", "A0111", Some(1)),
            ("T9700", "T9700", Some(97)),
        ] {
            let parsed = IndustryCode::parse(text, Gb2017).unwrap();
            assert_eq!(parsed.to_string(), code, "{text}");
            assert_eq!(parsed.division().map(IndustryDivision::number), division, "{text}");
        }
    }

    #[test]
    fn refusals_say_why() {
        for text in ["", "I6", "6", "65100", "II65", "I65A0", "65I", "6 5", "星"] {
            assert_eq!(IndustryCode::parse(text, Gb2017), Err(IndustryError::Format), "{text:?}");
        }
        assert_eq!(IndustryCode::parse("U65", Gb2017), Err(IndustryError::Section { letter: 'U' }));
        assert_eq!(IndustryCode::parse("9810", Gb2017), Err(IndustryError::Division { number: 98 }));
        assert_eq!(IndustryCode::parse("00", Gb2017), Err(IndustryError::Division { number: 0 }));
        assert_eq!(IndustryCode::parse("C6510", Gb2017), Err(IndustryError::Mismatch { found: 'C', expected: 'I' }));
    }

    #[test]
    fn editions_number_differently() {
        let name = |code, edition| IndustryCode::parse(code, edition).unwrap().name(Language::Zh);
        assert_eq!(name("83", Gb2017), "教育");
        assert_eq!(name("82", Gb2011), "教育");
        assert_eq!(name("P82", Gb2011), "教育");
        assert_eq!(name("79", Gb2017), "土地管理业");
        assert_eq!(name("O79", Gb2011), "居民服务业");
        assert_eq!(name("59", Gb2011), "仓储业");
        assert_eq!(name("95", Gb2011), "基层群众自治组织");
        assert!(IndustryCode::parse("97", Gb2011).is_err());
    }

    #[test]
    fn the_tables_are_complete() {
        assert_eq!(Section::all().count(), 20);
        assert_eq!(IndustryDivision::all(Gb2017).count(), 97);
        assert_eq!(IndustryDivision::all(Gb2011).count(), 96);
        for edition in [Gb2011, Gb2017] {
            let letters: Vec<char> = IndustryDivision::all(edition).map(IndustryDivision::section_letter).collect();
            assert!(letters.is_sorted());
            assert!(Section::all().all(|section| letters.contains(&section.letter())));
        }
    }
}
