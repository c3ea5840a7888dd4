//! What the jobs of this process did last, on its way to the database. Every pass is noted in memory. It is written when a job
//! begins to fail or recovers, and otherwise about once a minute, all jobs in one transaction: an idle process does not keep the
//! disk busy.

use super::job::Progress;
use crate::{
    app::App,
    db::{
        backend,
        operation::job_status::{self, JobStatus},
        values::{AnyId, Timestamp},
    },
    domain::operation::job::{JobError, JobKind},
    services::Error,
};
use chrono::{DateTime, Utc};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use uuid::Uuid;

/// How often what is the same as before is written.
const WRITTEN_EVERY: Duration = Duration::from_mins(1);
/// How often news are written: a job may fail and recover every second.
const NEWS_EVERY: Duration = Duration::from_secs(2);

/// Notes the passes of all jobs of one process, and writes them.
pub(super) struct Recorder {
    app: App,
    board: Mutex<Board>,
}

impl Recorder {
    /// Nothing is noted yet.
    pub(super) fn new(app: App) -> Self {
        let board = Mutex::new(Board::new(app.node()));
        Self { app, board }
    }

    /// The instant now, for the beginning of a pass.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.app.now()
    }

    /// A pass has ended.
    pub(super) async fn ended(&self, kind: JobKind, began_at: DateTime<Utc>, result: &Result<Progress, Error>) {
        let error = match result {
            Ok(Progress::Blocked(_, why)) => Some(*why),
            Ok(Progress::More | Progress::Idle) => None,
            Err(error) => Some(cause(error)),
        };
        self.note(kind, began_at, error).await;
    }

    /// A pass has panicked.
    pub(super) async fn crashed(&self, kind: JobKind) {
        self.note(kind, self.now(), Some(JobError::Crashed)).await;
    }

    async fn note(&self, kind: JobKind, began_at: DateTime<Utc>, error: Option<JobError>) {
        let due = {
            let mut board = self.board();
            board.note(kind, Pass { began_at, ended_at: self.now(), error });
            board.take_due(Instant::now())
        };
        self.store(due).await;
    }

    /// Writes whatever the database does not know yet.
    pub(super) async fn write(&self) {
        let rows = self.board().take(Instant::now());
        self.store(rows).await;
    }

    async fn store(&self, rows: Vec<JobStatus>) {
        if rows.is_empty() {
            return;
        }
        let kinds: Vec<JobKind> = rows.iter().map(|row| row.job).collect();
        let written = self.app.maintain(move |connection| Ok(job_status::write(connection, &rows)?)).await;
        match written {
            Ok(()) => self.board().written(),
            // No error of the job: it is written with a later pass.
            Err(error) => {
                if self.board().keep(&kinds) {
                    tracing::warn!(%error, "the status of the jobs could not be written; trying on");
                }
            }
        }
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the status says about an error. The texts of errors stay in the log: they may repeat what was read or written.
fn cause(error: &Error) -> JobError {
    match error {
        Error::Connection(_) => JobError::DatabaseUnreachable,
        Error::Database(error) if backend::is_lost(error) => JobError::DatabaseUnreachable,
        Error::Database(_) => JobError::DatabaseFailed,
        _ => JobError::Internal,
    }
}

/// One pass.
#[derive(Debug, Clone, Copy)]
struct Pass {
    began_at: DateTime<Utc>,
    ended_at: DateTime<Utc>,
    error: Option<JobError>,
}

/// What jobs did last, and whether the database knows.
#[derive(Debug)]
struct Board {
    node: Uuid,
    jobs: BTreeMap<JobKind, Noted>,
    tried_at: Option<Instant>,
    is_failing: bool,
}

#[derive(Debug)]
struct Noted {
    status: JobStatus,
    /// The database does not know it.
    is_unwritten: bool,
    /// It is something else than the database knows, not only a later time.
    is_news: bool,
}

impl Board {
    const fn new(node: Uuid) -> Self {
        Self { node, jobs: BTreeMap::new(), tried_at: None, is_failing: false }
    }

    fn note(&mut self, kind: JobKind, pass: Pass) {
        let noted = self.jobs.entry(kind).or_insert_with(|| Noted {
            status: JobStatus {
                job: kind,
                node: AnyId(self.node),
                began_at: pass.began_at.into(),
                ended_at: pass.ended_at.into(),
                succeeded_at: None,
                failures: 0,
                last_error: None,
                last_error_at: None,
            },
            is_unwritten: true,
            is_news: true,
        });
        let ended_at = Timestamp::from(pass.ended_at);
        let was_failing = noted.status.failures > 0;
        let status = &mut noted.status;
        status.began_at = pass.began_at.into();
        status.ended_at = ended_at;
        match pass.error {
            None => {
                status.succeeded_at = Some(ended_at);
                status.failures = 0;
                noted.is_news |= was_failing;
            }
            Some(error) => {
                noted.is_news |= !was_failing || status.last_error != Some(error);
                status.failures = status.failures.saturating_add(1);
                status.last_error = Some(error);
                status.last_error_at = Some(ended_at);
            }
        }
        noted.is_unwritten = true;
    }

    /// What has to be written now, if it is time.
    fn take_due(&mut self, now: Instant) -> Vec<JobStatus> {
        let elapsed = self.tried_at.map_or(Duration::MAX, |at| now.saturating_duration_since(at));
        let has_news = self.jobs.values().any(|noted| noted.is_news);
        let pause = if has_news { NEWS_EVERY } else { WRITTEN_EVERY };
        if elapsed < pause { Vec::new() } else { self.take(now) }
    }

    /// Everything that is not written.
    fn take(&mut self, now: Instant) -> Vec<JobStatus> {
        self.tried_at = Some(now);
        let unwritten = self.jobs.values_mut().filter(|noted| noted.is_unwritten);
        unwritten
            .map(|noted| {
                (noted.is_unwritten, noted.is_news) = (false, false);
                noted.status.clone()
            })
            .collect()
    }

    fn written(&mut self) {
        self.is_failing = false;
    }

    /// These jobs could not be written. `true` for the first time in a row.
    fn keep(&mut self, kinds: &[JobKind]) -> bool {
        for kind in kinds {
            if let Some(noted) = self.jobs.get_mut(kind) {
                (noted.is_unwritten, noted.is_news) = (true, true);
            }
        }
        !std::mem::replace(&mut self.is_failing, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    struct Played {
        board: Board,
        start: Instant,
        at: u32,
    }

    impl Played {
        fn new() -> Self {
            Self { board: Board::new(Uuid::nil()), start: Instant::now(), at: 0 }
        }

        fn instant(&self) -> Instant {
            self.start + Duration::from_secs(self.at.into())
        }

        fn clock(&self) -> DateTime<Utc> {
            DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(self.at.into())
        }

        /// A pass at each second until then; the seconds at which the status was written.
        fn pass_until(&mut self, end: u32, error: impl Fn(u32) -> Option<JobError>) -> Vec<u32> {
            let mut written = Vec::new();
            while self.at < end {
                let pass = Pass { began_at: self.clock(), ended_at: self.clock(), error: error(self.at) };
                self.board.note(JobKind::Sealer, pass);
                if !self.board.take_due(self.instant()).is_empty() {
                    written.push(self.at);
                }
                self.at += 1;
            }
            written
        }

        fn status(&self) -> &JobStatus {
            &self.board.jobs[&JobKind::Sealer].status
        }
    }

    #[test]
    fn what_stays_the_same_is_written_once_a_minute() {
        let mut played = Played::new();
        assert_eq!(played.pass_until(200, |_| None), [0, 60, 120, 180]);
        assert_eq!(played.board.take_due(played.instant()), [], "a minute has not passed");
        assert_eq!(played.board.take(played.instant()).len(), 1);
        assert_eq!(played.board.take(played.instant()), [], "everything is written");
    }

    #[test]
    fn a_failure_and_a_recovery_are_written_at_once() {
        let mut played = Played::new();
        let failing = |second| (10..30).contains(&second).then_some(JobError::DatabaseFailed);
        assert_eq!(played.pass_until(60, failing), [0, 10, 30]);
        let status = played.status();
        assert_eq!((status.failures, status.last_error), (0, Some(JobError::DatabaseFailed)));
        assert_eq!(status.last_error_at.map(|at| at.0.timestamp()), Some(29), "the error stays with its time");
        assert_eq!(status.succeeded_at.map(|at| at.0.timestamp()), Some(59));
    }

    #[test]
    fn failures_are_counted_until_a_pass_succeeds() {
        let mut played = Played::new();
        let other = |second| Some(if second < 5 { JobError::DatabaseFailed } else { JobError::Internal });
        assert_eq!(played.pass_until(10, other), [0, 5], "another error is news");
        assert_eq!((played.status().failures, played.status().succeeded_at), (10, None));
        played.pass_until(11, |_| None);
        assert_eq!(played.status().failures, 0);
    }

    #[test]
    fn a_job_that_fails_every_other_second_does_not_write_every_second() {
        let mut played = Played::new();
        let written = played.pass_until(60, |second| (second % 2 == 0).then_some(JobError::Internal));
        assert!(written.len() <= 30, "{written:?}");
    }

    #[test]
    fn what_could_not_be_written_is_written_later() {
        let mut played = Played::new();
        played.pass_until(1, |_| None);
        assert!(played.board.keep(&[JobKind::Sealer]), "said once");
        assert!(!played.board.keep(&[JobKind::Sealer]), "and not again");
        assert_eq!(played.pass_until(10, |_| None), [2]);
        played.board.written();
        assert!(played.board.keep(&[JobKind::Sealer]));
    }
}
