//! The API, one file a noun.

mod enterprise_list;
mod enterprises;
mod health;
