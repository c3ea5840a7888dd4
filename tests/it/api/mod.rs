//! The API, one file a noun.

mod absences;
mod alerts;
mod audit_log;
mod calendar;
mod changes;
mod contacts;
mod enterprise_export;
mod enterprise_list;
mod enterprises;
mod health;
mod jobs;
mod mail_messages;
mod me;
mod openapi;
mod organisations;
mod receipts;
mod risk;
mod saved_views;
mod session;
mod signals;
mod teams;
mod timeline;
mod tokens;
mod users;
mod visits;
mod walk;
