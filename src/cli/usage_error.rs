//! Errors of a command line: clap detects them, this module words them in the person's language.

use crate::texts::{Language, texts};
use clap::{
    Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// The sentence for an error of the command line, and where to read on.
pub(super) fn explain(error: &Error, language: Language) -> String {
    let argument = text(error, ContextKind::InvalidArg);
    let sentence = match error.kind() {
        ErrorKind::UnknownArgument => {
            with_suggestion(language, unknown_argument(language, &argument), &text(error, ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidSubcommand => with_suggestion(
            language,
            unknown_command(language, &text(error, ContextKind::InvalidSubcommand)),
            &text(error, ContextKind::SuggestedSubcommand),
        ),
        ErrorKind::MissingRequiredArgument => missing(language, &argument),
        ErrorKind::MissingSubcommand => missing_command(language),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match text(error, ContextKind::InvalidValue).as_str() {
            "" => missing_value(language, &argument),
            value => bad_value(language, &argument, value),
        },
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => missing_value(language, &argument),
        ErrorKind::ArgumentConflict => conflict(language, &argument, &text(error, ContextKind::PriorArg)),
        ErrorKind::InvalidUtf8 => not_unicode(language),
        _ => not_understood(language),
    };
    format!("{sentence}\n{}", read_on(language))
}

fn with_suggestion(language: Language, sentence: String, nearest: &str) -> String {
    if nearest.is_empty() { sentence } else { format!("{sentence} {}", did_you_mean(language, nearest)) }
}

fn text(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(" "),
        _ => String::new(),
    }
}

texts! {
    unknown_argument(argument: &str) { zh: "没有选项 {argument}。", en: "There is no option {argument}." }
    unknown_command(command: &str) { zh: "没有命令 {command}。", en: "There is no command {command}." }
    did_you_mean(nearest: &str) { zh: "是否指 {nearest}？", en: "Did you mean {nearest}?" }
    missing(argument: &str) { zh: "缺少 {argument}。", en: "Missing: {argument}." }
    missing_command() { zh: "缺少命令。", en: "A command is missing." }
    missing_value(argument: &str) { zh: "{argument} 需要一个值。", en: "{argument} needs a value." }
    bad_value(argument: &str, value: &str) { zh: "{argument} 不能是“{value}”。", en: "{argument} cannot be “{value}”." }
    conflict(one: &str, other: &str) { zh: "{one} 与 {other} 不能同时使用，也不能重复。", en: "{one} and {other} exclude each other, and neither may be repeated." }
    not_unicode() { zh: "命令行含有无效的 UTF-8 文本。", en: "The command line is not valid UTF-8 text." }
    not_understood() { zh: "无法理解这条命令。", en: "The command line cannot be understood." }
    read_on() { zh: "用 --help 查看用法。", en: "See --help for how it is used." }
}
