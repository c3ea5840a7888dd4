//! Says, as the last line of `cargo test`, on which databases the tests ran. Cargo runs test targets in the order of
//! their names, hence this one's.
//!
//! No test harness: its summary would be the last line, and it hides what a passing test prints.

#![allow(clippy::print_stdout, reason = "a report is what this target is for")]

#[path = "it/support/postgres.rs"]
mod postgres;

use std::process::ExitCode;

/// The name under which a test runner sees this target.
const NAME: &str = "postgresql";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    if has("--list") {
        if !has("--ignored") {
            println!("{NAME}: test");
        }
        return ExitCode::SUCCESS;
    }
    report()
}

fn report() -> ExitCode {
    match postgres::server() {
        Ok(server) => {
            drop(server.fresh_database("report", |_| ()));
            println!("Databases: SQLite and {}", server.description());
            ExitCode::SUCCESS
        }
        Err(unavailable) if postgres::is_required() => {
            println!("PostgreSQL: NOT TESTED, though it is required: {unavailable}");
            ExitCode::FAILURE
        }
        Err(unavailable) => {
            println!(
                "PostgreSQL: NOT TESTED, only SQLite: {unavailable}. Install PostgreSQL (on Debian: apt-get install \
                 postgresql) or name a server in WELLSPRING_TEST_POSTGRES_URL."
            );
            ExitCode::SUCCESS
        }
    }
}
