//! Wellspring: the tax-source registry and early warning for enterprises that start to move.
//!
//! An overview is in `docs/architecture.md`.

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
