//! A database whose records were made before they were keyed: they keep their places, and no new record passes for one of
//! them.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::count,
    installation::Installation,
};
use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};
use std::path::Path;
use wellspring::{
    db::{
        backend::{self, DbConn},
        keyset::{Part, Place},
        records::{changes, record_seals},
        values::AnyId,
    },
    domain::{
        people::role::Role,
        records::record::RecordLog::{self, Accesses, Changes},
    },
    secrets::{
        chain::{self, Chain, GENESIS},
        key::{MasterKey, Purpose},
    },
    services::{
        Error,
        records::{
            audit::{self, Adopted, Trouble, Why},
            canonical_text,
        },
    },
    settings::KeySource,
};

/// The migration that keys the record.
const MIGRATION: &str = "2026-11-26-000007_keyed_record";

/// Makes of a database what the program before would have left: plain digests, the first changes sealed, reads without a
/// chain. Gives the number of changes.
fn as_before(connection: &mut DbConn, chain: &Chain, sealed: usize) -> i64 {
    let all =
        changes::log(connection, &changes::Filter::default(), &Part { place: Place::First, limit: 10_000 }).unwrap();
    let mut ids: Vec<_> = all.iter().map(|change| AnyId(change.id.0)).collect();
    ids.sort_by_key(|id| id.0);
    let records = changes::with_ids(connection, &ids).unwrap();
    let kind = if matches!(connection, DbConn::Pg(_)) { "postgres" } else { "sqlite" };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(kind).join(MIGRATION).join("down.sql");
    execute(connection, &std::fs::read_to_string(path).unwrap());
    let (mut hash, mut position) = (GENESIS, 0);
    for id in &ids {
        let change = records.iter().find(|change| change.id.0 == id.0).unwrap();
        let digest = chain::digest(&canonical_text::unkeyed_change(change));
        position += 1;
        hash = chain.link(&hash, position, &digest);
        let is_sealed = position <= i64::try_from(sealed).unwrap();
        let place = is_sealed.then(|| format!(", position = {position}, chain_hash = {}", sql(connection, &hash)));
        let digest = sql(connection, &digest);
        let id = match connection {
            DbConn::Pg(_) => format!("'{}'", id.0),
            DbConn::Sqlite(_) => sql(connection, id.0.as_bytes()),
        };
        let place = place.unwrap_or_else(|| ", position = NULL, chain_hash = NULL".to_owned());
        execute(connection, &format!("UPDATE changes SET digest = {digest}{place} WHERE id = {id}"));
    }
    execute(connection, "DELETE FROM __diesel_schema_migrations WHERE version = '20261126000007'");
    position
}

fn execute(connection: &mut DbConn, sql: &str) {
    let done = match connection {
        DbConn::Pg(pg) => pg.batch_execute(sql),
        DbConn::Sqlite(sqlite) => sqlite.batch_execute(sql),
    };
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn sql(connection: &DbConn, bytes: &[u8]) -> String {
    let digits = wellspring::domain::text::hex(bytes);
    match connection {
        DbConn::Pg(_) => format!("'\\x{digits}'::bytea"),
        DbConn::Sqlite(_) => format!("X'{digits}'"),
    }
}

/// A database of before, with changes of which the first four are sealed, and three reads. Gives the number of changes.
async fn before(app: &TestApp) -> i64 {
    for n in 0..8 {
        app.enterprise(&format!("公司{n}"));
    }
    for _ in 0..3 {
        app.person(Role::Auditor).caller.get("/api/v1/audit-log").await.expect(200);
    }
    app.app.store_reads().await.unwrap();
    let chain = Chain::new(MasterKey::from_bytes([7; 32]).derive(Purpose::AuditChain));
    as_before(&mut app.app.database().writer().unwrap(), &chain, 4)
}

/// Brings it up to date as the program does at its start.
fn upgraded(app: &TestApp) -> Vec<Adopted> {
    let mut connection = app.app.database().writer().unwrap();
    let mut adopted = Vec::new();
    let adopt = |connection: &mut DbConn| {
        adopted = audit::adopt(connection, &app.app.context().record, app.app.now())?;
        Ok::<_, Error>(())
    };
    assert_eq!(backend::migrate_with(&mut connection, "20261126000007", adopt).unwrap(), ["20261126000007"]);
    adopted
}

fn table(log: RecordLog) -> &'static str {
    if log == Changes { "changes" } else { "access_records" }
}

