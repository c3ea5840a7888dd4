//! One use case, one transaction: all of it or nothing; and reads that are on record before their answer leaves.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    some::some,
};
use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::Value;
use uuid::Uuid;
use wellspring::{
    db::{
        keyset::{Part, Place},
        records::changes::{self, Change},
        registry::organisations,
        schema::access_records,
    },
    domain::{
        ids::OrganisationId,
        people::actor::Actor,
        records::change::{Action, Noun},
    },
    services::{Belongs, Details, Error, Read, Subject},
};

#[apply(both_databases)]
async fn a_use_case_that_fails_leaves_nothing(app: TestApp) {
    let id = app.district.street;
    let result = app.app.write(system(), move |tx| {
        let street = organisations::find(tx.conn, id)?.ok_or(Error::NotFound)?;
        let other = organisations::Organisation { id: OrganisationId::new(), name: "新街道".to_owned(), ..street };
        tx.create(&other)?;
        Err::<(), _>(Error::Stale)
    });
    assert!(matches!(result.await, Err(Error::Stale)));
    assert_eq!(recorded(&app).await.len(), 0);
    let organisations = app
        .app
        .read(|connection| Ok(wellspring::db::schema::organisations::table.count().get_result::<i64>(connection)?));
    assert_eq!(organisations.await.unwrap(), 4);
}

#[apply(both_databases)]
async fn what_changed_is_on_record_with_who_and_when(app: TestApp) {
    let id = Uuid::now_v7();
    app.app
        .write(system(), move |tx| {
            let details = Details::none().with("amount_fen", 1, 2).with("source", "旧名", "新名");
            tx.record_event(Noun::Receipt, id, Action::Updated, Belongs::District, details)
        })
        .await
        .unwrap();
    let changes = recorded(&app).await;
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((change.noun.as_str(), change.action.as_str(), change.actor.as_str()), ("receipt", "updated", "system"));
    assert_eq!((change.noun_id.0, change.at.0), (id, app.app.now()));
    let fields: Value = serde_json::from_str(&change.fields).unwrap();
    assert_eq!(fields["source"], serde_json::json!({"before": "旧名", "after": "新名"}), "no class is stored");
    assert_eq!(fields["amount_fen"], serde_json::json!({"before": 1, "after": 2}));
}

#[apply(both_databases)]
async fn a_read_does_not_wait_for_the_writers_of_business_rows(app: TestApp) {
    // Holds every writer there is until the read has been answered.
    let (read_done, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Arc::new(std::sync::Mutex::new(wait));
    let writers = (0..app.app.database().max_writers()).map(|_| {
        let (app, wait) = (app.app.clone(), wait.clone());
        let held = move |_: &mut wellspring::services::Tx<'_>| {
            let _ = wait.lock().unwrap().recv_timeout(std::time::Duration::from_secs(20));
            Ok(())
        };
        async move { app.write(system(), held).await }
    });
    let reader = async {
        let look = |read: &mut Read<'_>| Ok(read.amounts(Subject::list(Noun::Enterprise, "list")));
        let started = std::time::Instant::now();
        app.app.read_as(system(), look).await.unwrap();
        let waited = started.elapsed();
        drop(read_done);
        waited
    };
    let (written, waited) = futures_util::future::join(join_all(writers), reader).await;
    assert!(some(&written).all(Result::is_ok));
    assert!(waited < std::time::Duration::from_secs(15), "{waited:?}");
}

#[apply(both_databases)]
async fn reads_of_a_process_that_died_are_on_record_at_the_next_start(app: TestApp) {
    let look = |read: &mut Read<'_>| Ok(read.amounts(Subject::list(Noun::Enterprise, "list")));
    app.app.read_as(system(), look).await.unwrap();
    // Another process over the same database, as after a crash before the sealer came.
    let settings = app.app.context().settings.clone();
    let pools = wellspring::db::backend::Database::open(app.app.database().location().clone(), 2).unwrap();
    let context = wellspring::services::Context::new(
        settings,
        wellspring::domain::watch::risk::RiskPolicy::system_default(),
        &wellspring::secrets::key::MasterKey::from_bytes([7; 32]),
    );
    let next = wellspring::app::App::new(context, pools, wellspring::clock::Clock::manual(app.app.now()).0);
    next.store_reads().await.unwrap();
    next.store_reads().await.unwrap();
    let written = next.read(|connection| Ok(access_records::table.count().get_result::<i64>(connection)?));
    assert_eq!(written.await.unwrap(), 1);
    assert_eq!(app.sealing().await.refused, 0);
}

#[apply(both_databases)]
async fn readers_that_come_together_are_all_on_record(app: TestApp) {
    let reads = (0..60).map(|number| {
        let app = app.app.clone();
        let look = move |read: &mut Read<'_>| {
            Ok(read.amounts(Subject::list(Noun::Enterprise, format!("list {number}"))).are_figures())
        };
        async move { app.read_as(system(), look).await }
    });
    assert!(some(join_all(reads).await).all(|read| read.unwrap()));
    app.app.store_reads().await.unwrap();
    let written = app.app.read(|connection| Ok(access_records::table.count().get_result::<i64>(connection)?));
    assert_eq!(written.await.unwrap(), 60);
    let sealed = app.sealing().await;
    assert_eq!((sealed.sealed, sealed.refused), (60, 0), "each was authenticated when it was recorded");
}

fn system() -> Actor {
    Actor::system("系统", "unit-of-work".to_owned())
}

async fn recorded(app: &TestApp) -> Vec<Change> {
    let changes = app.app.read(|connection| {
        Ok(changes::log(connection, &changes::Filter::default(), &Part { place: Place::First, limit: 1000 })?)
    });
    changes.await.unwrap()
}
