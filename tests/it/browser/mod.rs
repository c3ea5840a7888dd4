//! The pages in a real browser: each persona's day, and every page before the accessibility rules.
//!
//! Skipped, and said so, where there is no ChromeDriver; with `WELLSPRING_REQUIRE_BROWSER=1` that fails.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod business;
mod day;
mod demonstration;
mod every_page;
mod keepers;
mod own_account;
mod screen;
