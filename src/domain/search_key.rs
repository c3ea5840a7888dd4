//! The keys by which names are indexed, searched and sorted: pairs of characters (bigrams), pinyin initials and a
//! pinyin sort key.
//!
//! Text in, text out; storing the keys and querying them belongs to the database floor.

use super::text::{half_width, is_han};
use crate::domain::{registry::uscc, text::normalise_code};
use pinyin::ToPinyin;

/// Most characters of [`initials`].
pub const INITIALS_MAX: usize = 64;
/// Most characters of [`sort_key`].
pub const SORT_KEY_MAX: usize = 512;
/// Most characters of the pinyin part of a sort key; the name itself follows.
const SORT_PINYIN_MAX: usize = 300;
/// Most characters of a query that are looked at.
const QUERY_MAX: usize = 64;

/// Words in which a character is read otherwise than most often.
const READINGS: &[(&str, &[&str])] = &[
    ("重庆", &["chong", "qing"]),
    ("重组", &["chong", "zu"]),
    ("厦门", &["xia", "men"]),
    ("银行", &["yin", "hang"]),
    ("商行", &["shang", "hang"]),
    ("行业", &["hang", "ye"]),
    ("分行", &["fen", "hang"]),
    ("支行", &["zhi", "hang"]),
    ("洋行", &["yang", "hang"]),
    ("车行", &["che", "hang"]),
    ("长安", &["chang", "an"]),
    ("长江", &["chang", "jiang"]),
    ("长城", &["chang", "cheng"]),
    ("长沙", &["chang", "sha"]),
    ("长春", &["chang", "chun"]),
    ("长三角", &["chang", "san", "jiao"]),
    ("成长", &["cheng", "zhang"]),
    ("朝阳", &["chao", "yang"]),
    ("朝霞", &["zhao", "xia"]),
    ("音乐", &["yin", "yue"]),
    ("会计", &["kuai", "ji"]),
    ("调味", &["tiao", "wei"]),
    ("调研", &["diao", "yan"]),
    ("空调", &["kong", "tiao"]),
    ("番禺", &["pan", "yu"]),
    ("蚌埠", &["beng", "bu"]),
    ("六安", &["lu", "an"]),
    ("乐清", &["yue", "qing"]),
    ("大厦", &["da", "sha"]),
    ("大都", &["da", "du"]),
    ("成都", &["cheng", "du"]),
    ("都市", &["du", "shi"]),
    ("传媒", &["chuan", "mei"]),
    ("盛世", &["sheng", "shi"]),
    ("弹簧", &["tan", "huang"]),
    ("参茸", &["shen", "rong"]),
    ("广厦", &["guang", "sha"]),
];

/// One way to read what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchTerm {
    /// Names that contain all these phrases, each given as its bigrams in a row.
    Phrases(Vec<Vec<String>>),
    /// Names that contain a bigram beginning with this character (or the character at their end).
    Prefix(String),
    /// Names whose pinyin initials begin so: lower-case letters.
    Initials(String),
    /// Codes that begin so: upper-case letters and digits.
    CodePrefix(String),
}

/// What was typed, in every way it may be meant: an enterprise is found when one of the terms fits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchQuery {
    /// The ways to read it; empty when nothing searchable was typed, and then nothing is found.
    pub alternatives: Vec<SearchTerm>,
}

/// The tokens of a name, separated by spaces: every pair of neighbouring characters, and the last character alone, so that a
/// single one is found by prefix anywhere. Punctuation, spaces, case and width don't count.
pub fn bigrams(name: &str) -> String {
    let characters = searchable(name);
    let mut tokens = pairs(&characters);
    tokens.extend(characters.last().map(char::to_string));
    tokens.join(" ")
}

/// Reads what a person typed into a search box. Words separated by spaces must all occur.
pub fn query(text: &str) -> SearchQuery {
    let text: String = text.chars().take(QUERY_MAX).collect();
    let characters = searchable(&text);
    let joined: String = characters.iter().collect();
    let terms = [code_term(&text), initials_term(&joined), text_term(&text, &characters)];
    SearchQuery { alternatives: terms.into_iter().flatten().collect() }
}

