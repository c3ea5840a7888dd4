//! The pages in a real browser: each persona's day, and every page before the accessibility rules.
//!
//! Skipped, and said so, where there is no ChromeDriver; with `WELLSPRING_REQUIRE_BROWSER=1` that fails.

mod day;
mod demonstration;
mod every_page;
mod screen;
