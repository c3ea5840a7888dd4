//! Tampering with the record shows: altering any column, taking out, moving, inserting, cutting off, in both logs. Random
//! combinations are in `record_tampering`.

use crate::support::{
    app::{Backend, TestApp},
    both::{apply, both_databases},
    some::some,
};
use uuid::Uuid;
use wellspring::{
    db::records::changes,
    domain::{
        ids::EnterpriseId,
        people::actor::Actor,
        records::record::RecordLog::{self, Accesses, Changes},
    },
    secrets::chain,
    services::{
        Read, Subject,
        records::{
            audit::{self, Trouble, Why},
            canonical_text,
        },
    },
};

/// A district with a sealed record of some length in both logs.
async fn recorded(app: &TestApp) -> i64 {
    for n in 0..6 {
        let enterprise = app.enterprise(&format!("公司{n}"));
        read(app, enterprise.id).await;
    }
    app.seal().await;
    let (changes, accesses) = (app.position(Changes), app.position(Accesses));
    assert!(changes >= 6 && accesses == 6, "{changes} {accesses}");
    changes
}

/// Somebody reads figures of an enterprise.
async fn read(app: &TestApp, enterprise: EnterpriseId) {
    let look = move |read: &mut Read<'_>| Ok(read.amounts(Subject::enterprise(enterprise, "list")));
    app.app.read_as(Actor::system("系统", "test".to_owned()), look).await.unwrap();
}

const fn table(log: RecordLog) -> &'static str {
    match log {
        Changes => "changes",
        Accesses => "access_records",
    }
}

/// The record at a place, as a condition.
fn at_place(log: RecordLog, position: i64) -> String {
    format!("id = (SELECT record_id FROM record_seals WHERE log = '{log}' AND position = {position})")
}

#[apply(both_databases)]
async fn an_untouched_record_holds(app: TestApp) {
    let length = recorded(&app).await;
    app.enterprise("还没有位置的");
    let verification = app.verify();
    assert!(verification.is_whole(), "{verification:?}");
    let changes = verification.of(Changes).unwrap();
    assert_eq!((changes.checked, changes.keyed_from), (length, Some(1)));
    assert!(changes.waiting > 0);
    assert_eq!(verification.of(Accesses).unwrap().checked, 6);
    app.seal().await;
    assert!(app.verify_log(Changes).checked > length);
}

#[apply(both_databases)]
async fn an_empty_record_holds(app: TestApp) {
    let verification = app.verify();
    assert!(verification.is_whole());
    assert!(verification.logs.len() == 2 && some(&verification.logs).all(|log| (log.checked, log.waiting) == (0, 0)));
    assert_eq!(app.seal().await, 0);
}

#[apply(both_databases)]
async fn altering_any_column_of_a_record_shows(app: TestApp) {
    recorded(&app).await;
    let (uuid, digest) = (app.uuid(Uuid::from_u128(7)), app.bytes(&[0xab; 32]));
    let later = match app.backend() {
        Backend::Sqlite => "at + 1",
        Backend::Postgres => "at + interval '1 microsecond'",
    };
    let street = app.uuid(app.district.street.0);
    let both = [
        ("id", uuid.as_str(), Why::Missing),
        ("noun", "'visit'", Why::Altered),
        ("noun_id", uuid.as_str(), Why::Altered),
        ("enterprise_id", "NULL", Why::Altered),
        ("actor", "'user:2'", Why::Altered),
        ("actor_name", "'别人'", Why::Altered),
        ("request_id", "'x'", Why::Altered),
        ("at", later, Why::Altered),
        ("mac", digest.as_str(), Why::Altered),
    ];
    let of_changes = [
        ("action", "'deleted'", Why::Altered),
        ("street_id", street.as_str(), Why::Altered),
        ("fields", "fields || ' '", Why::Altered),
    ];
    let of_accesses =
        [("what", "'export'", Why::Altered), ("detail", "''", Why::Altered), ("mac", "NULL", Why::Altered)];
    app.keep("whole");
    for (log, more) in [(Changes, of_changes), (Accesses, of_accesses)] {
        let table = table(log);
        for (column, value, why) in both.into_iter().chain(more) {
            app.tamper(&format!("UPDATE {table} SET {column} = {value} WHERE {}", at_place(log, 3)));
            assert_eq!(app.broken(log), Some((Some(3), why)), "{log} {column}");
            let other = if log == Changes { Accesses } else { Changes };
            assert_eq!(app.broken(other), None, "{log} {column}");
            app.put_back("whole");
            assert_eq!(app.broken(log), None, "{log} {column}");
        }
    }
}

#[apply(both_databases)]
async fn altering_any_column_of_a_place_shows(app: TestApp) {
    recorded(&app).await;
    let (uuid, digest) = (app.uuid(Uuid::from_u128(7)), app.bytes(&[0xab; 32]));
    let columns = [
        ("position", "1000", Why::Missing),
        ("record_id", uuid.as_str(), Why::Missing),
        ("chain_hash", digest.as_str(), Why::Displaced),
        ("log", "'other'", Why::Missing),
    ];
    app.keep("whole");
    for log in [Changes, Accesses] {
        for (column, value, why) in columns {
            app.tamper(&format!("UPDATE record_seals SET {column} = {value} WHERE log = '{log}' AND position = 3"));
            assert_eq!(app.broken(log), Some((Some(3), why)), "{log} {column}");
            app.put_back("whole");
            assert_eq!(app.broken(log), None, "{log} {column}");
        }
    }
}

