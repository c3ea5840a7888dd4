//! Messages to people: rendered here, put into an envelope, and handed to a mail server or to files.
//!
//! No database and no clock: the outbox, its leases and the times of attempts belong to the services and jobs above.

pub mod compose;
mod delivery_error;
pub mod envelope;
mod files;
mod smtp;
pub mod smtp_url;
pub mod transport;

#[cfg(test)]
#[path = "../../tests/it/support/smtp_sink/mod.rs"]
#[allow(dead_code, reason = "shared with the integration tests, which use the rest")]
mod smtp_sink;
