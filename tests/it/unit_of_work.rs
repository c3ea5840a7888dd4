//! One use case, one transaction: all of it or nothing; and reads that are on record before their answer leaves.

use crate::support::{app::TestApp, both::both_databases};
use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::Value;
use uuid::Uuid;
use wellspring::{
    db::{
        access_records::AccessRecord,
        changes::{self, Change},
        organisations,
        schema::access_records,
    },
    domain::{
        actor::Actor,
        change::{Action, Noun},
        ids::{AccessId, OrganisationId},
    },
    services::{Belongs, Details, Error},
};

both_databases! {
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
        let organisations = app.app.read(|connection| {
            Ok(wellspring::db::schema::organisations::table.count().get_result::<i64>(connection)?)
        });
        assert_eq!(organisations.await.unwrap(), 4);
    }

    async fn what_changed_is_on_record_with_who_and_when(app: TestApp) {
        let id = Uuid::now_v7();
        app.app.write(system(), move |tx| {
            let details = Details::none().with("amount_fen", 1, 2).with("source", "旧名", "新名");
            tx.record_event(Noun::Receipt, id, Action::Updated, Belongs::District, details)
        }).await.unwrap();
        let changes = recorded(&app).await;
        let [change] = changes.as_slice() else { panic!("{changes:?}") };
        assert_eq!((change.noun.as_str(), change.action.as_str(), change.actor.as_str()), ("receipt", "updated", "system"));
        assert_eq!((change.noun_id.0, change.at.0), (id, app.app.now()));
        let fields: Value = serde_json::from_str(&change.fields).unwrap();
        assert_eq!(fields["source"], serde_json::json!({"before": "旧名", "after": "新名"}), "no class is stored");
        assert_eq!(fields["amount_fen"], serde_json::json!({"before": 1, "after": 2}));
    }

    async fn readers_that_come_together_are_all_on_record(app: TestApp) {
        let reads = (0..60).map(|number| {
            let app = app.app.clone();
            let record = AccessRecord {
                id: AccessId::new(),
                at: app.now().into(),
                actor: "system".to_owned(),
                actor_name: "系统".to_owned(),
                request_id: format!("request-{number}"),
                what: "figures".to_owned(),
                noun: "enterprise".to_owned(),
                noun_id: None,
                enterprise_id: None,
                detail: String::new(),
                mac: None,
            };
            async move { app.record_access(record).await }
        });
        assert!(join_all(reads).await.iter().all(Result::is_ok));
        let written = app.app.read(|connection| Ok(access_records::table.count().get_result::<i64>(connection)?));
        assert_eq!(written.await.unwrap(), 60);
        let sealed = app.sealing().await;
        assert_eq!((sealed.sealed, sealed.refused), (60, 0), "each was authenticated when it was recorded");
    }
}

fn system() -> Actor {
    Actor::system("系统", "unit-of-work".to_owned())
}

async fn recorded(app: &TestApp) -> Vec<Change> {
    let changes = app.app.read(|connection| Ok(changes::log(connection, &changes::Filter::default(), None, 1000)?));
    changes.await.unwrap()
}
