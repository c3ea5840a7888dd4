//! One connection that is ready for messages: the commands of one delivery, each with its time limit.

use super::{Delivered, StepTimeouts};
use crate::mail::{
    compose::one_line,
    delivery_error::{DeliveryError, Stage},
};
use lettre::{
    Message,
    transport::smtp::{
        self,
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Rcpt},
        response::{Response, Severity},
    },
};
use std::{fmt, time::Duration};
use tokio::time::timeout;

/// RSET (RFC 5321 4.1.1.5).
const RESET: &str = "RSET\r\n";

/// A connection after EHLO, TLS and AUTH.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    timeouts: StepTimeouts,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("server", self.connection.server_info()).finish_non_exhaustive()
    }
}

impl Session {
    pub(super) const fn new(connection: AsyncSmtpConnection, timeouts: StepTimeouts) -> Self {
        Self { connection, timeouts }
    }

    /// One mail transaction. After an error that does not end the connection, [`Session::is_alive`] clears the rest of it.
    pub(super) async fn send(&mut self, message: &Message) -> Result<Delivered, DeliveryError> {
        use Severity::{PositiveCompletion, PositiveIntermediate};
        let command = self.timeouts.command;
        let envelope = message.envelope();
        let sender = Mail::new(envelope.from().cloned(), Vec::new());
        self.ask(Stage::Sender, sender, PositiveCompletion, command).await?;
        for recipient in envelope.to() {
            let recipient = Rcpt::new(recipient.clone(), Vec::new());
            self.ask(Stage::Recipient, recipient, PositiveCompletion, command).await?;
        }
        self.ask(Stage::Data, Data, PositiveIntermediate, command).await?;
        let content = Content::of(message);
        let whole = self.timeouts.content + self.timeouts.final_answer;
        let answer = self.ask(Stage::Content, content, PositiveCompletion, whole).await?;
        let said = answer.message().collect::<Vec<_>>().join(" ");
        Ok(Delivered { response: one_line(&format!("{} {said}", answer.code())) })
    }

    /// Clears what an unfinished transaction left behind and tells whether the server still answers.
    pub(super) async fn is_alive(&mut self) -> bool {
        timeout(self.timeouts.probe, self.connection.command(RESET)).await.is_ok_and(|answer| answer.is_ok())
    }

    /// Ends the connection politely, without waiting long for the answer.
    pub(super) async fn quit(mut self) {
        // Whether the server heard it makes no difference: the connection is closed when it goes out of scope.
        let _ = timeout(self.timeouts.probe, self.connection.quit()).await;
    }

    async fn ask(
        &mut self,
        stage: Stage,
        command: impl fmt::Display,
        expected: Severity,
        timeouts: Duration,
    ) -> Result<Response, DeliveryError> {
        let answer = within(stage, timeouts, self.connection.command(command)).await?;
        if answer.code().severity == expected {
            return Ok(answer);
        }
        // Out of step: what the next answer would belong to is anybody's guess.
        Err(DeliveryError::passing(stage, &format!("unexpected reply {}", answer.code())))
    }
}

/// Waits for one step of the conversation and sorts its failure.
pub(super) async fn within<T>(
    stage: Stage,
    timeouts: Duration,
    step: impl Future<Output = Result<T, smtp::Error>>,
) -> Result<T, DeliveryError> {
    match timeout(timeouts, step).await {
        Ok(outcome) => outcome.map_err(|error| DeliveryError::of_conversation(stage, &error)),
        Err(_) => Err(DeliveryError::silence(stage, timeouts)),
    }
}

/// A message with its final dot, dots at the start of lines doubled (RFC 5321 4.5.2). It goes out in one write: the dot
/// in a write of its own would wait for the acknowledgement of the first (Nagle's algorithm), often 40 ms.
struct Content(String);

impl Content {
    fn of(message: &Message) -> Self {
        // Built messages are ASCII; every body in another character set is encoded.
        let text = String::from_utf8_lossy(&message.formatted()).replace("\r\n.", "\r\n..");
        let end = if text.ends_with("\r\n") { ".\r\n" } else { "\r\n.\r\n" };
        Self(text + end)
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
