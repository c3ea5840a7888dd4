//! Cleaning of what people type: single lines, paragraphs, mail addresses and user names.
//!
//! Cleaned text is trimmed and free of control characters and of characters that change the text direction; emoji and
//! every script are allowed. Escaping for HTML, CSV or mail is done by the code that writes those formats.

use crate::texts::{Explain, Language};
use thiserror::Error;

/// Longest mail address in characters (RFC 5321, 4.5.3.1.3, without the angle brackets).
pub const EMAIL_MAX: usize = 254;
/// Longest part before the `@` (RFC 5321, 4.5.3.1.1).
const EMAIL_LOCAL_MAX: usize = 64;
/// Shortest user name in characters.
pub const USERNAME_MIN: usize = 2;
/// Longest user name in characters.
pub const USERNAME_MAX: usize = 64;

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub enum TextError {
    /// Nothing visible is left after trimming.
    Empty,
    /// More characters than allowed.
    TooLong {
        /// Largest number of characters allowed.
        max: usize,
    },
    /// A control character at this place (characters, from 1).
    Control {
        /// Place of the character, from 1.
        position: usize,
    },
    /// A character that changes the reading direction at this place (characters, from 1).
    Bidi {
        /// Place of the character, from 1.
        position: usize,
    },
    /// Not a mail address.
    Email,
    /// Not a user name.
    Username,
}

mod say {
    crate::texts::texts! {
        empty() { zh: "请填写内容。", en: "Enter some text." }
        too_long(max: usize) { zh: "内容过长，最多 {max} 个字符。", en: "The text is too long: at most {max} characters." }
        control(position: usize) {
            zh: "第 {position} 个字符是不可见的控制字符，请删除。",
            en: "Character {position} is an invisible control character; remove it.",
        }
        bidi(position: usize) {
            zh: "第 {position} 个字符会改变文字方向，请删除。",
            en: "Character {position} changes the text direction; remove it.",
        }
        email() { zh: "请填写有效的电子邮箱，例如 name@example.cn。", en: "Enter a mail address such as name@example.cn." }
        username(min: usize, max: usize) {
            zh: "用户名须为 {min}–{max} 个字符，只能使用字母、数字、汉字和 . _ -。",
            en: "A user name has {min} to {max} characters: letters a–z, digits, Chinese characters and . _ -",
        }
    }
}

impl Explain for TextError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "text_empty",
            Self::TooLong { .. } => "text_too_long",
            Self::Control { .. } => "text_control_character",
            Self::Bidi { .. } => "text_direction_character",
            Self::Email => "email_invalid",
            Self::Username => "username_invalid",
        }
    }

    fn text(&self, language: Language) -> String {
        match *self {
            Self::Empty => say::empty(language),
            Self::TooLong { max } => say::too_long(language, max),
            Self::Control { position } => say::control(language, position),
            Self::Bidi { position } => say::bidi(language, position),
            Self::Email => say::email(language),
            Self::Username => say::username(language, USERNAME_MIN, USERNAME_MAX),
        }
    }
}

/// Cleans one line of text of at most `max` characters: trimmed, not empty, without line breaks or tabs.
pub fn line(text: &str, max: usize) -> Result<String, TextError> {
    clean(text.trim(), max, |c| c.is_control() || is_line_separator(c))
}

/// Cleans text of several lines of at most `max` characters: trimmed, not empty; tabs and line breaks stay, a line break is `\n`.
pub fn paragraph(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    clean(text.trim(), max, |c| c.is_control() && !matches!(c, '\n' | '\t'))
}

fn clean(text: &str, max: usize, is_control: impl Fn(char) -> bool) -> Result<String, TextError> {
    for (index, c) in text.chars().enumerate() {
        let position = index + 1;
        if is_control(c) {
            return Err(TextError::Control { position });
        }
        if is_direction_mark(c) {
            return Err(TextError::Bidi { position });
        }
        if index >= max {
            return Err(TextError::TooLong { max });
        }
    }
    if text.chars().all(is_invisible) {
        return Err(TextError::Empty);
    }
    Ok(text.to_owned())
}

/// Marks, embeddings, overrides and isolates of the Unicode bidirectional algorithm (UAX #9): they can disguise a name.
const fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

