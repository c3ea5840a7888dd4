//! What tests stand on: databases, the application under test, those who call it, and a mail server.

pub mod accounts;
pub mod app;
pub mod both;
pub mod browser;
pub mod caller;
pub mod chain;
pub mod described;
pub mod district;
pub mod enterprise;
pub mod facts;
pub mod installation;
pub mod mails;
pub mod old_database;
pub mod outbox;
pub mod postgres;
pub mod program;
pub mod sheets;
#[allow(dead_code, reason = "shared with the tests of the mail transport, which use the rest")]
pub mod smtp_sink;
pub mod some;