#[apply(both_databases)]
async fn altering_any_column_of_a_head_shows_and_stops_the_sealer(app: TestApp) {
    recorded(&app).await;
    let digest = app.bytes(&[0xab; 32]);
    let earlier = match app.backend() {
        Backend::Sqlite => "at - 1000000",
        Backend::Postgres => "at - interval '1 second'",
    };
    app.keep("whole");
    let columns = [("position", "2"), ("chain_hash", &digest), ("keyed_from", "3"), ("at", earlier), ("mac", &digest)];
    for log in [Changes, Accesses] {
        for (column, value) in columns {
            app.tamper(&format!("UPDATE record_heads SET {column} = {value} WHERE log = '{log}'"));
            assert_eq!(app.broken(log), Some((None, Why::HeadForged)), "{log} {column}");
            assert_eq!(app.sealing().await.troubles, [(log, Trouble::HeadForged)]);
            app.put_back("whole");
            assert_eq!(app.broken(log), None, "{log} {column}");
        }
        app.tamper(&format!("DELETE FROM record_heads WHERE log = '{log}'"));
        assert_eq!(app.broken(log), Some((None, Why::HeadMissing)));
        assert_eq!(app.sealing().await.troubles, [(log, Trouble::HeadMissing)]);
        app.put_back("whole");
    }
    assert!(app.sealing().await.troubles.is_empty());
}

#[apply(both_databases)]
async fn taking_out_and_moving_show(app: TestApp) {
    recorded(&app).await;
    app.keep("whole");
    for log in [Changes, Accesses] {
        let table = table(log);
        let place = |position: i64| format!("log = '{log}' AND position = {position}");
        let move_to = |from: i64, to: i64| format!("UPDATE record_seals SET position = {to} WHERE {}", place(from));
        let edits = [
            (format!("DELETE FROM {table} WHERE {}", at_place(log, 2)), 2, Why::Missing),
            (format!("DELETE FROM record_seals WHERE {}", place(2)), 2, Why::Missing),
            (format!("DELETE FROM record_seals WHERE {}; {}", place(2), move_to(3, 2)), 2, Why::Displaced),
            (format!("{}; {}; {}", move_to(2, 100), move_to(4, 2), move_to(100, 4)), 2, Why::Displaced),
        ];
        for (edit, position, why) in edits {
            app.tamper(&edit);
            assert_eq!(app.broken(log), Some((Some(position), why)), "{edit}");
            app.put_back("whole");
            assert_eq!(app.broken(log), None, "{edit}");
        }
    }
}

#[apply(both_databases)]
async fn a_new_digest_does_not_make_an_edit_good(app: TestApp) {
    recorded(&app).await;
    let id = {
        let mut connection = app.app.database().writer().unwrap();
        wellspring::db::records::record_seals::at(&mut connection, Changes, 3).unwrap().unwrap().record_id
    };
    let mut connection = app.app.database().writer().unwrap();
    let mut change = changes::with_ids(&mut connection, &[id]).unwrap().pop().unwrap();
    drop(connection);
    change.actor_name = "别人".to_owned();
    // The form before records were keyed, and the form of today with a digest in the place of the MAC.
    for text in [canonical_text::unkeyed_change(&change), canonical_text::change(&change)] {
        let digest = app.bytes(&chain::digest(&text));
        app.tamper(&format!("UPDATE changes SET actor_name = '别人', mac = {digest} WHERE {}", at_place(Changes, 3)));
        assert_eq!(app.broken(Changes), Some((Some(3), Why::Altered)));
    }
}

#[apply(both_databases)]
async fn what_the_running_service_is_given_to_seal_again_is_refused(app: TestApp) {
    recorded(&app).await;
    app.keep("whole");
    for log in [Changes, Accesses] {
        let last = app.position(log);
        let from = last - 2;
        let wait = format!(
            "INSERT INTO unsealed_records (log, record_id)
                 SELECT log, record_id FROM record_seals WHERE log = '{log}' AND position >= {from};
             UPDATE {} SET actor_name = '别人' WHERE {};
             DELETE FROM record_seals WHERE log = '{log}' AND position >= {from}",
            table(log),
            at_place(log, from)
        );
        app.tamper(&wait);
        let done = app.sealing().await;
        assert_eq!(done.troubles, [(log, Trouble::Short { from })]);
        assert_eq!(app.position(log), from - 1, "nothing is sealed on");
        assert_eq!(app.broken(log), Some((Some(from), Why::CutOff)));
        // The other log goes on.
        assert!(done.heads.iter().any(|head| head.log != log));
        app.tamper(&format!("DELETE FROM unsealed_records; DELETE FROM record_heads WHERE log = '{log}'"));
        assert_eq!(app.sealing().await.troubles, [(log, Trouble::HeadMissing)]);
        app.put_back("whole");
        assert_eq!(app.broken(log), None);
    }
}

