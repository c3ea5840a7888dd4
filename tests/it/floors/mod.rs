//! The floors of the house: imports go down only, and what belongs to one floor stays there.
//!
//! Sees every path that is written out, in macros too, but none inside a string or made by another crate's macro.

#![allow(clippy::panic, clippy::expect_used, reason = "a test fails so")]

mod assertions;
mod circles;
mod endpoints;
mod locks;
mod reading;
mod recorded;
pub(crate) mod source;
mod templates;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

/// The modules below `src`, from the top floor to the ground. A module imports from the floors below its own;
/// modules of one floor don't know each other, and inside one no module knows itself through others
/// (`circles`). `main.rs` and `lib.rs` stand above all.
const FLOORS: &[&[&str]] = &[
    &["cli"],
    &["web"],
    &["demo"],
    &["jobs"],
    &["app"],
    &["services"],
    &["mail", "sheets"],
    &["db"],
    &["secrets"],
    &["settings", "clock", "logging", "meters"],
    &["domain"],
    &["texts"],
];

/// What is written only in some places, or everywhere but there. `name::*` is whatever a crate holds.
#[rustfmt::skip]
const RULES: &[Rule] = &[
    Rule { path: "diesel::*",            place: Only(&["db"]),                         why: "rows and queries live in db" },
    Rule { path: "diesel_migrations::*", place: Only(&["db"]),                         why: "db runs the migrations" },
    Rule { path: "actix_web::*",         place: Only(&["web", "cli/serve", "main.rs"]), why: "only web speaks HTTP, and only serve starts it" },
    Rule { path: "askama::*",            place: Only(&["web", "mail"]),                why: "templates make pages and mails" },
    Rule { path: "lettre::*",            place: Only(&["mail"]),                       why: "messages and transport live in mail" },
    Rule { path: "calamine::*",          place: Only(&["sheets"]),                     why: "tables are read and written in sheets" },
    Rule { path: "rust_xlsxwriter::*",   place: Only(&["sheets"]),                     why: "tables are read and written in sheets" },
    Rule { path: "csv::*",               place: Only(&["sheets"]),                     why: "tables are read and written in sheets" },
    Rule { path: "indicatif::*",         place: Only(&["cli"]),                        why: "progress is shown by the command line" },
    Rule { path: "std::env",             place: Only(&["settings"]),                   why: "only settings read the environment" },
    Rule { path: "Utc::now",             place: Only(&["clock"]),                      why: "time comes in as an argument" },
    Rule { path: "Local::now",           place: Only(&["clock"]),                      why: "time comes in as an argument" },
    Rule { path: "SystemTime::now",      place: Only(&["clock"]),                      why: "time comes in as an argument" },
    Rule { path: "async",                place: Never(&["services", "sheets", "db", "domain"]), why: "below app nothing waits asynchronously" },
    Rule { path: "WriteProof::of_the_unit_of_work", place: Only(&["services/unit_of_work"]), why: "what is written is recorded" },
    Rule { path: "Amounts::Figures",     place: Only(&["domain", "services"]),         why: "figures are shown by who has noted that they are read" },
    Rule { path: "contacts::of_enterprise", place: Only(&["db", "services", "demo"]), why: "contact persons are masked by services" },
    Rule { path: "std::fs",              place: Never(&["services", "domain", "texts"]), why: "use cases and rules touch no files" },
];

/// A longer file hides a concept that wants a name of its own.
const LINE_LIMIT: usize = 600;
/// What a file should stay below.
const LINE_AIM: usize = 400;

/// Files that only list tables, one declaration each, and grow with them.
const LISTS: &[&str] = &["db/schema/mod.rs"];

struct Rule {
    path: &'static str,
    place: Place,
    why: &'static str,
}

/// Modules, by their paths below `src`, with what they contain.
enum Place {
    Only(&'static [&'static str]),
    Never(&'static [&'static str]),
}
use Place::{Never, Only};

impl Rule {
    fn forbids(&self, module: &Module<'_>, path: &[&str]) -> bool {
        let named = if let Some(name) = self.path.strip_suffix("::*") {
            path.len() > 1 && path.first() == Some(&name)
        } else {
            let words: Vec<&str> = self.path.split("::").collect();
            path.windows(words.len()).any(|window| window == words)
        };
        named
            && match self.place {
                Only(places) => !places.iter().any(|place| module.is_within(place)),
                Never(places) => places.iter().any(|place| module.is_within(place)),
            }
    }
}

/// A broken rule, as `src/services/fieldwork/visits.rs:12: …`.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    file: String,
    line: usize,
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "src/{}:{}: {}", self.file, self.line, self.what)
    }
}

