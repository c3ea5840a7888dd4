//! The heads of the record outside the rows: what this machine saw last, and what went out. By them a cut end and a restored
//! old copy are found, and sealing stops until somebody resumes it.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    installation::{Installation, eventually},
    some::some,
};
use chrono::TimeDelta;
use std::sync::Arc;
use wellspring::{
    app::App,
    clock::Clock,
    db::backend::{self, Database, DbConn},
    domain::{
        outbox::delivery::DeliveryKind,
        people::{actor::Actor, role::Role},
        records::{
            change::{Action, Noun},
            record::RecordLog::{self, Accesses, Changes},
        },
        watch::risk::RiskPolicy,
    },
    jobs,
    mail::transport::Transport,
    secrets::key::MasterKey,
    services::{
        Context, Error,
        records::audit::{self, Noted, NotedIn, ResumeRefusal, Trouble, Why},
    },
    texts::Explain,
};

async fn run_due(app: &TestApp) {
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
}

/// Something is changed and something is read.
async fn more(app: &TestApp) {
    app.enterprise("星河科技");
    app.person(Role::Auditor).caller.get("/api/v1/audit-log").await.expect(200);
}

/// Another process over the same database and data directory.
fn restarted(app: &TestApp) -> App {
    let settings = app.app.context().settings.clone();
    let context = Context::new(settings, RiskPolicy::system_default(), &MasterKey::from_bytes([7; 32]));
    let database = Database::open(app.app.database().location().clone(), 2).unwrap();
    App::new(context, database, Clock::manual(app.app.now()).0)
}

/// A sealer's pass with what a process knows.
fn seal_as(app: &App) -> audit::Sealing {
    let (seen, now) = (app.heads_seen(), app.now());
    let mut connection = app.database().writer().unwrap();
    let seal = |connection: &mut DbConn| audit::seal(connection, &app.context().record, &seen, now, 1000);
    backend::transaction::<_, Error>(&mut connection, seal).unwrap()
}

/// The place and kind of the first break of a log, for a verification that knows these heads.
fn broken_with(app: &TestApp, log: RecordLog, noted: &[Noted]) -> Option<(Option<i64>, Why)> {
    let verification = app.verify_with(noted);
    verification.of(log).unwrap().first_broken.map(|found| (found.position, found.why))
}

fn file(app: &TestApp) -> String {
    std::fs::read_to_string(app.directory.path().join("record-heads.log")).unwrap_or_default()
}

fn resume(app: &TestApp, known: &[wellspring::secrets::head::Head]) -> Result<Vec<audit::Resumption>, Error> {
    let actor = Actor::system("命令行", "test".to_owned());
    app.app.write_now(&actor, |tx| audit::resume(tx, known, "恢复了备份")).map(|(resumed, _)| resumed)
}

#[apply(both_databases)]
async fn heads_go_out_once_a_day_to_auditors_and_file(app: TestApp) {
    let auditor = app.person(Role::Auditor);
    run_due(&app).await;
    assert!(file(&app).is_empty() && app.mails().is_empty(), "nothing is sealed yet");
    app.enterprise("星河科技");
    auditor.caller.get("/api/v1/audit-log").await.expect(200);
    run_due(&app).await;
    let (changes, accesses) = (app.position(Changes), app.position(Accesses));
    let mails = app.mails();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((mail.kind, mail.recipient_id), (DeliveryKind::RecordHeads, Some(auditor.id)));
    let heads: Vec<String> = app.app.heads_seen().iter().map(audit::written).collect();
    assert!(
        heads.len() == 2 && some(&heads).all(|head| mail.content.body_text.contains(head)),
        "{heads:?} {}",
        mail.content.body_text
    );
    assert_eq!(file(&app).lines().count(), 2);
    assert!(
        file(&app).contains(&format!(" changes {changes} ")) && file(&app).contains(&format!(" accesses {accesses} "))
    );

    more(&app).await;
    app.advance(TimeDelta::hours(23));
    run_due(&app).await;
    assert_eq!((app.mails().len(), file(&app).lines().count()), (1, 2));
    let found = app.verify_log(Changes);
    assert_eq!((found.last_sent.unwrap().position, found.not_provable()), (changes, app.position(Changes) - changes));
    assert!(found.not_provable() > 0);
    app.advance(TimeDelta::hours(1));
    run_due(&app).await;
    // Another auditor has come meanwhile.
    assert_eq!((app.mails().len(), file(&app).lines().count()), (3, 4));
    assert_eq!(app.verify_log(Changes).not_provable(), 0);
    let state = app.sign_in(auditor.id).get("/api/v1/audit-log/chain").await.expect(200).json();
    assert_eq!(state["logs"][0]["last_sent"]["position"], app.position(Changes));
}

