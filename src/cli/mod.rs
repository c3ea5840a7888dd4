//! The command line, one file for each subcommand. A subcommand reads the arguments, calls the floors below and reports
//! the result.

mod arguments;
mod check;
mod console;
mod demo;
mod failure;
mod help;
mod import;
mod migrate;
mod organisation;
mod progress;
mod record;
mod serve;
mod start;
#[cfg(test)]
mod tests;
mod token;
mod transport;
mod typed;
mod usage_error;
mod user;

use crate::{
    logging::{self, LogOptions},
    settings::{self, LogFormat, SettingLine, Settings, Source},
    texts::{Explain, Language},
};
use arguments::{Action, Arguments};
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches, error::ErrorKind};
use console::Console;
use failure::Failure;
use std::process::ExitCode;

/// The key of the setting that says where the data is.
const DATA_DIR: &str = "data_dir";

/// Runs what the command line of this process asks for.
pub fn run() -> ExitCode {
    let console = Console { language: settings::language_of_locale() };
    let matches = match command(console.language).try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return not_run(console, &error),
    };
    match execute(console, &matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console.note(failure.text());
            failure.exit_code()
        }
    }
}

/// The command line with its help in one language.
fn command(language: Language) -> Command {
    help::localised(Arguments::command(), &arguments::HELP, language)
}

/// Help, the version, or a command line that is wrong.
fn not_run(console: Console, error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            console.print(error.render().to_string().trim_end());
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            console.note(error.render().to_string().trim_end());
            ExitCode::from(2)
        }
        _ => {
            let failure = Failure::usage(usage_error::explain(error, console.language));
            console.note(failure.text());
            failure.exit_code()
        }
    }
}

fn execute(console: Console, matches: &ArgMatches) -> Result<(), Failure> {
    let arguments = Arguments::from_arg_matches(matches)
        .map_err(|error| Failure::usage(usage_error::explain(&error, console.language)))?;
    let settings = settings(console, matches, &arguments.action)?;
    start_log(console, &settings, arguments.action.serves())?;
    match arguments.action {
        Action::Serve => serve::run(console, settings),
        Action::Demo(arguments) => demo::run(console, settings, &arguments),
        Action::Migrate => migrate::run(console, &settings),
        Action::Organisation(arguments) => organisation::run(console, settings, arguments),
        Action::User(arguments) => user::run(console, settings, arguments),
        Action::Token(arguments) => token::run(console, settings, arguments),
        Action::Import(arguments) => import::run(console, settings, &arguments),
        Action::Record(arguments) => record::run(console, settings, arguments),
        Action::Check(arguments) => check::run(console, &settings, &arguments),
    }
}

/// What is in force; a demonstration has a data directory of its own unless somebody names one.
fn settings(console: Console, matches: &ArgMatches, action: &Action) -> Result<Settings, Failure> {
    let load = |file, flags| {
        Settings::from_environment(file, flags).map_err(|errors| Failure::settings(console.language, &errors))
    };
    let (file, mut flags) = arguments::settings_given(matches);
    let settings = load(file.clone(), flags.clone())?;
    let is_default = |line: &SettingLine| line.name == DATA_DIR && line.source == Source::Default;
    if !matches!(action, Action::Demo(_)) || !settings.describe(console.language).iter().any(is_default) {
        return Ok(settings);
    }
    flags.insert(DATA_DIR.to_owned(), demo::DATA_DIR.to_owned());
    load(file, flags)
}

/// A server logs as the settings say; every other command only what went wrong, unless somebody asks for more.
fn start_log(console: Console, settings: &Settings, is_server: bool) -> Result<(), Failure> {
    let asked = settings
        .describe(console.language)
        .iter()
        .any(|line| line.name == "log_level" && line.source != Source::Default);
    let filter = if is_server || asked { settings.log.filter.as_str() } else { "warn" };
    logging::init(LogOptions { filter, json: settings.log.format == LogFormat::Json })
        .map_err(|error| Failure::usage(error.text(console.language)))
}
