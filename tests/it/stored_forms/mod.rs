//! Forms that are stored as text and read again later. Each has a golden file in `tests/fixtures/stored_forms/`:
//! every line of it must be read by today's code, and what today's code writes must be one of its lines.

mod day;
mod reading;
mod written;

use crate::text_columns::FORMS;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stored_forms")
}

fn file(form: &str) -> PathBuf {
    directory().join(form).with_extension("txt")
}

/// The lines of a golden file: a stored text each, or several that belong together with tabs between them.
fn golden(form: &str) -> Vec<String> {
    let text = fs::read_to_string(file(form)).unwrap_or_else(|error| panic!("{form}: {error}"));
    assert!(!text.is_empty(), "{form} is empty");
    text.lines().map(str::to_owned).collect()
}

/// The texts of a line.
fn parts<const N: usize>(line: &str) -> [&str; N] {
    let parts: Vec<&str> = line.split('\t').collect();
    parts.try_into().unwrap_or_else(|parts| panic!("{N} parts expected: {parts:?}"))
}

#[test]
fn every_form_has_a_golden_file_and_every_golden_file_a_form() {
    let forms: BTreeSet<PathBuf> = FORMS.iter().map(|(_, _, form)| file(form)).collect();
    let mut files: BTreeSet<PathBuf> = fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.remove(&directory().join("README.md"));
    assert_eq!(forms, files);
}