#[apply(both_databases)]
async fn an_auditor_without_an_address_gets_no_mail_and_the_file_is_kept_all_the_same(app: TestApp) {
    let auditor = app.person(Role::Auditor);
    app.tamper(&format!("UPDATE users SET email = NULL WHERE id = {}", app.uuid(auditor.id.0)));
    app.enterprise("星河科技");
    run_due(&app).await;
    assert!(app.mails().is_empty() && !file(&app).is_empty());
}

#[apply(both_databases)]
async fn another_node_writes_down_what_went_out(app: TestApp) {
    more(&app).await;
    run_due(&app).await;
    let sent = file(&app);
    std::fs::remove_file(app.directory.path().join("record-heads.log")).unwrap();
    run_due(&app).await;
    assert_eq!(file(&app), sent);
}

#[apply(both_databases)]
async fn a_cut_end_is_found_up_to_the_last_head_that_went_out(app: TestApp) {
    more(&app).await;
    app.seal().await;
    app.keep("old");
    let length = app.position(Changes);
    more(&app).await;
    run_due(&app).await;
    let sent = app.app.heads().sent().heads;
    let by_hand: Vec<Noted> = sent.iter().map(|head| Noted { at: None, ..Noted::of(head, NotedIn::ByHand) }).collect();
    // The whole record is put back, its heads too, and nobody but a process that has seen more can know.
    app.put_back("old");
    app.tamper("UPDATE job_leases SET note = '' WHERE job = 'record_heads'");
    assert_eq!(broken_with(&app, Changes, &[]), None, "nothing outside is asked");
    for (log, from) in [(Changes, length + 1), (Accesses, 2)] {
        assert_eq!(app.broken(log), Some((Some(from), Why::CutOff)), "the data directory");
        assert_eq!(broken_with(&app, log, &by_hand), Some((Some(from), Why::CutOff)), "a mail that was kept");
    }
    let done = app.sealing().await;
    assert!(matches!(
        done.troubles.as_slice(),
        [(Changes, Trouble::RolledBack { .. }), (Accesses, Trouble::RolledBack { .. })]
    ));
}

#[apply(both_databases)]
async fn what_is_cut_off_and_written_again_is_found_by_the_hash(app: TestApp) {
    more(&app).await;
    app.seal().await;
    app.keep("old");
    let first = Noted::of(app.app.heads_seen().iter().find(|head| head.log == Changes).unwrap(), NotedIn::ByHand);
    more(&app).await;
    app.seal().await;
    let second = Noted::of(app.app.heads_seen().iter().find(|head| head.log == Changes).unwrap(), NotedIn::ByHand);
    app.put_back("old");
    for _ in 0..5 {
        more(&app).await;
    }
    app.app.heads().see(&[]);
    let other = restarted(&app);
    std::fs::remove_file(app.directory.path().join("record-heads.seen")).unwrap();
    let blind = App::new(
        Context::new(app.app.context().settings.clone(), RiskPolicy::system_default(), &MasterKey::from_bytes([7; 32])),
        Database::open(app.app.database().location().clone(), 2).unwrap(),
        Clock::manual(app.app.now()).0,
    );
    assert!(seal_as(&other).troubles.iter().any(|(log, _)| *log == Changes), "the data directory remembers");
    assert!(seal_as(&blind).troubles.is_empty(), "a machine that saw nothing seals on");
    assert_eq!(broken_with(&app, Changes, &[]), None);
    let found = broken_with(&app, Changes, &[first, second]);
    assert_eq!(found, Some((Some(first.position + 1), Why::Replaced)), "after the last head that agrees");
    assert_eq!(broken_with(&app, Changes, &[second]), Some((Some(1), Why::Replaced)));
}

