//! The settings: one typed struct from defaults, one TOML file, `WELLSPRING_*` variables and flags, later ones first.
//! The only place that reads the environment.

mod definition;
mod error;
mod nearest;
mod parse;
mod postgres;
mod reader;
mod secret;
mod source;
mod table;
mod values;

pub use definition::Definition;
pub use error::SettingError;
pub use secret::Secret;
pub use source::Source;
pub use table::{
    AlertSettings, DatabaseSettings, LocaleSettings, LogSettings, MailSettings, RecordSettings, SecuritySettings,
    ServerSettings, definitions,
};
pub use values::{BaseUrl, DatabaseUrl, IpNetwork, KeySource, LogFormat, Recipient, Sender, TlsFiles};

use crate::{domain::watch::alert::AnswerTimes, texts::Language};
use chrono::{DateTime, Utc};
use reader::{FILE_VARIABLE, Reader};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Name of the settings file that is looked for in the data directory.
const FILE_NAME: &str = "wellspring.toml";
/// Name of the key file that is made in the data directory.
const KEY_FILE_NAME: &str = "secret.key";

/// All settings in force. Relative paths are relative to the working directory.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the server listens and how people reach it.
    pub server: ServerSettings,
    /// Where the data lives and how many share it.
    pub database: DatabaseSettings,
    /// How mails leave.
    pub mail: MailSettings,
    /// Keys, sign-in rules and limits.
    pub security: SecuritySettings,
    /// How the record proves itself.
    pub record: RecordSettings,
    /// When alerts are made and who has them when nobody is named.
    pub alerts: AlertSettings,
    /// Where the district is and what it speaks.
    pub locale: LocaleSettings,
    /// What is logged and how.
    pub log: LogSettings,
    origins: Vec<Origin>,
}

/// What settings are made of.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The settings file: its path, for messages, and its text.
    pub file: Option<(PathBuf, String)>,
    /// The environment. Besides `WELLSPRING_*`, libpq's own `PG*` variables count.
    pub variables: BTreeMap<String, String>,
    /// Flags of the command line by the keys of their settings.
    pub flags: BTreeMap<String, String>,
}

/// A setting in force, for printing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingLine {
    /// The key in the settings file.
    pub name: &'static str,
    /// The environment variable.
    pub variable: String,
    /// The value, secrets hidden; `None` when the setting is absent or an empty list.
    pub value: Option<String>,
    /// Where the value came from.
    pub source: Source,
    /// What the setting decides.
    pub meaning: &'static str,
}

impl AlertSettings {
    /// How long alerts may wait and still be answered in time.
    pub const fn answer_times(&self) -> AnswerTimes {
        AnswerTimes { red: self.answer_red, orange: self.answer_orange, yellow: self.answer_yellow }
    }
}

impl LocaleSettings {
    /// An instant in the district's time zone, to the minute.
    pub fn minute(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.time_zone).format("%Y-%m-%d %H:%M").to_string()
    }
}

/// Where the value of a setting came from, and the value as it may be printed.
#[derive(Debug, Clone)]
struct Origin {
    definition: &'static Definition,
    value: Option<String>,
    source: Source,
}

impl Settings {
    /// Lays the sources over each other and reads every setting; all that is wrong is told at once.
    pub fn load(sources: &Sources) -> Result<Self, Vec<SettingError>> {
        let mut reader = Reader::new(sources, table::definitions());
        let settings = Self::read(&mut reader);
        let mut errors = reader.errors;
        if let Some(settings) = &settings {
            errors.extend(settings.contradictions(&sources.variables));
        }
        match settings {
            Some(settings) if errors.is_empty() => Ok(Self { origins: reader.origins, ..settings }),
            _ => Err(errors),
        }
    }

    /// Reads the settings of this process: its environment, the file that `file` or `WELLSPRING_SETTINGS` names or else
    /// `wellspring.toml` in the data directory if there is one, and `flags` by the keys of their settings.
    pub fn from_environment(file: Option<PathBuf>, flags: BTreeMap<String, String>) -> Result<Self, Vec<SettingError>> {
        let (variables, mut errors) = environment();
        let named = file.or_else(|| given(&variables, FILE_VARIABLE).map(PathBuf::from));
        let file = match named.map_or_else(|| read_default_file(&variables, &flags), |path| read_file(path).map(Some)) {
            Ok(file) => file,
            Err(error) => {
                errors.push(error);
                None
            }
        };
        match Self::load(&Sources { file, variables, flags }) {
            Ok(settings) if errors.is_empty() => Ok(settings),
            Ok(_) => Err(errors),
            Err(others) => Err(errors.into_iter().chain(others).collect()),
        }
    }

