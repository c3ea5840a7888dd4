//! Rules for passwords, in two profiles, and generated passwords. Hashing is not here.

use crate::{
    domain::codes::codes,
    texts::{Explain, Language},
};
use thiserror::Error;

/// Most characters of a password in either profile.
pub const LENGTH_MAX: usize = 128;
/// Shorter user names than this are not looked for in the password: they would occur in it by chance.
const USERNAME_LOOKED_FOR_MIN: usize = 4;
/// Fewest different characters; below that the password is a repetition.
const DIFFERENT_MIN: usize = 5;

/// Common passwords and the words they are built on, one a line, in lower case; frequent Chinese ones included.
static COMMON: &str = include_str!("common_passwords.txt");

codes! {
    /// Which rules apply. The standards contradict each other: 等保 asks for composition and expiry, ASVS forbids both.
    #[derive(Default)]
    pub enum PasswordProfile {
        /// GB/T 22239-2019 level 3, 8.1.4.1: composition and regular change.
        #[default]
        Mlps3 = "mlps3", "等保三级", "MLPS level 3";
        /// OWASP ASVS 5.0, 6.2: length instead of composition, no forced change.
        Asvs = "asvs", "OWASP ASVS", "OWASP ASVS";
    }
}

impl PasswordProfile {
    /// Fewest characters.
    pub const fn length_min(self) -> usize {
        match self {
            Self::Mlps3 => 10,
            Self::Asvs => 12,
        }
    }

    /// How many of the four kinds (small letters, capitals, digits, others) a password needs.
    pub const fn kinds_min(self) -> usize {
        match self {
            Self::Mlps3 => 3,
            Self::Asvs => 0,
        }
    }

    /// Days after which a password must be changed; `None` when it need not be.
    pub const fn max_age_days(self) -> Option<u32> {
        match self {
            Self::Mlps3 => Some(90),
            Self::Asvs => None,
        }
    }
}

/// Why a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub enum PasswordError {
    /// Fewer characters than the profile asks for.
    TooShort {
        /// Fewest characters.
        min: usize,
    },
    /// More than [`LENGTH_MAX`] characters.
    TooLong,
    /// A control character, which many keyboards and forms can't give again.
    Control,
    /// Fewer kinds of characters than the profile asks for.
    Kinds {
        /// Fewest kinds of characters.
        min: usize,
    },
    /// The user name occurs in it.
    ContainsUsername,
    /// Common, repeated or in keyboard order: the first to be tried.
    Common,
}

mod say {
    crate::texts::texts! {
        too_short(min: usize) { zh: "密码至少 {min} 个字符。", en: "A password has at least {min} characters." }
        too_long(max: usize) { zh: "密码最多 {max} 个字符。", en: "A password has at most {max} characters." }
        control() { zh: "密码不能包含控制字符。", en: "A password can't contain control characters." }
        kinds(min: usize) {
            zh: "密码须包含大写字母、小写字母、数字、其他字符中的至少 {min} 类。",
            en: "A password needs at least {min} of these kinds: small letters, capitals, digits, other characters.",
        }
        contains_username() { zh: "密码不能包含用户名。", en: "A password can't contain the user name." }
        common() {
            zh: "该密码过于常见或有规律，容易被猜到，请换一个。",
            en: "This password is common or follows a pattern and is easily guessed. Choose another.",
        }
    }
}

impl Explain for PasswordError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "password_too_short",
            Self::TooLong => "password_too_long",
            Self::Control => "password_control_character",
            Self::Kinds { .. } => "password_kinds",
            Self::ContainsUsername => "password_contains_username",
            Self::Common => "password_common",
        }
    }

    fn text(&self, language: Language) -> String {
        match *self {
            Self::TooShort { min } => say::too_short(language, min),
            Self::TooLong => say::too_long(language, LENGTH_MAX),
            Self::Control => say::control(language),
            Self::Kinds { min } => say::kinds(language, min),
            Self::ContainsUsername => say::contains_username(language),
            Self::Common => say::common(language),
        }
    }
}

