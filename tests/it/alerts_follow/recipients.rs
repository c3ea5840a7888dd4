//! The recipients of an alert, from the team down to nobody.

use super::*;
use wellspring::{domain::people::user::UserStatus, texts::Language};

fn addresses(app: &TestApp) -> Vec<String> {
    let mut addresses: Vec<String> = app.mails().into_iter().map(|mail| mail.delivery.to_address).collect();
    addresses.sort();
    addresses
}

/// The same with people of the settings who are told when nobody else is.
struct WithFallback(TestApp);

impl WithFallback {
    async fn new(backend: crate::support::app::Backend) -> Option<Self> {
        let settings = [("WELLSPRING_FALLBACK_RECIPIENTS", "duty@xinghe.test, nobody.known")];
        TestApp::with_settings(backend, &settings).await.map(Self)
    }
}

#[apply(both_databases)]
async fn the_team_is_told_each_once(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let [leader, chief, steward] = [Role::Leader, Role::ChiefSteward, Role::Steward].map(|role| app.person(role));
    app.person(Role::ChiefSteward);
    app.team(
        enterprise,
        TeamPeople {
            leader: Some(leader.id),
            chief_steward: Some(chief.id),
            steward: Some(chief.id),
            ..TeamPeople::default()
        },
    );
    app.join_team(enterprise, steward.id);
    app.visit(enterprise, Intent::Moving);
    let mut expected = [leader, chief, steward].map(|person| person.user.email.unwrap());
    expected.sort();
    assert_eq!(addresses(&app), expected);
    let text = &app.mails()[0].content.body_text;
    assert!(text.contains("牵头领导：") && text.contains("总管家：") && text.contains("成员："), "{text}");
}

#[apply(both_databases)]
async fn people_who_cannot_be_reached_are_left_out(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let [leader, chief, steward] = [Role::Leader, Role::ChiefSteward, Role::Steward].map(|role| app.person(role));
    app.team(
        enterprise,
        TeamPeople {
            leader: Some(leader.id),
            chief_steward: Some(chief.id),
            steward: Some(steward.id),
            ..TeamPeople::default()
        },
    );
    app.change_user(wellspring::db::people::users::User { status: UserStatus::Deactivated, ..leader.user.clone() });
    app.change_user(wellspring::db::people::users::User { email: None, ..chief.user.clone() });
    app.visit(enterprise, Intent::Moving);
    assert_eq!(addresses(&app), [steward.user.email.unwrap()]);
}

#[apply(both_databases)]
async fn without_a_team_the_chief_stewards_of_the_street_are_told(app: TestApp) {
    let chief = app.person(Role::ChiefSteward);
    app.person(Role::Steward);
    app.person_at(Role::ChiefSteward, app.district.other_street);
    app.visit(app.enterprise("星河科技有限公司").id, Intent::Moving);
    assert_eq!(addresses(&app), [chief.user.email.unwrap()]);
}

#[apply(both_databases)]
async fn a_department_that_leads_the_team_is_told_of_an_enterprise_without_a_street(app: TestApp) {
    let chief = app.person_at(Role::ChiefSteward, app.district.department);
    let enterprise = app.enterprise_with("星河科技有限公司", |_| {}).id;
    app.team(enterprise, TeamPeople { lead_organisation: Some(app.district.department), ..TeamPeople::default() });
    app.visit(enterprise, Intent::Moving);
    assert_eq!(addresses(&app), [chief.user.email.unwrap()]);
}

#[apply(both_databases)]
async fn without_anybody_else_those_of_the_settings_are_told(app: WithFallback) {
    let WithFallback(app) = app;
    app.visit(app.enterprise("星河科技有限公司").id, Intent::Moving);
    assert_eq!(addresses(&app), ["duty@xinghe.test"]);
    assert_eq!(app.mails()[0].recipient_id, None);
    assert!(!app.only_alert().without_recipient);
}

#[apply(both_databases)]
async fn nobody_at_all_is_shown_as_a_problem_until_somebody_is_there(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    app.visit(enterprise, Intent::Moving);
    assert!(app.only_alert().without_recipient);
    assert_eq!(app.mails().len(), 0);
    let leader = app.person(Role::Leader);
    let listed = leader.caller.get("/api/v1/alerts?without_recipient=true").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);

    let steward = app.person(Role::Steward);
    app.team(enterprise, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
    assert!(!app.only_alert().without_recipient);
    assert_eq!(addresses(&app), [steward.user.email.unwrap()]);
    app.team_ends(enterprise);
    assert_eq!(app.mails().len(), 1, "told once");
}

#[apply(both_databases)]
async fn everybody_reads_in_their_own_language(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let [leader, steward] = [Role::Leader, Role::Steward].map(|role| app.person(role));
    app.change_user(wellspring::db::people::users::User { language: Language::En, ..leader.user.clone() });
    app.team(enterprise, TeamPeople { leader: Some(leader.id), steward: Some(steward.id), ..TeamPeople::default() });
    app.visit(enterprise, Intent::Moving);
    let mails = app.mails();
    let of = |id| mails.iter().find(|mail| mail.recipient_id == Some(id)).unwrap();
    assert!(
        of(leader.id).content.subject.starts_with("[Red alert] 星河科技有限公司: "),
        "{}",
        of(leader.id).content.subject
    );
    assert!(of(steward.id).content.subject.starts_with("【红色预警】"));
}
