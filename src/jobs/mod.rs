//! Background jobs. Each job is woken or looks for work by itself, may run twice and loses nothing; all waiting work is
//! a row. No job speaks HTTP, and none decides what a use case would decide.

mod deadlines;
pub mod delivery;
mod heads;
mod job;
mod nightly;
mod purge;
mod quarantine;
mod sealer;
mod status;
mod upkeep;
mod work;

use crate::{
    app::App,
    db::{operation::job_leases, outbox::delivery_queue},
    domain::operation::job::JobKind,
    mail::transport::Transport,
    services::Error,
};
use delivery::{Channel, DeliveryWorker, MailChannel};
use job::{Job, Progress};
use status::Recorder;
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinSet, time::timeout};

/// How long what is in flight may take when the jobs are told to stop. A delivery that takes longer is tried again at the
/// next start.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// The jobs of one process, at work.
pub struct Jobs {
    stop: watch::Sender<bool>,
    running: JoinSet<()>,
    recorder: Arc<Recorder>,
    transport: Arc<Transport>,
}

/// Sets every job to work. Where one process has the database to itself, it first takes over what a predecessor that was
/// killed had under way.
pub async fn spawn(app: App, transport: Arc<Transport>) -> Result<Jobs, Error> {
    app.maintain(|connection| {
        job_leases::release_all(connection)?;
        delivery_queue::release_all(connection)?;
        Ok(())
    })
    .await?;
    tracing::info!(node = %app.node(), "the jobs of this node are at work");
    let recorder = Arc::new(Recorder::new(app.clone()));
    let mut jobs = Jobs { stop: watch::Sender::new(false), running: JoinSet::new(), recorder, transport };
    for &kind in JobKind::ALL {
        jobs.start_kind(kind, &app);
    }
    Ok(jobs)
}

impl Jobs {
    /// A kind of job without an arm here does not compile.
    fn start_kind(&mut self, kind: JobKind, app: &App) {
        match kind {
            JobKind::MailDelivery => {
                let mail = MailChannel::new(app, Arc::clone(&self.transport));
                let workers = app.context().settings.mail.workers as usize;
                for worker in DeliveryWorker::several(app, &mail, workers) {
                    self.start(worker);
                }
            }
            JobKind::Sealer => self.start(sealer::Sealer::new(app.clone())),
            JobKind::RecordHeads => self.start(heads::Heads::new(app.clone())),
            JobKind::Deadlines => self.start(deadlines::Deadlines::new(app.clone())),
            JobKind::Nightly => self.start(nightly::Nightly::new(app.clone())),
            JobKind::Quarantine => self.start(quarantine::Quarantine::new(app.clone())),
            JobKind::Purge => self.start(purge::Purge::new(app.clone())),
            JobKind::Upkeep => self.start(upkeep::Upkeep::new(app.clone())),
        }
    }

    fn start<J: Job>(&mut self, job: J) {
        self.running.spawn(work::supervise(job, Arc::clone(&self.recorder), self.stop.subscribe()));
    }

    /// Lets the work in flight finish, starts no new work, and closes the connections to the mail server.
    pub async fn stop(mut self) {
        // Nobody listens any more when every job has ended already.
        let _ = self.stop.send(true);
        let finished = timeout(STOP_TIMEOUT, async { while self.running.join_next().await.is_some() {} }).await;
        if finished.is_err() {
            tracing::warn!("a job was still at work when the process stopped; it is done again at the next start");
        }
        self.running.shutdown().await;
        self.recorder.write().await;
        self.transport.close().await;
    }
}

/// Does once, in order, everything that is due now: what the jobs would do, without waiting.
pub async fn run_due(app: &App, transport: &Arc<Transport>) -> Result<(), Error> {
    let recorder = Recorder::new(app.clone());
    let done = exhaust_all(app, transport, &recorder).await;
    recorder.write().await;
    done
}

/// Hands over once, by one channel, everything that is due now.
pub async fn deliver_due<C: Channel>(app: &App, channel: &Arc<C>) -> Result<(), Error> {
    let recorder = Recorder::new(app.clone());
    let done = exhaust(&DeliveryWorker::new(app.clone(), Arc::clone(channel)), &recorder).await;
    recorder.write().await;
    done
}

async fn exhaust_all(app: &App, transport: &Arc<Transport>, recorder: &Recorder) -> Result<(), Error> {
    exhaust(&quarantine::Quarantine::new(app.clone()), recorder).await?;
    exhaust(&deadlines::Deadlines::new(app.clone()), recorder).await?;
    exhaust(&nightly::Nightly::new(app.clone()), recorder).await?;
    exhaust(&DeliveryWorker::new(app.clone(), MailChannel::new(app, Arc::clone(transport))), recorder).await?;
    exhaust(&sealer::Sealer::new(app.clone()), recorder).await?;
    exhaust(&heads::Heads::new(app.clone()), recorder).await?;
    exhaust(&purge::Purge::new(app.clone()), recorder).await?;
    exhaust(&upkeep::Upkeep::new(app.clone()), recorder).await
}

async fn exhaust<J: Job>(job: &J, recorder: &Recorder) -> Result<(), Error> {
    while work::pass(job, recorder).await? == Progress::More {}
    Ok(())
}
