//! The API, one file a noun.

mod health;
