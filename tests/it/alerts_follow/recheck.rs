//! A delivery is looked at again before it leaves: what is over is not told as if it were open, and nobody is told of what they may
//! not read any more.

use super::{digests::storm, *};
use crate::support::{district::Person, some::some};
use serde_json::json;
use wellspring::{
    db::people::users::User,
    domain::outbox::delivery::{CancelReason, DeliveryState},
};

/// An enterprise that one person serves, and its red alert.
fn served_by(app: &TestApp, person: &Person) -> EnterpriseId {
    let enterprise = app.enterprise("星河科技有限公司").id;
    app.team(enterprise, TeamPeople { steward: Some(person.id), ..TeamPeople::default() });
    app.visit(enterprise, Intent::Moving);
    enterprise
}

/// What became of each mail, in the order of writing: its kind, how far it has got, and why it was cancelled.
fn fates(app: &TestApp) -> Vec<(DeliveryKind, DeliveryState, Option<CancelReason>)> {
    app.mails().iter().map(|mail| (mail.kind, mail.state, mail.cancel_reason)).collect()
}

const fn sent(kind: DeliveryKind) -> (DeliveryKind, DeliveryState, Option<CancelReason>) {
    (kind, DeliveryState::Sent, None)
}

const fn cancelled(kind: DeliveryKind, reason: CancelReason) -> (DeliveryKind, DeliveryState, Option<CancelReason>) {
    (kind, DeliveryState::Cancelled, Some(reason))
}

#[apply(both_databases)]
async fn an_alert_that_was_resolved_meanwhile_is_not_told_as_open(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Moving);
    app.resolve(&app.only_alert(), Outcome::Moved);
    run_due(&app).await;
    assert_eq!(fates(&app), [cancelled(DeliveryKind::AlertOpened, CancelReason::Over); 2]);
    let administrator = app.person(Role::Administrator).caller;
    let mail = administrator.get(&format!("/api/v1/mail-messages/{}", app.mails()[0].id)).await.expect(200).json();
    assert_eq!((&mail["cancel_reason"], &mail["attempt_log"]), (&json!("over"), &json!([])));
    let alert = app.person(Role::Leader).caller.get(&format!("/api/v1/alerts/{}", app.only_alert().id)).await;
    let mails = alert.expect(200).json()["mails"].clone();
    assert_eq!((&mails[0]["state"], &mails[0]["cancel_reason"]), (&json!("cancelled"), &json!("over")));
}

#[apply(both_databases)]
async fn an_acknowledged_alert_is_told_to_the_others(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Moving);
    let leader = app.person(Role::Leader).caller;
    leader.post(&format!("/api/v1/alerts/{}/acknowledge", app.only_alert().id), json!({})).await.expect(200);
    run_due(&app).await;
    assert_eq!(fates(&app), [sent(DeliveryKind::AlertOpened); 2]);
}

#[apply(both_databases)]
async fn who_was_to_be_told_of_more_is_told_how_it_is_now(app: TestApp) {
    let enterprise = kept(&app);
    let signal = app.signal(enterprise, SignalKind::FileTransferLetter);
    app.visit(enterprise, Intent::Considering);
    app.withdraw_signal(signal, "属于另一户企业");
    assert_eq!(app.only_alert().level, Level::Orange);
    app.advance(TimeDelta::minutes(1));
    run_due(&app).await;
    let opened = cancelled(DeliveryKind::AlertOpened, CancelReason::Replaced);
    // Nobody knows of what is corrected.
    let correction = cancelled(DeliveryKind::Correction, CancelReason::Over);
    let now = sent(DeliveryKind::AlertOpened);
    assert_eq!(fates(&app), [opened, opened, correction, correction, now, now]);
    let mails = app.mails();
    assert!(some(&mails[4..]).all(|mail| mail.content.subject.starts_with("【橙色预警】")), "{mails:?}");
    assert!(some(&mails[..2]).all(|mail| mail.content.subject.starts_with("【红色预警】")), "{mails:?}");
    let told: Vec<_> = mails[4..].iter().map(|mail| mail.recipient_id).collect();
    assert_eq!(told, mails[..2].iter().map(|mail| mail.recipient_id).collect::<Vec<_>>());
    run_due(&app).await;
    assert_eq!(app.mails().len(), 6, "and that is all");
}

#[apply(both_databases)]
async fn a_rise_that_was_a_mistake_is_not_told_to_who_knows_of_the_alert(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Considering);
    let signal = app.signal(enterprise, SignalKind::FileTransferLetter);
    app.withdraw_signal(signal, "属于另一户企业");
    run_due(&app).await;
    let (opened, raised) = (sent(DeliveryKind::AlertOpened), cancelled(DeliveryKind::AlertRaised, CancelReason::Over));
    let correction = sent(DeliveryKind::Correction);
    assert_eq!(fates(&app), [opened, opened, raised, raised, correction, correction]);
}

#[apply(both_databases)]
async fn a_correction_reaches_who_was_told_whatever_became_of_the_alert(app: TestApp) {
    let enterprise = kept(&app);
    let visit = app.visit(enterprise, Intent::Moving);
    run_due(&app).await;
    app.withdraw_visit(visit, "记错了企业");
    assert_eq!(app.only_alert().state, AlertState::Resolved);
    run_due(&app).await;
    let (opened, correction) = (sent(DeliveryKind::AlertOpened), sent(DeliveryKind::Correction));
    assert_eq!(fates(&app), [opened, opened, correction, correction]);
}