#[apply(both_databases)]
async fn older_records_keep_their_places_and_the_others_get_one(app: TestApp) {
    let length = before(&app).await;
    app.tamper("CREATE TABLE before AS SELECT id, position, chain_hash FROM changes WHERE position IS NOT NULL");
    let adopted = upgraded(&app);
    let of = |log| adopted.iter().find(|adopted| adopted.log == log).copied().unwrap();
    assert_eq!(of(Changes), Adopted { log: Changes, sealed: length - 4, keyed_from: length + 1 });
    assert_eq!(of(Accesses), Adopted { log: Accesses, sealed: 3, keyed_from: 4 });
    app.tamper(
        "CREATE TABLE kept AS SELECT s.position FROM before b JOIN record_seals s
         ON s.log = 'changes' AND s.position = b.position AND s.record_id = b.id AND s.chain_hash = b.chain_hash",
    );
    assert_eq!(count(&app, "kept"), 4);
    app.enterprise("以后的");
    app.person(Role::Auditor).caller.get("/api/v1/audit-log").await.expect(200);
    assert!(app.sealing().await.troubles.is_empty());
    let verification = app.verify();
    assert!(verification.is_whole(), "{verification:?}");
    for (log, from) in [(Changes, length + 1), (Accesses, 4)] {
        let found = verification.of(log).unwrap();
        assert!(found.keyed_from == Some(from) && found.checked >= from, "{found:?}");
    }
}

#[apply(both_databases)]
async fn older_records_are_still_evidence(app: TestApp) {
    let length = before(&app).await;
    upgraded(&app);
    app.keep("whole");
    let cases = [(Changes, 2, Why::Altered), (Changes, length, Why::Altered), (Accesses, 2, Why::Displaced)];
    for (log, position, why) in cases {
        let record = format!("id = (SELECT record_id FROM record_seals WHERE log = '{log}' AND position = {position})");
        app.tamper(&format!("UPDATE {} SET actor_name = '别人' WHERE {record}", table(log)));
        assert_eq!(app.broken(log), Some((Some(position), why)), "{log} {position}");
        app.put_back("whole");
        assert_eq!(app.broken(log), None);
    }
    // An older change with a right digest lacks the key of the chain.
    let id = app.ask(|connection| record_seals::at(connection, Changes, 2)).unwrap().record_id;
    let mut change = app.ask(|connection| changes::with_ids(connection, &[id])).pop().unwrap();
    change.actor_name = "别人".to_owned();
    let digest = app.bytes(&chain::digest(&canonical_text::unkeyed_change(&change)));
    app.tamper(&format!("UPDATE changes SET actor_name = '别人', mac = {digest} WHERE id = {}", app.uuid(id.0)));
    assert_eq!(app.broken(Changes), Some((Some(2), Why::Displaced)));
}

#[apply(both_databases)]
async fn a_new_row_does_not_pass_for_an_older_one(app: TestApp) {
    before(&app).await;
    upgraded(&app);
    app.app.heads().see(&[]);
    app.enterprise("以后的");
    app.seal().await;
    let last = app.position(Changes);
    let id = app.ask(|connection| record_seals::at(connection, Changes, last)).unwrap().record_id;
    let mut change = app.ask(|connection| changes::with_ids(connection, &[id])).pop().unwrap();
    change.actor_name = "别人".to_owned();
    let digest = app.bytes(&chain::digest(&canonical_text::unkeyed_change(&change)));
    let id = app.uuid(id.0);
    app.tamper(&format!("UPDATE changes SET actor_name = '别人', mac = {digest} WHERE id = {id}"));
    assert_eq!(app.broken(Changes), Some((Some(last), Why::Altered)), "in its place");
    app.tamper(&format!(
        "DELETE FROM record_seals WHERE log = 'changes' AND record_id = {id};
         INSERT INTO unsealed_records VALUES ('changes', {id})"
    ));
    let done = app.sealing().await;
    assert_eq!(done.troubles, [(Changes, Trouble::Short { from: last })], "to be sealed again");
    app.tamper("DELETE FROM record_heads");
    assert_eq!(app.sealing().await.troubles, [(Changes, Trouble::HeadMissing), (Accesses, Trouble::HeadMissing)]);
}

#[apply(both_databases)]
async fn the_program_takes_them_over_when_it_starts(installation: Installation) {
    installation.found_district();
    let key = MasterKey::obtain(&KeySource::DataDirectory(installation.data("secret.key"))).unwrap();
    let chain = Chain::new(key.derive(Purpose::AuditChain));
    let length = as_before(&mut connect(&installation), &chain, 2);
    let behind = installation.run(&["check", "--audit"]).expect(1);
    assert!(behind.err.contains("wellspring migrate"), "{behind:?}");

    let right = std::fs::read(installation.data("secret.key")).unwrap();
    std::fs::write(installation.data("secret.key"), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
    let refused = installation.run(&["migrate"]).expect(1).err;
    assert!(refused.contains("does not match this database"), "{refused}");
    std::fs::write(installation.data("secret.key"), right).unwrap();

    let migrated = installation.run(&["migrate"]).expect(0).out;
    let taken_over =
        format!("changes: {} records of before got their places; from place {} on", length - 2, length + 1);
    assert!(migrated.contains("20261126000007") && migrated.contains(&taken_over), "{migrated}");
    let audit = installation.run(&["check", "--audit"]).expect(0).out;
    assert!(audit.contains(&format!("all {length} changes hold")), "{audit}");
}

fn connect(installation: &Installation) -> DbConn {
    if let Some(url) = installation.database_url() {
        return DbConn::Pg(PgConnection::establish(url).unwrap());
    }
    let path = installation.data("wellspring.sqlite").display().to_string();
    DbConn::Sqlite(SqliteConnection::establish(&path).unwrap())
}
