//! Sealing: every recorded change gets its place, in time, once, whichever node wrote it.

use crate::support::{
    app::{Backend, TestApp},
    both::{apply, both_databases},
};
use chrono::TimeDelta;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;
use wellspring::{
    db::{operation::job_leases, records::record_seals},
    domain::records::record::RecordLog,
    jobs::{self, Jobs},
    mail::transport::Transport,
};

fn files(app: &TestApp) -> Arc<Transport> {
    Arc::new(Transport::files(app.directory.path().join("mail")))
}

async fn started(app: &TestApp) -> Jobs {
    jobs::spawn(app.app.clone(), files(app)).await.unwrap()
}

async fn unsealed(app: &TestApp) -> i64 {
    app.app.read(|connection| Ok(record_seals::count_waiting(connection, RecordLog::Changes)?)).await.unwrap()
}

/// Waits until nothing waits for its place; gives how long that took.
async fn until_sealed(app: &TestApp) -> Duration {
    let started = Instant::now();
    while unsealed(app).await > 0 {
        assert!(started.elapsed() < Duration::from_secs(10), "never sealed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    started.elapsed()
}

/// How many changes the chain holds.
fn whole_chain(app: &TestApp) -> i64 {
    let verification = app.verify();
    assert!(verification.is_whole(), "{verification:?}");
    verification.of(RecordLog::Changes).unwrap().checked
}

#[apply(both_databases)]
async fn everything_due_is_sealed(app: TestApp) {
    for number in 0..300 {
        app.enterprise(&format!("第{number}企业"));
    }
    let recorded = unsealed(&app).await;
    assert!(recorded >= 300);
    jobs::run_due(&app.app, &files(&app)).await.unwrap();
    assert_eq!(unsealed(&app).await, 0);
    assert_eq!(whole_chain(&app), recorded);
}

#[apply(both_databases)]
async fn what_nobody_announced_is_sealed_within_about_a_second(app: TestApp) {
    let jobs = started(&app).await;
    for number in 0..3 {
        // As the command line writes: without waking anybody here.
        app.enterprise(&format!("第{number}企业"));
        let took = until_sealed(&app).await;
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
    jobs.stop().await;
    assert!(whole_chain(&app) >= 3);
}

#[apply(both_databases)]
async fn several_sealers_make_one_chain(app: TestApp) {
    let mut nodes = vec![started(&app).await];
    if matches!(app.app.database().location(), wellspring::db::backend::Location::Postgres(_)) {
        nodes.push(started(&app).await);
    }
    for number in 0..40 {
        app.enterprise(&format!("第{number}企业"));
        app.app.wake().changes.notify_waiters();
    }
    until_sealed(&app).await;
    for node in nodes {
        node.stop().await;
    }
    assert!(whole_chain(&app) >= 40);
}

#[apply(both_databases)]
async fn while_another_node_seals_this_one_does_not(app: TestApp) {
    app.enterprise("星河科技");
    let other = Uuid::now_v7();
    let hold = |lease| app.app.maintain(move |connection| Ok(job_leases::acquire(connection, "sealer", other, lease)?));
    assert!(hold(TimeDelta::seconds(15)).await.unwrap());
    jobs::run_due(&app.app, &files(&app)).await.unwrap();
    assert!(unsealed(&app).await > 0);
    assert!(hold(TimeDelta::seconds(-1)).await.unwrap());
    jobs::run_due(&app.app, &files(&app)).await.unwrap();
    assert_eq!(unsealed(&app).await, 0);
}

#[actix_web::test]
async fn where_one_process_has_the_database_it_takes_over_at_once() {
    let app = TestApp::new(Backend::Sqlite).await.unwrap();
    app.enterprise("星河科技");
    let killed = Uuid::now_v7();
    let hour = TimeDelta::hours(1);
    app.app.maintain(move |connection| Ok(job_leases::acquire(connection, "sealer", killed, hour)?)).await.unwrap();
    let jobs = started(&app).await;
    until_sealed(&app).await;
    jobs.stop().await;
}
