//! Says, as the last line of `cargo test`, on which databases the tests ran. Cargo runs test targets in the order of
//! their names, hence this one's.
//!
//! No test harness: its summary would be the last line, and it hides what a passing test prints.

#![allow(clippy::print_stdout, reason = "a report is what this target is for")]

#[path = "it/support/postgres/mod.rs"]
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
    let driver = std::process::Command::new("chromedriver").arg("--version").output();
    match driver {
        Ok(said) => println!("Browser: {}", String::from_utf8_lossy(&said.stdout).lines().next().unwrap_or_default()),
        Err(_) => println!(
            "Browser: NOT TESTED: no ChromeDriver. Install it (on Debian: apt-get install chromium chromium-driver), and \
             axe-core for the accessibility rules (npm install --prefix target/axe axe-core)."
        ),
    }
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
