//! What goes wrong in a conversation, where and how often.

use std::{collections::HashSet, time::Duration};

/// A step of the conversation at which a fault can strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SinkStage {
    /// Before the greeting.
    Greeting,
    /// EHLO.
    Hello,
    /// STARTTLS.
    StartTls,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Recipient,
    /// DATA.
    Data,
    /// After the final dot.
    Message,
    /// RSET.
    Reset,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// This answer in place of the usual one; several lines are separated by `\n` and carry their own codes.
    Answer(String),
    /// No answer, while the connection stays open.
    Hang,
    /// The connection is cut without an answer.
    Cut,
    /// The usual answer, late.
    Delay(Duration),
    /// At [`SinkStage::Message`]: accepted and kept, but the connection is cut before the answer.
    LoseAnswer,
    /// The usual answer, then the connection is cut.
    CutAfterAnswer,
}

/// A fault with the conditions under which it strikes.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    stage: SinkStage,
    fault: Fault,
    recipient: Option<String>,
    connection: Option<usize>,
    remaining: Option<usize>,
    once_per_recipient: bool,
}

impl Rule {
    /// `fault` whenever `stage` is reached.
    pub(crate) const fn new(stage: SinkStage, fault: Fault) -> Self {
        Self { stage, fault, recipient: None, connection: None, remaining: None, once_per_recipient: false }
    }

    /// An answer in place of the usual one.
    pub(crate) fn answer(stage: SinkStage, answer: &str) -> Self {
        Self::new(stage, Fault::Answer(answer.to_owned()))
    }

    /// Greylisting: each recipient is put off once.
    pub(crate) fn greylisting() -> Self {
        let rule = Self::answer(SinkStage::Recipient, "451 4.7.1 Greylisted, try again");
        Self { once_per_recipient: true, ..rule }
    }

    /// Only for this recipient; from RCPT on.
    pub(crate) fn for_recipient(self, address: &str) -> Self {
        Self { recipient: Some(address.to_owned()), ..self }
    }

    /// Only on this connection, counted from 1.
    pub(crate) const fn on_connection(mut self, connection: usize) -> Self {
        self.connection = Some(connection);
        self
    }

    /// Only so many times.
    pub(crate) const fn times(mut self, times: usize) -> Self {
        self.remaining = Some(times);
        self
    }

    /// Whether the fault strikes here; `put_off` are the recipients that greylisting has put off already.
    pub(super) fn strikes(
        &self,
        stage: SinkStage,
        connection: usize,
        recipients: &[String],
        put_off: &HashSet<String>,
    ) -> bool {
        let is_repetition = self.once_per_recipient && recipients.iter().all(|recipient| put_off.contains(recipient));
        self.stage == stage
            && self.connection.is_none_or(|only| only == connection)
            && self.recipient.as_ref().is_none_or(|only| recipients.contains(only))
            && self.remaining != Some(0)
            && !is_repetition
    }

    /// Counts one strike and returns the fault.
    pub(super) fn strike(&mut self, recipients: &[String], put_off: &mut HashSet<String>) -> Fault {
        self.remaining = self.remaining.map(|remaining| remaining - 1);
        if self.once_per_recipient {
            put_off.extend(recipients.iter().cloned());
        }
        self.fault.clone()
    }
}