/// Checks a new password of the person with this user name.
pub fn check(password: &str, username: &str, profile: PasswordProfile) -> Result<(), PasswordError> {
    if password.chars().nth(LENGTH_MAX).is_some() {
        return Err(PasswordError::TooLong);
    }
    if password.chars().any(char::is_control) {
        return Err(PasswordError::Control);
    }
    let min = profile.length_min();
    if password.chars().count() < min {
        return Err(PasswordError::TooShort { min });
    }
    let min = profile.kinds_min();
    if kinds(password) < min {
        return Err(PasswordError::Kinds { min });
    }
    if contains_username(password, username) {
        return Err(PasswordError::ContainsUsername);
    }
    if is_common(password) || is_pattern(password) { Err(PasswordError::Common) } else { Ok(()) }
}

fn kinds(password: &str) -> usize {
    let is_other = |c: char| !c.is_lowercase() && !c.is_uppercase() && !c.is_numeric();
    [
        password.chars().any(char::is_lowercase),
        password.chars().any(char::is_uppercase),
        password.chars().any(char::is_numeric),
        password.chars().any(is_other),
    ]
    .into_iter()
    .filter(|&present| present)
    .count()
}

fn contains_username(password: &str, username: &str) -> bool {
    let username = username.to_lowercase();
    let is_long = username.chars().count() >= USERNAME_LOOKED_FOR_MIN || (!username.is_ascii() && !username.is_empty());
    is_long && password.to_lowercase().contains(&username)
}

/// Whether the password, or the word left without digits and signs around it and without look-alike signs in it, is common.
fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let is_added = |c: char| !c.is_alphabetic();
    let plain: String = lower.chars().map(letter_meant).collect();
    let core = lower.trim_matches(is_added);
    let plain_core: String = lower.trim_end_matches(is_added).chars().map(letter_meant).collect();
    [lower.as_str(), &plain, core, &plain_core, plain_core.trim_matches(is_added)]
        .into_iter()
        .any(|candidate| !candidate.is_empty() && COMMON.lines().any(|common| common == candidate))
}