fn text_term(text: &str, characters: &[char]) -> Option<SearchTerm> {
    if let [single] = characters {
        return Some(SearchTerm::Prefix(single.to_string()));
    }
    let words = text.split(char::is_whitespace).map(|word| pairs(&searchable(word)));
    let phrases: Vec<Vec<String>> = words.filter(|phrase| !phrase.is_empty()).collect();
    match (phrases.is_empty(), characters.is_empty()) {
        (false, _) => Some(SearchTerm::Phrases(phrases)),
        // Single characters with spaces between: 星 河.
        (true, false) => Some(SearchTerm::Phrases(vec![pairs(characters)])),
        (true, true) => None,
    }
}

fn initials_term(joined: &str) -> Option<SearchTerm> {
    let is_letters = joined.len() >= 2 && joined.bytes().all(|b| b.is_ascii_lowercase());
    is_letters.then(|| SearchTerm::Initials(joined.to_owned()))
}

fn code_term(text: &str) -> Option<SearchTerm> {
    let code = normalise_code(text);
    let begins_with_digit = code.starts_with(|c: char| c.is_ascii_digit());
    let is_code =
        (2..=uscc::LENGTH).contains(&code.len()) && begins_with_digit && code.chars().all(uscc::is_code_character);
    is_code.then_some(SearchTerm::CodePrefix(code))
}

