//! What follows from facts: where enterprises stand, their alerts, and who is mailed what.

mod concurrency;
mod corrected_visits;
mod corrections;
mod digests;
mod mails;
mod recheck;
mod recipients;
mod standings;
mod unheard;

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    facts::TeamPeople,
    mails::Mail,
};
use chrono::TimeDelta;
use std::sync::Arc;
use wellspring::{
    domain::{
        fieldwork::{signal::SignalKind, visit::RelocationIntent as Intent},
        ids::EnterpriseId,
        outbox::delivery::DeliveryKind,
        people::role::Role,
        registry::enterprise::EnterpriseStatus,
        watch::{
            alert::{AlertState, Outcome},
            level::Level,
        },
    },
    jobs,
    mail::transport::Transport,
};

/// An enterprise with a leader and a steward on its team.
fn kept(app: &TestApp) -> EnterpriseId {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let (leader, steward) = (app.person(Role::Leader), app.person(Role::Steward));
    app.team(enterprise, TeamPeople { leader: Some(leader.id), steward: Some(steward.id), ..TeamPeople::default() });
    enterprise
}

/// Does what is due; mails become files.
async fn run_due(app: &TestApp) {
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
}

fn kinds(mails: &[Mail]) -> Vec<DeliveryKind> {
    mails.iter().map(|mail| mail.kind).collect()
}

#[apply(both_databases)]
async fn a_hard_fact_opens_a_red_alert_with_its_mails(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Moving);
    let alert = app.only_alert();
    assert_eq!((alert.level, alert.state, alert.without_recipient), (Level::Red, AlertState::Open, false));
    let mails = app.mails();
    assert_eq!(kinds(&mails), [DeliveryKind::AlertOpened, DeliveryKind::AlertOpened]);
    for mail in &mails {
        assert_eq!(mail.subject_id(), Some(alert.id.0));
        assert_eq!(mail.thread, Some(format!("<alert-{}@wellspring.test>", alert.id)));
        assert_eq!(mail.content.message_id, format!("<{}@wellspring.test>", mail.id));
        assert!(mail.content.subject.starts_with("【红色预警】星河科技有限公司："), "{}", mail.content.subject);
        assert!(mail.content.body_text.contains(&format!("https://wellspring.test/alerts/{}", alert.id)));
    }
    assert_eq!(app.standing(enterprise).risk_level, Level::Red);
    assert_eq!(app.status(enterprise), EnterpriseStatus::Relocating);
}

#[apply(both_databases)]
async fn considering_a_move_is_orange_and_a_decision_raises_it(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Considering);
    assert_eq!(app.only_alert().level, Level::Orange);
    assert_eq!(app.status(enterprise), EnterpriseStatus::Active);
    assert_eq!(app.mails().len(), 2);
    app.visit(enterprise, Intent::Decided);
    let alert = app.only_alert();
    assert_eq!((alert.level, alert.version), (Level::Red, 2));
    let mails = app.mails();
    assert_eq!(kinds(&mails)[2..], [DeliveryKind::AlertRaised, DeliveryKind::AlertRaised]);
    assert_eq!(mails[0].thread, mails[3].thread);
    assert!(mails[3].content.subject.starts_with("【升级为红色预警】"), "{}", mails[3].content.subject);
}

#[apply(both_databases)]
async fn a_weak_sign_is_yellow_and_nobody_is_mailed(app: TestApp) {
    let enterprise = kept(&app);
    app.signal(enterprise, SignalKind::LeaseGivenUp);
    assert_eq!(app.only_alert().level, Level::Yellow);
    assert_eq!(app.mails().len(), 0);
}

#[apply(both_databases)]
async fn more_evidence_of_the_same_level_joins_without_a_mail(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Moving);
    app.signal(enterprise, SignalKind::FileTransferLetter);
    let alert = app.only_alert();
    assert_eq!((alert.level, alert.version), (Level::Red, 2));
    assert!(alert.factors.contains("file_transfer_letter") && alert.factors.contains("relocation_told"));
    assert_eq!(app.mails().len(), 2);
}

