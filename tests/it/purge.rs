//! The purge: machinery that has served is forgotten, everything else stays.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use std::sync::Arc;
use wellspring::{
    db::{
        operation::idempotency_keys::{self, IdempotencyKey},
        schema::{changes, sessions},
    },
    domain::people::role::Role,
    jobs,
    mail::transport::Transport,
};

async fn run_due(app: &TestApp) {
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
}

async fn ask(app: &TestApp, key: &str) {
    let row = IdempotencyKey {
        actor: "user:1".to_owned(),
        key: key.to_owned(),
        request_hash: vec![0; 32],
        status: Some(201),
        headers: "{}".to_owned(),
        body: None,
        created_at: app.app.now().into(),
    };
    assert!(app.app.maintain(move |connection| Ok(idempotency_keys::claim(connection, &row)?)).await.unwrap());
}

async fn is_kept(app: &TestApp, key: &'static str) -> bool {
    app.app.read(move |connection| Ok(idempotency_keys::find(connection, "user:1", key)?)).await.unwrap().is_some()
}

#[apply(both_databases)]
async fn answers_are_kept_for_a_day(app: TestApp) {
    ask(&app, "old").await;
    app.advance(TimeDelta::hours(2));
    ask(&app, "new").await;
    app.advance(TimeDelta::hours(22) + TimeDelta::seconds(1));
    run_due(&app).await;
    assert!(!is_kept(&app, "old").await && is_kept(&app, "new").await);
    app.advance(TimeDelta::hours(3));
    run_due(&app).await;
    assert!(!is_kept(&app, "new").await);
}

#[apply(both_databases)]
async fn sessions_are_forgotten_a_month_after_their_end_and_the_record_never(app: TestApp) {
    let count = || app.app.read(|connection| Ok(sessions::table.count().get_result::<i64>(connection)?));
    let recorded = || app.app.read(|connection| Ok(changes::table.count().get_result::<i64>(connection)?));
    app.person(Role::Steward);
    app.enterprise("星河科技");
    let before = recorded().await.unwrap();
    assert!(before > 0);
    app.advance(TimeDelta::days(30));
    run_due(&app).await;
    assert_eq!(count().await.unwrap(), 1, "it ended by itself eight hours after signing in");
    app.advance(TimeDelta::hours(9));
    run_due(&app).await;
    assert_eq!(count().await.unwrap(), 0);
    app.advance(TimeDelta::days(3650));
    run_due(&app).await;
    assert!(recorded().await.unwrap() >= before);
}
