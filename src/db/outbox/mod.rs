//! Rows and queries of recipients and of the outbox.

pub mod digest_alerts;
pub mod mail_messages;
pub mod mail_queue;
pub mod recipients;
pub mod unheard_alerts;
