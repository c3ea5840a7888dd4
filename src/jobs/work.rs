//! How a job is kept running: pass after pass while there is something to do, then asleep until it is woken or its
//! pause is over; started again when it fails. How each pass ended is noted here, so no job can forget it.

use super::{
    job::{Job, Progress},
    status::Recorder,
};
use crate::services::Error;
use std::sync::Arc;
use tokio::{
    sync::{Notify, watch},
    time::sleep,
};

/// One pass of a job, noted in its status.
pub(super) async fn pass<J: Job>(job: &J, recorder: &Recorder) -> Result<Progress, Error> {
    let began_at = recorder.now();
    let result = job.pass().await;
    recorder.ended(J::KIND, began_at, &result).await;
    result
}

/// Keeps a job at work until it is told to stop; a piece under way is finished.
pub(super) async fn supervise<J: Job>(job: J, recorder: Arc<Recorder>, stopped: watch::Receiver<bool>) {
    let job = Arc::new(job);
    loop {
        let working = tokio::spawn(work(Arc::clone(&job), Arc::clone(&recorder), stopped.clone()));
        match working.await {
            Ok(()) => return,
            Err(error) if error.is_cancelled() => return,
            Err(error) => tracing::error!(job = %J::KIND, %error, "a job failed and is started again"),
        }
        recorder.crashed(J::KIND).await;
        sleep(J::KIND.pause()).await;
    }
}

async fn work<J: Job>(job: Arc<J>, recorder: Arc<Recorder>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        let pause = match pass(&*job, &recorder).await {
            Ok(Progress::More) => continue,
            Ok(Progress::Idle) => J::KIND.pause(),
            Ok(Progress::Blocked(pause, _)) => pause,
            Err(error) => {
                tracing::error!(job = %J::KIND, %error, "a job failed and is tried again");
                J::KIND.pause()
            }
        };
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = woken(job.wake()) => {}
            () = sleep(pause) => {}
        }
    }
}

async fn woken(wake: Option<&Notify>) {
    match wake {
        Some(wake) => wake.notified().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{
        app::App,
        clock::Clock,
        db::{
            backend::{self, Database, Location},
            operation::job_status::{self, JobStatus},
        },
        domain::{
            operation::job::{JobError, JobKind},
            watch::risk::RiskPolicy,
        },
        secrets::key::MasterKey,
        services::Context,
        settings::{Settings, Sources},
    };
    use std::{
        path::Path,
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    /// Breaks at its first pass, fails at its second, has work at its third, and is blocked from then on.
    struct Frail {
        passes: Arc<AtomicUsize>,
        wake: Arc<Notify>,
    }

    impl Job for Frail {
        const KIND: JobKind = JobKind::Sealer;

        async fn pass(&self) -> Result<Progress, Error> {
            match self.passes.fetch_add(1, Ordering::SeqCst) {
                0 => panic!("broken on purpose"),
                1 => Err(Error::Internal("failed on purpose".to_owned())),
                2 => Ok(Progress::More),
                _ => Ok(Progress::Blocked(Duration::from_mins(10), JobError::RecordDisagrees)),
            }
        }

        fn wake(&self) -> Option<&Notify> {
            Some(&self.wake)
        }
    }

    async fn reached(passes: &AtomicUsize, wanted: usize) {
        let counted = async {
            while passes.load(Ordering::SeqCst) < wanted {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), counted).await.expect("the job goes on");
    }

    fn app(directory: &Path) -> App {
        let location = Location::Sqlite(directory.join("test.sqlite"));
        backend::migrate(&mut backend::connect(&location).unwrap()).unwrap();
        let context = Context::new(
            Settings::load(&Sources::default()).unwrap(),
            RiskPolicy::system_default(),
            &MasterKey::from_bytes([7; 32]),
        );
        App::new(context, Database::open(location, 2).unwrap(), Clock::system())
    }

    fn status(app: &App) -> JobStatus {
        let mut rows = job_status::all(&mut app.database().reader().unwrap()).unwrap();
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }

    #[tokio::test]
    async fn a_job_survives_failures_and_ends_when_told() {
        let directory = tempfile::tempdir().unwrap();
        let app = app(directory.path());
        let recorder = Arc::new(Recorder::new(app.clone()));
        let passes = Arc::new(AtomicUsize::new(0));
        let (stop, stopped) = watch::channel(false);
        let wake = Arc::new(Notify::new());
        let frail = Frail { passes: Arc::clone(&passes), wake: Arc::clone(&wake) };
        let running = tokio::spawn(supervise(frail, Arc::clone(&recorder), stopped));
        reached(&passes, 2).await;
        let crashed = status(&app);
        assert_eq!((crashed.failures, crashed.last_error), (1, Some(JobError::Crashed)), "written at once");
        reached(&passes, 4).await;
        wake.notify_one();
        reached(&passes, 5).await;
        stop.send(true).expect("the job listens");
        running.await.expect("the job ends");
        assert_eq!(passes.load(Ordering::SeqCst), 5);
        recorder.write().await;
        let blocked = status(&app);
        assert_eq!((blocked.failures, blocked.last_error), (2, Some(JobError::RecordDisagrees)));
        assert!(blocked.succeeded_at.is_some_and(|at| at <= blocked.ended_at), "{blocked:?}");
    }
}