#[apply(both_databases)]
async fn a_new_row_without_a_mac_never_gets_a_place(app: TestApp) {
    recorded(&app).await;
    let id = app.uuid(Uuid::from_u128(7));
    app.tamper(&format!(
        "INSERT INTO changes SELECT {id}, noun, noun_id, action, enterprise_id, street_id, actor, actor_name, request_id, at, fields, mac
             FROM changes WHERE {};
         INSERT INTO access_records SELECT {id}, at, actor, actor_name, request_id, what, noun, noun_id, enterprise_id, detail, NULL
             FROM access_records WHERE {}",
        at_place(Changes, 3), at_place(Accesses, 3)
    ));
    for log in [Changes, Accesses] {
        assert_eq!(app.broken(log), Some((None, Why::Forged)), "beside the queue");
    }
    app.tamper(&format!("INSERT INTO unsealed_records VALUES ('changes', {id}), ('accesses', {id})"));
    app.enterprise("后来的");
    let done = app.sealing().await;
    assert!(done.refused == 2 && done.sealed > 0 && done.troubles.is_empty(), "{done:?}");
    for log in [Changes, Accesses] {
        assert_eq!(app.broken(log), Some((None, Why::Forged)), "in the queue");
    }
}

#[apply(both_databases)]
async fn cutting_off_the_end_shows(app: TestApp) {
    let length = recorded(&app).await;
    app.tamper(&format!("DELETE FROM record_seals WHERE log = 'changes' AND position = {length}"));
    assert_eq!(app.broken(Changes), Some((Some(length), Why::CutOff)), "the head says so");
    assert_eq!(app.sealing().await.troubles, [(Changes, Trouble::Short { from: length })]);
}

#[apply(both_databases)]
async fn an_earlier_verification_is_compared_by_its_hash(app: TestApp) {
    recorded(&app).await;
    app.keep("old");
    let length = app.position(Changes);
    app.enterprise("先来的");
    app.seal().await;
    app.note_verification();
    // The log of changes is put back and goes on differently, at least as far; nothing outside the database is asked.
    app.tamper(
        "DELETE FROM record_seals WHERE log = 'changes';
         INSERT INTO record_seals SELECT * FROM old_record_seals WHERE log = 'changes';
         DELETE FROM record_heads WHERE log = 'changes';
         INSERT INTO record_heads SELECT * FROM old_record_heads WHERE log = 'changes';
         DELETE FROM changes WHERE id NOT IN (SELECT id FROM old_changes)",
    );
    app.enterprise("后来的");
    app.enterprise("更后来的");
    assert_eq!(app.sealing().await.troubles, [(Changes, Trouble::RolledBack { seen: length + 1 })]);
    let seal = |connection: &mut wellspring::db::backend::DbConn| {
        let app = app.app.clone();
        audit::seal(connection, &app.context().record, &[], app.now(), 1000)
    };
    let mut connection = app.app.database().writer().unwrap();
    assert!(seal(&mut connection).unwrap().troubles.is_empty(), "a sealer that saw nothing cannot know");
    drop(connection);
    let found = app.verify_with(&[]);
    let broken = found.of(Changes).unwrap().first_broken.unwrap();
    assert_eq!((broken.position, broken.why), (Some(1), Why::Replaced), "no head before it agrees");
    app.note(&found);
    let again = app.verify_with(&[]);
    assert_eq!(again.of(Changes).unwrap().first_broken, Some(broken), "a later look does not make it whole");
}

#[apply(both_databases)]
async fn what_waits_is_watched_too(app: TestApp) {
    recorded(&app).await;
    app.enterprise("还没有位置的");
    app.keep("whole");
    let waiting = "id IN (SELECT record_id FROM unsealed_records)";
    app.tamper(&format!("UPDATE changes SET actor_name = '别人' WHERE {waiting}"));
    assert_eq!(app.broken(Changes), Some((None, Why::Forged)));
    app.put_back("whole");
    app.tamper(&format!("DELETE FROM changes WHERE {waiting}"));
    assert_eq!(app.broken(Changes), Some((None, Why::WaitingGone)));
    app.put_back("whole");
    app.tamper("DELETE FROM unsealed_records");
    assert_eq!(app.broken(Changes), Some((None, Why::Unsealed)));
}

#[apply(both_databases)]
async fn two_sealers_give_each_place_once(app: TestApp) {
    let length = recorded(&app).await;
    for n in 0..20 {
        app.enterprise(&format!("更多{n}"));
    }
    let seal = || {
        let inner = app.app.clone();
        app.app.maintain(move |connection| audit::seal(connection, &inner.context().record, &[], inner.now(), 7))
    };
    while app.verify_log(Changes).waiting > 0 {
        let _ = futures_util::future::join(seal(), seal()).await;
    }
    let verification = app.verify();
    assert!(verification.is_whole());
    assert!(verification.of(Changes).unwrap().checked >= length + 20);
}
