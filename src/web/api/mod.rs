//! The JSON API, one file a noun.

pub mod alerts;
pub mod enterprises;
pub mod factors;
pub mod mail_messages;
pub mod risk;