/// Letters, digits and Han of a text, half-width and in lower case.
fn searchable(text: &str) -> Vec<char> {
    text.chars().map(half_width).flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

fn pairs(characters: &[char]) -> Vec<String> {
    characters.iter().zip(characters.iter().skip(1)).map(|(first, second)| format!("{first}{second}")).collect()
}

/// The first letters of a name's pinyin, with Latin letters and digits as they are: 星河A1科技 → `xha1kj`.
/// At most [`INITIALS_MAX`] characters.
pub fn initials(name: &str) -> String {
    syllables(name)
        .into_iter()
        .filter_map(|syllable| match syllable {
            Syllable::Pinyin(pinyin) => pinyin.chars().next(),
            Syllable::Character(c) => c.is_ascii_alphanumeric().then_some(c),
        })
        .take(INITIALS_MAX)
        .collect()
}

/// A key whose order by bytes is the order of names by pinyin: the syllables without tones, separated by spaces, then the name
/// itself, so that names that sound alike keep a fixed order. At most [`SORT_KEY_MAX`] characters.
pub fn sort_key(name: &str) -> String {
    let mut pinyin = String::new();
    let mut is_after_syllable = false;
    for syllable in syllables(name) {
        let is_syllable = matches!(syllable, Syllable::Pinyin(_));
        if !pinyin.is_empty() && (is_syllable || is_after_syllable) {
            pinyin.push(' ');
        }
        match syllable {
            Syllable::Pinyin(text) => pinyin.push_str(text),
            Syllable::Character(c) => pinyin.push(c),
        }
        is_after_syllable = is_syllable;
    }
    let pinyin: String = pinyin.chars().take(SORT_PINYIN_MAX).collect();
    format!("{pinyin}  {}", name.trim()).chars().take(SORT_KEY_MAX).collect()
}

enum Syllable {
    Pinyin(&'static str),
    Character(char),
}

fn syllables(name: &str) -> Vec<Syllable> {
    let text: String = searchable(name).into_iter().collect();
    let mut rest = text.as_str();
    let mut syllables = Vec::with_capacity(name.len() / 3);
    while let Some(c) = rest.chars().next() {
        if let Some((behind, readings)) = known_word(rest) {
            syllables.extend(readings.iter().copied().map(Syllable::Pinyin));
            rest = behind;
            continue;
        }
        let pinyin = if is_han(c) { c.to_pinyin() } else { None };
        syllables.push(pinyin.map_or(Syllable::Character(c), |pinyin| Syllable::Pinyin(pinyin.plain())));
        rest = rest.strip_prefix(c).unwrap_or_default();
    }
    syllables
}

fn known_word(text: &str) -> Option<(&str, &'static [&'static str])> {
    READINGS.iter().find_map(|(word, readings)| Some((text.strip_prefix(word)?, *readings)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn phrases(words: &[&[&str]]) -> SearchTerm {
        SearchTerm::Phrases(words.iter().map(|word| word.iter().map(|&token| token.to_owned()).collect()).collect())
    }

    #[test]
    fn names_become_pairs() {
        assert_eq!(bigrams("星河科技"), "星河 河科 科技 技");
        assert_eq!(bigrams("星河（Ａ1）"), "星河 河a a1 1");
        assert_eq!(bigrams("星"), "星");
        assert_eq!(bigrams("（）"), "");
    }

    #[test]
    fn queries_are_read_in_every_way_they_may_be_meant() {
        let alternatives = |text: &str| query(text).alternatives;
        assert_eq!(alternatives("星河科技"), [phrases(&[&["星河", "河科", "科技"]])]);
        assert_eq!(alternatives("星河 科技"), [phrases(&[&["星河"], &["科技"]])]);
        assert_eq!(alternatives("星 河"), [phrases(&[&["星河"]])]);
        assert_eq!(alternatives("星"), [SearchTerm::Prefix("星".to_owned())]);
        assert_eq!(alternatives("X"), [SearchTerm::Prefix("x".to_owned())]);
        assert_eq!(alternatives("XH"), [SearchTerm::Initials("xh".to_owned()), phrases(&[&["xh"]])]);
        assert_eq!(
            alternatives("9111-0"),
            [SearchTerm::CodePrefix("91110".to_owned()), phrases(&[&["91", "11", "11", "10"]])]
        );
        assert_eq!(alternatives("91ma")[0], SearchTerm::CodePrefix("91MA".to_owned()));
        assert_eq!(alternatives("360安全"), [phrases(&[&["36", "60", "0安", "安全"]])]);
        assert_eq!(alternatives(" %_'\" "), []);
    }

    #[test]
    fn initials_follow_the_usual_reading() {
        for (name, expected) in [
            ("星河科技有限公司", "xhkjyxgs"),
            ("重庆银行", "cqyh"),
            ("厦门重工", "xmzg"),
            ("长沙大厦", "csds"),
            ("A1星河（B）", "a1xhb"),
            ("女娲绿色", "nwls"),
            ("☆", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
        assert_eq!(initials(&"星".repeat(200)).len(), INITIALS_MAX);
    }

    #[test]
    fn names_sort_by_pinyin() {
        let mut names = ["重庆一", "星河", "西安", "先锋", "阿里", "ABC", "360", "北京"];
        names.sort_by_cached_key(|name| sort_key(name));
        assert_eq!(names, ["360", "阿里", "ABC", "北京", "重庆一", "西安", "先锋", "星河"]);
        assert_eq!(sort_key("星河A1"), "xing he a1  星河A1");
        assert!(sort_key(&"创".repeat(900)).chars().count() <= SORT_KEY_MAX);
    }

    proptest! {
        #[test]
        fn a_part_of_a_name_is_a_row_of_its_tokens(name in "[星河科技有限a-c1-3]{2,12}", from in 0_usize..10, length in 2_usize..6) {
            let part: String = name.chars().skip(from).take(length).collect();
            prop_assume!(part.chars().count() >= 2);
            let tokens: Vec<String> = bigrams(&name).split(' ').map(str::to_owned).collect();
            let is_found = query(&part).alternatives.iter().any(|term| match term {
                SearchTerm::Phrases(phrases) => phrases.iter().all(|phrase| tokens.windows(phrase.len()).any(|window| window == phrase.as_slice())),
                _ => false,
            });
            prop_assert!(is_found);
        }

        #[test]
        fn no_text_breaks_the_keys(text in any::<String>()) {
            let _ = (bigrams(&text), query(&text), initials(&text), sort_key(&text));
        }
    }
}
