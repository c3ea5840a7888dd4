//! The API, one file a noun.

mod enterprise_list;
mod enterprises;
mod health;
mod me;
mod organisations;
mod session;
mod tokens;
mod users;