#[apply(both_databases)]
async fn a_restored_copy_stops_the_sealer_until_it_is_resumed(app: TestApp) {
    more(&app).await;
    app.seal().await;
    app.keep("backup");
    let backup = app.position(Changes);
    more(&app).await;
    app.seal().await;
    let lost = app.app.heads_seen();
    let length = app.position(Changes);
    assert!(resume(&app, &lost).is_err_and(
        |error| matches!(error, Error::Conflict(why) if why.code() == ResumeRefusal::NothingStopped.code())
    ));

    app.put_back("backup");
    app.enterprise("恢复以后");
    let auditor = app.browser(app.person(Role::Auditor).id);
    run_due(&app).await;
    assert_eq!(app.position(Changes), backup, "nothing is sealed on");
    let page = auditor.page("/audit-log/chain").await;
    assert!(page.contains("变更记录已停止入链") && page.contains(&format!("第 {length} 条")), "{page}");

    let resumed = resume(&app, &app.app.heads_seen()).unwrap();
    assert_eq!(
        resumed.iter().map(|one| (one.head.log, one.head.position)).collect::<Vec<_>>(),
        [(Changes, backup), (Accesses, 1)]
    );
    run_due(&app).await;
    assert!(app.position(Changes) > backup);
    assert!(!auditor.page("/audit-log/chain").await.contains("已停止入链"));
    let log = app.person(Role::Auditor).caller.get("/api/v1/audit-log?noun=audit_chain").await.expect(200).json();
    assert_eq!(log["items"][0]["action"], Action::Resumed.as_str());
    assert!(log["items"][0]["fields"].to_string().contains("恢复了备份"), "{log}");

    let noted: Vec<Noted> = lost.iter().map(|head| Noted::of(head, NotedIn::Sent)).collect();
    let found = app.verify_with(&noted);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!(found.of(Changes).unwrap().given_up.iter().map(|noted| noted.position).collect::<Vec<_>>(), [length]);
    let by_hand: Vec<Noted> = lost.iter().map(|head| Noted { at: None, ..Noted::of(head, NotedIn::ByHand) }).collect();
    assert!(broken_with(&app, Changes, &by_hand).is_some(), "who kept a head still sees that it was lost");
}

#[apply(both_databases)]
async fn a_resumption_cannot_be_forged_or_used_twice(app: TestApp) {
    more(&app).await;
    app.seal().await;
    app.keep("old");
    more(&app).await;
    app.seal().await;
    app.put_back("old");
    resume(&app, &app.app.heads_seen()).unwrap();
    app.advance(TimeDelta::minutes(1));
    more(&app).await;
    assert!(app.sealing().await.troubles.is_empty());
    // Put back once more, with the resumption kept.
    let row = format!("noun = '{}' AND action = '{}'", Noun::AuditChain.as_str(), Action::Resumed.as_str());
    app.tamper(&format!("CREATE TABLE kept AS SELECT * FROM changes WHERE {row}"));
    app.put_back("old");
    app.tamper("INSERT INTO changes SELECT * FROM kept");
    let done = app.sealing().await;
    assert!(matches!(
        done.troubles.as_slice(),
        [(Changes, Trouble::RolledBack { .. }), (Accesses, Trouble::RolledBack { .. })]
    ));
    app.tamper("UPDATE changes SET at = (SELECT MAX(at) FROM access_records) WHERE noun = 'audit_chain'");
    assert_eq!(app.sealing().await.troubles.len(), 2, "an altered one counts for nothing");
}

