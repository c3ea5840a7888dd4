//! The pages, one file an area.

mod account;
mod alerts;
mod assign;
mod audit_log;
mod calendar;
mod enterprise_forms;
mod enterprise_page;
mod enterprises;
mod imports;
mod jobs;
mod language;
mod lists;
mod mail_queue;
mod once;
mod organisations;
mod overview;
mod settings;
mod sign_in;
mod team_history;
mod tokens;
mod users;
mod views;
mod visits;
pub(crate) mod walk;
mod workbench;