#[apply(both_databases)]
async fn a_directive_on_what_is_over_does_not_leave(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Moving);
    run_due(&app).await;
    let leader = app.person(Role::Leader).caller;
    let path = format!("/api/v1/alerts/{}/directives", app.only_alert().id);
    leader.post(&path, json!({ "text": "请今日上门。" })).await.expect(201);
    app.resolve(&app.only_alert(), Outcome::Retained);
    run_due(&app).await;
    assert_eq!(fates(&app)[2..], [cancelled(DeliveryKind::Directive, CancelReason::Over); 2]);
}

#[apply(both_databases)]
async fn who_does_not_see_the_enterprise_any_more_is_not_told_and_somebody_else_is(app: TestApp) {
    let outsider = app.person_at(Role::Steward, app.district.other_street);
    let enterprise = served_by(&app, &outsider);
    let steward = app.person(Role::Steward);
    app.team(enterprise, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
    run_due(&app).await;
    let out_of_scope = cancelled(DeliveryKind::AlertOpened, CancelReason::OutOfScope);
    assert_eq!(fates(&app), [out_of_scope, sent(DeliveryKind::AlertOpened)]);
    assert_eq!(app.mails()[1].recipient_id, Some(steward.id));
    assert!(!app.only_alert().without_recipient);
}

#[apply(both_databases)]
async fn who_may_not_read_business_any_more_is_not_told(app: TestApp) {
    let steward = app.person(Role::Steward);
    served_by(&app, &steward);
    let chief = app.person(Role::ChiefSteward);
    app.change_user(User { role: Role::Administrator, ..steward.user.clone() });
    run_due(&app).await;
    let out_of_scope = cancelled(DeliveryKind::AlertOpened, CancelReason::OutOfScope);
    assert_eq!(fates(&app), [out_of_scope, sent(DeliveryKind::AlertOpened)]);
    assert_eq!(app.mails()[1].recipient_id, Some(chief.id));
}

#[apply(both_databases)]
async fn a_mail_goes_to_the_address_its_reader_has_now(app: TestApp) {
    let steward = app.person(Role::Steward);
    served_by(&app, &steward);
    let key = app.mails()[0].notice_key.clone();
    app.change_user(User { email: Some("new@xinghe.test".to_owned()), ..steward.user.clone() });
    run_due(&app).await;
    let mail = app.mails().pop().unwrap();
    assert_eq!((mail.state, mail.to_address.as_str()), (DeliveryState::Sent, "new@xinghe.test"));
    assert_eq!(mail.notice_key, key, "it is the same notice");
}

#[apply(both_databases)]
async fn who_has_no_address_any_more_is_not_told_and_somebody_else_is(app: TestApp) {
    let steward = app.person(Role::Steward);
    served_by(&app, &steward);
    let chief = app.person(Role::ChiefSteward);
    app.change_user(User { email: None, ..steward.user.clone() });
    run_due(&app).await;
    let no_address = cancelled(DeliveryKind::AlertOpened, CancelReason::NoAddress);
    assert_eq!(fates(&app), [no_address, sent(DeliveryKind::AlertOpened)]);
    assert_eq!(app.mails()[1].recipient_id, Some(chief.id));
}

#[apply(both_databases)]
async fn nobody_is_there_to_be_told_and_nothing_turns_in_a_circle(app: TestApp) {
    let outsider = app.person_at(Role::Steward, app.district.other_street);
    let enterprise = served_by(&app, &outsider);
    app.team_ends(enterprise);
    run_due(&app).await;
    run_due(&app).await;
    assert_eq!(fates(&app), [cancelled(DeliveryKind::AlertOpened, CancelReason::OutOfScope)]);
    assert!(app.only_alert().without_recipient);
}

#[apply(both_databases)]
async fn a_digest_tells_of_what_is_still_open(app: TestApp) {
    app.person(Role::ChiefSteward);
    storm(&app, 22);
    let over = app.alerts().remove(3);
    app.resolve(&over, Outcome::FalseAlarm);
    run_due(&app).await;
    let replaced = cancelled(DeliveryKind::Digest, CancelReason::Replaced);
    assert_eq!(fates(&app), [replaced, sent(DeliveryKind::Digest)]);
    let digest = app.mails().pop().unwrap();
    assert_eq!(digest.about.len(), 21);
    let text = &digest.content.body_text;
    assert!(!text.contains(&over.id.to_string()), "{text}");
    for alert in app.alerts().iter().filter(|alert| alert.id != over.id) {
        assert!(text.contains(&format!("/alerts/{}", alert.id)), "{text}");
    }
}

#[apply(both_databases)]
async fn a_digest_of_nothing_does_not_leave(app: TestApp) {
    app.person(Role::ChiefSteward);
    storm(&app, 21);
    for alert in app.alerts() {
        app.resolve(&alert, Outcome::FalseAlarm);
    }
    run_due(&app).await;
    assert_eq!(fates(&app), [cancelled(DeliveryKind::Digest, CancelReason::Over)]);
}