const fn letter_meant(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Whether the password repeats few characters, or runs up or down the alphabet, the digits or a row of the keyboard.
fn is_pattern(password: &str) -> bool {
    let lower: Vec<char> = password.to_lowercase().chars().collect();
    let mut different = lower.clone();
    different.sort_unstable();
    different.dedup();
    let steps = lower.iter().zip(lower.iter().skip(1));
    let neighbours = steps.filter(|&(&first, &second)| are_neighbours(first, second)).count();
    // Three quarters of all steps lead to a neighbour.
    different.len() < DIFFERENT_MIN || neighbours * 4 >= lower.len().saturating_sub(1) * 3
}

fn are_neighbours(first: char, second: char) -> bool {
    const ROWS: [&str; 5] = ["01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let follows =
        |row: &str, one: char, other: char| row.chars().zip(row.chars().skip(1)).any(|pair| pair == (one, other));
    first == second || ROWS.iter().any(|row| follows(row, first, second) || follows(row, second, first))
}

/// Makes a password that can be read out: three groups of syllables and one of digits, `Kobasi-meruto-nidafo-4821`. Meets both
/// profiles, with 66 bits of entropy when the bytes are random.
pub fn generate(random_bytes: &[u8; 13]) -> String {
    let (syllables, digits) = random_bytes.split_at(9);
    let groups: Vec<String> =
        syllables.chunks(3).map(|group| group.iter().map(|&byte| syllable(byte)).collect()).collect();
    let digits: String = digits.iter().map(|byte| char::from(b'0' + byte % 10)).collect();
    capitalised(&format!("{}-{digits}", groups.join("-")))
}

/// One of 64 syllables: sixteen consonants that don't sound alike, four vowels.
fn syllable(byte: u8) -> String {
    let consonant = "bdfghjklmnprstvz".chars().nth(usize::from(byte & 15));
    let vowel = "aiou".chars().nth(usize::from(byte >> 4 & 3));
    consonant.into_iter().chain(vowel).collect()
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::PasswordProfile::{Asvs, Mlps3};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn mlps3_asks_for_kinds() {
        assert_eq!(check("Teich-Ufer-82", "wangfang", Mlps3), Ok(()));
        assert_eq!(check("Teich-82", "wangfang", Mlps3), Err(PasswordError::TooShort { min: 10 }));
        assert_eq!(check("teichuferbinse", "wangfang", Mlps3), Err(PasswordError::Kinds { min: 3 }));
        assert_eq!(Mlps3.max_age_days(), Some(90));
    }

    #[test]
    fn asvs_asks_for_length() {
        assert_eq!(check("teichuferbinse", "wangfang", Asvs), Ok(()));
        assert_eq!(check("河边三棵柳树下的小木船停着", "wangfang", Asvs), Ok(()));
        assert_eq!(check("teichuferbi", "wangfang", Asvs), Err(PasswordError::TooShort { min: 12 }));
        assert_eq!(Asvs.max_age_days(), None);
    }

    #[test]
    fn too_long_and_unprintable() {
        assert_eq!(check(&"Teich-8".repeat(20), "wangfang", Asvs), Err(PasswordError::TooLong));
        assert_eq!(check("teich\0uferbinse", "wangfang", Asvs), Err(PasswordError::Control));
    }

    #[test]
    fn the_user_name_is_no_password() {
        assert_eq!(check("Xy-WangFang-82", "wangfang", Mlps3), Err(PasswordError::ContainsUsername));
        assert_eq!(check("Teich-王芳-Ufer-82", "王芳", Mlps3), Err(PasswordError::ContainsUsername));
        assert_eq!(check("Teich-Ufer-82", "te", Mlps3), Ok(()));
        assert_eq!(check("Teich-Ufer-82", "", Mlps3), Ok(()));
    }

    #[test]
    fn common_ones_are_refused() {
        for password in [
            "Password@123",
            "P@ssw0rd2026",
            "Admin@123456",
            "Wellspring@2026",
            "Woaini1314!",
            "Qwer1234!@#$",
            "Aa123456789",
            "1qaz@WSX3edc",
            "Zhongguo@2026",
            "2026@Huawei",
            "Abcdefghij1!",
            "Aaaaaaaaaa1!",
            "Aa1!Aa1!Aa1!",
            "Qwertyuiop1!",
        ] {
            assert_eq!(check(password, "wangfang", Mlps3), Err(PasswordError::Common), "{password}");
        }
        assert_eq!(check("123456789012", "wangfang", Asvs), Err(PasswordError::Common));
    }

    #[test]
    fn the_list_is_clean() {
        assert!(COMMON.lines().count() >= 300);
        assert!(COMMON.lines().all(|line| !line.is_empty() && line == line.trim() && line == line.to_lowercase()));
    }

    proptest! {
        #[test]
        fn made_passwords_meet_both_profiles(bytes in any::<[u8; 13]>()) {
            let password = generate(&bytes);
            // Equal bytes make a repetition, which random bytes don't.
            let mut different = bytes.map(|byte| byte & 63);
            different.sort_unstable();
            prop_assume!(different.windows(2).filter(|pair| pair[0] != pair[1]).count() >= 6);
            prop_assert_eq!(check(&password, "wangfang", Mlps3), Ok(()), "{}", password);
            prop_assert_eq!(check(&password, "wangfang", Asvs), Ok(()), "{}", password);
        }

        #[test]
        fn no_text_breaks_the_check(password in any::<String>(), username in any::<String>()) {
            let _ = check(&password, &username, Mlps3);
        }
    }
}
