//! Absences: who states them, what is refused, and who is told meanwhile.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    facts::TeamPeople,
};
use serde_json::{Value, json};
use wellspring::domain::{
    fieldwork::visit::RelocationIntent,
    ids::UserId,
    people::{
        role::{Role, TokenScope},
        user::UserStatus,
    },
};

fn absence(from: &str, until: &str, deputy: UserId) -> Value {
    json!({ "from_on": from, "until_on": until, "deputy_id": deputy })
}

fn addresses(app: &TestApp) -> Vec<String> {
    let mut addresses: Vec<String> = app.mails().into_iter().map(|mail| mail.delivery.to_address).collect();
    addresses.sort();
    addresses
}

fn sorted<const N: usize>(people: [&crate::support::district::Person; N]) -> Vec<String> {
    let mut addresses: Vec<String> = people.iter().map(|person| person.user.email.clone().unwrap()).collect();
    addresses.sort();
    addresses
}

#[apply(both_databases)]
async fn a_person_states_changes_and_deletes_an_absence(app: TestApp) {
    let (steward, colleague) = (app.person(Role::Steward), app.person(Role::Steward));
    let entry = absence("2026-12-01", "2026-12-05", colleague.id);
    let keyed = steward.caller.with_header("idempotency-key", "a");
    let made = keyed.post("/api/v1/me/absences", &entry).await.expect(201);
    let path = made.header("location").unwrap().to_owned();
    keyed.post("/api/v1/me/absences", &entry).await.expect(201);
    let listed = steward.caller.get("/api/v1/me/absences").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["user_id"], json!(steward.id));
    let changed =
        steward.caller.if_match("\"1-0\"").patch(&path, json!({ "until_on": "2026-12-08" })).await.expect(200).json();
    assert_eq!((&changed["until_on"], &changed["version"]), (&json!("2026-12-08"), &json!(2)));
    steward.caller.if_match("\"1-0\"").patch(&path, json!({ "until_on": "2026-12-09" })).await.expect(412);
    steward.caller.patch(&path, json!({ "until_on": "2026-12-09" })).await.expect(428);
    // Nobody else's business.
    let id = path.rsplit('/').next().unwrap();
    colleague.caller.get(&format!("/api/v1/me/absences/{id}")).await.expect(404);
    colleague.caller.if_match("*").delete(&format!("/api/v1/me/absences/{id}")).await.expect(404);
    steward.caller.if_match("\"2-0\"").delete(&path).await.expect(204);
    let actions: Vec<String> =
        app.recorded().into_iter().filter(|(noun, _, _)| noun == "absence").map(|(_, action, _)| action).collect();
    assert_eq!(actions, ["created", "updated", "deleted"]);
    app.service(TokenScope::ALL, None).get("/api/v1/me/absences").await.expect(403);
}