const fn is_line_separator(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

fn is_invisible(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{3164}' | '\u{FEFF}')
}

/// Whether the character is a Chinese ideograph, extensions and 〇 included.
pub const fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// The half-width form of a full-width ASCII character or space; every other character unchanged.
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Checks a mail address: ASCII, one `@`, no quoting, at most [`EMAIL_MAX`] characters. The domain comes back in lower case.
pub fn email_address(text: &str) -> Result<String, TextError> {
    let (local, domain) = text.trim().split_once('@').ok_or(TextError::Email)?;
    let domain = domain.to_ascii_lowercase();
    let fits = local.len() <= EMAIL_LOCAL_MAX && local.len() + 1 + domain.len() <= EMAIL_MAX;
    if fits && is_mail_local(local) && is_host_name(&domain) {
        Ok(format!("{local}@{domain}"))
    } else {
        Err(TextError::Email)
    }
}

/// A dot-atom of RFC 5322.
fn is_mail_local(local: &str) -> bool {
    local.split('.').all(|atom| {
        !atom.is_empty() && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
    })
}

fn is_host_name(domain: &str) -> bool {
    domain.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

/// Checks a user name and returns it in lower case: [`USERNAME_MIN`] to [`USERNAME_MAX`] characters of `a`–`z`, `0`–`9`,
/// `.`, `_`, `-` or Han.
pub fn username(text: &str) -> Result<String, TextError> {
    let name = text.trim().to_ascii_lowercase();
    let length = name.chars().count();
    let is_allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-') || is_han(c);
    if (USERNAME_MIN..=USERNAME_MAX).contains(&length) && name.chars().all(is_allowed) {
        Ok(name)
    } else {
        Err(TextError::Username)
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// A mail address for everybody: its first character and the host, `z***@xinghe.test`.
pub fn mask_email(address: &str) -> String {
    let (local, host) = address.split_once('@').unwrap_or((address, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}***@{host}")
}

/// What [`hex`] wrote, upper case too; `None` for anything else.
pub fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        digits.chars().map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok())).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// The form in which codes are compared: no spaces, hyphens or invisible characters, half-width, upper case.
pub fn normalise_code(text: &str) -> String {
    text.chars().map(half_width).filter(|&c| !is_code_separator(c)).map(|c| c.to_ascii_uppercase()).collect()
}

fn is_code_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200B}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_are_read_back() {
        assert_eq!(unhex(&hex(&[0, 1, 0xab, 0xff])), Some(vec![0, 1, 0xab, 0xff]));
        assert_eq!(unhex("AB"), Some(vec![0xab]));
        assert_eq!(unhex(""), Some(Vec::new()));
        for text in ["a", "abc", "0g", "+1", "一二"] {
            assert_eq!(unhex(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_is_trimmed_and_keeps_emoji() {
        assert_eq!(line("  星河科技👨‍👩‍👧 \n", 20), Ok("星河科技👨‍👩‍👧".to_owned()));
        assert_eq!(line("a\tb", 20), Err(TextError::Control { position: 2 }));
        assert_eq!(line("a\0b", 20), Err(TextError::Control { position: 2 }));
        assert_eq!(line("a\u{2028}b", 20), Err(TextError::Control { position: 2 }));
    }

    #[test]
    fn a_paragraph_keeps_its_line_breaks() {
        assert_eq!(paragraph("一\r\n二\r\t三", 20), Ok("一\n二\n\t三".to_owned()));
        assert_eq!(paragraph("一\u{7}", 20), Err(TextError::Control { position: 2 }));
    }

    #[test]
    fn direction_characters_are_refused() {
        for mark in ['\u{200E}', '\u{200F}', '\u{202A}', '\u{202E}', '\u{2066}', '\u{2069}', '\u{061C}'] {
            assert_eq!(line(&format!("星{mark}河"), 20), Err(TextError::Bidi { position: 2 }));
            assert_eq!(paragraph(&format!("星{mark}河"), 20), Err(TextError::Bidi { position: 2 }));
        }
    }

    #[test]
    fn empty_is_what_shows_nothing() {
        for text in ["", "   ", "\u{3000}", "\u{200B}\u{FEFF}"] {
            assert_eq!(line(text, 20), Err(TextError::Empty), "{text:?}");
        }
    }

    #[test]
    fn length_counts_characters() {
        assert!(line("星河科技", 4).is_ok());
        assert_eq!(line("星河科技园", 4), Err(TextError::TooLong { max: 4 }));
    }

    #[test]
    fn mail_addresses() {
        assert_eq!(email_address(" Wang.Fang+x@Street.TEST "), Ok("Wang.Fang+x@street.test".to_owned()));
        let long = format!("{}@example.cn", "a".repeat(65));
        for bad in [
            "",
            "a",
            "@b.cn",
            "a@",
            "a@@b.cn",
            "a@b@c",
            "a b@c.cn",
            "a@b..cn",
            ".a@b.cn",
            "a@-b.cn",
            "a@b.cn\r\nBcc: x@y",
            "王@b.cn",
            &long,
        ] {
            assert_eq!(email_address(bad), Err(TextError::Email), "{bad:?}");
        }
    }

    #[test]
    fn user_names() {
        assert_eq!(username("Wang.Fang_1"), Ok("wang.fang_1".to_owned()));
        assert_eq!(username("王芳"), Ok("王芳".to_owned()));
        for bad in ["", "a", "a b", "a@b", "ａｂ", &"a".repeat(65)] {
            assert_eq!(username(bad), Err(TextError::Username), "{bad:?}");
        }
    }

    #[test]
    fn half_width_forms() {
        assert_eq!("Ａ１　－星".chars().map(half_width).collect::<String>(), "A1 -星");
    }

    #[test]
    fn bytes_are_written_in_hexadecimal() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
