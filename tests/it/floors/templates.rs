//! Every template is used: by a page or a mail, or by another template.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The files below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Those of these templates whose path, as askama names it, stands in none of the sources.
fn unused<'a>(templates: &'a [String], sources: &str) -> Vec<&'a String> {
    templates.iter().filter(|template| !sources.contains(&format!("\"{template}\""))).collect()
}

#[test]
fn every_template_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = root.join("templates");
    let paths = files(&directory);
    let below = |path: &PathBuf| path.strip_prefix(&directory).expect("below templates").display().to_string();
    let templates: Vec<String> = paths.iter().map(below).collect();
    let sources = super::sources(&root.join("src"));
    let read = |path: &PathBuf| fs::read_to_string(path).expect("UTF-8");
    let text: String = sources.iter().chain(&paths).map(read).collect();
    assert!(templates.len() > 40, "{templates:?}");
    assert_eq!(unused(&templates, &text), [""; 0], "no source names these templates");
}

#[test]
fn a_template_that_nobody_names_is_found() {
    let templates = ["pages/a.html".to_owned(), "pages/b.html".to_owned()];
    assert_eq!(unused(&templates, "#[template(path = \"pages/b.html\")]"), ["pages/a.html"]);
}
