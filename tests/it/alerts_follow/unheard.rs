//! Readers who leave, and alerts that nobody hears of until somebody comes.

use super::*;
use crate::support::{district::Person, some::some};
use diesel::prelude::*;
use serde_json::json;
use wellspring::{
    db::{people::users::User, schema::deliveries},
    domain::{ids::DeliveryId, outbox::delivery::DeliveryState, people::user::UserStatus},
};

/// An enterprise that a steward alone keeps, and its alert.
fn kept_by_one(app: &TestApp) -> (EnterpriseId, Person) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let steward = app.person(Role::Steward);
    app.team(enterprise, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
    app.visit(enterprise, Intent::Moving);
    (enterprise, steward)
}

/// Has the person leave with somebody, or nobody, in the place.
async fn leaves(app: &TestApp, person: &Person, successor: Option<&Person>) {
    let body = match successor {
        Some(successor) => json!({ "successor_id": successor.id }),
        None => json!({ "leave_unassigned": true }),
    };
    let keeper = app.person(Role::SecurityAdministrator).caller;
    keeper.post(&format!("/api/v1/users/{}/deactivate", person.id), body).await.expect(200);
}

/// Marks a mail as if the delivery had got so far.
fn mark(app: &TestApp, mail: DeliveryId, state: DeliveryState) {
    app.act(|tx| {
        let sent_at = (state == DeliveryState::Sent).then_some(wellspring::db::values::Timestamp(tx.now));
        diesel::update(deliveries::table.filter(deliveries::id.eq(mail)))
            .set((deliveries::state.eq(state), deliveries::sent_at.eq(sent_at)))
            .execute(tx.conn)?;
        Ok(())
    });
}

/// The readers of all mails with how far each has got, in the order of writing.
fn readers(app: &TestApp) -> Vec<(String, DeliveryState)> {
    app.mails().into_iter().map(|mail| (mail.delivery.to_address, mail.delivery.state)).collect()
}

fn address(person: &Person) -> String {
    person.user.email.clone().unwrap()
}

#[apply(both_databases)]
async fn the_successor_is_told_what_the_reader_never_got(app: TestApp) {
    for state in [DeliveryState::Pending, DeliveryState::Dead] {
        let before = app.mails().len();
        let (_, leaving) = kept_by_one(&app);
        mark(&app, app.mails()[before].id, state);
        let successor = app.person(Role::Steward);
        leaves(&app, &leaving, Some(&successor)).await;
        let expected = [(address(&leaving), DeliveryState::Cancelled), (address(&successor), DeliveryState::Pending)];
        assert_eq!(readers(&app)[before..], expected);
        assert!(!app.alerts().last().unwrap().without_recipient);
    }
}

#[apply(both_databases)]
async fn what_the_reader_alone_has_read_is_told_again(app: TestApp) {
    let (_, leaving) = kept_by_one(&app);
    mark(&app, app.mails()[0].id, DeliveryState::Sent);
    let head = app.person(Role::ChiefSteward);
    leaves(&app, &leaving, None).await;
    assert_eq!(readers(&app), [(address(&leaving), DeliveryState::Sent), (address(&head), DeliveryState::Pending)]);
}

#[apply(both_databases)]
async fn without_anybody_else_it_is_shown_as_a_problem(app: TestApp) {
    let (_, leaving) = kept_by_one(&app);
    leaves(&app, &leaving, None).await;
    assert!(app.only_alert().without_recipient);
    assert_eq!(readers(&app), [(address(&leaving), DeliveryState::Cancelled)]);
}

#[apply(both_databases)]
async fn a_reader_without_a_team_is_followed_by_the_fall_back(app: TestApp) {
    let head = app.person(Role::ChiefSteward);
    app.visit(app.enterprise("星河科技有限公司").id, Intent::Moving);
    let keeper = app.person(Role::SecurityAdministrator).caller;
    keeper.post(&format!("/api/v1/users/{}/deactivate", head.id), json!({})).await.expect(200);
    assert!(app.only_alert().without_recipient);
}

#[apply(both_databases)]
async fn others_who_were_told_are_not_told_again(app: TestApp) {
    let enterprise = kept(&app);
    app.visit(enterprise, Intent::Moving);
    let (leader, steward) = (app.mails()[0].recipient_id.unwrap(), app.mails()[1].recipient_id.unwrap());
    let keeper = app.person(Role::SecurityAdministrator).caller;
    let unassigned = json!({ "leave_unassigned": true });
    keeper.post(&format!("/api/v1/users/{steward}/deactivate"), &unassigned).await.expect(200);
    assert_eq!((app.mails().len(), app.only_alert().without_recipient), (2, false));
    // The last of those told leaves as well.
    keeper.post(&format!("/api/v1/users/{leader}/deactivate"), &unassigned).await.expect(200);
    assert!(app.only_alert().without_recipient);
    assert!(some(&app.mails()).all(|mail| mail.state == DeliveryState::Cancelled));
}

#[apply(both_databases)]
async fn what_has_ended_is_nobodys_news(app: TestApp) {
    let (_, leaving) = kept_by_one(&app);
    app.resolve(&app.only_alert(), Outcome::Retained);
    leaves(&app, &leaving, Some(&app.person(Role::Steward))).await;
    assert_eq!(readers(&app), [(address(&leaving), DeliveryState::Cancelled)]);
}

