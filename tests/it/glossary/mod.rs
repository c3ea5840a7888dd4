//! One concept, one word: what people read uses the words of `docs/glossary.md`, and the sources use none of the words that the
//! page gives up. The page is the only list; a word is added or changed there.

mod page;

use crate::floors::source::{Literal, literals};
use page::{Glossary, PAGE};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The macros that declare what people read. In `codes!` and `settings!` what follows `=` is a stable code.
const CATALOGUES: [&str; 3] = ["texts", "codes", "settings"];
/// Log lines, and errors that a log line or a caller of the library may show.
const LOGS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "format"];

/// Where Chinese words outside of a catalogue are data of the outside world: names of columns, addresses, industries and phrases
/// that are looked for, not said.
const OUTSIDE_WORLD: [&str; 8] = [
    "sheets/",
    "domain/registry/address",
    "domain/registry/industry_divisions.rs",
    "domain/wording.rs",
    "domain/registry/tax_type.rs",
    "domain/search_key.rs",
    "demo/plan/industries.rs",
    "demo/plan/names.rs",
];

/// Documents outside of `docs/` that people read beside the product.
const DOCUMENTS: [&str; 6] =
    ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "migrations/README.md", "scripts/README.md", "tests/README.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below `folder` with one of the endings, as paths below the repository.
fn files(folder: &str, endings: &[&str]) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![PathBuf::from(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| endings.iter().any(|wanted| end == *wanted)) {
                found.push(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} has no such file");
    found
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// What is wrong with the texts, each with its place.
fn complaints(glossary: &Glossary, texts: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
    let of_one = |(place, text): (String, String)| {
        let found = glossary.losers_in(&text);
        found.into_iter().map(move |loser| format!("{place}: {loser} in “{text}”")).collect::<Vec<_>>()
    };
    texts.into_iter().flat_map(of_one).collect()
}

fn assert_clean(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} texts:\n{}\nSee {PAGE}.", complaints.len(), complaints.join("\n"));
}

/// Whether people read the literal.
fn is_read(literal: &Literal<'_>, file: &str) -> bool {
    let is_chinese = literal.text.chars().any(page::is_han);
    match literal.within {
        Some(name) if CATALOGUES.contains(&name) => literal.after != "=",
        Some(name) if LOGS.contains(&name) && literal.text.contains(' ') => true,
        _ => is_chinese && !OUTSIDE_WORLD.iter().any(|place| file.starts_with(&format!("src/{place}"))),
    }
}

/// What a source file says, up to its tests.
fn said_in(file: &str, source: &str) -> Vec<(String, String)> {
    let product = source.split("#[cfg(test)]").next().unwrap_or_default();
    let read = literals(product).into_iter().filter(|literal| is_read(literal, file));
    read.map(|literal| (format!("{file}:{}", literal.line), without(literal.text, "{", "}"))).collect()
}

/// A text without what stands between two marks: names of arguments, of fields, of tags.
fn without(text: &str, from: &str, to: &str) -> String {
    let mut text = text.to_owned();
    while let Some(start) = text.find(from) {
        let inner = start + from.len();
        let end = text[inner..].find(to).map_or(text.len(), |length| inner + length + to.len());
        text.replace_range(start..end, "\n");
    }
    text
}

/// What a template says itself, without its tags and expressions.
fn said_in_template(source: &str) -> Vec<String> {
    let marks = [("{%", "%}"), ("{{", "}}"), ("{#", "#}"), ("<", ">")];
    let text = marks.iter().fold(source.to_owned(), |text, (from, to)| without(&text, from, to));
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What the API's description says: summaries, descriptions and every text of an example.
fn said_in_document(value: &Value, place: &str, in_example: bool, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let place = format!("{place}/{name}");
                let is_text = matches!(name.as_str(), "summary" | "description");
                if let (Value::String(text), true) = (field, is_text || in_example) {
                    found.push((place, without(text, "`", "`")));
                } else {
                    said_in_document(field, &place, in_example || name.starts_with("example"), found);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                said_in_document(item, place, in_example, found);
            }
        }
        Value::String(text) if in_example => found.push((place.to_owned(), text.clone())),
        _ => {}
    }
}

#[test]
fn catalogues_mails_and_log_lines_use_the_words_of_the_glossary() {
    let files = files("src", &["rs"]);
    let texts: Vec<_> = files
        .iter()
        .filter(|file| !file.contains("/tests") && !file.ends_with("fixtures.rs"))
        .flat_map(|file| said_in(file, &read(file)))
        .collect();
    assert!(texts.len() > 2_500, "only {} texts were found", texts.len());
    assert_clean(&complaints(&Glossary::read(), texts));
}

#[test]
fn templates_use_the_words_of_the_glossary() {
    let glossary = Glossary::read();
    let texts = files("templates", &["html", "txt"]).into_iter().flat_map(|file| {
        let said = said_in_template(&read(&file));
        said.into_iter().map(move |text| (file.clone(), text))
    });
    assert_clean(&complaints(&glossary, texts));
}

#[test]
fn the_description_of_the_api_uses_the_words_of_the_glossary() {
    let mut texts = Vec::new();
    said_in_document(&wellspring::web::routes::document(), "", false, &mut texts);
    assert!(texts.len() > 1_000, "only {} texts were found", texts.len());
    assert_clean(&complaints(&Glossary::read(), texts));
}

