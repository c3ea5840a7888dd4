//! An endpoint declares the headers it takes: what its handler extracts and what it describes are the same.

use std::{collections::BTreeSet, fs, path::Path};

/// The extractors of headers. Each describes itself, so an endpoint declares it by its name.
const EXTRACTORS: [&str; 3] = ["IfMatch", "IfMatchGiven", "Expected"];

/// What creates under a key, called by a handler or by what several handlers share.
const KEYED: &str = "IdempotencyKey";

/// Endpoints that answer 201 with a secret, which is kept nowhere.
const WITHOUT_KEY: [&str; 2] = ["sign_in", "issue_token"];

/// An endpoint: its name, what is declared of it, and the arguments of its handler.
struct Endpoint<'a> {
    name: &'a str,
    declared: &'a str,
    arguments: &'a str,
}

fn endpoints(source: &str) -> Vec<Endpoint<'_>> {
    source.split("#[utoipa::path(").skip(1).filter_map(endpoint).collect()
}

fn endpoint(text: &str) -> Option<Endpoint<'_>> {
    let (declared, handler) = text.split_once("\n)]")?;
    let (_, named) = declared.split_once("operation_id = \"")?;
    let (arguments, _) = handler.split_once(") -> ")?;
    Some(Endpoint { name: named.split('"').next()?, declared, arguments })
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !letter.is_alphanumeric()).collect()
}

/// What an endpoint takes and does not declare, or declares and does not take.
fn faults(endpoint: &Endpoint<'_>) -> Vec<String> {
    let (declared, taken) = (words(endpoint.declared), words(endpoint.arguments));
    let differ = EXTRACTORS.into_iter().filter(|name| declared.contains(name) != taken.contains(name));
    let mut faults: Vec<String> = differ.map(|name| format!("{}: {name}", endpoint.name)).collect();
    let creates = endpoint.declared.contains("status = 201") && !WITHOUT_KEY.contains(&endpoint.name);
    if creates && !declared.contains(KEYED) {
        faults.push(format!("{}: {KEYED}", endpoint.name));
    }
    faults
}

#[test]
fn an_endpoint_declares_the_headers_it_takes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/api");
    let (mut seen, mut found) = (0, Vec::new());
    for path in super::sources(&root) {
        let source = fs::read_to_string(&path).expect("UTF-8");
        let endpoints = endpoints(&source);
        seen += endpoints.len();
        found.extend(endpoints.iter().flat_map(faults));
    }
    assert!(seen > 80, "{seen}");
    assert_eq!(found, [""; 0], "taken and not declared, or the other way round");
}

#[test]
fn a_header_that_is_not_declared_is_found() {
    let source = "#[utoipa::path(\n    operation_id = \"update_note\",\n    responses((status = 201))\n)]\n\
                  pub async fn change(IfMatch(version): IfMatch) -> X {}";
    let found: Vec<String> = endpoints(source).iter().flat_map(faults).collect();
    assert_eq!(found, ["update_note: IfMatch", "update_note: IdempotencyKey"]);
}
