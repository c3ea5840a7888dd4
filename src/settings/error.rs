//! What can be wrong with settings, each error naming the setting and what is allowed.

use super::{definition::Definition, source::Source};
use crate::texts::{Explain, Language};
use std::{fmt, path::PathBuf};

mod say {
    crate::texts::texts! {
        refused(name: &str, value: &str, allowed: &str) {
            zh: "{name} 的值 {value} 无效。允许的值：{allowed}。",
            en: "{name} is {value}, which is not allowed. Allowed: {allowed}.",
        }
        refused_hidden(name: &str, allowed: &str) {
            zh: "{name} 的值无效（内容不显示）。允许的值：{allowed}。",
            en: "{name} has a value that is not allowed (not shown here). Allowed: {allowed}.",
        }
        unknown(name: &str) {
            zh: "没有名为 {name} 的设置项。用 `wellspring check` 查看全部设置项。",
            en: "There is no setting {name}. `wellspring check` lists all settings.",
        }
        unknown_nearest(name: &str, nearest: &str) {
            zh: "没有名为 {name} 的设置项。是否指 {nearest}？",
            en: "There is no setting {name}. Did you mean {nearest}?",
        }
        in_file(key: &str, path: &str) {
            zh: "{key}（文件 {path}）",
            en: "{key} (file {path})",
        }
        secret_flag(key: &str, variable: &str) {
            zh: "{key} 可能含有秘密，不能写在命令行上。请写入设置文件或环境变量 {variable}。",
            en: "{key} may hold a secret and cannot be given on the command line. Put it into the settings file or into {variable}.",
        }
        unreadable(path: &str, reason: &str) {
            zh: "无法读取设置文件 {path}：{reason}。",
            en: "The settings file {path} cannot be read: {reason}.",
        }
        malformed(path: &str, line: usize, reason: &str) {
            zh: "设置文件 {path} 第 {line} 行不是有效的 TOML：{reason}。",
            en: "The settings file {path} is not valid TOML at line {line}: {reason}.",
        }
        not_unicode(name: &str) {
            zh: "环境变量 {name} 的值不是有效的 UTF-8 文本。",
            en: "The value of the variable {name} is not valid UTF-8 text.",
        }
        together(given: &str, missing: &str) {
            zh: "设置了 {given} 却没有设置 {missing}。两者必须同时设置，或者都不设置。",
            en: "{given} is set but {missing} is not. Set both or neither.",
        }
        not_together(one: &str, other: &str) {
            zh: "{one} 和 {other} 不能同时设置，请只保留一个。",
            en: "{one} and {other} exclude each other; keep one.",
        }
        plaintext(host: &str) {
            zh: "到 PostgreSQL 主机 {host} 的连接不会加密。请使用启用 postgres-tls 特性的构建，并在 database_url 中加上 sslmode=verify-full（或 verify-ca、require）；只有在受信任的网络内，才可设置 allow_plaintext_database = true。",
            en: "The connection to the PostgreSQL host {host} would not be encrypted. Use a build with the feature postgres-tls and add sslmode=verify-full (or verify-ca, require) to database_url; only inside a trusted network set allow_plaintext_database = true.",
        }
    }
}

/// One thing that is wrong with the settings.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingError {
    /// A value that the setting does not take.
    Refused {
        /// The setting.
        definition: &'static Definition,
        /// Where the value came from.
        source: Source,
        /// The value, unless it may be a secret or is no single value.
        value: Option<String>,
    },
    /// A key in the file that is no setting.
    UnknownKey {
        /// The key.
        key: String,
        /// The file.
        path: PathBuf,
        /// The known key nearest to it.
        nearest: Option<String>,
    },
    /// A `WELLSPRING_*` variable that is no setting.
    UnknownVariable {
        /// The variable.
        name: String,
        /// The known variable nearest to it.
        nearest: Option<String>,
    },
    /// A flag that is no setting.
    UnknownFlag {
        /// The flag without dashes.
        name: String,
        /// The known flag nearest to it.
        nearest: Option<String>,
    },
    /// A setting that may hold a secret was given as a flag.
    SecretInFlag {
        /// The setting.
        definition: &'static Definition,
    },
    /// The settings file is missing or may not be read.
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// The settings file is not TOML.
    FileMalformed {
        /// The file.
        path: PathBuf,
        /// The line, counted from one.
        line: usize,
        /// What the parser said, without the line's content.
        reason: String,
    },
    /// A variable is not text.
    NotUnicode {
        /// The variable.
        name: String,
    },
    /// Two settings belong together and one is missing.
    Incomplete {
        /// The one that is set.
        given: &'static Definition,
        /// The one that is not.
        missing: &'static Definition,
    },
    /// Two settings exclude each other and both are set.
    Exclusive {
        /// The first.
        one: &'static Definition,
        /// The second.
        other: &'static Definition,
    },
    /// The database would be reached over a network without encryption.
    PlaintextDatabase {
        /// The host.
        host: String,
    },
}

impl Explain for SettingError {
    fn code(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "setting_refused",
            Self::UnknownKey { .. } | Self::UnknownVariable { .. } | Self::UnknownFlag { .. } => "setting_unknown",
            Self::SecretInFlag { .. } => "setting_secret_in_flag",
            Self::FileUnreadable { .. } => "settings_file_unreadable",
            Self::FileMalformed { .. } => "settings_file_malformed",
            Self::NotUnicode { .. } => "setting_not_unicode",
            Self::Incomplete { .. } => "setting_incomplete",
            Self::Exclusive { .. } => "setting_exclusive",
            Self::PlaintextDatabase { .. } => "database_in_plaintext",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Refused { definition, source, value } => refused(language, definition, source, value.as_deref()),
            Self::UnknownKey { key, path, nearest } => {
                unknown(language, &say::in_file(language, key, &path.display().to_string()), nearest.as_deref())
            }
            Self::UnknownVariable { name, nearest } => unknown(language, name, nearest.as_deref()),
            Self::UnknownFlag { name, nearest } => {
                let nearest = nearest.as_ref().map(|known| format!("--{known}"));
                unknown(language, &format!("--{name}"), nearest.as_deref())
            }
            Self::SecretInFlag { definition } => say::secret_flag(language, definition.key, &definition.variable()),
            Self::FileUnreadable { path, reason } => say::unreadable(language, &path.display().to_string(), reason),
            Self::FileMalformed { path, line, reason } => {
                say::malformed(language, &path.display().to_string(), *line, reason)
            }
            Self::NotUnicode { name } => say::not_unicode(language, name),
            Self::Incomplete { given, missing } => say::together(language, given.key, missing.key),
            Self::Exclusive { one, other } => say::not_together(language, one.key, other.key),
            Self::PlaintextDatabase { host } => say::plaintext(language, host),
        }
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

impl std::error::Error for SettingError {}

fn refused(language: Language, definition: &Definition, source: &Source, value: Option<&str>) -> String {
    let name = match source {
        Source::Default => definition.key.to_owned(),
        Source::File(path) => say::in_file(language, definition.key, &path.display().to_string()),
        Source::Variable => definition.variable(),
        Source::Flag => definition.flag().map_or_else(|| definition.key.to_owned(), |flag| format!("--{flag}")),
    };
    let allowed = definition.allowed(language);
    match value {
        Some(value) => say::refused(language, &name, &format!("{value:?}"), &allowed),
        None => say::refused_hidden(language, &name, &allowed),
    }
}

fn unknown(language: Language, name: &str, nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => say::unknown_nearest(language, name, nearest),
        None => say::unknown(language, name),
    }
}