#[apply(both_databases)]
async fn what_cannot_be_an_absence_is_refused(app: TestApp) {
    let steward = app.person(Role::Steward);
    let (colleague, left) = (app.person(Role::Steward), app.person(Role::Steward));
    app.change_user(wellspring::db::people::users::User { status: UserStatus::Deactivated, ..left.user.clone() });
    let elsewhere = app.person_at(Role::Steward, app.district.other_street);
    let auditor = app.person(Role::Auditor);
    steward.caller.post("/api/v1/me/absences", absence("2026-12-01", "2026-12-05", colleague.id)).await.expect(201);
    let recorded = app.recorded().len();
    for (from, until, deputy, pointer, code) in [
        ("2026-12-20", "2026-12-19", colleague.id, "/until_on", "dates_out_of_order"),
        ("2026-11-19", "2026-11-25", colleague.id, "/from_on", "in_the_past"),
        ("2026-12-20", "2029-12-19", colleague.id, "/until_on", "out_of_range"),
        ("2026-12-05", "2026-12-06", colleague.id, "/from_on", "absence_overlaps"),
        ("2026-11-30", "2026-12-01", colleague.id, "/from_on", "absence_overlaps"),
        ("2026-12-02", "2026-12-03", colleague.id, "/from_on", "absence_overlaps"),
        ("2026-11-30", "2026-12-30", colleague.id, "/from_on", "absence_overlaps"),
        ("2026-12-20", "2026-12-20", steward.id, "/deputy_id", "own_deputy"),
        ("2026-12-20", "2026-12-20", left.id, "/deputy_id", "deputy_unfit"),
        ("2026-12-20", "2026-12-20", elsewhere.id, "/deputy_id", "deputy_unfit"),
        ("2026-12-20", "2026-12-20", auditor.id, "/deputy_id", "deputy_unfit"),
        ("2026-12-20", "2026-12-20", UserId::new(), "/deputy_id", "unknown_reference"),
    ] {
        let refused = steward.caller.post("/api/v1/me/absences", absence(from, until, deputy)).await.expect(422);
        assert_eq!(refused.refused_fields().get(pointer).map(String::as_str), Some(code), "{from} {until} {pointer}");
    }
    assert_eq!(app.recorded().len(), recorded);
    // The day after is free, and those who see the whole district stand in for a steward.
    let leader = app.person(Role::Leader);
    steward.caller.post("/api/v1/me/absences", absence("2026-12-06", "2026-12-06", leader.id)).await.expect(201);
    // The administrators exclude each other: each has a deputy of the same role.
    let administrator = app.person(Role::Administrator);
    for (deputy, status) in [(leader.id, 422), (auditor.id, 422), (app.person(Role::Administrator).id, 201)] {
        administrator
            .caller
            .post("/api/v1/me/absences", absence("2026-12-01", "2026-12-02", deputy))
            .await
            .expect(status);
    }
}

