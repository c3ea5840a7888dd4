//! Who is told of what: recipients, notices, corrections, and the outbox.

pub mod alert_notices;
pub mod corrections;
pub mod deliveries;
pub mod mail_messages;
pub mod notices;
pub mod recheck;
pub mod recipients;
pub mod unheard_alerts;