/// A source file as a module of the crate.
struct Module<'a> {
    /// Below `src`, with `/`.
    file: &'a str,
    /// `["db", "fieldwork", "visits"]` for `db/fieldwork/visits.rs`, `["db"]` for `db/mod.rs` and `db.rs`, nothing for the crate's root.
    names: Vec<&'a str>,
}

impl<'a> Module<'a> {
    fn of(file: &'a str) -> Self {
        let mut names: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
        if matches!(names.as_slice(), ["main" | "lib"] | [.., "mod"]) {
            names.pop();
        }
        Self { file, names }
    }

    fn is_within(&self, place: &str) -> bool {
        let names: Vec<&str> = place.split('/').collect();
        self.file == place || self.names.starts_with(&names)
    }

    fn violation(&self, line: usize, what: String) -> Violation {
        Violation { file: self.file.to_owned(), line, what }
    }

    /// What is wrong with one path, written inside `inline` nested modules of this file.
    fn complaints(&self, path: &[&str], inline: usize) -> Vec<String> {
        let climbed = path.iter().take_while(|name| **name == "super").count();
        let mut complaints: Vec<String> = RULES
            .iter()
            .filter(|rule| rule.forbids(self, path))
            .map(|rule| format!("`{}` does not belong here: {}", path.join("::"), rule.why))
            .collect();
        if path.len() > climbed && climbed > 0 && climbed >= self.names.len() + inline {
            complaints.push(format!("`{}` climbs to the root of the crate: write crate::…", path.join("::")));
        }
        if let ["crate", target, ..] = path {
            complaints.extend(self.upward(target));
        }
        complaints
    }

    /// Why this module may not import `target`.
    fn upward(&self, target: &str) -> Option<String> {
        let own = *self.names.first()?;
        let (Some(from), Some(to)) = (floor(own), floor(target)) else {
            let stranger = if floor(own).is_none() { own } else { target };
            return Some(format!("`{stranger}` stands on no floor: give it one in FLOORS, or name its module"));
        };
        if own == target || to > from {
            None
        } else if to == from {
            Some(format!("{own} imports {target}, its neighbour on the same floor"))
        } else {
            Some(format!("{own} imports {target}, which stands above it"))
        }
    }
}

/// Counted from the top.
fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// Everything that is wrong with one file; `file` is its path below `src`.
fn check(file: &str, source: &str) -> Vec<Violation> {
    let module = Module::of(file);
    let mut violations = check_shape(&module, source);
    if module.names.first().is_some_and(|name| floor(name).is_none()) {
        violations.push(module.violation(1, "this module stands on no floor: give it one in FLOORS".to_owned()));
    }
    for path in source::paths(source) {
        let complaints = module.complaints(&path.names, path.depth);
        violations.extend(complaints.into_iter().map(|what| module.violation(path.line, what)));
    }
    violations
}

fn check_shape(module: &Module<'_>, source: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    if !source.starts_with("//!") {
        violations.push(module.violation(1, "no `//!` at the head says what lives here and what does not".to_owned()));
    }
    let lines = source.lines().count();
    if lines > LINE_LIMIT && !LISTS.contains(&module.file) {
        let what = format!("{lines} lines, {LINE_LIMIT} at most and {LINE_AIM} as the aim: find the missing concept");
        violations.push(module.violation(lines, what));
    }
    violations
}

/// Every `.rs` file below `directory`.
pub(crate) fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn imports_go_down_and_each_floor_keeps_to_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root);
    assert!(!files.is_empty(), "no sources below {}", root.display());
    let violations: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let file = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
            check(&file, &fs::read_to_string(path).expect("UTF-8"))
        })
        .map(|violation| violation.to_string())
        .collect();
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}

/// Where the edge has routes, and where their tests are.
const EDGES_AND_TESTS: &[(&str, &str)] = &[("src/web/api", "tests/it/api"), ("src/web/pages", "tests/it/pages")];

#[test]
fn each_noun_at_the_edge_has_a_file_of_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut nouns = 0;
    for (edge, tests) in EDGES_AND_TESTS {
        for entry in fs::read_dir(root.join(edge)).expect("a directory of sources") {
            let path = entry.expect("an entry").path();
            let source = if path.is_dir() { path.join("mod.rs") } else { path.clone() };
            let adds_routes = fs::read_to_string(&source).is_ok_and(|source| source.contains("fn configure("));
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            if !adds_routes || name == "mod" {
                continue;
            }
            nouns += 1;
            let place = root.join(tests).join(&name);
            assert!(
                place.is_dir() || place.with_extension("rs").is_file(),
                "{tests}/{name}.rs: {edge}/{name} has no tests"
            );
        }
    }
    assert!(nouns > 20, "only {nouns} nouns were found");
}