#[apply(both_databases)]
async fn what_is_over_is_history(app: TestApp) {
    let (steward, colleague) = (app.person(Role::Steward), app.person(Role::Steward));
    let made =
        steward.caller.post("/api/v1/me/absences", absence("2026-11-20", "2026-11-21", colleague.id)).await.expect(201);
    let path = made.header("location").unwrap().to_owned();
    app.set_time("2026-11-22T01:00:00Z".parse().unwrap());
    let caller = app.sign_in(steward.id);
    let refused = caller.if_match("*").delete(&path).await.expect(409).json();
    assert_eq!(refused["code"], "absence_over");
    caller.if_match("*").patch(&path, json!({ "until_on": "2026-12-01" })).await.expect(409);
    assert_eq!(caller.get("/api/v1/me/absences").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
}

#[apply(both_databases)]
async fn the_security_administrator_states_absences_of_others(app: TestApp) {
    let (steward, colleague) = (app.person(Role::Steward), app.person(Role::Steward));
    let keeper = app.person(Role::SecurityAdministrator);
    let place = format!("/api/v1/users/{}/absences", steward.id);
    let made = keeper.caller.post(&place, absence("2026-11-20", "2026-11-25", colleague.id)).await.expect(201);
    let path = made.header("location").unwrap().to_owned();
    assert!(path.starts_with(&place), "{path}");
    keeper.caller.if_match("*").patch(&path, json!({ "until_on": "2026-11-26" })).await.expect(200);
    assert_eq!(
        steward.caller.get("/api/v1/me/absences").await.expect(200).json()["items"][0]["until_on"],
        "2026-11-26"
    );
    keeper.caller.get(&path).await.expect(200);
    keeper.caller.get(&format!("/api/v1/users/{}/absences", UserId::new())).await.expect(404);
    keeper.caller.if_match("*").delete(&path).await.expect(204);
    for role in [Role::Administrator, Role::ChiefSteward, Role::Leader] {
        app.person(role).caller.post(&place, absence("2026-11-20", "2026-11-25", colleague.id)).await.expect(403);
    }
}

#[apply(both_databases)]
async fn the_deputy_is_told_as_well_while_the_person_is_absent(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let [steward, deputy, second] = [(); 3].map(|()| app.person(Role::Steward));
    app.team(enterprise, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
    steward.caller.post("/api/v1/me/absences", absence("2026-11-20", "2026-11-21", deputy.id)).await.expect(201);
    deputy.caller.post("/api/v1/me/absences", absence("2026-11-21", "2026-11-21", second.id)).await.expect(201);
    app.visit(enterprise, RelocationIntent::Considering);
    assert_eq!(addresses(&app), sorted([&steward, &deputy]), "the absent person is told all the same");
    let to_deputy = app.mails().into_iter().find(|mail| mail.recipient_id == Some(deputy.id)).unwrap();
    let greeting = format!("{}（代{}接收），您好", deputy.user.display_name, steward.user.display_name);
    assert!(to_deputy.content.body_text.contains(&greeting), "{}", to_deputy.content.body_text);
    // The next day the deputy is absent too.
    app.set_time("2026-11-21T01:00:00Z".parse().unwrap());
    app.visit(enterprise, RelocationIntent::Moving);
    let both: Vec<String> = sorted([&steward, &deputy]);
    let mut expected = [both.clone(), both, sorted([&second])].concat();
    expected.sort();
    assert_eq!(addresses(&app), expected);
}

#[apply(both_databases)]
async fn before_and_after_the_absence_nobody_stands_in(app: TestApp) {
    let [steward, deputy] = [(); 2].map(|()| app.person(Role::Steward));
    steward.caller.post("/api/v1/me/absences", absence("2026-11-21", "2026-11-22", deputy.id)).await.expect(201);
    for (time, told) in [
        ("2026-11-20T15:59:00Z", 1),
        ("2026-11-20T16:00:00Z", 2),
        ("2026-11-22T15:59:00Z", 2),
        ("2026-11-22T16:00:00Z", 1),
    ] {
        app.set_time(time.parse().unwrap());
        let enterprise = app.enterprise("星河科技有限公司").id;
        app.team(enterprise, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
        let before = app.mails().len();
        app.visit(enterprise, RelocationIntent::Moving);
        assert_eq!(app.mails().len() - before, told, "{time}");
    }
}

#[apply(both_databases)]
async fn a_deputy_is_told_nothing_the_pages_would_not_show(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let elsewhere = app.person_at(Role::Steward, app.district.other_street);
    let colleague = app.person_at(Role::Steward, app.district.other_street);
    let department = app.person_at(Role::ChiefSteward, app.district.department);
    let clerk = app.person_at(Role::Steward, app.district.department);
    for (person, deputy) in [(&elsewhere, &colleague), (&department, &clerk)] {
        person.caller.post("/api/v1/me/absences", absence("2026-11-20", "2026-11-21", deputy.id)).await.expect(201);
    }
    app.team(
        enterprise,
        TeamPeople {
            steward: Some(elsewhere.id),
            chief_steward: Some(department.id),
            lead_organisation: Some(app.district.department),
            ..TeamPeople::default()
        },
    );
    app.visit(enterprise, RelocationIntent::Moving);
    assert_eq!(
        addresses(&app),
        sorted([&elsewhere, &department, &clerk]),
        "a colleague of the other street does not see it"
    );
    for (person, status) in [(&colleague, 404), (&clerk, 200)] {
        person.caller.get(&format!("/api/v1/enterprises/{enterprise}")).await.expect(status);
    }
}

#[apply(both_databases)]
async fn a_deputy_on_the_team_is_told_once_and_one_who_left_not_at_all(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let [steward, deputy] = [(); 2].map(|()| app.person(Role::Steward));
    let chief = app.person(Role::ChiefSteward);
    app.team(
        enterprise,
        TeamPeople { steward: Some(steward.id), chief_steward: Some(chief.id), ..TeamPeople::default() },
    );
    steward.caller.post("/api/v1/me/absences", absence("2026-11-20", "2026-11-30", chief.id)).await.expect(201);
    chief.caller.post("/api/v1/me/absences", absence("2026-11-20", "2026-11-30", deputy.id)).await.expect(201);
    app.change_user(wellspring::db::people::users::User { status: UserStatus::Deactivated, ..deputy.user.clone() });
    app.visit(enterprise, RelocationIntent::Moving);
    assert_eq!(addresses(&app), sorted([&steward, &chief]));
}
