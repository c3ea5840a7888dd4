//! Why a command failed: the message for the person and the exit code for the shell.

use crate::{
    services::Error,
    settings::SettingError,
    texts::{Explain, Language, texts},
};
use std::process::ExitCode;

/// A command that did not succeed, already in the person's language.
#[derive(Debug)]
pub(super) struct Failure {
    kind: Kind,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Something outside did not work: the database, the mail server, a file.
    Failed,
    /// The command line or the settings are wrong; nothing was tried.
    Usage,
    /// The input was read and refused; nothing was written.
    Refused,
}

impl Failure {
    /// Something outside did not work: exit code 1.
    pub(super) fn failed(text: impl Into<String>) -> Self {
        Self { kind: Kind::Failed, text: text.into() }
    }

    /// The command line is wrong: exit code 2.
    pub(super) fn usage(text: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, text: text.into() }
    }

    /// The input was refused: exit code 3.
    pub(super) fn refused(text: impl Into<String>) -> Self {
        Self { kind: Kind::Refused, text: text.into() }
    }

    /// Everything that is wrong with the settings: exit code 2.
    pub(super) fn settings(language: Language, errors: &[SettingError]) -> Self {
        let lines: Vec<String> = errors.iter().map(|error| format!("  {}", error.text(language))).collect();
        Self::usage(format!("{}\n{}", settings_wrong(language, errors.len()), lines.join("\n")))
    }

    /// A use case that did not happen.
    pub(super) fn of(language: Language, error: &Error) -> Self {
        match error {
            Error::NotFound => Self::refused(not_found(language)),
            Error::Forbidden(_) => Self::refused(forbidden(language)),
            Error::Refused(reason) | Error::Conflict(reason) | Error::Unauthenticated(reason) => {
                Self::refused(reason.text(language))
            }
            Error::Invalid(invalid) => {
                let line = |field: &crate::services::FieldError| {
                    let name = field.pointer.trim_start_matches('/');
                    format!("{name}: {}", field.reason.text(language))
                };
                Self::refused(invalid.0.iter().map(line).collect::<Vec<_>>().join("\n"))
            }
            Error::Stale => Self::refused(stale(language)),
            Error::TooMany { retry_after } => Self::refused(too_many(language, *retry_after)),
            Error::Connection(error) => Self::failed(unreachable_database(language, &error.to_string())),
            Error::Database(error) => Self::failed(database(language, &error.to_string())),
            Error::Busy => Self::failed(database(language, &error.to_string())),
            Error::Internal(text) => Self::failed(internal(language, text)),
        }
    }

    /// What the person reads.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What the shell is told: 1 failed, 2 usage or settings, 3 refused input.
    pub(super) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Failed => 1,
            Kind::Usage => 2,
            Kind::Refused => 3,
        })
    }
}

texts! {
    settings_wrong(count: usize) {
        zh: "设置有 {count} 处错误：",
        en: "Errors in the settings ({count}):",
    }
    not_found() { zh: "没有找到。", en: "Not found." }
    forbidden() { zh: "不允许这样做。", en: "This is not allowed." }
    stale() { zh: "读取之后已有他人修改，请重试。", en: "Somebody else has changed it; try again." }
    too_many(seconds: u64) { zh: "尝试过于频繁，请 {seconds} 秒后再试。", en: "Too many attempts; try again in {seconds} seconds." }
    unreachable_database(reason: &str) {
        zh: "无法连接数据库（设置项 database_url）：{reason}",
        en: "The database cannot be reached (setting database_url): {reason}",
    }
    database(reason: &str) { zh: "数据库出错：{reason}", en: "The database failed: {reason}" }
    internal(reason: &str) { zh: "程序出错：{reason}", en: "Something went wrong: {reason}" }
}
