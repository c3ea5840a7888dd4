//! The API, one file a noun.

mod contacts;
mod enterprise_list;
mod enterprises;
mod health;
mod me;
mod organisations;
mod receipts;
mod session;
mod tokens;
mod users;
mod walk;
