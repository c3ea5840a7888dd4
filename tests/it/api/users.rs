//! Accounts: who keeps them, who sees what of them, and how people leave.

use crate::support::{
    accounts::PASSWORD,
    app::TestApp,
    both::{apply, both_databases},
    district::Person,
    some::some,
};
use diesel::prelude::*;
use serde_json::{Value, json};
use wellspring::{
    db::{
        fieldwork::teams as team_rows,
        schema::{team_members, teams as team_periods},
    },
    domain::{
        ids::{EnterpriseId, TeamId, UserId},
        people::{
            role::{Role, TokenScope},
            user::UserStatus,
        },
    },
    services::fieldwork::teams::{self, NewTeam},
};

fn entry(app: &TestApp, username: &str, role: Role) -> Value {
    json!({
        "username": username, "display_name": "李伟", "email": "li.wei@xinghe.test", "role": role,
        "organisation_id": app.district.street,
    })
}

/// A running team of an enterprise.
fn team(app: &TestApp, enterprise: EnterpriseId, steward: &Person, member: &Person) -> TeamId {
    let team = NewTeam {
        lead_organisation_id: Some(app.district.street),
        steward_id: Some(steward.id),
        members: vec![member.id],
        ..NewTeam::default()
    };
    app.act(|tx| teams::assign(tx, enterprise, team.clone())).team.unwrap().row.id
}

/// Steward and members of the running team, and how many periods there were.
fn standing(app: &TestApp, enterprise: EnterpriseId) -> (Option<UserId>, Vec<UserId>, i64) {
    let mut connection = app.app.database().reader().unwrap();
    let running = team_rows::active(&mut connection, &[enterprise]).unwrap().remove(0);
    let members = team_members::table
        .filter(team_members::team_id.eq(running.id))
        .select(team_members::user_id)
        .load(&mut *connection)
        .unwrap();
    let periods = team_periods::table.filter(team_periods::enterprise_id.eq(enterprise)).count();
    (running.steward_id, members, periods.get_result(&mut *connection).unwrap())
}

#[apply(both_databases)]
async fn an_account_is_made_with_a_first_password(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    let mut body = entry(&app, " Li.Wei ", Role::Steward);
    body["password"] = json!(PASSWORD);
    let made = keeper.caller.post("/api/v1/users", &body).await.expect(201);
    assert!(made.header("location").unwrap().starts_with("/api/v1/users/"));
    let json = made.json();
    assert_eq!((&json["username"], &json["account"]["has_password"]), (&json!("li.wei"), &json!(true)));
    let caller = app.signed_in("li.wei", PASSWORD).await;
    assert_eq!(caller.get("/api/v1/users").await.expect(403).json()["code"], "password_change_required");
    let recorded = app.recorded();
    assert_eq!((recorded[0].0.as_str(), recorded[0].1.as_str()), ("user", "created"));
    assert_eq!(recorded[0].2["email"], json!({"before": null, "after": "li.wei@xinghe.test"}));
}

#[apply(both_databases)]
async fn an_account_that_cannot_be_is_refused_whole(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    keeper.caller.post("/api/v1/users", entry(&app, "li.wei", Role::Steward)).await.expect(201);
    let with = |field: &str, value: Value| {
        let mut body = entry(&app, "wang.fang", Role::Steward);
        body[field] = value;
        body
    };
    for (body, pointer, code) in [
        (with("username", json!("LI.WEI")), "/username", "taken"),
        (with("username", json!("li wei")), "/username", "username_invalid"),
        (with("username", json!("")), "/username", "username_invalid"),
        (with("display_name", json!("李\u{202e}伟")), "/display_name", "text_direction_character"),
        (with("display_name", json!("李\0伟")), "/display_name", "text_control_character"),
        (with("email", json!("nonsense")), "/email", "email_invalid"),
        (with("role", json!("king")), "/role", "unknown_code"),
        (with("organisation_id", json!(UserId::new())), "/organisation_id", "unknown_reference"),
        (with("organisation_id", json!(app.district.id)), "/organisation_id", "organisation_kind"),
        (with("password", json!("wang.fang-2026")), "/password", "password_contains_username"),
        (with("admin", json!(true)), "/admin", "unknown_field"),
    ] {
        let refused = keeper.caller.post("/api/v1/users", &body).await.expect(422);
        assert_eq!(refused.refused_fields().get(pointer).map(String::as_str), Some(code), "{body}");
    }
    assert_eq!(app.times_recorded("created"), 1);
}

