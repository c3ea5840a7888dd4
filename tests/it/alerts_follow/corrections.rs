//! Withdrawn visits and signals: the alert follows, and the people who were mailed get a correction.

use super::*;
use crate::support::some::some;

#[apply(both_databases)]
async fn an_alert_that_lost_its_ground_ends_and_those_mailed_are_corrected(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Moving);
    app.withdraw_visit(visit, "记错了企业");
    let alert = app.only_alert();
    assert_eq!(
        (alert.state, alert.outcome, alert.resolved_by),
        (AlertState::Resolved, Some(Outcome::FalseAlarm), None)
    );
    assert!(alert.outcome_note.is_some());
    assert_eq!(app.status(enterprise), EnterpriseStatus::Active);
    assert_eq!(app.standing(enterprise).risk_level, Level::None);
    let mails = app.mails();
    assert_eq!(kinds(&mails)[2..], [DeliveryKind::Correction, DeliveryKind::Correction]);
    for (first, correction) in some(mails.iter().zip(&mails[2..])) {
        assert_eq!(first.thread, correction.thread);
        assert!(correction.content.subject.contains("2026-11-20 的走访记录已撤回"), "{}", correction.content.subject);
        assert!(correction.content.body_text.contains("记错了企业"));
    }
}

#[apply(both_databases)]
async fn what_is_left_carries_the_alert_at_its_own_level(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Considering);
    let signal = app.signal(enterprise, SignalKind::FileTransferLetter);
    assert_eq!((app.only_alert().level, app.status(enterprise)), (Level::Red, EnterpriseStatus::Relocating));
    app.withdraw_signal(signal, "调档函属于另一户企业");
    let alert = app.only_alert();
    assert_eq!((alert.level, alert.state), (Level::Orange, AlertState::Open));
    assert!(!alert.factors.contains("file_transfer_letter"), "{}", alert.factors);
    assert_eq!(app.status(enterprise), EnterpriseStatus::Active);
    let correction = app.mails().pop().unwrap();
    assert_eq!(correction.kind, DeliveryKind::Correction);
    assert!(correction.content.body_text.contains("橙色预警"), "{}", correction.content.body_text);
    // Rising again is news again.
    app.signal(enterprise, SignalKind::CrossProvinceMigration);
    assert_eq!(app.mails().pop().unwrap().kind, DeliveryKind::AlertRaised);
}

#[apply(both_databases)]
async fn one_of_two_hard_facts_leaves_the_level(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Moving);
    app.signal(enterprise, SignalKind::FileTransferLetter);
    app.withdraw_visit(visit, "听错了");
    let alert = app.only_alert();
    assert_eq!((alert.level, alert.state), (Level::Red, AlertState::Open));
    assert!(!alert.factors.contains("relocation_told"), "{}", alert.factors);
    assert_eq!(app.status(enterprise), EnterpriseStatus::Relocating);
    assert_eq!(kinds(&app.mails())[2..], [DeliveryKind::Correction, DeliveryKind::Correction]);
}

#[apply(both_databases)]
async fn an_alert_that_ended_is_corrected_too(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Decided);
    app.resolve(&app.only_alert(), Outcome::Retained);
    app.withdraw_visit(visit, "听错了");
    assert_eq!(app.only_alert().outcome, Some(Outcome::Retained));
    assert_eq!(kinds(&app.mails())[2..], [DeliveryKind::Correction, DeliveryKind::Correction]);
}

#[apply(both_databases)]
async fn nobody_is_bothered_by_a_record_no_alert_rested_on(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Moving);
    let harmless = app.visit(enterprise, Intent::None);
    app.withdraw_visit(harmless, "重复录入");
    assert_eq!((app.only_alert().state, app.mails().len()), (AlertState::Open, 2));
}

#[apply(both_databases)]
async fn an_alert_that_lost_its_ground_is_corrected_again(app: TestApp) {
    let enterprise = kept(&app);
    let rumour = app.signal(enterprise, SignalKind::ContactLost);
    let visit = app.visit(enterprise, Intent::Moving);
    app.withdraw_visit(visit, "记错了企业");
    assert_eq!((app.only_alert().state, app.mails().len()), (AlertState::Resolved, 4));
    app.withdraw_signal(rumour, "已联系上");
    let mails = app.mails();
    assert_eq!(kinds(&mails)[4..], [DeliveryKind::Correction, DeliveryKind::Correction]);
    assert!(mails[4].content.body_text.contains("已联系上"), "{}", mails[4].content.body_text);
}

#[apply(both_databases)]
async fn soft_evidence_that_was_no_mistake_counts_again(app: TestApp) {
    let enterprise = kept(&app);
    app.signal(enterprise, SignalKind::ContactLost);
    let letter = app.signal(enterprise, SignalKind::FileTransferLetter);
    app.withdraw_signal(letter, "误传");
    assert_eq!(app.only_alert().state, AlertState::Resolved);
    assert_eq!(app.standing(enterprise).risk_score, 20);
    app.signal(enterprise, SignalKind::AreaCut);
    let alerts = app.alerts();
    assert_eq!((alerts.len(), alerts[1].level), (2, Level::Yellow));
}
