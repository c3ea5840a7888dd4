//! The command line as a whole: help is complete in both languages, settings are taken from flags.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use clap::error::ErrorKind;
use std::path::Path;

fn is_han(c: char) -> bool {
    crate::domain::text::is_han(c)
}

/// Every text of a command and of those below it, with the place it stands.
fn texts(command: &Command) -> Vec<(String, String)> {
    let name = command.get_name();
    let mut texts: Vec<(String, String)> = command
        .get_arguments()
        .map(|argument| (format!("{name} {}", argument.get_id()), argument.get_help().unwrap_or_default().to_string()))
        .collect();
    texts.push((name.to_owned(), command.get_about().unwrap_or_default().to_string()));
    texts.push((format!("{name} details"), command.get_after_help().unwrap_or_default().to_string()));
    for below in command.get_subcommands() {
        texts.extend(self::texts(below).into_iter().map(|(place, text)| (format!("{name} {place}"), text)));
    }
    texts
}

#[test]
fn every_text_of_the_help_is_there_in_both_languages() {
    for (place, text) in texts(&command(Language::Zh)) {
        assert!(text.chars().any(is_han), "{place}: {text:?}");
    }
    for (place, text) in texts(&command(Language::En)) {
        assert!(!text.is_empty() && !text.chars().any(is_han), "{place}: {text:?}");
    }
}

#[test]
fn the_command_line_is_sound() {
    for language in [Language::Zh, Language::En] {
        command(language).debug_assert();
    }
}

#[test]
fn help_has_no_word_of_the_other_language() {
    let help = |language, line: &[&str]| {
        let error = command(language).try_get_matches_from(line).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DisplayHelp);
        error.render().to_string()
    };
    let chinese = help(Language::Zh, &["wellspring", "--help"]);
    for word in ["Usage", "Options", "Commands", "default:", "possible", "Print"] {
        assert!(!chinese.contains(word), "{word} in\n{chinese}");
    }
    assert!(chinese.contains("用法：wellspring [选项] <命令>"), "{chinese}");
    assert!(chinese.contains("--listen") && chinese.contains("退出码"), "{chinese}");
    let english = help(Language::En, &["wellspring", "serve", "--help"]);
    assert!(english.contains("Usage: wellspring serve\n"), "{english}");
    assert!(!english.contains("--listen <"), "only the first page lists the settings:\n{english}");
}

#[test]
fn settings_are_given_before_or_behind_the_command() {
    let line = [
        "wellspring",
        "--listen",
        "127.0.0.1:1",
        "--data-dir",
        "a",
        "serve",
        "--data-dir",
        "b",
        "--settings",
        "w.toml",
    ];
    let matches = command(Language::En).try_get_matches_from(line).unwrap();
    let (file, flags) = arguments::settings_given(&matches);
    assert_eq!(file.as_deref(), Some(Path::new("w.toml")));
    assert_eq!(flags["listen"], "127.0.0.1:1");
    assert_eq!(flags["data_dir"], "b");
    assert_eq!(flags.len(), 2);
}

#[test]
fn secrets_have_no_flags() {
    for line in [["wellspring", "serve", "--smtp-url"], ["wellspring", "serve", "--secret-key"]] {
        let error = command(Language::En).try_get_matches_from(line).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownArgument);
    }
}

#[test]
fn mistakes_are_explained_in_the_language() {
    let explain = |language, line: &[&str]| {
        usage_error::explain(&command(language).try_get_matches_from(line).unwrap_err(), language)
    };
    assert_eq!(
        explain(Language::Zh, &["wellspring", "sreve"]),
        "没有命令 sreve。 是否指 serve？\n用 --help 查看用法。"
    );
    assert!(explain(Language::En, &["wellspring", "serve", "--lisen", "x"]).starts_with("There is no option --lisen."));
    assert!(explain(Language::En, &["wellspring", "serve", "--listen"]).contains("needs a value"));
}
