//! Deliveries leave. One worker serves every channel: it claims, looks again whether what is told still holds, keeps the lease,
//! counts and marks. A `Channel` knows what it hands over, and how.

mod attempt;
mod backoff;
mod channel;
mod mail;
mod other_side;
mod worker;

pub use channel::{Channel, Outage, Refusal, SaidOfOtherSide};
pub(super) use mail::MailChannel;
pub(super) use worker::DeliveryWorker;
