//! Figures and unmasked persons come from the reading unit alone, which notes who read what: no other floor asks whether
//! somebody may see them, or masks what it was given whole.

use std::{
    fs,
    path::{Path, PathBuf},
};

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

/// The pages that show nothing from the database but their frame: settings, and a secret that was just made.
const FRAMES_ALONE: [&str; 3] = ["settings.rs", "tokens/issue.rs", "users/password.rs"];

/// A page reads itself and its frame as of one instant, by `Reader::read_page` or `read_framed`.
#[test]
fn only_pages_without_rows_read_their_frame_alone() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/pages");
    let reads_alone = |path: &PathBuf| fs::read_to_string(path).expect("UTF-8").contains(".shell(Area::");
    let alone: Vec<String> = super::sources(&pages)
        .into_iter()
        .filter(reads_alone)
        .map(|path| path.strip_prefix(&pages).expect("below the pages").to_string_lossy().replace('\\', "/"))
        .collect();
    assert_eq!(alone, FRAMES_ALONE);
}

#[test]
fn an_edge_that_asks_is_found() {
    assert_eq!(complaints("web/api/x.rs", "let f = caller.actor.sees_figures();").len(), 1);
    assert_eq!(complaints("web/api/x.rs", "let shown = mask_name(&contact.name);").len(), 1);
}
