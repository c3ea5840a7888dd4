//! The JSON API, one file a noun.

pub mod alerts;
pub mod contacts;
pub mod enterprises;
pub mod factors;
pub mod mail_messages;
pub mod me;
pub mod organisations;
pub mod receipts;
pub mod risk;
pub mod session;
pub mod tokens;
pub mod users;