#[apply(both_databases)]
async fn sending_an_account_twice_makes_one(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    let caller = keeper.caller.with_header("idempotency-key", "li-wei-2026");
    let first = caller.post("/api/v1/users", entry(&app, "li.wei", Role::Steward)).await.expect(201);
    let second = caller.post("/api/v1/users", entry(&app, "li.wei", Role::Steward)).await.expect(201);
    assert_eq!(first.json(), second.json());
    caller.post("/api/v1/users", entry(&app, "other", Role::Steward)).await.expect(422);
    assert_eq!(app.times_recorded("created"), 1);
}

#[apply(both_databases)]
async fn colleagues_see_names_of_active_people_only(app: TestApp) {
    let (keeper, steward) = (app.person(Role::SecurityAdministrator), app.person(Role::Steward));
    let gone = app.person(Role::Steward);
    let path = format!("/api/v1/users/{}", gone.id);
    keeper.caller.post(&format!("{path}/deactivate"), json!({})).await.expect(200);
    keeper.caller.get(&path).await.expect(200);
    steward.caller.get(&path).await.expect(404);
    let list = steward.caller.get("/api/v1/users?include_total=true").await.expect(200).json();
    assert_eq!(list["total"], 2);
    assert!(some(list["items"].as_array().unwrap()).all(|user| user.get("account").is_none()));
    assert!(!list.to_string().contains("@xinghe.test"));
    steward.caller.get("/api/v1/users?status=deactivated").await.expect(403);
    let list = keeper.caller.get("/api/v1/users?status=deactivated").await.expect(200).json();
    assert_eq!(list["items"][0]["id"], json!(gone.id));
    app.person(Role::Auditor).caller.get("/api/v1/users").await.expect(403);
    app.service(&[TokenScope::SignalsWrite], None).get("/api/v1/users").await.expect(403);
    app.service(&[TokenScope::Read], None).get("/api/v1/users").await.expect(200);
}

