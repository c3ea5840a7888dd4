//! An assertion over all things of a list first asserts that there are some: over an empty list it would hold whatever the
//! product does.

use std::{fs, path::Path};

/// How an assertion begins.
const ASSERT: &str = "assert!(";
/// What makes an assertion one over all things.
const OVER_ALL: &str = ".all(|";
const OVER_ALL_BY_NAME: &str = ".all(Result::";
/// What asserts that there are some.
const SOME: &str = "some(";

/// The assertions of a source over all things of a list that may be empty, by their lines.
fn complaints(source: &str) -> Vec<usize> {
    let assertion = |start: usize| {
        let end = source[start..].find(";\n").map_or(source.len(), |end| start + end);
        source[start + ASSERT.len()..end].trim_start()
    };
    let is_empty_handed = |start: &usize| {
        let text = assertion(*start);
        let is_over_all = text.contains(OVER_ALL) || text.contains(OVER_ALL_BY_NAME);
        // What is written out has something in it.
        is_over_all && !text.contains(SOME) && !text.starts_with('[')
    };
    let starts = source.match_indices(ASSERT).map(|(start, _)| start).filter(is_empty_handed);
    starts.map(|start| source[..start].lines().count()).collect()
}

#[test]
fn nothing_is_asserted_of_all_things_of_an_empty_list() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut found = Vec::new();
    let mut over_all = 0;
    for path in super::sources(&directory).into_iter().filter(|path| !path.ends_with("floors/assertions.rs")) {
        let source = fs::read_to_string(&path).expect("UTF-8");
        over_all += source.matches("some(").count();
        let file = path.strip_prefix(&directory).expect("below tests/it").display().to_string();
        found.extend(complaints(&source).into_iter().map(|line| format!("tests/it/{file}:{line}")));
    }
    assert!(over_all > 30, "only {over_all} places say that there are some");
    assert!(found.is_empty(), "say `some(…)` (support/some.rs) at:\n{}", found.join("\n"));
}

#[test]
fn an_assertion_over_nothing_is_found() {
    let source = "\n    assert!(mails.iter().all(|mail| mail.is_sent()));\n";
    assert_eq!(complaints(source), [2]);
    assert_eq!(complaints("assert!(\n    written.iter().all(Result::is_ok),\n    \"{written:?}\"\n);\n"), [0]);
    assert_eq!(complaints(&source.replace("mails.iter()", "some(&mails)")), Vec::<usize>::new());
    assert_eq!(complaints("assert!([\"a\", \"b\"].iter().all(|name| html.contains(name)));\n"), Vec::<usize>::new());
    assert_eq!(complaints("assert!(\n    [\"a\"].iter().all(|name| html.contains(name)),\n);\n"), Vec::<usize>::new());
}
