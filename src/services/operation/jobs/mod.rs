//! How the background jobs are doing: what each did last, what waits for it, how far it has got and when it is due. No business
//! data: nothing here names an enterprise or a person.

pub mod schedule;

use crate::{
    db::{
        backend::DbConn,
        fieldwork::signals,
        operation::{
            deadlines, job_leases,
            job_status::{self, JobStatus},
        },
        outbox::delivery_queue,
        records::record_seals,
        registry::enterprises,
    },
    domain::{
        operation::{
            job::{JobKind, JobState},
            night::{LastNight, NightDone},
        },
        outbox::delivery::DeliveryChannel,
        people::{actor::Actor, role::Permission},
        records::record::RecordLog,
    },
    services::{Error, unit_of_work::require},
    settings::Settings,
    texts::{Language, texts},
};
use chrono::{DateTime, Utc};

/// A job, and whether it does what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobReport {
    /// The job.
    pub kind: JobKind,
    /// How it is doing.
    pub state: JobState,
    /// What it did last; `None` before its first pass.
    pub last: Option<JobStatus>,
    /// When its work is due, or since when; `None` for a job that looks for work all the time and finds none.
    pub due_at: Option<DateTime<Utc>>,
}

/// What is before a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobLoad {
    /// How many rows wait for it; `None` for a job without a queue.
    pub waiting: Option<i64>,
    /// How far its work has got, for work of many pieces.
    pub progress: Option<JobProgress>,
}

/// How far a job has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobProgress {
    /// Pieces done.
    pub done: i64,
    /// All pieces.
    pub total: i64,
}

/// Every job with what is before it, for the administrator.
pub fn list(
    connection: &mut DbConn,
    actor: &Actor,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Vec<(JobReport, JobLoad)>, Error> {
    require(actor, Permission::SeeJobs)?;
    with_load(connection, settings, now)
}

/// The same for an operator at the machine.
pub fn with_load(
    connection: &mut DbConn,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Vec<(JobReport, JobLoad)>, Error> {
    let mut jobs = Vec::with_capacity(JobKind::ALL.len());
    for report in reports(connection, settings, now)? {
        let load = load(connection, report.kind, now)?;
        jobs.push((report, load));
    }
    Ok(jobs)
}

/// How every job is doing.
pub fn reports(connection: &mut DbConn, settings: &Settings, now: DateTime<Utc>) -> Result<Vec<JobReport>, Error> {
    let mut rows = job_status::all(connection)?;
    let mut report = |kind: JobKind| {
        let last = rows.iter().position(|row| row.job == kind).map(|place| rows.swap_remove(place));
        let due_at = due_at(connection, settings, kind, now)?;
        let succeeded_at = last.as_ref().and_then(|row| row.succeeded_at).map(|at| at.0);
        let state = kind.state(succeeded_at, last.as_ref().map_or(0, |row| row.failures), due_at, now);
        Ok(JobReport { kind, state, last, due_at })
    };
    JobKind::ALL.iter().map(|&kind| report(kind)).collect()
}

fn due_at(
    connection: &mut DbConn,
    settings: &Settings,
    kind: JobKind,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(match kind {
        JobKind::MailDelivery => delivery_queue::next_due(connection, DeliveryChannel::Mail)?,
        JobKind::RecordHeads => Some(schedule::heads_due_at(connection, settings, now)?),
        JobKind::Deadlines => deadlines::next_due(connection)?.map(|at| at.0),
        JobKind::Nightly => Some(schedule::night_due_at(connection, settings, now)?),
        JobKind::Purge => Some(schedule::purge_due_at(connection, now)?),
        JobKind::Sealer | JobKind::Quarantine | JobKind::Upkeep => None,
    })
}

fn load(connection: &mut DbConn, kind: JobKind, now: DateTime<Utc>) -> Result<JobLoad, Error> {
    let queue = |waiting: i64| JobLoad { waiting: Some(waiting), progress: None };
    Ok(match kind {
        JobKind::MailDelivery => queue(delivery_queue::count_due(connection, DeliveryChannel::Mail, now)?),
        JobKind::Sealer => {
            let mut waiting = 0;
            for &log in RecordLog::ALL {
                waiting += record_seals::count_waiting(connection, log)?;
            }
            queue(waiting)
        }
        JobKind::Quarantine => queue(signals::count_unmatched(connection)?),
        JobKind::Deadlines => queue(deadlines::count_due(connection, now.into())?),
        JobKind::Nightly => JobLoad { waiting: None, progress: night_progress(connection)? },
        JobKind::RecordHeads | JobKind::Purge | JobKind::Upkeep => JobLoad::default(),
    })
}

/// How many enterprises the last night has assessed; `None` before the first.
fn night_progress(connection: &mut DbConn) -> Result<Option<JobProgress>, Error> {
    let note = job_leases::note(connection, JobKind::Nightly.as_str())?;
    let Some(day) = LastNight::read(&note).day() else { return Ok(None) };
    let total = enterprises::count_until(connection, None)?;
    let done = match NightDone::read(&note, day) {
        NightDone::Nothing => 0,
        NightDone::Until(id) => enterprises::count_until(connection, Some(id))?,
        NightDone::All => total,
    };
    Ok(Some(JobProgress { done, total }))
}

/// What waits for a job, as a person reads it.
pub fn waiting_text(language: Language, kind: JobKind, count: i64) -> String {
    match kind {
        JobKind::MailDelivery => mails_due(language, count),
        JobKind::Sealer => records_unsealed(language, count),
        JobKind::Quarantine => signals_unmatched(language, count),
        JobKind::Deadlines => deadlines_passed(language, count),
        JobKind::RecordHeads | JobKind::Nightly | JobKind::Purge | JobKind::Upkeep => count.to_string(),
    }
}

texts! {
    mails_due(count: i64) { zh: "{count} 封邮件待发", en: "mails due: {count}" }
    records_unsealed(count: i64) { zh: "{count} 条记录待入链", en: "records to be sealed: {count}" }
    deadlines_passed(count: i64) { zh: "{count} 项时限已到", en: "deadlines that have passed: {count}" }
    signals_unmatched(count: i64) { zh: "{count} 条线索待匹配", en: "unmatched signals: {count}" }
}