#[apply(both_databases)]
async fn a_lost_head_is_made_again_from_the_chain(app: TestApp) {
    more(&app).await;
    more(&app).await;
    app.seal().await;
    app.tamper("DELETE FROM record_heads");
    assert_eq!(app.sealing().await.troubles, [(Changes, Trouble::HeadMissing), (Accesses, Trouble::HeadMissing)]);
    app.tamper("UPDATE changes SET actor_name = '别人' WHERE id = (SELECT record_id FROM record_seals WHERE log = 'changes' AND position = 1)");
    let refused = resume(&app, &[]).unwrap_err();
    assert!(
        matches!(refused, Error::Conflict(why) if why.code() == "no_beginning"),
        "without a head, only a whole chain can tell"
    );
    let resumed = resume(&app, &app.app.heads_seen()).unwrap();
    assert!(some(&resumed).all(|one| one.head.keyed_from == 1));
    assert!(app.sealing().await.troubles.is_empty());
    assert_eq!(app.broken(Changes), Some((Some(1), Why::Altered)), "what was altered stays so");
}

#[apply(both_databases)]
async fn an_end_that_is_not_ours_is_not_gone_on_from(app: TestApp) {
    more(&app).await;
    app.seal().await;
    let hash = app.bytes(&[0xab; 32]);
    app.tamper(&format!("UPDATE record_seals SET chain_hash = {hash} WHERE log = 'changes' AND position = (SELECT MAX(position) FROM record_seals WHERE log = 'changes')"));
    let last = app.position(Changes);
    assert_eq!(app.sealing().await.troubles, [(Changes, Trouble::Replaced { at: last })]);
    let refused = resume(&app, &app.app.heads_seen()).unwrap_err();
    assert!(matches!(refused, Error::Conflict(why) if why.code() == "foreign_end"));
}

#[apply(both_databases)]
async fn the_command_line_compares_heads_and_resumes(installation: Installation) {
    installation.found_district();
    let kept = {
        let _served = installation.serve();
        eventually("sealing", || {
            let out = installation.run(&["check", "--audit"]).expect(0).out;
            let line = out.lines().find(|line| line.contains("head changes:"))?;
            let is_sealed = out.lines().any(|line| line.contains("changes hold, 0 wait"));
            is_sealed.then(|| line.split_whitespace().nth(1).unwrap().trim_end_matches(';').to_owned())
        })
    };
    let (place, hash) = kept.strip_prefix("changes:").unwrap().split_once(':').unwrap();
    for head in [kept.as_str(), &format!("{place}:{hash}")] {
        let out = installation.run(&["check", "--audit", "--head", head]).expect(0).out;
        assert!(out.contains("every record is authenticated with the key"), "{out}");
        assert!(out.contains(&format!("the last head that went out is place {place}, the end")), "{out}");
    }
    let other = format!("changes:{place}:{}", "ab".repeat(32));
    let ran = installation.run(&["check", "--audit", "--head", &other]).expect(1);
    assert!(ran.out.contains("do not agree with a head noted before"), "{ran:?}");
    let further = format!("changes:999:{hash}");
    let ran = installation.run(&["check", "--audit", "--head", &further]).expect(1);
    assert!(ran.out.contains("the end was cut off"), "{ran:?}");
    for wrong in ["x", "changes:1", "changes:0:ab", "mails:1:ab", &format!("changes:-1:{hash}")] {
        let ran = installation.run(&["check", "--audit", "--head", wrong]).expect(2);
        assert!(ran.err.contains("is no head"), "{ran:?}");
    }
    installation.run(&["check", "--head", &kept]).expect(2);
    let refused = installation.run(&["record", "resume", "--reason", "nothing"]).expect(3).err;
    assert!(refused.contains("nothing to resume"), "{refused}");
    installation.run(&["record", "resume", "--reason", " "]).expect(2);
}
