//! Figures and unmasked persons come from the reading unit alone, which notes who read what: no other floor asks whether
//! somebody may see them, or masks what it was given whole.

use std::{fs, path::Path};

/// What the edge must not ask or do by itself.
const FOR_THE_READING_UNIT: &[&str] = &["sees_figures(", "mask_name(", "mask_phone(", "mask_email("];

/// Floors above the services.
const EDGES: &[&str] = &["web", "jobs", "cli", "demo"];

fn complaints(file: &str, source: &str) -> Vec<String> {
    let found = FOR_THE_READING_UNIT.iter().filter(|name| source.contains(**name));
    found.map(|name| format!("src/{file}: {name}…) belongs to the reading unit (services/reading.rs)")).collect()
}

#[test]
fn the_edge_cannot_show_figures_or_persons_unnoted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = 0;
    for edge in EDGES {
        for path in super::sources(&root.join(edge)) {
            let file = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
            assert_eq!(complaints(&file, &fs::read_to_string(&path).expect("UTF-8")), Vec::<String>::new());
            files += 1;
        }
    }
    assert!(files > 150, "only {files} files were read");
}

#[test]
fn an_edge_that_asks_is_found() {
    assert_eq!(complaints("web/api/x.rs", "let f = caller.actor.sees_figures();").len(), 1);
    assert_eq!(complaints("web/api/x.rs", "let shown = mask_name(&contact.name);").len(), 1);
}
