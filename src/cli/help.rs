//! Help in the person's language: clap knows the commands and their arguments, each command brings its texts.

use crate::{
    settings,
    texts::{Language, texts},
};
use clap::{Arg, ArgAction, Command};

/// A text in either language.
pub(super) type Say = fn(Language) -> String;

/// What the help of one command says.
pub(super) struct Help {
    /// One line: what the command does.
    pub(super) about: Say,
    /// What stands below the options: how it is used, with examples.
    pub(super) details: Say,
    /// The meaning of each argument, by its id.
    pub(super) arguments: &'static [(&'static str, Say)],
    /// The commands below this one.
    pub(super) commands: &'static [(&'static str, &'static Help)],
}

/// The id of the flag that names the settings file.
pub(super) const SETTINGS_FILE: &str = "settings_file";

/// The whole command line with its help in one language.
pub(super) fn localised(command: Command, help: &Help, language: Language) -> Command {
    let mut command = described(command, help, language, true).arg(version(language));
    command.build();
    with_usage(command, language)
}

fn described(command: Command, help: &Help, language: Language, is_root: bool) -> Command {
    let details = (help.details)(language);
    let mut command = command
        .about((help.about)(language))
        .after_help(if is_root { details } else { format!("{details}\n\n{}", settings_too(language)) })
        .help_template(template(language))
        .subcommand_help_heading(commands_heading(language))
        .subcommand_value_name(command_name(language))
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .max_term_width(110);
    for (id, say) in help.arguments {
        command = command.mut_arg(*id, |argument| argument.help(say(language)));
    }
    command = command.mut_args(|argument| under_heading(argument, language));
    for (name, below) in help.commands {
        command = command.mut_subcommand(*name, |command| described(command, below, language, false));
    }
    command.arg(help_flag(language)).args(settings_flags(language, is_root))
}

fn under_heading(argument: Arg, language: Language) -> Arg {
    let heading = if argument.is_positional() { arguments_heading(language) } else { options_heading(language) };
    let argument = argument.help_heading(heading);
    if argument.get_action().takes_values() { argument.hide_default_value(true) } else { argument }
}

fn help_flag(language: Language) -> Arg {
    let flag = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    flag.help(this_help(language)).help_heading(options_heading(language))
}

fn version(language: Language) -> Arg {
    let flag = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    flag.help(the_version(language)).help_heading(options_heading(language))
}

/// One flag for each setting that holds no secret. Every command takes them; only the first page of help lists them.
fn settings_flags(language: Language, shown: bool) -> Vec<Arg> {
    let file = Arg::new(SETTINGS_FILE).long("settings").value_name("FILE").help(settings_file(language));
    let flags = settings::definitions().iter().filter_map(|definition| {
        let default = definition.default.filter(|default| !default.is_empty());
        let meaning = definition.meaning(language);
        let help = match default {
            Some(default) => with_default(language, meaning, &definition.allowed(language), default),
            None => without_default(language, meaning, &definition.allowed(language)),
        };
        let argument = Arg::new(definition.key).long(definition.flag()?).value_name("VALUE").help(help);
        Some(argument.allow_hyphen_values(true))
    });
    let heading = settings_heading(language);
    std::iter::once(file)
        .chain(flags)
        .map(|argument| argument.help_heading(heading.clone()).hide(!shown).num_args(1))
        .collect()
}

/// The usage line in the person's language: clap has one word of English in it.
fn with_usage(command: Command, language: Language) -> Command {
    let mut command = command.mut_subcommands(|below| with_usage(below, language));
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().replace("[OPTIONS]", &format!("[{}]", option_name(language)));
    command.override_usage(usage)
}

texts! {
    template() {
        zh: "{{about-with-newline}}\n用法：{{usage}}\n\n{{all-args}}{{after-help}}",
        en: "{{about-with-newline}}\nUsage: {{usage}}\n\n{{all-args}}{{after-help}}",
    }
    commands_heading() { zh: "命令", en: "Commands" }
    command_name() { zh: "命令", en: "COMMAND" }
    arguments_heading() { zh: "参数", en: "Arguments" }
    options_heading() { zh: "选项", en: "Options" }
    option_name() { zh: "选项", en: "OPTIONS" }
    settings_heading() {
        zh: "设置（也可写入设置文件，或用同名的 WELLSPRING_* 环境变量）",
        en: "Settings (also in the settings file, or as WELLSPRING_* variables of the same names)",
    }
    settings_too() {
        zh: "每项设置也可作为选项给出，例如 --data-dir；全部设置见 wellspring --help。",
        en: "Every setting is also an option, such as --data-dir; wellspring --help lists them.",
    }
    settings_file() {
        zh: "设置文件（TOML）；不给出时读 WELLSPRING_SETTINGS 所指的文件，或数据目录中的 wellspring.toml",
        en: "Settings file (TOML); without it, the one WELLSPRING_SETTINGS names, or wellspring.toml in the data directory",
    }
    with_default(meaning: &str, allowed: &str, default: &str) {
        zh: "{meaning}。可取：{allowed}。默认：{default}",
        en: "{meaning}. Allowed: {allowed}. Default: {default}",
    }
    without_default(meaning: &str, allowed: &str) {
        zh: "{meaning}。可取：{allowed}",
        en: "{meaning}. Allowed: {allowed}",
    }
    this_help() { zh: "显示本说明", en: "Show this help" }
    the_version() { zh: "显示版本", en: "Show the version" }
}
