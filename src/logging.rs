//! The log: lines on standard error, as text or JSON, filtered by the settings.
//!
//! Convention, in every module: a line names what happened and the ids of what it happened to. No names or contacts of
//! people, no names of enterprises, no amounts, no free text that somebody typed, no secrets.

use crate::texts::{Explain, Language};
use std::io::{self, IsTerminal};
use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, util::SubscriberInitExt};

mod say {
    crate::texts::texts! {
        filter(reason: &str) {
            zh: "日志过滤表达式无效：{reason}。请检查设置项 log_level。",
            en: "The log filter is not valid: {reason}. Check the setting log_level.",
        }
        started() {
            zh: "日志已由同一进程中的其他代码启动。",
            en: "Other code in this process has already started the log.",
        }
    }
}

/// Why the log could not be started.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The filter cannot be read.
    #[error("the log filter is not valid: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The process has a log already.
    #[error("the log was started already")]
    Started(#[from] tracing_subscriber::util::TryInitError),
}

impl Explain for LoggingError {
    fn code(&self) -> &'static str {
        match self {
            Self::Filter(_) => "log_filter_invalid",
            Self::Started(_) => "log_started_already",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Filter(reason) => say::filter(language, &reason.to_string()),
            Self::Started(_) => say::started(language),
        }
    }
}

/// How the log is written.
#[derive(Debug, Clone, Copy)]
pub struct LogOptions<'a> {
    /// A level, or a filter by module: `info,wellspring=debug`.
    pub filter: &'a str,
    /// One JSON object a line instead of text for people.
    pub json: bool,
}

/// Starts the log of this process.
pub fn init(options: LogOptions<'_>) -> Result<(), LoggingError> {
    subscriber(options, io::stderr().is_terminal(), io::stderr)?.try_init()?;
    Ok(())
}

fn subscriber<W>(
    options: LogOptions<'_>,
    coloured: bool,
    writer: W,
) -> Result<Box<dyn Subscriber + Send + Sync>, LoggingError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(options.filter)?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    Ok(if options.json {
        Box::new(lines.json().flatten_event(true).with_span_list(false).finish())
    } else {
        Box::new(lines.with_ansi(coloured).finish())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::{fs, sync::Arc};

    fn logged(json: bool, filter: &str) -> String {
        let log = tempfile::NamedTempFile::new().unwrap();
        let subscriber = subscriber(LogOptions { filter, json }, false, Arc::new(log.reopen().unwrap())).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::info_span!("request", request_id = "r-1");
            let _entered = span.enter();
            tracing::info!(alert = 7, "alert opened");
            tracing::debug!("details");
        });
        fs::read_to_string(log.path()).unwrap()
    }

    #[test]
    fn text_lines_are_for_people() {
        let text = logged(false, "info");
        assert!(
            text.contains("INFO") && text.contains("alert opened") && text.contains("request_id=\"r-1\""),
            "{text}"
        );
        assert!(!text.contains("details") && !text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn json_lines_are_flat_objects() {
        let text = logged(true, "debug");
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        let first = lines.first().unwrap();
        assert_eq!(first.pointer("/message").unwrap(), "alert opened");
        assert_eq!(first.pointer("/alert").unwrap(), 7);
        assert_eq!(first.pointer("/span/request_id").unwrap(), "r-1");
        assert!(first.pointer("/timestamp").unwrap().as_str().unwrap().ends_with('Z'));
    }

    #[test]
    fn a_broken_filter_is_an_error() {
        let options = LogOptions { filter: "wellspring=loud", json: false };
        let error = subscriber(options, false, io::sink).err().unwrap();
        assert_eq!(error.code(), "log_filter_invalid");
        assert!(error.text(Language::Zh).contains("log_level"));
    }
}
