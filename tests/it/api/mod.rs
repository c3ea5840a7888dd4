//! The API, one file a noun.

mod audit_log;
mod changes;
mod contacts;
mod enterprise_list;
mod enterprises;
mod health;
mod me;
mod organisations;
mod receipts;
mod session;
mod signals;
mod teams;
mod timeline;
mod tokens;
mod users;
mod visits;
mod walk;
