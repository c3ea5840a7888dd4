//! What the program writes today, gathered from the columns, is what the golden files hold.

use super::{day::Day, file, golden};
use crate::{
    support::both::{apply, both_databases},
    text_columns::FORMS,
    upgrade::contents::lines,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::OpenOptions,
    io::Write,
};

/// `1` adds to the golden files what they lack. What comes in so must be looked at, and read by a test in `reading`.
const UPDATE: &str = "WELLSPRING_UPDATE_GOLDEN";

/// Forms that hold numbers of the day, so that they are pinned by being read and written again.
const NOT_GATHERED: &[&str] = &["verification_notes"];

impl Day {
    /// Every text in the columns of forms, by form and by what is left of it without chance.
    fn written(&self) -> BTreeMap<&'static str, BTreeMap<String, String>> {
        let mut connection = self.app.app.database().reader().unwrap();
        let mut written: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
        for (table, column, form) in FORMS.iter().filter(|(_, _, form)| !NOT_GATHERED.contains(form)) {
            let query = format!("SELECT DISTINCT {column} AS line FROM {table}");
            let found = lines(&mut connection, &query, &query);
            assert!(!found.is_empty(), "nothing was written to {table}.{column}");
            written.entry(form).or_default().extend(found.into_iter().map(|text| (without_chance(&text), text)));
        }
        written
    }
}

/// A text without what differs each time: ids, hashes, salts and tokens, the order of the fields of an object, and
/// sentences in it.
fn without_chance(text: &str) -> String {
    let mut rest = text;
    let sorted = text.starts_with('{').then(|| serde_json::from_str(text).ok().map(sorted)).flatten();
    if let Some(sorted) = &sorted {
        rest = sorted;
    }
    let mut plain = String::new();
    while let Some(first) = rest.chars().next() {
        let chance = length_of_chance(rest);
        plain.push_str(if chance > 0 { "…" } else { &rest[..first.len_utf8()] });
        rest = &rest[chance.max(first.len_utf8())..];
    }
    plain
}

/// JSON with its fields in the order of their names.
fn sorted(value: Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<String, String> =
                fields.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.into_iter().map(sorted).collect::<Vec<_>>().join(",")),
        Value::String(text) if text.ends_with('。') => json!("…").to_string(),
        other => other.to_string(),
    }
}

/// How long the id, hash, salt or token is that `rest` begins with; 0 for none.
fn length_of_chance(rest: &str) -> usize {
    let run = |allowed: fn(char) -> bool| rest.find(|c| !allowed(c)).unwrap_or(rest.len());
    if run(|c| c.is_ascii_hexdigit() || c == '-') >= 36 && rest[..36].parse::<uuid::Uuid>().is_ok() {
        return 36;
    }
    let hash = run(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
    if matches!(hash, 16 | 64) && rest[..hash].contains(|c: char| c.is_ascii_lowercase()) {
        return hash;
    }
    if rest.starts_with("wst_") {
        return run(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    }
    // Salt and hash of a PHC string stand behind its parameters, in base64.
    match rest.strip_prefix('$').map(|rest| rest.find('$').unwrap_or(rest.len())) {
        Some(length @ (22 | 43)) => 1 + length,
        _ => 0,
    }
}

fn add(form: &str, text: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(file(form)).unwrap();
    writeln!(file, "{text}").unwrap();
}

#[apply(both_databases)]
async fn what_is_written_today_is_in_the_golden_files(day: Day) {
    let update = std::env::var(UPDATE).is_ok_and(|value| value == "1");
    let mut new = Vec::new();
    for (form, texts) in day.written() {
        let lines = golden(form);
        let known: BTreeSet<String> = lines.iter().flat_map(|line| line.split('\t')).map(without_chance).collect();
        for (plain, text) in texts.iter().filter(|(plain, _)| !known.contains(*plain)) {
            new.push(format!("{form}: {plain}"));
            if update {
                add(form, text);
            }
        }
    }
    assert!(
        new.is_empty(),
        "stored forms that no golden file has. Keep the old lines, add these ({UPDATE}=1), let `reading` read both:\n{}",
        new.join("\n")
    );
}

#[test]
fn chance_is_taken_out_of_a_text() {
    for (text, plain) in [
        ("visit:01a21558-ef16-77f8-968c-a64f7599be9a:moving:2026-11-20", "visit:…:moving:2026-11-20"),
        ("\"1-dec221281005e33a\"", "\"1-…\""),
        ("星河 xing he 9132010600000000X4 1234567890123456", "星河 xing he 9132010600000000X4 1234567890123456"),
        (
            "{\"b\":1,\"a\":{\"d\":[2],\"c\":\"wst_-zD46XhS\"},\"e\":\"办结。\"}",
            "{\"a\":{\"c\":\"…\",\"d\":[2]},\"b\":1,\"e\":\"…\"}",
        ),
        ("$argon2id$v=19$m=19456,t=2,p=1$d2VsbHNwcmluZy1ub2JvZA$AAAA", "$argon2id$v=19$m=19456,t=2,p=1…$AAAA"),
    ] {
        assert_eq!(without_chance(text), plain);
    }
}
