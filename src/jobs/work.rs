//! How a job is kept running: pass after pass while there is something to do, then asleep until it is woken or its
//! pause is over; started again when it fails.

use crate::services::Error;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, watch},
    time::sleep,
};

/// One kind of background work.
pub(super) trait Job: Send + Sync + 'static {
    /// What the log calls it.
    const NAME: &'static str;
    /// How long it sleeps at most when there is nothing to do. Other nodes and the command line write too, and wake nobody
    /// here.
    const PAUSE: Duration;

    /// Does one piece of work, if there is any.
    fn pass(&self) -> impl Future<Output = Result<Progress, Error>> + Send;

    /// What wakes it.
    fn wake(&self) -> Option<&Notify> {
        None
    }
}

/// What a pass came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// A piece was done; there may be more.
    More,
    /// There is nothing to do.
    Idle,
    /// Nothing can be done for so long.
    Blocked(Duration),
}

/// Keeps a job at work until it is told to stop; a piece under way is finished.
pub(super) async fn supervise<J: Job>(job: J, stopped: watch::Receiver<bool>) {
    let job = Arc::new(job);
    loop {
        let working = tokio::spawn(work(Arc::clone(&job), stopped.clone()));
        match working.await {
            Ok(()) => return,
            Err(error) if error.is_cancelled() => return,
            Err(error) => tracing::error!(job = J::NAME, %error, "a job failed and is started again"),
        }
        sleep(J::PAUSE).await;
    }
}

async fn work<J: Job>(job: Arc<J>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        let pause = match job.pass().await {
            Ok(Progress::More) => continue,
            Ok(Progress::Idle) => J::PAUSE,
            Ok(Progress::Blocked(pause)) => pause,
            Err(error) => {
                tracing::error!(job = J::NAME, %error, "a job failed and is tried again");
                J::PAUSE
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
    #![allow(clippy::panic, reason = "tests")]
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Breaks at its first pass, fails at its second, has work at its third, and is idle from then on.
    struct Frail {
        passes: Arc<AtomicUsize>,
        wake: Arc<Notify>,
    }

    impl Job for Frail {
        const NAME: &'static str = "frail";
        const PAUSE: Duration = Duration::from_millis(5);

        async fn pass(&self) -> Result<Progress, Error> {
            match self.passes.fetch_add(1, Ordering::SeqCst) {
                0 => panic!("broken on purpose"),
                1 => Err(Error::Internal("failed on purpose".to_owned())),
                2 => Ok(Progress::More),
                _ => Ok(Progress::Blocked(Duration::from_mins(10))),
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

    #[tokio::test]
    async fn a_job_survives_failures_and_ends_when_told() {
        let passes = Arc::new(AtomicUsize::new(0));
        let (stop, stopped) = watch::channel(false);
        let wake = Arc::new(Notify::new());
        let running = tokio::spawn(supervise(Frail { passes: Arc::clone(&passes), wake: Arc::clone(&wake) }, stopped));
        reached(&passes, 4).await;
        wake.notify_one();
        reached(&passes, 5).await;
        stop.send(true).expect("the job listens");
        running.await.expect("the job ends");
        assert_eq!(passes.load(Ordering::SeqCst), 5);
    }
}
