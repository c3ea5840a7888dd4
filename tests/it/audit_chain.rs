//! Tampering with the record of changes shows: altering any column, taking out, moving, inserting, cutting off.

use crate::support::{
    app::{Backend, TestApp},
    both::both_databases,
};
use diesel::{connection::SimpleConnection, prelude::*};
use wellspring::{
    db::backend::{DbConn, Location},
    domain::actor::Actor,
    services::audit::{self, Verification, Why},
};

/// A district with a sealed record of some length.
async fn recorded(app: &TestApp) -> i64 {
    for n in 0..6 {
        app.enterprise(&format!("公司{n}"));
    }
    i64::try_from(app.seal().await).unwrap()
}

fn verify(app: &TestApp) -> Verification {
    let mut connection = app.app.database().reader().unwrap();
    audit::verify(&mut connection, &app.app.context().chain, |_, _| {}).unwrap()
}

/// Goes past the product, as somebody with the database's password would.
fn tamper(app: &TestApp, sql: &str) {
    let mut connection = app.app.database().writer().unwrap();
    match &mut *connection {
        DbConn::Pg(pg) => pg.batch_execute(sql).unwrap(),
        DbConn::Sqlite(sqlite) => sqlite.batch_execute(sql).unwrap(),
    }
}

fn backend(app: &TestApp) -> Backend {
    match app.app.database().location() {
        Location::Sqlite(_) => Backend::Sqlite,
        Location::Postgres(_) => Backend::Postgres,
    }
}

/// Some other bytes of a length, as SQL of the database.
fn bytes(app: &TestApp, length: usize) -> String {
    let digits = "ab".repeat(length);
    match backend(app) {
        Backend::Sqlite => format!("X'{digits}'"),
        Backend::Postgres => format!("'\\x{digits}'::bytea"),
    }
}

fn broken(app: &TestApp) -> Option<(Option<i64>, Why)> {
    verify(app).first_broken.map(|found| (found.position, found.why))
}

