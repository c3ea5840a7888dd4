//! Counts of waiting work, by which an operator sees that something is stuck. No business data.

use crate::{
    db::{
        backend::DbConn,
        operation::backlog::{alerts_by_level, alerts_without_recipient},
        outbox::delivery_queue,
        records::record_seals,
    },
    domain::{
        outbox::delivery::{DeliveryChannel, DeliveryState},
        records::record::RecordLog,
        watch::level::Level,
    },
    services::Error,
};
use chrono::{DateTime, TimeDelta, Utc};

/// What waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// Mails that are not sent; states without any are left out.
    pub mails: Vec<(DeliveryState, i64)>,
    /// Age of the oldest mail that is still to be sent; zero when there is none.
    pub oldest_unsent: TimeDelta,
    /// Unresolved alerts; levels without any are left out.
    pub alerts: Vec<(Level, i64)>,
    /// Unresolved alerts nobody could be told of.
    pub alerts_without_recipient: i64,
    /// Changes without a place in the chain.
    pub unsealed_changes: i64,
}

/// Counts what waits.
pub fn count(connection: &mut DbConn, now: DateTime<Utc>) -> Result<Backlog, Error> {
    let oldest = delivery_queue::oldest_unsent(connection, DeliveryChannel::Mail)?;
    Ok(Backlog {
        mails: delivery_queue::depth(connection, DeliveryChannel::Mail)?,
        oldest_unsent: oldest.map_or(TimeDelta::zero(), |written_at| (now - written_at).max(TimeDelta::zero())),
        alerts: alerts_by_level(connection)?,
        alerts_without_recipient: alerts_without_recipient(connection)?,
        unsealed_changes: record_seals::count_waiting(connection, RecordLog::Changes)?,
    })
}
