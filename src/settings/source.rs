//! Where the value of a setting came from.

use crate::texts::Language;
use std::path::PathBuf;

mod say {
    crate::texts::texts! {
        default() {
            zh: "默认值",
            en: "default",
        }
        file(path: &str) {
            zh: "文件 {path}",
            en: "file {path}",
        }
        variable() {
            zh: "环境变量",
            en: "variable",
        }
        flag() {
            zh: "命令行",
            en: "flag",
        }
    }
}

/// Where a value came from. Later ones go before earlier ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// The settings file.
    File(PathBuf),
    /// A `WELLSPRING_*` variable.
    Variable,
    /// A flag of the command line.
    Flag,
}

impl Source {
    /// The source in words.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Default => say::default(language),
            Self::File(path) => say::file(language, &path.display().to_string()),
            Self::Variable => say::variable(language),
            Self::Flag => say::flag(language),
        }
    }
}
