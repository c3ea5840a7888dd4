//! Who is told of what: recipients, notices, corrections, and the outbox.

pub mod corrections;
pub mod mail_messages;
pub mod notices;
pub mod recipients;
pub mod unheard_alerts;
