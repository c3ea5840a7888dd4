//! The progress bar of an import, on a terminal only.

use crate::texts::{Language, texts};
use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error; nothing at all where that is no terminal.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    language: Language,
}

impl Progress {
    pub(super) fn new(language: Language) -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}") {
            bar.set_style(style);
        }
        Self { bar, language }
    }

    /// Rows are read out of the file.
    pub(super) fn reading(&self, done: usize, rows: usize) {
        self.at(reading(self.language), done, rows);
    }

    /// Rows are compared with the registry.
    pub(super) fn comparing(&self, done: usize, rows: usize) {
        let message = if done < rows { comparing(self.language) } else { writing(self.language) };
        self.at(message, done, rows);
    }

    fn at(&self, message: String, done: usize, rows: usize) {
        self.bar.set_message(message);
        self.bar.set_length(rows as u64);
        self.bar.set_position(done as u64);
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

texts! {
    reading() { zh: "读取", en: "reading" }
    comparing() { zh: "比对", en: "comparing" }
    writing() { zh: "写入", en: "writing" }
}
