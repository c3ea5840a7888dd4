//! The layers of settings laid over each other, and the reading of single values from the result.

use super::{
    Origin, Sources,
    definition::{Definition, PREFIX},
    error::SettingError,
    nearest::nearest,
    parse::Parser,
    source::Source,
};
use std::{collections::BTreeMap, path::Path};

/// The variable that names the settings file.
pub(super) const FILE_VARIABLE: &str = "WELLSPRING_SETTINGS";

struct Given {
    text: String,
    source: Source,
}

/// A setting that may be absent.
pub(super) enum Optional<T> {
    Absent,
    Given(T),
    Refused,
}

/// Reads settings from the merged layers, noting errors and where each value came from.
pub(super) struct Reader {
    /// Every setting there is.
    known: &'static [&'static Definition],
    given: BTreeMap<&'static str, Given>,
    pub(super) errors: Vec<SettingError>,
    pub(super) origins: Vec<Origin>,
}

impl Reader {
    pub(super) fn new(sources: &Sources, known: &'static [&'static Definition]) -> Self {
        let mut reader = Self { known, given: BTreeMap::new(), errors: Vec::new(), origins: Vec::new() };
        if let Some((path, text)) = &sources.file {
            reader.lay_file(path, text);
        }
        reader.lay_variables(&sources.variables);
        reader.lay_flags(&sources.flags);
        reader
    }

    fn lay_file(&mut self, path: &Path, text: &str) {
        let table = match text.parse::<toml::Table>() {
            Ok(table) => table,
            Err(error) => return self.errors.push(malformed(path, text, &error)),
        };
        for (key, value) in table {
            match (self.definition(&key), scalar(value)) {
                (Some(definition), Some(text)) => self.lay(definition, text, Source::File(path.to_owned())),
                (Some(definition), None) => {
                    let source = Source::File(path.to_owned());
                    self.errors.push(SettingError::Refused { definition, source, value: None });
                }
                (None, _) => self.errors.push(SettingError::UnknownKey {
                    nearest: nearest(&key, self.known.iter().map(|known| known.key.to_owned())),
                    key,
                    path: path.to_owned(),
                }),
            }
        }
    }

    fn lay_variables(&mut self, variables: &BTreeMap<String, String>) {
        let ours = variables.iter().filter(|(name, _)| name.starts_with(PREFIX) && !is_for_others(name));
        for (name, text) in ours {
            match self.known.iter().find(|known| known.variable() == *name) {
                Some(definition) => self.lay(definition, text.clone(), Source::Variable),
                None => self.errors.push(SettingError::UnknownVariable {
                    name: name.clone(),
                    nearest: nearest(name, self.known.iter().map(|known| known.variable())),
                }),
            }
        }
    }

    fn lay_flags(&mut self, flags: &BTreeMap<String, String>) {
        for (key, text) in flags {
            match self.definition(key) {
                Some(definition) if definition.is_secret() => {
                    self.errors.push(SettingError::SecretInFlag { definition });
                }
                Some(definition) => self.lay(definition, text.clone(), Source::Flag),
                None => self.errors.push(SettingError::UnknownFlag {
                    name: key.replace('_', "-"),
                    nearest: nearest(key, self.known.iter().map(|known| known.key.to_owned()))
                        .map(|known| known.replace('_', "-")),
                }),
            }
        }
    }

    fn definition(&self, key: &str) -> Option<&'static Definition> {
        self.known.iter().copied().find(|known| known.key == key)
    }

    /// An empty text takes back what an earlier layer said.
    fn lay(&mut self, definition: &'static Definition, text: String, source: Source) {
        if text.trim().is_empty() {
            self.given.remove(definition.key);
        } else {
            self.given.insert(definition.key, Given { text, source });
        }
    }

    /// The value that was given, or the default.
    pub(super) fn required<T>(
        &mut self,
        definition: &'static Definition,
        parser: &Parser<T>,
        default: &str,
    ) -> Option<T> {
        let given = self.given.remove(definition.key);
        let given = given.unwrap_or_else(|| Given { text: default.to_owned(), source: Source::Default });
        self.parsed(definition, parser, given)
    }

    /// The value that was given, if any.
    pub(super) fn optional<T>(&mut self, definition: &'static Definition, parser: &Parser<T>) -> Optional<T> {
        if let Some(given) = self.given.remove(definition.key) {
            return self.parsed(definition, parser, given).map_or(Optional::Refused, Optional::Given);
        }
        self.origins.push(Origin { definition, value: None, source: Source::Default });
        Optional::Absent
    }

    fn parsed<T>(&mut self, definition: &'static Definition, parser: &Parser<T>, given: Given) -> Option<T> {
        let Given { text, source } = given;
        let parsed = (parser.parse)(text.trim());
        if parsed.is_some() {
            self.origins.push(Origin { definition, value: Some(definition.printable(text.trim())), source });
        } else {
            let value = (!definition.is_secret()).then_some(text);
            self.errors.push(SettingError::Refused { definition, source, value });
        }
        parsed
    }

    /// The value in force of a setting that was read before, as text.
    pub(super) fn text_of(&self, definition: &'static Definition) -> Option<&str> {
        let origin = self.origins.iter().find(|origin| origin.definition.key == definition.key)?;
        origin.value.as_deref()
    }
}

/// Variables with our prefix that are no settings: the name of the file, and those of the product's own tests.
fn is_for_others(name: &str) -> bool {
    name == FILE_VARIABLE || name.starts_with("WELLSPRING_TEST_") || name.starts_with("WELLSPRING_REQUIRE_")
}

/// A TOML value as the text a variable would carry; `None` for what no setting takes.
fn scalar(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<String>> = items.into_iter().map(|item| item.as_str().map(str::to_owned)).collect();
            items.map(|items| items.join(","))
        }
        _ => None,
    }
}

/// The line and the reason alone: a quotation of the line could hold a secret.
fn malformed(path: &Path, text: &str, error: &toml::de::Error) -> SettingError {
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    SettingError::FileMalformed { path: path.to_owned(), line: line.unwrap_or(1), reason: error.message().to_owned() }
}