    fn read(reader: &mut Reader) -> Option<Self> {
        let server = ServerSettings::read(reader);
        let database = DatabaseSettings::read(reader);
        let mail = MailSettings::read(reader);
        let security = SecuritySettings::read(reader);
        let record = RecordSettings::read(reader);
        let alerts = AlertSettings::read(reader);
        let locale = LocaleSettings::read(reader);
        let log = LogSettings::read(reader);
        Some(Self {
            server: server?,
            database: database?,
            mail: mail?,
            security: security?,
            record: record?,
            alerts: alerts?,
            locale: locale?,
            log: log?,
            origins: Vec::new(),
        })
    }

    /// What is wrong between settings that are each right alone.
    fn contradictions(&self, variables: &BTreeMap<String, String>) -> Vec<SettingError> {
        let tls = match (&self.server.tls_certificate, &self.server.tls_key) {
            (Some(_), None) => Some((&table::server::tls_certificate, &table::server::tls_key)),
            (None, Some(_)) => Some((&table::server::tls_key, &table::server::tls_certificate)),
            _ => None,
        };
        let tls = tls.map(|(given, missing)| SettingError::Incomplete { given, missing });
        let both_keys = self.security.secret_key.is_some() && self.security.secret_key_file.is_some();
        let keys = both_keys.then_some(SettingError::Exclusive {
            one: &table::security::secret_key,
            other: &table::security::secret_key_file,
        });
        let host = self.plaintext_host(variables, cfg!(feature = "postgres-tls"));
        let plaintext = host.map(|host| SettingError::PlaintextDatabase { host });
        [tls, keys, plaintext].into_iter().flatten().collect()
    }

    /// The PostgreSQL host that would be spoken to in clear over a network. libpq built without TLS does so without a
    /// word, and one built with it unless `sslmode` insists.
    fn plaintext_host(&self, variables: &BTreeMap<String, String>, built_with_tls: bool) -> Option<String> {
        let DatabaseUrl::Postgres(uri) = &self.database.url else { return None };
        let target = postgres::Target::of(uri.expose(), variables);
        let is_safe = self.database.allow_plaintext || (built_with_tls && target.insists_on_tls());
        target.remote().filter(|_| !is_safe).map(str::to_owned)
    }

    /// Every setting in force with its source and meaning, secrets hidden, in the order of the documentation.
    pub fn describe(&self, language: Language) -> Vec<SettingLine> {
        let line = |origin: &Origin| SettingLine {
            name: origin.definition.key,
            variable: origin.definition.variable(),
            value: origin.value.clone().filter(|value| !value.is_empty()),
            source: origin.source.clone(),
            meaning: origin.definition.meaning(language),
        };
        self.origins.iter().map(line).collect()
    }

    /// Certificate and key, when the server itself speaks TLS.
    pub fn tls(&self) -> Option<TlsFiles<'_>> {
        let (certificate, key) = self.server.tls_certificate.as_deref().zip(self.server.tls_key.as_deref())?;
        Some(TlsFiles { certificate, key })
    }

    /// Where the key for secrets that cannot be hashed comes from.
    pub fn key_source(&self) -> KeySource {
        match (&self.security.secret_key, &self.security.secret_key_file) {
            (Some(key), _) => KeySource::Given(key.clone()),
            (None, Some(path)) => KeySource::File(path.clone()),
            (None, None) => KeySource::DataDirectory(self.server.data_dir.join(KEY_FILE_NAME)),
        }
    }
}

/// The language of the command line: Chinese when the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set names a
/// Chinese locale, else English.
pub fn language_of_locale() -> Language {
    let (variables, _) = environment();
    locale_language(&variables)
}

fn locale_language(variables: &BTreeMap<String, String>) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| given(variables, name));
    locale.and_then(Language::from_tag).unwrap_or(Language::En)
}

/// The environment as text, and an error for each variable of ours that is none.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment() -> (BTreeMap<String, String>, Vec<SettingError>) {
    let mut variables = BTreeMap::new();
    let mut errors = Vec::new();
    for (name, value) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        match value.into_string() {
            Ok(value) => drop(variables.insert(name, value)),
            Err(_) if name.starts_with(definition::PREFIX) => errors.push(SettingError::NotUnicode { name }),
            Err(_) => {}
        }
    }
    (variables, errors)
}

fn given<'a>(layer: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    layer.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}

fn read_file(path: PathBuf) -> Result<(PathBuf, String), SettingError> {
    match fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(error) => Err(SettingError::FileUnreadable { path, reason: error.to_string() }),
    }
}

/// The file in the data directory, which need not exist; the directory cannot be named by a file that is not yet found.
fn read_default_file(
    variables: &BTreeMap<String, String>,
    flags: &BTreeMap<String, String>,
) -> Result<Option<(PathBuf, String)>, SettingError> {
    let definition = &table::server::data_dir;
    let data_dir =
        given(flags, definition.key).or_else(|| given(variables, &definition.variable())).or(definition.default);
    let path = Path::new(data_dir.unwrap_or(".")).join(FILE_NAME);
    match fs::metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        _ => read_file(path).map(Some),
    }
}

#[cfg(test)]
mod tests;