#[test]
fn documents_use_the_words_of_the_glossary() {
    let glossary = Glossary::read();
    let documents = files("docs", &["md"]).into_iter().filter(|file| file != PAGE);
    let lines = documents.chain(DOCUMENTS.map(str::to_owned)).flat_map(|file| {
        let text = read(&file);
        let lines = text.lines().enumerate().map(|(at, line)| (format!("{file}:{}", at + 1), without(line, "`", "`")));
        lines.collect::<Vec<_>>()
    });
    assert_clean(&complaints(&glossary, lines));
}

#[test]
fn no_source_uses_a_word_that_is_not_plain() {
    let glossary = Glossary::read();
    let mut all: Vec<String> = ["src", "tests", "benches", "scripts", "templates", "docs"]
        .into_iter()
        .flat_map(|folder| files(folder, &["rs", "md", "html", "txt", "css", "js", "py", "sh"]))
        .collect();
    all.extend(["README.md", "CONTRIBUTING.md"].map(str::to_owned));
    let mut found = Vec::new();
    for file in all.iter().filter(|file| *file != PAGE) {
        for (at, line) in read(file).lines().enumerate() {
            found.extend(glossary.stilted_in(line).map(|word| format!("{file}:{}: “{word}”", at + 1)));
        }
    }
    assert_clean(&found);
}

#[test]
fn the_words_of_the_glossary_follow_it_themselves() {
    let glossary = Glossary::read();
    let words = glossary.words().map(|(concept, words)| (concept.to_owned(), words.to_owned()));
    assert_clean(&complaints(&glossary, words));
}

mod the_test_itself {
    use super::*;

    const SAMPLE: &str = r#"
| concept | 中文 | English | what it means | not | but allowed |
|---|---|---|---|---|---|
| acknowledge | 确认收到 | acknowledge | | 签收 · taken · "no" | taken over |
| organisation | 单位 | organisation | | 机构 | 组织机构代码 |

| not | but |
|---|---|
| yonder · takes wing | there |
"#;

    fn losers(text: &str) -> Vec<String> {
        Glossary::of(SAMPLE).losers_in(text)
    }

    #[test]
    fn finds_a_loser_in_either_language() {
        assert_eq!(losers("请签收此预警"), ["“签收” (acknowledge)"]);
        assert_eq!(losers("Taken by Wang Fang"), ["“taken” (acknowledge)"]);
        assert_eq!(losers(" No "), ["“\"no\"” (acknowledge)"], "a word in quotation marks, as the whole text");
        assert_eq!(losers("所属机构签收"), ["“签收” (acknowledge)", "“机构” (organisation)"]);
    }

    #[test]
    fn leaves_compounds_and_other_words_alone() {
        let right = ["确认收到", "组织机构代码校验不通过", "Who has taken over?", "mistaken", "no alert"];
        assert_eq!(right.map(losers).concat(), Vec::<String>::new());
        assert_eq!(losers("机构的组织机构代码"), ["“机构” (organisation)"], "a compound excuses no other place");
    }

    #[test]
    fn finds_a_word_that_is_not_plain() {
        let glossary = Glossary::of(SAMPLE);
        assert_eq!(glossary.stilted_in("// Yonder it takes wing.").collect::<Vec<_>>(), ["yonder", "takes wing"]);
        assert_eq!(glossary.stilted_in("beyonder take wings").count(), 0);
    }

    #[test]
    fn a_table_of_another_form_is_refused() {
        let broken = SAMPLE.replace("| taken over |", "|");
        assert!(std::panic::catch_unwind(|| Glossary::of(&broken)).is_err());
        assert!(std::panic::catch_unwind(|| Glossary::of("no table")).is_err());
    }

    #[test]
    fn reads_each_kind_of_catalogue_and_no_code() {
        let source = r#"
            crate::texts::texts! { one(name: &str) { zh: "请签收", en: "Take \"{name}\"" } }
            texts! { Words { two() { zh: "签收", en: "Taken" } } }
            codes! { pub enum Kind { One = "take", "签收", "take it"; } }
            settings! { server Server { a: u8 = "take" (text "4"), Whole, parse::X, zh: "签收", en: "take"; } }
            fn f() { tracing::info!(job = "take", "the alert was taken"); g("take it"); h("签收") }
            #[error("it was taken")]
            struct Taken; // "签收"
            #[cfg(test)]
            mod tests { const X: &str = "签收"; }
        "#;
        let said: Vec<String> = said_in("src/cli/x.rs", source).into_iter().map(|(_, text)| text).collect();
        let all = [
            "请签收",
            "Take \\\"\n\\\"",
            "签收",
            "Taken",
            "签收",
            "take it",
            "4",
            "签收",
            "take",
            "the alert was taken",
            "签收",
            "it was taken",
        ];
        assert_eq!(said, all);
        let outside = said_in("src/sheets/x.rs", r#"const NAMES: &[&str] = &["机构"];"#);
        assert_eq!(outside, []);
    }

    #[test]
    fn reads_templates_without_their_expressions() {
        let said = said_in_template("<p class=\"take\">Take it {{ t.take() }}</p>{% if taken %}<b>签收</b>{% endif %}");
        assert_eq!(said, ["Take it", "签收"]);
    }

    #[test]
    fn reads_descriptions_and_examples_of_the_api() {
        let document = serde_json::json!({
            "take": {"description": "Take it", "schema": {"enum": ["take"], "example": {"text": ["签收"]}}},
        });
        let mut found = Vec::new();
        said_in_document(&document, "", false, &mut found);
        let texts: Vec<_> = found.into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["Take it", "签收"]);
    }
}
