//! Takes the steps of deadlines whose instant has passed, each in a transaction of its own: one that fails keeps no other from being
//! taken. One node works at a time; the row of each step decides that it is taken once. What was missed while nobody was at work is
//! taken at the next pass.

use super::job::{Job, Progress};
use crate::{
    app::App,
    db::operation::{
        deadlines::{self, Deadline, Mark},
        job_leases,
    },
    domain::{
        operation::job::{JobError, JobKind},
        people::actor::Actor,
    },
    services::{
        self, Error,
        operation::deadlines::{Taken, cause},
    },
};
use chrono::TimeDelta;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

const JOB: &str = JobKind::Deadlines.as_str();
/// Longer than one step takes.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// Steps looked up at once.
const PIECE: i64 = 100;
/// How long steps that failed are left alone.
const AFTER_FAILURE: Duration = Duration::from_mins(1);

/// The taking of deadlines.
pub(super) struct Deadlines {
    app: App,
    walk: Mutex<Walk>,
}

/// How far a walk through the due steps has come.
#[derive(Debug, Clone, Copy, Default)]
struct Walk {
    /// The last step looked at: a step that failed is passed over until the next walk.
    after: Option<Mark>,
    /// Whether a step failed.
    failed: bool,
}

impl Deadlines {
    pub(super) fn new(app: App) -> Self {
        Self { app, walk: Mutex::default() }
    }

    fn walk(&self) -> std::sync::MutexGuard<'_, Walk> {
        self.walk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one step; `None` while another node holds the lease.
    async fn take(&self, deadline: Deadline) -> Result<Option<Taken>, Error> {
        let (app, looked_up) = (self.app.clone(), deadline.clone());
        let name = self.app.read(move |connection| cause(connection, app.context(), &looked_up)).await?;
        let actor = Actor::system(&name, format!("deadline-{}", deadline.noun_id.0));
        let node = self.app.node();
        self.app
            .write(actor, move |tx| {
                if !job_leases::acquire(tx.conn, JOB, node, LEASE)? {
                    return Ok(None);
                }
                services::operation::deadlines::take(tx, &deadline).map(Some)
            })
            .await
    }
}

impl Job for Deadlines {
    const KIND: JobKind = JobKind::Deadlines;

    async fn pass(&self) -> Result<Progress, Error> {
        let (now, after) = (self.app.now(), self.walk().after);
        let due = self.app.read(move |connection| Ok(deadlines::due(connection, now.into(), after, PIECE)?)).await?;
        let Some(last) = due.last().map(Deadline::mark) else {
            let walk = std::mem::take(&mut *self.walk());
            return Ok(if walk.failed {
                Progress::Blocked(AFTER_FAILURE, JobError::StepsFailed)
            } else {
                Progress::Idle
            });
        };
        for deadline in due {
            let (noun, id, kind) = (deadline.noun, deadline.noun_id.0, deadline.kind);
            match self.take(deadline).await {
                Ok(Some(taken)) => tracing::info!(%noun, %id, %kind, ?taken, "a deadline has passed"),
                Ok(None) => return Ok(Progress::Idle),
                Err(error) => {
                    tracing::error!(%noun, %id, %kind, %error, "a deadline that has passed could not be taken; tried again");
                    self.walk().failed = true;
                }
            }
        }
        self.walk().after = Some(last);
        Ok(Progress::More)
    }
}
