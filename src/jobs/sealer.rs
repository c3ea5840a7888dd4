//! Gives records their places in the chain of their log, right after they are committed. One sealer works at a time: the one that
//! holds the lease; records of other nodes and of the command line are found by looking. Every node looks whether the logs
//! go on from the heads it saw last.

use super::job::{Job, Progress};
use crate::{
    app::App,
    db::{
        backend::DbConn,
        operation::job_leases,
        records::{
            record_heads::{self, RecordHead},
            record_seals,
        },
    },
    domain::{
        operation::job::{JobError, JobKind},
        records::record::RecordLog,
    },
    secrets::head::Head,
    services::{
        Error,
        records::audit::{self, Sealing, Trouble},
    },
    texts::{Explain, Language},
};
use chrono::TimeDelta;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use uuid::Uuid;

const JOB: &str = JobKind::Sealer.as_str();
/// How soon another node seals when this one dies.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// Records of each log sealed in one transaction: few enough that no writer waits long.
const PIECE: usize = 250;
/// How long records that get no place are left alone; a new one wakes the sealer before.
const BLOCKED: Duration = Duration::from_secs(10);

/// The sealer.
pub(super) struct Sealer {
    app: App,
    reported: Mutex<Reported>,
}

/// What was logged last, so that it is not logged every second.
#[derive(Debug, Default, PartialEq, Eq)]
struct Reported {
    troubles: Vec<(RecordLog, Trouble)>,
    refused: usize,
}

impl Sealer {
    pub(super) fn new(app: App) -> Self {
        Self { app, reported: Mutex::default() }
    }
}

impl Job for Sealer {
    const KIND: JobKind = JobKind::Sealer;

    async fn pass(&self) -> Result<Progress, Error> {
        self.app.store_reads().await?;
        let look =
            |connection: &mut DbConn| Ok((record_seals::is_any_waiting(connection)?, record_heads::all(connection)?));
        let (is_any_waiting, heads) = self.app.read(look).await?;
        if !is_any_waiting && are_those(&heads, &self.app.heads_seen()) {
            return Ok(Progress::Idle);
        }
        let sealed = if is_any_waiting { self.seal_piece().await? } else { None };
        let done = match sealed {
            Some(done) => done,
            None => self.observe().await?,
        };
        self.app.heads().see(&done.heads);
        self.report(&done);
        Ok(match done.sealed {
            0 if !done.troubles.is_empty() => Progress::Blocked(BLOCKED, JobError::RecordDisagrees),
            0 if done.refused > 0 => Progress::Blocked(BLOCKED, JobError::RecordsRefused),
            0 => Progress::Idle,
            _ => Progress::More,
        })
    }

    fn wake(&self) -> Option<&Notify> {
        Some(&self.app.wake().changes)
    }
}

impl Sealer {
    /// Seals a piece; `None` while another node holds the lease.
    async fn seal_piece(&self) -> Result<Option<Sealing>, Error> {
        let (app, node, seen, now) = (self.app.clone(), self.app.node(), self.app.heads_seen(), self.app.now());
        self.app.maintain(move |connection| seal_piece(&app, connection, node, &seen, now)).await
    }

    /// Looks how far the logs reach without sealing anything.
    async fn observe(&self) -> Result<Sealing, Error> {
        let (app, seen, now) = (self.app.clone(), self.app.heads_seen(), self.app.now());
        self.app.read_snapshot(move |connection| audit::seal(connection, &app.context().record, &seen, now, 0)).await
    }

    fn report(&self, done: &Sealing) {
        let found = Reported { troubles: done.troubles.clone(), refused: done.refused };
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if *reported == found {
            return;
        }
        for (log, trouble) in &found.troubles {
            let why = trouble.text(Language::En);
            tracing::error!(%log, code = trouble.code(), why, "sealing stopped: the record does not agree with its head");
        }
        if found.refused > 0 {
            let count = found.refused;
            tracing::error!(count, "records that were not recorded with the key, or altered since, are not sealed");
        }
        *reported = found;
    }
}

fn seal_piece(
    app: &App,
    connection: &mut DbConn,
    node: Uuid,
    seen: &[Head],
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<Sealing>, Error> {
    if !job_leases::acquire(connection, JOB, node, LEASE)? {
        return Ok(None);
    }
    audit::seal(connection, &app.context().record, seen, now, PIECE).map(Some)
}

/// Whether the heads in the database are those that were seen last.
fn are_those(rows: &[RecordHead], seen: &[Head]) -> bool {
    let is_seen = |row: &RecordHead| {
        let mut of_log = seen.iter().filter(|head| head.log == row.log);
        of_log.any(|head| head.position == row.position && head.hash == row.chain_hash.as_slice())
    };
    let is_there = |head: &Head| head.position == 0 || rows.iter().any(|row| row.log == head.log);
    rows.iter().all(is_seen) && seen.iter().all(is_there)
}
