//! Deletes data that is no longer needed: answers kept for repeated requests, sessions that ended long ago. Never a
//! fact, never the record.

use super::work::{Job, Progress};
use crate::{
    app::App,
    db::{backend::DbConn, idempotency_keys, job_leases, sessions},
    services::Error,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use uuid::Uuid;

const JOB: &str = "purge";
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How often there is anything worth the trouble.
const EVERY: TimeDelta = TimeDelta::hours(1);
/// How long an answer is kept for a repeated request.
const ANSWERS_KEPT: TimeDelta = TimeDelta::hours(24);
/// How long a session is kept after its end; signing in and out itself is in the record.
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(30);

pub(super) struct Purge(App);

impl Purge {
    pub(super) const fn new(app: App) -> Self {
        Self(app)
    }
}

impl Job for Purge {
    const NAME: &'static str = "purge";
    const PAUSE: Duration = Duration::from_mins(1);

    async fn pass(&self) -> Result<Progress, Error> {
        let (node, now) = (self.0.node(), self.0.now());
        if self.0.read(move |connection| is_due(connection, now)).await? {
            self.0.maintain(move |connection| purge(connection, node, now)).await?;
        }
        Ok(Progress::Idle)
    }
}

fn is_due(connection: &mut DbConn, now: DateTime<Utc>) -> Result<bool, Error> {
    let last = job_leases::note(connection, JOB)?.parse::<DateTime<Utc>>();
    // A last time that lies ahead was written by a clock that ran ahead.
    Ok(last.map_or(true, |last| last > now || now - last >= EVERY))
}

fn purge(connection: &mut DbConn, node: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    if !job_leases::acquire(connection, JOB, node, LEASE)? {
        return Ok(());
    }
    let answers = idempotency_keys::purge(connection, now - ANSWERS_KEPT)?;
    let ended = sessions::purge(connection, now - SESSIONS_KEPT)?;
    job_leases::set_note(connection, JOB, &now.to_rfc3339())?;
    tracing::debug!(answers, sessions = ended, "purged");
    Ok(())
}
