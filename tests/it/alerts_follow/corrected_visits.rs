//! A visit that is corrected: what it said before is evidence no more, what it says now is.

use super::*;
use crate::support::some::some;
use chrono::Days;
use wellspring::domain::ids::VisitId;

/// Corrects what a visit of today says.
fn correct(app: &TestApp, visit: VisitId, intent: Intent) {
    app.correct_visit(visit, Some(intent), app.app.today());
}

#[apply(both_databases)]
async fn a_word_that_was_never_said_ends_the_alert_with_a_correction(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Decided);
    correct(&app, visit, Intent::None);
    let alert = app.only_alert();
    assert_eq!(
        (alert.state, alert.outcome, alert.resolved_by),
        (AlertState::Resolved, Some(Outcome::FalseAlarm), None)
    );
    assert_eq!((app.status(enterprise), app.standing(enterprise).risk_level), (EnterpriseStatus::Active, Level::None));
    let mails = app.mails();
    assert_eq!(kinds(&mails)[2..], [DeliveryKind::Correction, DeliveryKind::Correction]);
    assert!(
        mails[2].content.subject.contains("2026-11-20 走访记录中的“已决定外迁”已撤回"),
        "{}",
        mails[2].content.subject
    );
    assert!(
        mails[2].content.body_text.contains("走访记录已更正，现为：2026-11-20，无外迁意向。"),
        "{}",
        mails[2].content.body_text
    );
}

#[apply(both_databases)]
async fn back_and_forth_is_news_each_time(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Decided);
    correct(&app, visit, Intent::None);
    correct(&app, visit, Intent::Decided);
    let alerts = app.alerts();
    assert_eq!((alerts.len(), alerts[1].level, alerts[1].state), (2, Level::Red, AlertState::Open));
    assert_eq!(kinds(&app.mails())[4..], [DeliveryKind::AlertOpened, DeliveryKind::AlertOpened]);
    correct(&app, visit, Intent::None);
    assert!(some(&app.alerts()).all(|alert| alert.state == AlertState::Resolved));
    assert!(kinds(&app.mails())[6..].contains(&DeliveryKind::Correction));
}

#[apply(both_databases)]
async fn a_weaker_word_lowers_the_alert_and_one_not_asked_for_ends_it(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Moving);
    correct(&app, visit, Intent::Considering);
    let alert = app.only_alert();
    assert_eq!(
        (alert.level, alert.state, app.status(enterprise)),
        (Level::Orange, AlertState::Open, EnterpriseStatus::Active)
    );
    assert!(
        alert.factors.contains("considering_told") && !alert.factors.contains("relocation_told"),
        "{}",
        alert.factors
    );
    assert_eq!(kinds(&app.mails())[2..], [DeliveryKind::Correction, DeliveryKind::Correction]);
    app.correct_visit(visit, None, app.app.today());
    assert_eq!(app.only_alert().state, AlertState::Resolved);
    let mails = app.mails();
    assert_eq!(kinds(&mails)[4..], [DeliveryKind::Correction, DeliveryKind::Correction]);
    assert!(mails[4].content.body_text.contains("未询问外迁意向"), "{}", mails[4].content.body_text);
}

#[apply(both_databases)]
async fn a_graver_word_raises_the_alert_and_starts_the_move(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Considering);
    correct(&app, visit, Intent::Decided);
    let alert = app.only_alert();
    assert_eq!((alert.level, alert.version, app.status(enterprise)), (Level::Red, 2, EnterpriseStatus::Relocating));
    assert!(!alert.factors.contains("considering_told"), "{}", alert.factors);
    assert_eq!(kinds(&app.mails())[2..], [DeliveryKind::AlertRaised, DeliveryKind::AlertRaised]);
}

#[apply(both_databases)]
async fn after_the_alert_was_resolved_only_a_graver_word_counts(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Considering);
    app.resolve(&app.only_alert(), Outcome::Retained);
    app.correct_visit(visit, Some(Intent::Considering), app.app.today() - Days::new(1));
    assert_eq!(app.alerts().len(), 1, "the same word of another day was judged");
    app.correct_visit(visit, Some(Intent::Moving), app.app.today() - Days::new(1));
    let alerts = app.alerts();
    assert_eq!((alerts.len(), alerts[1].level, alerts[1].state), (2, Level::Red, AlertState::Open));
    assert_eq!(app.status(enterprise), EnterpriseStatus::Relocating);
}

#[apply(both_databases)]
async fn another_day_is_told_and_contradicts_nobody(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Moving);
    app.set_status(enterprise, EnterpriseStatus::Active);
    app.correct_visit(visit, Some(Intent::Moving), app.app.today() - Days::new(3));
    let alert = app.only_alert();
    assert_eq!(
        (alert.level, alert.state, app.status(enterprise)),
        (Level::Red, AlertState::Open, EnterpriseStatus::Active)
    );
    assert!(alert.factors.contains("2026-11-17") && !alert.factors.contains("2026-11-20"), "{}", alert.factors);
    assert_eq!(kinds(&app.mails())[2..], [DeliveryKind::Correction, DeliveryKind::Correction]);
    app.withdraw_visit(visit, "记错了企业");
    assert_eq!(app.only_alert().state, AlertState::Resolved);
}

#[apply(both_databases)]
async fn a_day_long_ago_takes_the_ground_away(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Considering);
    app.correct_visit(visit, Some(Intent::Considering), app.app.today() - Days::new(200));
    assert_eq!(app.only_alert().state, AlertState::Resolved);
    assert_eq!(kinds(&app.mails())[2..], [DeliveryKind::Correction, DeliveryKind::Correction]);
}

#[apply(both_databases)]
async fn other_fields_are_nobodys_news(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Moving);
    app.act(|tx| {
        let fields = wellspring::services::fieldwork::visits::VisitFields {
            summary: wellspring::services::patch::Patch::Set("补充".to_owned()),
            ..Default::default()
        };
        wellspring::services::fieldwork::visits::update(tx, visit, wellspring::services::Version::Any, fields)
    });
    assert_eq!((app.only_alert().version, app.mails().len()), (1, 2));
}
