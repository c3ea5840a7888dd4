//! Sends the heads of the record out on a schedule: to the log, to the file of heads in the data directory of every node, and
//! by mail to the auditors.

use super::job::{Job, Progress};
use crate::{
    app::App,
    db::{backend::DbConn, operation::job_leases},
    domain::operation::job::JobKind,
    secrets::head::Head,
    services::{
        Error,
        operation::jobs::schedule,
        records::audit::{self, SENDING_JOB, Sending},
    },
    texts::{Explain, Language},
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

const LEASE: TimeDelta = TimeDelta::seconds(15);

/// The sending of heads.
pub(super) struct Heads(App);

impl Heads {
    pub(super) const fn new(app: App) -> Self {
        Self(app)
    }
}

impl Job for Heads {
    const KIND: JobKind = JobKind::RecordHeads;

    async fn pass(&self) -> Result<Progress, Error> {
        let (app, now) = (self.0.clone(), self.0.now());
        let look = move |connection: &mut DbConn| {
            let last = audit::last_sent(connection, &app.context().record)?;
            Ok((last, schedule::heads_due_at(connection, &app.context().settings, now)?))
        };
        let (last, due_at) = self.0.read(look).await?;
        if let Some(last) = &last {
            self.write_down(&last.heads);
        }
        if due_at > now {
            return Ok(Progress::Idle);
        }
        let (app, node, seen) = (self.0.clone(), self.0.node(), self.0.heads_seen());
        let sent = self.0.maintain(move |connection| send(&app, connection, node, &seen, now)).await?;
        if let Some(sending) = sent {
            say(&sending);
            self.write_down(&sending.heads);
            self.0.wake().deliveries.notify_one();
        }
        Ok(Progress::Idle)
    }
}

impl Heads {
    /// Adds to this machine's file what it does not hold yet: another node may have sent it.
    fn write_down(&self, heads: &[Head]) {
        let files = self.0.heads();
        let kept = files.sent().heads;
        let missing: Vec<Head> = heads.iter().filter(|head| !kept.contains(head)).copied().collect();
        if missing.is_empty() {
            return;
        }
        if let Err(error) = files.send(&missing) {
            tracing::error!(%error, "the heads of the record could not be added to their file; tried again within a minute");
        }
    }
}

fn say(sending: &Sending) {
    for head in &sending.heads {
        tracing::info!(head = audit::written(head), keyed_from = head.keyed_from, "head of the record");
    }
    for (log, trouble) in &sending.troubles {
        let why = trouble.text(Language::En);
        tracing::error!(%log, code = trouble.code(), why, "this log has no head to send");
    }
    tracing::debug!(mails = sending.mails, "the heads of the record were mailed to the auditors");
}

fn send(
    app: &App,
    connection: &mut DbConn,
    node: Uuid,
    seen: &[Head],
    now: DateTime<Utc>,
) -> Result<Option<Sending>, Error> {
    if !job_leases::acquire(connection, SENDING_JOB, node, LEASE)? {
        return Ok(None);
    }
    audit::send(connection, app.context(), seen, now)
}