#[apply(both_databases)]
async fn a_digest_is_passed_on_too(app: TestApp) {
    let head = app.person(Role::ChiefSteward);
    let enterprises: Vec<EnterpriseId> =
        (0..21).map(|number| app.enterprise(&format!("星河第{number}分公司")).id).collect();
    app.act(|tx| {
        let today = tx.today;
        for id in &enterprises {
            crate::support::facts::log_signal(tx, *id, SignalKind::TaxAuthorityChanged, today)?;
        }
        Ok(())
    });
    let other = app.person(Role::ChiefSteward);
    let keeper = app.person(Role::SecurityAdministrator).caller;
    keeper.post(&format!("/api/v1/users/{}/deactivate", head.id), json!({})).await.expect(200);
    assert_eq!(readers(&app), [(address(&head), DeliveryState::Cancelled), (address(&other), DeliveryState::Pending)]);
    assert_eq!(kinds(&app.mails()), [DeliveryKind::Digest, DeliveryKind::Digest]);
}

#[apply(both_databases)]
async fn a_mail_is_not_sent_to_a_person_who_left_while_it_was_written(app: TestApp) {
    let (_, leaving) = kept_by_one(&app);
    let head = app.person(Role::ChiefSteward);
    app.change_user(User { status: UserStatus::Deactivated, ..leaving.user.clone() });
    run_due(&app).await;
    assert_eq!(readers(&app), [(address(&leaving), DeliveryState::Cancelled), (address(&head), DeliveryState::Sent)]);
    assert!(!app.only_alert().without_recipient);
}

#[apply(both_databases)]
async fn a_cancelled_mail_is_not_sent_again_by_hand(app: TestApp) {
    let (_, leaving) = kept_by_one(&app);
    leaves(&app, &leaving, None).await;
    let administrator = app.person(Role::Administrator).caller;
    let path = format!("/api/v1/mail-messages/{}", app.mails()[0].id);
    assert_eq!(administrator.get(&path).await.expect(200).json()["state"], "cancelled");
    administrator.post(&format!("{path}/resend"), json!({})).await.expect(409);
}

#[apply(both_databases)]
async fn a_new_account_is_told_what_nobody_heard_of(app: TestApp) {
    app.visit(app.enterprise("星河科技有限公司").id, Intent::Moving);
    let keeper = app.person(Role::SecurityAdministrator).caller;
    let account = |name: &str, role: &str| {
        json!({
            "username": name, "display_name": "新总管家", "email": format!("{name}@xinghe.test"),
            "role": role, "organisation_id": app.district.street,
        })
    };
    keeper.post("/api/v1/users", account("new.steward", "steward")).await.expect(201);
    assert!(app.only_alert().without_recipient);
    keeper.post("/api/v1/users", account("new.head", "chief_steward")).await.expect(201);
    assert!(!app.only_alert().without_recipient);
    assert_eq!(readers(&app), [("new.head@xinghe.test".to_owned(), DeliveryState::Pending)]);
}

#[apply(both_databases)]
async fn a_new_office_or_address_is_enough(app: TestApp) {
    let head = app.person_at(Role::ChiefSteward, app.district.other_street);
    app.visit(app.enterprise("星河科技有限公司").id, Intent::Moving);
    assert!(app.only_alert().without_recipient);
    let keeper = app.person(Role::SecurityAdministrator).caller;
    let path = format!("/api/v1/users/{}", head.id);
    keeper.if_match("\"1\"").patch(&path, json!({ "organisation_id": app.district.street })).await.expect(200);
    assert_eq!(readers(&app), [(address(&head), DeliveryState::Pending)]);
}

#[apply(both_databases)]
async fn who_comes_back_is_told(app: TestApp) {
    let head = app.person(Role::ChiefSteward);
    let keeper = app.person(Role::SecurityAdministrator).caller;
    let path = format!("/api/v1/users/{}", head.id);
    keeper.post(&format!("{path}/deactivate"), json!({})).await.expect(200);
    app.visit(app.enterprise("星河科技有限公司").id, Intent::Moving);
    assert!(app.only_alert().without_recipient);
    keeper.post(&format!("{path}/reactivate"), json!({})).await.expect(200);
    assert!(!app.only_alert().without_recipient);
    assert_eq!(readers(&app), [(address(&head), DeliveryState::Pending)]);
}

#[apply(both_databases)]
async fn with_a_merger_the_head_of_the_other_office_is_told(app: TestApp) {
    let head = app.person_at(Role::ChiefSteward, app.district.other_street);
    app.visit(app.enterprise("星河科技有限公司").id, Intent::Moving);
    let administrator = app.person(Role::Administrator).caller;
    let path = format!("/api/v1/organisations/{}/merge", app.district.street);
    administrator.post(&path, json!({ "into_id": app.district.other_street })).await.expect(200);
    assert!(!app.only_alert().without_recipient);
    assert_eq!(readers(&app), [(address(&head), DeliveryState::Pending)]);
}