both_databases! {
    async fn an_untouched_record_holds(app: TestApp) {
        let length = recorded(&app).await;
        app.enterprise("还没有位置的");
        let verification = verify(&app);
        assert_eq!((verification.checked, verification.first_broken), (length, None));
        assert!(verification.unsealed > 0);
        app.seal().await;
        assert!(verify(&app).checked > length);
    }

    async fn an_empty_record_holds(app: TestApp) {
        let verification = verify(&app);
        assert_eq!((verification.checked, verification.first_broken, verification.unsealed), (0, None, 0));
        assert_eq!(app.seal().await, 0);
    }

    async fn altering_any_column_shows(app: TestApp) {
        recorded(&app).await;
        let uuid = match backend(&app) {
            Backend::Sqlite => bytes(&app, 16),
            Backend::Postgres => "'abababab-abab-abab-abab-abababababab'".to_owned(),
        };
        let later = match backend(&app) {
            Backend::Sqlite => "at + 1",
            Backend::Postgres => "at + interval '1 microsecond'",
        };
        let (digest, hash) = (bytes(&app, 32), bytes(&app, 32));
        let columns = [
            ("id", uuid.as_str(), Why::Altered),
            ("noun", "'visit'", Why::Altered),
            ("noun_id", uuid.as_str(), Why::Altered),
            ("action", "'deleted'", Why::Altered),
            ("enterprise_id", "NULL", Why::Altered),
            ("actor", "'user:1'", Why::Altered),
            ("actor_name", "'别人'", Why::Altered),
            ("request_id", "'x'", Why::Altered),
            ("at", later, Why::Altered),
            ("fields", "fields || ' '", Why::Altered),
            ("digest", digest.as_str(), Why::Altered),
            ("chain_hash", hash.as_str(), Why::Displaced),
            ("position", "1000", Why::Missing),
        ];
        tamper(&app, "CREATE TABLE kept AS SELECT * FROM changes WHERE position = 3");
        for (column, value, why) in columns {
            tamper(&app, &format!("UPDATE changes SET {column} = {value} WHERE position = 3"));
            assert_eq!(broken(&app), Some((Some(3), why)), "{column}");
            let place = if column == "position" { 1000 } else { 3 };
            tamper(&app, &format!("UPDATE changes SET {column} = (SELECT {column} FROM kept) WHERE position = {place}"));
            assert_eq!(broken(&app), None, "{column}");
        }
    }

    async fn an_altered_change_with_a_new_digest_shows(app: TestApp) {
        recorded(&app).await;
        // Knowing how digests are made is not enough: the key of the chain is missing.
        let mut connection = app.app.database().writer().unwrap();
        let mut change = wellspring::db::changes::sealed_after(&mut connection, 2, 1).unwrap().pop().unwrap();
        change.actor_name = "别人".to_owned();
        let digest = wellspring::secrets::chain::digest(&wellspring::services::unit_of_work::canonical_text(&change));
        {
            use wellspring::db::schema::changes;
            let row = changes::table.filter(changes::position.eq(3));
            let forged = (changes::actor_name.eq("别人"), changes::digest.eq(digest.to_vec()));
            diesel::update(row).set(forged).execute(&mut *connection).unwrap();
        }
        drop(connection);
        assert_eq!(broken(&app), Some((Some(3), Why::Displaced)));
    }

    async fn taking_out_and_moving_show(app: TestApp) {
        recorded(&app).await;
        tamper(&app, "CREATE TABLE kept AS SELECT * FROM changes");
        let restore = "DELETE FROM changes; INSERT INTO changes SELECT * FROM kept";
        tamper(&app, "DELETE FROM changes WHERE position = 2");
        assert_eq!(broken(&app), Some((Some(2), Why::Missing)));
        tamper(&app, restore);
        tamper(&app, "DELETE FROM changes WHERE position = 2; UPDATE changes SET position = position - 1 WHERE position = 3");
        assert_eq!(broken(&app), Some((Some(2), Why::Displaced)));
        tamper(&app, restore);
        tamper(&app, "UPDATE changes SET position = 100 WHERE position = 2; UPDATE changes SET position = 2 WHERE position = 4; UPDATE changes SET position = 4 WHERE position = 100");
        assert_eq!(broken(&app), Some((Some(2), Why::Displaced)));
        tamper(&app, restore);
        assert_eq!(broken(&app), None);
    }

    async fn cutting_off_the_end_shows_after_a_verification(app: TestApp) {
        let length = recorded(&app).await;
        let inner = app.app.clone();
        let note = move |connection: &mut DbConn| {
            let verification = audit::verify(connection, &inner.context().chain, |_, _| {})?;
            audit::note_verification(connection, &Actor::system("核验", "test".to_owned()), inner.now(), &verification)
        };
        app.app.maintain(note.clone()).await.unwrap();
        tamper(&app, &format!("DELETE FROM changes WHERE position = {length}"));
        assert_eq!(broken(&app), Some((Some(length), Why::CutOff)));
        app.app.maintain(note).await.unwrap();
        assert_eq!(broken(&app), Some((Some(length), Why::CutOff)), "a later look does not make it whole");
    }

    async fn altering_what_waits_for_its_place_shows(app: TestApp) {
        recorded(&app).await;
        app.enterprise("还没有位置的");
        tamper(&app, "UPDATE changes SET actor_name = '别人' WHERE position IS NULL");
        assert_eq!(broken(&app), Some((None, Why::Altered)));
    }

    async fn two_sealers_give_each_place_once(app: TestApp) {
        let length = 6 * recorded(&app).await;
        for n in 0..20 {
            app.enterprise(&format!("更多{n}"));
        }
        let seal = || {
            let inner = app.app.clone();
            app.app.maintain(move |connection| audit::seal(connection, &inner.context().chain, 7))
        };
        while verify(&app).unsealed > 0 {
            let _ = futures_util::future::join(seal(), seal()).await;
        }
        let verification = verify(&app);
        assert_eq!(verification.first_broken, None);
        assert!(verification.checked > length / 6);
    }
}