/// What the checker says of a file with this body under a module comment, as `line: what`.
fn complaints(file: &str, body: &str) -> Vec<String> {
    check(file, &format!("//! Head.\n{body}")).iter().map(|v| format!("{}: {}", v.line, v.what)).collect()
}

#[test]
fn an_import_from_above_is_caught_wherever_it_stands() {
    for (file, body) in [
        ("services/fieldwork/visits.rs", "use crate::web::api;"),
        ("services/fieldwork/visits.rs", "use crate::{\n    db::visits,\n    web::{self, api},\n};"),
        ("domain/fieldwork/visit.rs", "fn f() -> crate::db::Row { x }"),
        ("domain/fieldwork/visit.rs", "macro_rules! m { () => { $crate::services::visits::f() } }"),
        ("domain/watch/risk/mod.rs", "#[cfg(test)]\nmod tests { use crate::app::App; }"),
        ("mail/mod.rs", "use crate::sheets::read;"),
        ("clock.rs", "use crate::settings::Settings;"),
        ("db/mod.rs", "use crate::Everything;"),
        ("stray.rs", ""),
    ] {
        assert!(!complaints(file, body).is_empty(), "{file}: {body}");
    }
}

#[test]
fn a_complaint_names_the_line_and_both_floors() {
    assert_eq!(
        complaints(
            "db/fieldwork/visits.rs",
            "use crate::{\n    domain::visit::Visit,\n    services::visits as cases,\n};"
        ),
        ["4: db imports services, which stands above it"]
    );
}

#[test]
fn what_goes_down_or_stays_inside_passes() {
    for (file, body) in [
        ("main.rs", "use crate::cli; fn main() { crate::web::x() }"),
        ("cli/serve.rs", "use crate::{app::App, settings, texts::*, web::{self as pages, api::{a, b}}};"),
        ("services/fieldwork/visits.rs", "use super::risk; use crate::services::alerts as other; pub(crate) fn f() {}"),
        ("clock.rs", "pub fn now() -> X { Utc::now() }\nmod tests { use super::*; }"),
        ("db/fieldwork/visits.rs", "use diesel::prelude::*; mod a { mod b { use super::super::X; } }"),
        (
            "domain/a.rs",
            "// crate::web\n/* crate::web /* nested */ crate::web */ const A: &str = \"crate::web \\\" std::fs\";",
        ),
        (
            "domain/a.rs",
            "/// [`crate::web`]\nconst A: (&str, char) = (r#\"\" crate::web\"#, '\"'); fn f<'a>(x: &'a str) {}",
        ),
        ("domain/a.rs", "#[derive(diesel)] struct Csv { csv: u8 } fn f(x: Csv) -> u8 { x.csv }"),
    ] {
        assert_eq!(complaints(file, body), Vec::<String>::new(), "{file}: {body}");
    }
}

#[test]
fn a_path_may_not_climb_out_of_its_floor() {
    for (file, body) in [
        ("services/fieldwork/visits.rs", "use super::super::super::web;"),
        ("clock.rs", "use super::web;"),
        ("db/fieldwork/visits.rs", "mod tests { use super::super::super::super::web; }"),
    ] {
        let said = complaints(file, body);
        assert!(said.iter().any(|what| what.contains("climbs")), "{file}: {body}: {said:?}");
    }
}

#[test]
fn what_belongs_elsewhere_is_caught() {
    for (file, body) in [
        ("services/fieldwork/visits.rs", "use diesel::prelude::*;"),
        ("services/fieldwork/visits.rs", "pub async fn log() {}"),
        ("jobs/mail.rs", "use actix_web::web;"),
        ("cli/import.rs", "use actix_web::web;"),
        ("web/mod.rs", "let now = chrono::Utc::now();"),
        ("mail/mod.rs", "use std::{env, fs};"),
        ("domain/fieldwork/visit.rs", "use std::{collections::BTreeMap, fs::File};"),
    ] {
        assert_eq!(complaints(file, body).len(), 1, "{file}: {body}");
    }
}

#[test]
fn a_file_has_a_head_and_an_end() {
    assert_eq!(check("clock.rs", "use std::fmt;").len(), 1);
    assert_eq!(check("clock.rs", &"//! Head.\n".repeat(LINE_LIMIT)), []);
    assert_eq!(check("clock.rs", &"//! Head.\n".repeat(LINE_LIMIT + 1)).len(), 1);
}
