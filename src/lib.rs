//! Wellspring: the tax-source registry and early warning for firms that start to relocate.
//!
//! Where to find what: `docs/architecture.md`.

pub mod app;
pub mod cli;
pub mod clock;
pub mod db;
pub mod demo;
pub mod domain;
pub mod jobs;
pub mod logging;
pub mod mail;
pub mod meters;
pub mod secrets;
pub mod services;
pub mod settings;
pub mod sheets;
pub mod texts;
pub mod web;