#[apply(both_databases)]
async fn the_start_of_a_move_is_told_although_the_alert_is_red_already(app: TestApp) {
    let enterprise = kept(&app);
    for kind in [SignalKind::LeaseGivenUp, SignalKind::ContactLost, SignalKind::BranchElsewhere] {
        app.signal(enterprise, kind);
    }
    let alert = app.only_alert();
    assert_eq!((alert.level, app.status(enterprise)), (Level::Red, EnterpriseStatus::Active));
    let steward = app.person(Role::Steward);
    steward.caller.post(&format!("/api/v1/alerts/{}/acknowledge", alert.id), serde_json::json!({})).await.expect(200);
    let told = app.mails().len();
    app.visit(enterprise, Intent::Decided);
    let alert = app.only_alert();
    assert_eq!((alert.level, alert.state, alert.acknowledged_by), (Level::Red, AlertState::Open, None));
    assert_eq!(app.status(enterprise), EnterpriseStatus::Relocating);
    let mails = app.mails();
    assert_eq!(kinds(&mails)[told..], [DeliveryKind::AlertRaised, DeliveryKind::AlertRaised]);
    assert!(mails[told].content.subject.starts_with("【红色预警·外迁已启动】"), "{}", mails[told].content.subject);
    app.signal(enterprise, SignalKind::FileTransferLetter);
    assert_eq!(app.mails().len(), told + 2, "told once");
}

#[apply(both_databases)]
async fn assessing_again_changes_nothing(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Moving);
    let (alert, standing) = (app.only_alert(), app.standing(enterprise));
    app.advance(TimeDelta::days(3));
    app.act(|tx| {
        tx.touch(enterprise);
        Ok(())
    });
    assert_eq!((app.only_alert(), app.standing(enterprise), app.mails().len()), (alert, standing, 2));
}

#[apply(both_databases)]
async fn resolved_evidence_does_not_reopen_and_a_new_hard_fact_does(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Moving);
    let first = app.only_alert();
    app.resolve(&first, Outcome::Retained);
    assert_eq!(app.status(enterprise), EnterpriseStatus::Active);
    assert_eq!(app.standing(enterprise).risk_level, Level::None);
    app.act(|tx| {
        tx.touch(enterprise);
        Ok(())
    });
    assert_eq!(app.only_alert().state, AlertState::Resolved);
    app.signal(enterprise, SignalKind::CrossProvinceMigration);
    let alerts = app.alerts();
    assert_eq!((alerts.len(), alerts[1].level, alerts[1].state), (2, Level::Red, AlertState::Open));
    assert_eq!(app.mails().len(), 4);
    assert_eq!(app.status(enterprise), EnterpriseStatus::Relocating);
}

#[apply(both_databases)]
async fn an_enterprise_that_left_is_not_assessed(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Moving);
    app.resolve(&app.only_alert(), Outcome::Respected);
    assert_eq!(app.status(enterprise), EnterpriseStatus::MovedOut);
    app.signal(enterprise, SignalKind::FileTransferLetter);
    assert_eq!(app.alerts().len(), 1);
}

#[apply(both_databases)]
async fn a_status_set_by_a_person_is_not_contradicted_by_the_same_evidence(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Moving);
    let version = app.enterprise_version(enterprise);
    assert_eq!(version, 1, "what follows from facts makes nobody's form stale");
    app.set_status(enterprise, EnterpriseStatus::Active);
    app.visit(enterprise, Intent::None);
    assert_eq!(app.status(enterprise), EnterpriseStatus::Active);
    app.signal(enterprise, SignalKind::FileTransferLetter);
    assert_eq!(app.status(enterprise), EnterpriseStatus::Relocating);
}

#[apply(both_databases)]
async fn a_raised_alert_waits_to_be_acknowledged_again(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Considering);
    let alert = app.only_alert();
    let steward = app.person(Role::Steward);
    steward.caller.post(&format!("/api/v1/alerts/{}/acknowledge", alert.id), serde_json::json!({})).await.expect(200);
    app.visit(enterprise, Intent::Decided);
    let alert = app.only_alert();
    assert_eq!((alert.state, alert.acknowledged_by, alert.acknowledged_at), (AlertState::Open, None, None));
}
