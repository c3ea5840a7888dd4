//! The conversation with the mail server. Connections are kept for a while and used again; one that has died meanwhile
//! costs one more connection, never a mail.

mod dialer;
mod idle;
mod session;

pub use dialer::SmtpSetupError;

use super::{delivery_error::DeliveryError, smtp_url::SmtpSettings};
use dialer::Dialer;
use idle::IdleSessions;
use lettre::Message;
use session::Session;
use std::{sync::Arc, time::Duration};

/// How long each step may take before it counts as failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepTimeouts {
    /// For a TCP connection to one address of the server.
    pub connect: Duration,
    /// For the answer to a command. RFC 5321 4.5.3.2 suggests five minutes; giving up earlier is safe here, because
    /// before the final dot a repetition makes no duplicate.
    pub command: Duration,
    /// For sending the message.
    pub content: Duration,
    /// For the answer to the final dot: 600 s (RFC 5321 4.5.3.2.6), since giving up earlier makes duplicates.
    pub final_answer: Duration,
    /// For a kept connection to prove that it is alive.
    pub probe: Duration,
    /// How long an unused connection is kept.
    pub idle: Duration,
}

impl Default for StepTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_mins(2),
            content: Duration::from_mins(3),
            final_answer: Duration::from_mins(10),
            probe: Duration::from_secs(5),
            idle: Duration::from_mins(1),
        }
    }
}

/// A message was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// What the server said on acceptance (often its queue id), or the path of the file.
    pub response: String,
}

/// Delivers messages to one mail server; may be used by several tasks at once.
#[derive(Debug)]
pub struct SmtpClient {
    /// Host and port of the server.
    pub(super) server: String,
    dialer: Dialer,
    idle: Arc<IdleSessions>,
}

impl SmtpClient {
    pub(super) fn new(settings: &SmtpSettings, timeouts: StepTimeouts) -> Result<Self, SmtpSetupError> {
        let server = format!("{}:{}", settings.host, settings.port);
        Ok(Self { server, dialer: Dialer::new(settings, timeouts)?, idle: Arc::new(IdleSessions::new(timeouts)) })
    }

    /// Delivers over a kept connection or a fresh one. When a kept connection turns out to be dead before any of the
    /// message was sent, a fresh one is tried at once.
    pub(super) async fn deliver(&self, message: &Message) -> Result<Delivered, DeliveryError> {
        if let Some(session) = self.idle.take().await {
            match self.send(session, message).await {
                Err(error) if error.ends_connection() && error.is_before_content() => {
                    tracing::debug!("a kept connection to the mail server was closed; connecting again");
                }
                outcome => return outcome,
            }
        }
        self.send(self.dialer.open().await?, message).await
    }

    /// Goes as far as a message could be sent: connection, TLS and AUTH.
    pub(super) async fn probe(&self) -> Result<(), DeliveryError> {
        self.idle.keep(self.dialer.open().await?);
        Ok(())
    }

    /// Says goodbye on every kept connection.
    pub(super) async fn close(&self) {
        self.idle.close().await;
    }

    /// Sends, then keeps the connection unless it is over.
    async fn send(&self, mut session: Session, message: &Message) -> Result<Delivered, DeliveryError> {
        let outcome = session.send(message).await;
        if !outcome.as_ref().is_err_and(DeliveryError::ends_connection) {
            self.idle.keep(session);
        }
        outcome
    }
}
