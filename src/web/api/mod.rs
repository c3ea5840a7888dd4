//! The JSON API, one file a noun.

pub mod absences;
pub mod alerts;
pub mod audit_log;
pub mod calendar;
pub mod changes;
pub mod contacts;
pub mod enterprises;
pub mod factors;
pub mod jobs;
pub mod mail_messages;
pub mod me;
pub mod organisations;
pub mod receipts;
pub mod risk;
pub mod session;
pub mod signals;
pub mod teams;
pub mod timeline;
pub mod tokens;
pub mod users;
pub mod visits;
