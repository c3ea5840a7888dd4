//! Deletes data that is no longer needed: answers kept for repeated requests, sessions that ended long ago. Never a
//! fact, never the record.

use super::job::{Job, Progress};
use crate::{
    app::App,
    db::{
        backend::DbConn,
        operation::{idempotency_keys, job_leases},
        people::sessions,
    },
    domain::operation::job::JobKind,
    services::{Error, operation::jobs::schedule},
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

const JOB: &str = JobKind::Purge.as_str();
const LEASE: TimeDelta = TimeDelta::seconds(15);
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
    const KIND: JobKind = JobKind::Purge;

    async fn pass(&self) -> Result<Progress, Error> {
        let (node, now) = (self.0.node(), self.0.now());
        if self.0.read(move |connection| schedule::purge_due_at(connection, now)).await? <= now {
            self.0.maintain(move |connection| purge(connection, node, now)).await?;
        }
        Ok(Progress::Idle)
    }
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
