//! The tables of `docs/glossary.md`: for each concept its words, those that are given up, and the compounds in which these are right.

use std::fs;

/// The page.
pub(super) const PAGE: &str = "docs/glossary.md";
/// The columns of a table of concepts.
const CONCEPTS: [&str; 6] = ["concept", "中文", "English", "what it means", "not", "but allowed"];
/// The columns of the table of words that are not plain.
const STILTED: [&str; 2] = ["not", "but"];
/// What stands between the words of a cell.
const BETWEEN: &str = " · ";

/// One concept.
struct Concept {
    name: String,
    /// Its words in both languages.
    words: String,
    losers: Vec<String>,
    allowed: Vec<String>,
}

/// What the page says.
pub(super) struct Glossary {
    concepts: Vec<Concept>,
    stilted: Vec<String>,
}

/// Whether a character is an ideograph: words made of these need no space around them.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

impl Glossary {
    /// The glossary of the product.
    pub(super) fn read() -> Self {
        let glossary = Self::of(&fs::read_to_string(super::root().join(PAGE)).unwrap());
        assert!(glossary.concepts.len() > 30 && glossary.stilted.len() > 8, "{PAGE} has lost its tables");
        glossary
    }

    /// The tables of a page.
    pub(super) fn of(page: &str) -> Self {
        let (mut concepts, mut stilted) = (Vec::new(), Vec::new());
        let mut columns: Vec<&str> = Vec::new();
        for line in page.lines() {
            let Some(cells) = cells(line) else {
                columns.clear();
                continue;
            };
            if columns.is_empty() {
                assert!(cells == CONCEPTS || cells == STILTED, "a table of other columns: {line}");
                columns = cells;
                continue;
            }
            assert_eq!(cells.len(), columns.len(), "a row of another form: {line}");
            match cells.as_slice() {
                [rule, ..] if rule.starts_with("---") => {}
                [name, chinese, english, _, not, allowed] => concepts.push(Concept {
                    name: (*name).to_owned(),
                    words: format!("{chinese} {english}"),
                    losers: words(not),
                    allowed: words(allowed),
                }),
                [not, _] => stilted.extend(words(not)),
                _ => panic!("a row of another form: {line}"),
            }
        }
        assert!(!concepts.is_empty() && !stilted.is_empty(), "the page has no tables");
        Self { concepts, stilted }
    }

    /// Each concept with its words.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, &str)> {
        self.concepts.iter().map(|concept| (concept.name.as_str(), concept.words.as_str()))
    }

    /// The given-up words of a text, each with the concept it stands for.
    pub(super) fn losers_in(&self, text: &str) -> Vec<String> {
        let text = text.to_lowercase();
        let of_one = |concept: &Concept| {
            let rest = concept.allowed.iter().fold(text.clone(), |rest, compound| rest.replace(compound, "\u{1}"));
            let found = concept.losers.iter().filter(|loser| contains(&rest, loser));
            found.map(|loser| format!("“{loser}” ({})", concept.name)).collect::<Vec<_>>()
        };
        self.concepts.iter().flat_map(of_one).collect()
    }

    /// The words of a line that are not plain.
    pub(super) fn stilted_in(&self, line: &str) -> impl Iterator<Item = &str> {
        let line = line.to_lowercase();
        self.stilted.iter().map(String::as_str).filter(move |word| contains(&line, word))
    }
}

/// The cells of a line of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

/// The words of a cell, in lower case.
fn words(cell: &str) -> Vec<String> {
    cell.split(BETWEEN).map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect()
}

/// Whether a text holds a word: Chinese anywhere, English as whole words, and what stands in quotation marks as the whole text.
fn contains(text: &str, word: &str) -> bool {
    if let Some(whole) = word.strip_prefix('"').and_then(|word| word.strip_suffix('"')) {
        return text.trim() == whole;
    }
    let is_chinese = word.chars().any(is_han);
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + word.len()..].chars().next();
        let joined = |c: char| c.is_alphanumeric() && !is_han(c) || c == '_';
        is_chinese || !(before.is_some_and(joined) || behind.is_some_and(joined))
    })
}
