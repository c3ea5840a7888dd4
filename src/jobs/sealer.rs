//! Gives recorded changes their places in the chain, right after they are committed. One sealer works at a time, whoever holds
//! the lease; changes of other nodes and of the command line are found by looking.

use super::work::{Job, Progress};
use crate::{
    app::App,
    db::{backend::DbConn, changes, job_leases},
    services::{Error, audit},
};
use chrono::TimeDelta;
use std::time::Duration;
use tokio::sync::Notify;
use uuid::Uuid;

const JOB: &str = "sealer";
/// How soon another node seals when this one dies.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// Changes sealed in one transaction: few enough that no writer waits long.
const PIECE: i64 = 250;

/// The sealer.
pub(super) struct Sealer(App);

impl Sealer {
    pub(super) const fn new(app: App) -> Self {
        Self(app)
    }
}

impl Job for Sealer {
    const NAME: &'static str = "sealer";
    const PAUSE: Duration = Duration::from_secs(1);

    async fn pass(&self) -> Result<Progress, Error> {
        if !self.0.read(|connection| Ok(changes::has_unsealed(connection)?)).await? {
            return Ok(Progress::Idle);
        }
        let (app, node) = (self.0.clone(), self.0.node());
        self.0.maintain(move |connection| seal_piece(&app, connection, node)).await
    }

    fn wake(&self) -> Option<&Notify> {
        Some(&self.0.wake().changes)
    }
}

fn seal_piece(app: &App, connection: &mut DbConn, node: Uuid) -> Result<Progress, Error> {
    if !job_leases::acquire(connection, JOB, node, LEASE)? {
        return Ok(Progress::Idle);
    }
    let sealed = audit::seal(connection, &app.context().chain, PIECE)?;
    Ok(if sealed == 0 { Progress::Idle } else { Progress::More })
}
