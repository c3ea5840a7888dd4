//! Rows and queries of recipients and of the outbox.

pub mod deliveries;
pub mod delivery_attempts;
pub mod delivery_queue;
pub mod delivery_subjects;
pub mod mail_messages;
pub mod recipients;
pub mod unheard_alerts;
