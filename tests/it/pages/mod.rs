//! The pages, one file an area.

mod account;
mod alerts;
mod enterprise_forms;
mod enterprise_page;
mod enterprises;
mod imports;
mod overview;
mod sign_in;
mod workbench;
mod audit_log;
mod enterprises;
mod mail_queue;
mod organisations;
mod settings;
mod sign_in;
mod tokens;
mod users;
mod walk;
mod visits;
