//! A way out for deliveries.

use crate::{
    db::{backend::DbConn, outbox::deliveries::Delivery},
    domain::{
        ids::DeliveryId,
        operation::job::{JobError, JobKind},
        outbox::delivery::DeliveryChannel,
    },
    services::Error,
    texts::Language,
};
use std::fmt::Debug;

/// What a channel hands over, and how. It leads one attempt and knows nothing of the queue.
pub trait Channel: Send + Sync + 'static {
    /// Which deliveries it takes.
    const CHANNEL: DeliveryChannel;
    /// The job that delivers them.
    const JOB: JobKind;
    /// What it hands over.
    type Content: Debug + Send + Sync + 'static;

    /// Reads what a delivery hands over, in the transaction that claims it.
    fn content(connection: &mut DbConn, id: DeliveryId) -> Result<Self::Content, Error>;

    /// Hands a delivery over, once. Gives what the other side answered when it accepted. May be dropped before it is done.
    fn hand_over(
        &self,
        delivery: &Delivery,
        content: &Self::Content,
        language: Language,
    ) -> impl Future<Output = Result<String, Refusal>> + Send;

    /// The name of the other side, as administrators know it.
    fn other_side(&self) -> String;
}

/// Why a delivery was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What went wrong, for logs.
    pub code: &'static str,
    /// The step at which it went wrong, for logs.
    pub step: Option<&'static str>,
    /// What went wrong, for administrators. May repeat addresses, so logs never hold it.
    pub text: String,
    /// Whether there is no use in trying again.
    pub is_final: bool,
    /// Whether it says something about this delivery: the attempt counts, and the next one waits longer.
    pub counts: bool,
    /// What it says about the other side as a whole.
    pub other_side: SaidOfOtherSide,
}

/// What a refusal says about the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaidOfOtherSide {
    /// It was not asked.
    Nothing,
    /// It answers.
    Answers,
    /// It takes nothing from anybody for now.
    Out(Outage),
}

/// Why the other side takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// Why.
    pub why: JobError,
    /// Whether somebody has to correct a setting first: it is then tried again slowly.
    pub needs_person: bool,
}
