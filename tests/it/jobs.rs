//! The status of the background jobs: every job writes one, failures and recoveries show, and what is overdue is stalled.

use crate::{
    quarantine::quarantine,
    support::{
        app::TestApp,
        both::{apply, both_databases},
        enterprise::uscc,
        outbox::{self, Outbox},
        some::some,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use uuid::Uuid;
use wellspring::{
    db::{
        backend::DbConn,
        operation::{
            job_leases,
            job_status::{self, JobStatus},
        },
        schema::job_status as table,
    },
    domain::operation::job::{JobError, JobKind, JobState},
    jobs::{self, Jobs},
    mail::transport::Transport,
    services::operation::jobs::{JobLoad, JobProgress, JobReport, with_load},
};

fn files(app: &TestApp) -> Arc<Transport> {
    Arc::new(Transport::files(app.directory.path().join("mail")))
}

async fn run_due(app: &TestApp) {
    jobs::run_due(&app.app, &files(app)).await.unwrap();
}

async fn started(app: &TestApp) -> Jobs {
    jobs::spawn(app.app.clone(), files(app)).await.unwrap()
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

fn rows(app: &TestApp) -> BTreeMap<JobKind, JobStatus> {
    app.ask(job_status::all).into_iter().map(|row| (row.job, row)).collect()
}

fn reports(app: &TestApp) -> BTreeMap<JobKind, (JobReport, JobLoad)> {
    let mut connection = app.app.database().reader().unwrap();
    let found = with_load(&mut connection, &app.app.context().settings, app.app.now()).unwrap();
    found.into_iter().map(|(report, load)| (report.kind, (report, load))).collect()
}

fn state(app: &TestApp, kind: JobKind) -> JobState {
    reports(app)[&kind].0.state
}

#[apply(both_databases)]
async fn every_job_writes_its_status(app: TestApp) {
    assert!(some(reports(&app).values()).all(|(report, _)| report.state == JobState::Stalled), "none has run");
    run_due(&app).await;
    let rows = rows(&app);
    assert_eq!(rows.keys().copied().collect::<Vec<_>>(), JobKind::ALL);
    for row in rows.values() {
        assert_eq!((row.node.0, row.failures, row.last_error), (app.app.node(), 0, None), "{row:?}");
        assert_eq!((row.began_at.0, row.succeeded_at), (app.app.now(), Some(row.ended_at)), "{row:?}");
    }
    let found = reports(&app);
    assert!(some(found.values()).all(|(report, _)| report.state == JobState::Running), "{found:#?}");
}

#[apply(both_databases)]
async fn every_job_that_is_started_writes_its_status(app: TestApp) {
    let jobs = started(&app).await;
    for _ in 0..400 {
        if rows(&app).len() == JobKind::ALL.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(rows(&app).len(), JobKind::ALL.len(), "within seconds, while the jobs run");
    app.advance(TimeDelta::minutes(3));
    // The sealer looks every second.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    jobs.stop().await;
    assert!(rows(&app).values().any(|row| row.ended_at.0 == app.app.now()), "a last word when they stop");
}

#[apply(both_databases)]
async fn a_job_that_fails_says_so_and_the_others_go_on(app: TestApp) {
    run_due(&app).await;
    app.advance(TimeDelta::minutes(61));
    app.tamper("ALTER TABLE idempotency_keys RENAME TO away");
    let began = app.app.now();
    for _ in 0..3 {
        jobs::run_due(&app.app, &files(&app)).await.expect_err("the purge fails");
    }
    let row = rows(&app)[&JobKind::Purge].clone();
    assert_eq!((row.last_error, row.last_error_at.map(|at| at.0)), (Some(JobError::DatabaseFailed), Some(began)));
    assert_eq!(row.succeeded_at.map(|at| at.0), Some(began - TimeDelta::minutes(61)));
    assert!(row.failures > 0);
    assert_eq!(state(&app, JobKind::Purge), JobState::Stalled, "its last success is too old");
    assert_eq!(state(&app, JobKind::Nightly), JobState::Running);
    app.tamper("ALTER TABLE away RENAME TO idempotency_keys");
    run_due(&app).await;
    let row = rows(&app)[&JobKind::Purge].clone();
    assert_eq!((row.failures, row.last_error), (0, Some(JobError::DatabaseFailed)), "what went wrong stays known");
    assert_eq!(state(&app, JobKind::Purge), JobState::Running);
}

#[apply(both_databases)]
async fn a_failure_is_written_at_once_while_the_jobs_run(app: TestApp) {
    run_due(&app).await;
    app.advance(TimeDelta::minutes(61));
    app.tamper("ALTER TABLE idempotency_keys RENAME TO away");
    let jobs = started(&app).await;
    let mut failed = false;
    for _ in 0..400 {
        failed = rows(&app)[&JobKind::Purge].failures > 0;
        if failed {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    jobs.stop().await;
    assert!(failed);
    assert_eq!(rows(&app)[&JobKind::Sealer].failures, 0);
}

#[apply(both_databases)]
async fn silence_is_stalled(app: TestApp) {
    run_due(&app).await;
    app.advance(TimeDelta::minutes(30));
    let stalled = |app: &TestApp| {
        let found = reports(app).into_iter();
        found.filter(|(_, (report, _))| report.state == JobState::Stalled).map(|(kind, _)| kind).collect::<Vec<_>>()
    };
    assert_eq!(stalled(&app), [JobKind::Sealer, JobKind::Deadlines, JobKind::Quarantine, JobKind::Upkeep]);
    app.advance(TimeDelta::hours(3));
    assert_eq!(stalled(&app), JobKind::ALL);
    run_due(&app).await;
    assert_eq!(stalled(&app), []);
}

#[apply(both_databases)]
async fn work_that_is_overdue_is_stalled_though_passes_succeed(app: TestApp) {
    app.enterprise("星河科技有限公司");
    app.set_time(at("2026-11-20T18:00:00Z"));
    run_due(&app).await;
    let (night, _) = &reports(&app)[&JobKind::Nightly];
    assert_eq!(night.due_at, Some(at("2026-11-21T18:00:00Z")), "two o'clock in the district");
    let (heads, _) = &reports(&app)[&JobKind::RecordHeads];
    assert_eq!(heads.due_at, Some(at("2026-11-21T18:00:00Z")), "a day after they went out");
    app.set_time(at("2026-11-21T21:30:00Z"));
    // Another node holds the lease, does nothing with it, and every pass ends well.
    let (node, other) = (app.app.node(), Uuid::now_v7());
    let lend = move |connection: &mut DbConn| {
        job_leases::acquire(connection, "nightly", node, TimeDelta::seconds(-1))?;
        Ok(job_leases::acquire(connection, "nightly", other, TimeDelta::hours(1))?)
    };
    assert!(app.app.maintain(lend).await.unwrap());
    run_due(&app).await;
    assert_eq!(rows(&app)[&JobKind::Nightly].failures, 0);
    assert_eq!(state(&app, JobKind::Nightly), JobState::Stalled);
    assert_eq!(state(&app, JobKind::Purge), JobState::Running);
}

#[apply(both_databases)]
async fn what_waits_and_how_far_the_night_is(app: TestApp) {
    let load = |app: &TestApp, kind: JobKind| reports(app)[&kind].1;
    assert_eq!(load(&app, JobKind::Nightly).progress, None, "before the first night");
    let firms = [app.enterprise("甲"), app.enterprise("乙"), app.enterprise("丙")];
    let mut ids: Vec<Uuid> = firms.iter().map(|firm| firm.id.0).collect();
    ids.sort_unstable();
    assert!(load(&app, JobKind::Sealer).waiting.is_some_and(|count| count >= 3));
    run_due(&app).await;
    assert_eq!(load(&app, JobKind::Sealer).waiting, Some(0));
    let note = format!("2026-11-20 {}", ids[1]);
    app.app.maintain(move |connection| Ok(job_leases::set_note(connection, "nightly", &note)?)).await.unwrap();
    assert_eq!(load(&app, JobKind::Nightly).progress, Some(JobProgress { done: 2, total: 3 }));
    run_due(&app).await;
    assert_eq!(load(&app, JobKind::Nightly).progress, Some(JobProgress { done: 3, total: 3 }));
    assert_eq!(load(&app, JobKind::Quarantine).waiting, Some(0));
    quarantine(&app, firms[0].id, &uscc());
    assert_eq!(load(&app, JobKind::Quarantine).waiting, Some(1));
}

#[apply(both_databases)]
async fn an_unreachable_mail_server_is_told_until_it_answers(outbox: Outbox) {
    outbox.write("zhang@xinghe.test");
    assert_eq!(reports(&outbox.app)[&JobKind::MailDelivery].1.waiting, Some(1));
    let nowhere = outbox::transport("smtp://localhost:1?starttls=none", None);
    jobs::run_due(&outbox.app.app, &nowhere).await.unwrap();
    let row = rows(&outbox.app)[&JobKind::MailDelivery].clone();
    assert_eq!((row.failures, row.last_error), (1, Some(JobError::MailServerUnreachable)));
    assert_eq!(row.succeeded_at, None);
    jobs::run_due(&outbox.app.app, &outbox.transport()).await.unwrap();
    let row = rows(&outbox.app)[&JobKind::MailDelivery].clone();
    assert_eq!((row.failures, row.succeeded_at.is_some()), (0, true));
    let (report, load) = reports(&outbox.app)[&JobKind::MailDelivery].clone();
    assert_eq!((report.state, report.due_at, load.waiting), (JobState::Running, None, Some(0)));
}

#[apply(both_databases)]
async fn a_job_of_a_newer_program_is_passed_over(app: TestApp) {
    run_due(&app).await;
    app.tamper("UPDATE job_status SET job = 'deadline_of_tomorrow' WHERE job = 'upkeep'");
    assert_eq!(rows(&app).len(), JobKind::ALL.len() - 1);
    assert_eq!(state(&app, JobKind::Upkeep), JobState::Stalled);
    run_due(&app).await;
    assert_eq!(state(&app, JobKind::Upkeep), JobState::Running);
    let all: i64 = app.ask(|connection| table::table.count().get_result(connection));
    assert_eq!(all, 1 + i64::try_from(JobKind::ALL.len()).unwrap());
}

#[test]
fn the_manual_lists_every_job_and_its_patience() {
    let manual = include_str!("../../docs/operations.md");
    for &kind in JobKind::ALL {
        let minutes = kind.patience().num_minutes();
        let patience = match minutes {
            60 => "1 hour".to_owned(),
            minutes if minutes % 60 == 0 => format!("{} hours", minutes / 60),
            minutes => format!("{minutes} minutes"),
        };
        let is_told =
            |line: &str| line.starts_with(&format!("| `{kind}` |")) && line.ends_with(&format!("| {patience} |"));
        assert!(manual.lines().any(is_told), "docs/operations.md has to say that {kind} is stalled after {patience}");
    }
}
