//! Phone numbers and names of contacts: checking, and masking for lists. Identity-card numbers are recognised only to be
//! refused; they are never stored.

use super::text::half_width;
use crate::texts::{Explain, Language};
use thiserror::Error;

/// Fewest digits of a phone number: service numbers such as 95588.
const DIGITS_MIN: usize = 5;
/// Most digits: country code, area code, number and extension.
const DIGITS_MAX: usize = 20;
/// Most characters of a phone number as written.
const WRITTEN_MAX: usize = 40;

/// Why a text is not a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub enum PhoneError {
    /// Not a phone number.
    Format,
    /// The number of an identity card.
    IdentityCard,
}

mod say {
    crate::texts::texts! {
        format() {
            zh: "请填写有效的电话号码，例如 13812341234 或 010-62345678 转 801。",
            en: "Enter a phone number such as 13812341234 or 010-62345678 ext. 801.",
        }
        identity_card() {
            zh: "这像是身份证号码。系统不保存身份证号码，请填写电话号码。",
            en: "This looks like an identity-card number. The system does not store these; enter a phone number.",
        }
    }
}

impl Explain for PhoneError {
    fn code(&self) -> &'static str {
        match self {
            Self::Format => "phone_invalid",
            Self::IdentityCard => "phone_is_identity_card",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Format => say::format(language),
            Self::IdentityCard => say::identity_card(language),
        }
    }
}

/// Checks a phone number and returns it trimmed and half-width: digits, `+`, brackets, hyphens, spaces and an extension.
pub fn phone(text: &str) -> Result<String, PhoneError> {
    let number: String = text.trim().chars().map(half_width).collect();
    if looks_like_identity_card(&number) {
        return Err(PhoneError::IdentityCard);
    }
    let main = without_extension_word(&number);
    let is_allowed = |c: char| c.is_ascii_digit() || matches!(c, '-' | ' ' | '(' | ')');
    let is_written_well = main.strip_prefix('+').unwrap_or(&main).chars().all(is_allowed);
    let fits = number.chars().count() <= WRITTEN_MAX && (DIGITS_MIN..=DIGITS_MAX).contains(&digits(&main));
    if is_written_well && fits { Ok(number) } else { Err(PhoneError::Format) }
}

fn without_extension_word(number: &str) -> String {
    for word in ["转", "分机", "ext.", "ext", "EXT", "x"] {
        if let Some((main, extension)) = number.split_once(word) {
            return format!("{main}-{extension}");
        }
    }
    number.to_owned()
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// Hides the middle of a phone number: `138****1234`, `010-****5678`. Seven digits or fewer keep the last two, four or fewer none.
pub fn mask_phone(number: &str) -> String {
    let total = digits(number);
    let (head, tail) = match total {
        0..=4 => (0, 0),
        5..=7 => (0, 2),
        _ => (3, 4),
    };
    let mut seen = 0;
    let mut masked = String::with_capacity(number.len());
    for c in number.chars() {
        if c.is_ascii_digit() {
            seen += 1;
        }
        let is_shown = !c.is_ascii_digit() || seen <= head || seen > total - tail;
        masked.push(if is_shown { c } else { '*' });
    }
    masked
}

/// Hides all of a person's name but its first character, and how long it is: `张**`.
pub fn mask_name(name: &str) -> String {
    name.trim().chars().next().map_or_else(String::new, |first| format!("{first}**"))
}

/// Whether the text, spaces and hyphens aside, is an 18-character identity-card number (GB 11643-1999): a plausible
/// province, a date of birth and a right check character.
pub fn looks_like_identity_card(text: &str) -> bool {
    let id: Vec<char> = text
        .chars()
        .map(|c| half_width(c).to_ascii_uppercase())
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(19)
        .collect();
    id.len() == 18 && is_identity_card(&id)
}

/// Whether an identity-card number stands anywhere in the text, as a run of digits of its own.
pub fn contains_identity_card(text: &str) -> bool {
    text.chars()
        .map(half_width)
        .collect::<String>()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(looks_like_identity_card)
}

fn is_identity_card(id: &[char]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some(digits) = id.iter().take(17).map(|c| c.to_digit(10)).collect::<Option<Vec<u32>>>() else {
        return false;
    };
    let number = |from: usize, count: usize| digits.iter().skip(from).take(count).fold(0, |n, d| n * 10 + d);
    let is_plausible = (11..=83).contains(&number(0, 2))
        && (1800..=2199).contains(&number(6, 4))
        && (1..=12).contains(&number(10, 2))
        && (1..=31).contains(&number(12, 2));
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let check = "10X98765432".chars().nth((sum % 11) as usize);
    is_plausible && check.is_some() && check == id.get(17).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks() {
        for (number, masked) in [
            ("13812341234", "138****1234"),
            ("010-62345678", "010-****5678"),
            ("0571-88886666", "057*-****6666"),
            ("+86 13812341234", "+86 1******1234"),
            ("62345678", "623*5678"),
            ("95588", "***88"),
            ("110", "***"),
            ("", ""),
        ] {
            assert_eq!(mask_phone(number), masked, "{number}");
        }
        assert_eq!(mask_name(" 欧阳锋"), "欧**");
        assert_eq!(mask_name(""), "");
    }

    #[test]
    fn phone_numbers() {
        for good in [
            "13812341234",
            "010-62345678",
            "(0571) 8888 6666",
            "+86 138 1234 1234",
            "95588",
            "010-62345678转801",
            "021-12345678 ext. 12",
        ] {
            assert_eq!(phone(good), Ok(good.to_owned()));
        }
        assert_eq!(phone(" １３８１２３４１２３４ "), Ok("13812341234".to_owned()));
        for bad in
            ["", "12", "张三", "138-abcd-1234", "138\n12341234", "123456789012345678901", "1+2345678", "138****1234"]
        {
            assert_eq!(phone(bad), Err(PhoneError::Format), "{bad:?}");
        }
    }

    #[test]
    fn identity_cards_are_recognised() {
        for id in ["11010519491231002X", "11010519491231002x", "440524188001010014", "110105 19491231 002X"] {
            assert!(looks_like_identity_card(id), "{id}");
            assert_eq!(phone(id), Err(PhoneError::IdentityCard));
        }
        for other in ["110105194912310021", "911522010783762860", "13812341234", "11010519491331002X"] {
            assert!(!looks_like_identity_card(other), "{other}");
        }
        assert!(contains_identity_card("法定代表人身份证：11010519491231002X，电话另附"));
        assert!(!contains_identity_card("信用代码 911522010783762860"));
    }
}
