//! Background jobs. Each job is woken or looks for work by itself, may run twice and loses nothing; all waiting work is
//! a row. No job speaks HTTP, and none decides what a use case would decide.

mod deadlines;
mod heads;
mod mail_delivery;
mod mail_server;
mod nightly;
mod purge;
mod quarantine;
mod sealer;
mod upkeep;
mod work;

use crate::{
    app::App,
    db::{job_leases, mail_queue},
    mail::transport::Transport,
    services::Error,
};
use mail_delivery::MailDelivery;
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinSet, time::timeout};
use work::{Job, Progress};

/// How long what is in flight may take when the jobs are told to stop. A mail that takes longer is tried again at the next
/// start.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// The jobs of one process, at work.
#[derive(Debug)]
pub struct Jobs {
    stop: watch::Sender<bool>,
    running: JoinSet<()>,
    transport: Arc<Transport>,
}

/// Sets every job to work. Where one process has the database to itself, it first takes over what a predecessor that was
/// killed had under way.
pub async fn spawn(app: App, transport: Arc<Transport>) -> Result<Jobs, Error> {
    app.maintain(|connection| {
        job_leases::release_all(connection)?;
        mail_queue::release_all(connection)?;
        Ok(())
    })
    .await?;
    let (stop, stopped) = watch::channel(false);
    let mut running = JoinSet::new();
    for delivery in MailDelivery::workers(&app, &transport) {
        running.spawn(work::supervise(delivery, stopped.clone()));
    }
    running.spawn(work::supervise(sealer::Sealer::new(app.clone()), stopped.clone()));
    running.spawn(work::supervise(heads::Heads::new(app.clone()), stopped.clone()));
    running.spawn(work::supervise(deadlines::Deadlines::new(app.clone()), stopped.clone()));
    running.spawn(work::supervise(nightly::Nightly::new(app.clone()), stopped.clone()));
    running.spawn(work::supervise(purge::Purge::new(app.clone()), stopped.clone()));
    running.spawn(work::supervise(quarantine::Quarantine::new(app.clone()), stopped.clone()));
    running.spawn(work::supervise(upkeep::Upkeep::new(app), stopped));
    Ok(Jobs { stop, running, transport })
}

impl Jobs {
    /// Lets the work in flight finish, starts no new work, and closes the connections to the mail server.
    pub async fn stop(mut self) {
        // Nobody listens any more when every job has ended already.
        let _ = self.stop.send(true);
        let finished = timeout(STOP_TIMEOUT, async { while self.running.join_next().await.is_some() {} }).await;
        if finished.is_err() {
            tracing::warn!("a job was still at work when the process stopped; it is done again at the next start");
        }
        self.running.shutdown().await;
        self.transport.close().await;
    }
}

/// Does once, in order, everything that is due now: what the jobs would do, without waiting.
pub async fn run_due(app: &App, transport: &Arc<Transport>) -> Result<(), Error> {
    exhaust(&quarantine::Quarantine::new(app.clone())).await?;
    exhaust(&deadlines::Deadlines::new(app.clone())).await?;
    exhaust(&nightly::Nightly::new(app.clone())).await?;
    exhaust(&MailDelivery::new(app.clone(), Arc::clone(transport))).await?;
    exhaust(&sealer::Sealer::new(app.clone())).await?;
    exhaust(&heads::Heads::new(app.clone())).await?;
    exhaust(&purge::Purge::new(app.clone())).await
}

async fn exhaust<J: Job>(job: &J) -> Result<(), Error> {
    while job.pass().await? == Progress::More {}
    Ok(())
}