#[apply(both_databases)]
async fn accounts_are_found_page_by_page(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    for number in 0..5 {
        let made = entry(&app, &format!("page.{number}"), Role::Steward);
        keeper.caller.post("/api/v1/users", made).await.expect(201);
    }
    let mut path = "/api/v1/users?role=steward&q=PAGE.&limit=2".to_owned();
    let mut names = Vec::new();
    loop {
        let answer = keeper.caller.get(&path).await.expect(200);
        let items = answer.json()["items"].as_array().unwrap().clone();
        names.extend(items.iter().map(|item| item["username"].as_str().unwrap().to_owned()));
        let Some(link) = answer.header("link") else { break };
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(names, ["page.0", "page.1", "page.2", "page.3", "page.4"]);
    let none = keeper.caller.get("/api/v1/users?q=p_ge").await.expect(200).json();
    assert_eq!(none["items"], json!([]), "wildcards are taken literally");
    let cursor = keeper.caller.get("/api/v1/users?limit=1").await.json()["next_cursor"].as_str().unwrap().to_owned();
    keeper.caller.get(&format!("/api/v1/users?role=steward&cursor={cursor}")).await.expect(400);
}

#[apply(both_databases)]
async fn a_new_role_ends_the_sessions_at_once(app: TestApp) {
    let (keeper, steward) = (app.person(Role::SecurityAdministrator), app.person(Role::Steward));
    let path = format!("/api/v1/users/{}", steward.id);
    keeper.caller.patch(&path, json!({ "role": "chief_steward" })).await.expect(428);
    let caller = keeper.caller.if_match("\"1-0\"");
    caller.patch(&path, json!({ "display_name": "新名" })).await.expect(200);
    steward.caller.get("/api/v1/me").await.expect(200);
    caller.patch(&path, json!({ "role": "chief_steward" })).await.expect(412);
    keeper.caller.if_match("\"2-0\"").patch(&path, json!({ "role": "chief_steward" })).await.expect(200);
    steward.caller.get("/api/v1/me").await.expect(401);
    assert_eq!(app.times_recorded("signed_out"), 1);
    let refused = steward.caller.patch(&path, json!({ "role": "leader" })).await;
    assert_eq!(refused.status, 401);
}

#[apply(both_databases)]
async fn nobody_raises_or_removes_the_own_account(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    let path = format!("/api/v1/users/{}", keeper.id);
    let own_role = keeper.caller.if_match("\"1-0\"").patch(&path, json!({ "role": "leader" })).await.expect(403);
    assert_eq!(own_role.json()["code"], "own_role");
    let own = keeper.caller.post(&format!("{path}/deactivate"), json!({})).await.expect(403);
    assert_eq!(own.json()["code"], "own_account");
    assert!(app.recorded().is_empty());
    assert_eq!(app.stored_user(keeper.id).status, UserStatus::Active);
}

#[apply(both_databases)]
async fn one_security_administrator_always_stays(app: TestApp) {
    let (keeper, other) = (app.person(Role::SecurityAdministrator), app.person(Role::SecurityAdministrator));
    let path = format!("/api/v1/users/{}", other.id);
    keeper.caller.post(&format!("{path}/deactivate"), json!({})).await.expect(200);
    other.caller.get("/api/v1/me").await.expect(401);
    // The command line acts as the product itself and meets the same rule.
    let last = keeper.id;
    let refused =
        app.app.write(wellspring::domain::people::actor::Actor::system("cli", "test-request".to_owned()), move |tx| {
            wellspring::services::people::account_status::deactivate(
                tx,
                last,
                wellspring::services::people::account_status::Succession::default(),
            )
        });
    assert_eq!(refused.await.unwrap_err().to_string(), "conflict: last_security_administrator");
}

#[apply(both_databases)]
async fn leaving_asks_who_takes_over(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    let (leaving, staying) = (app.person(Role::Steward), app.person(Role::Steward));
    let enterprise = app.enterprise("星河科技有限公司").id;
    team(&app, enterprise, &leaving, &staying);
    let path = format!("/api/v1/users/{}/deactivate", leaving.id);
    let refused = keeper.caller.post(&path, json!({})).await.expect(422);
    assert_eq!(refused.refused_fields()["/successor_id"], "successor_required");
    let leader = app.person(Role::Leader);
    for unfit in [leaving.id, leader.id, UserId::new()] {
        let refused = keeper.caller.post(&path, json!({ "successor_id": unfit })).await.expect(422);
        assert_eq!(refused.refused_fields()["/successor_id"], "successor_unfit");
    }
    assert_eq!(standing(&app, enterprise), (Some(leaving.id), vec![staying.id], 1));
    keeper.caller.post(&path, json!({ "successor_id": staying.id })).await.expect(200);
    assert_eq!(standing(&app, enterprise), (Some(staying.id), vec![staying.id], 2));
    leaving.caller.get("/api/v1/me").await.expect(401);
    keeper.caller.post(&path, json!({})).await.expect(409);
    let path = format!("/api/v1/users/{}/deactivate", staying.id);
    keeper.caller.post(&path, json!({ "leave_unassigned": true })).await.expect(200);
    assert_eq!(standing(&app, enterprise), (None, vec![], 3));
    assert_eq!(app.times_recorded("assigned"), 3, "the first team and two successions");
}

#[apply(both_databases)]
async fn coming_back_keeps_the_password_and_not_the_lock(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    let person = app.person_with_password(Role::Steward);
    let (name, path) = (&person.user.username, format!("/api/v1/users/{}", person.id));
    keeper.caller.post(&format!("{path}/reactivate"), json!({})).await.expect(409);
    keeper.caller.post(&format!("{path}/deactivate"), json!({})).await.expect(200);
    for _ in 0..5 {
        app.try_sign_in(name, PASSWORD).await.expect(401);
    }
    keeper.caller.post(&format!("{path}/reactivate"), json!({})).await.expect(200);
    app.signed_in(name, PASSWORD).await;
}

#[apply(both_databases)]
async fn a_reset_password_is_shown_once_and_good_for_one_sign_in(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    let person = app.person_with_password(Role::Steward);
    let path = format!("/api/v1/users/{}", person.id);
    let reset = keeper.caller.post(&format!("{path}/reset-password"), json!({})).await.expect(200).json();
    let once = reset["one_time_password"].as_str().unwrap();
    person.caller.get("/api/v1/me").await.expect(401);
    app.try_sign_in(&person.user.username, PASSWORD).await.expect(401);
    let caller = app.signed_in(&person.user.username, once).await;
    assert_eq!(caller.get("/api/v1/users").await.expect(403).json()["code"], "password_change_required");
    let change = json!({ "current_password": once, "new_password": "Binsen-Steg-47" });
    caller.post("/api/v1/me/password", change).await.expect(204);
    caller.get("/api/v1/users").await.expect(200);
    assert!(some(&app.recorded()).all(|(_, _, fields)| !fields.to_string().contains(once)));
    person.caller.post(&format!("{path}/reset-password"), json!({})).await.expect(401);
    caller.post(&format!("{path}/reset-password"), json!({})).await.expect(403);
}

#[apply(both_databases)]
async fn a_lock_is_shown_and_ended_by_hand(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    let person = app.person_with_password(Role::Steward);
    for _ in 0..5 {
        app.try_sign_in(&person.user.username, "Wrong-Password-1").await.expect(401);
    }
    let path = format!("/api/v1/users/{}", person.id);
    let shown = keeper.caller.get(&path).await.expect(200).json();
    assert_eq!(shown["account"]["locked_until"], "2026-11-20T01:15:00Z");
    let unlocked = keeper.caller.post(&format!("{path}/unlock"), json!({})).await.expect(200).json();
    assert_eq!(unlocked["account"]["locked_until"], json!(null));
    app.signed_in(&person.user.username, PASSWORD).await;
}
