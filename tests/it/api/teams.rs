//! Assigning service teams, one and many, and their history.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::count,
};
use serde_json::{Value, json};
use wellspring::{db::registry::enterprises::Enterprise, domain::people::role::Role};

fn team(enterprise: &Enterprise) -> String {
    format!("/api/v1/enterprises/{}/team", enterprise.id)
}

#[apply(both_databases)]
async fn a_leader_assigns_the_first_team(app: TestApp) {
    let (leader, chief, steward) =
        (app.person(Role::Leader), app.person(Role::ChiefSteward), app.person(Role::Steward));
    let enterprise = app.enterprise("星河科技");
    let nobody = leader.caller.get(&team(&enterprise)).await.expect(200);
    assert_eq!((&nobody.json()["steward_id"], &nobody.json()["since"]), (&Value::Null, &Value::Null));
    let sent = json!({
        "leader_id": leader.id, "lead_organisation_id": app.district.department, "chief_steward_id": chief.id,
        "steward_id": steward.id, "members": [chief.id, leader.id, chief.id],
    });
    leader.caller.put(&team(&enterprise), &sent).await.expect(428);
    let answer =
        leader.caller.if_match(nobody.header("etag").unwrap()).put(&team(&enterprise), &sent).await.expect(200);
    let assigned = answer.json();
    assert_eq!((&assigned["leader_id"], &assigned["steward_id"]), (&json!(leader.id), &json!(steward.id)));
    assert_eq!(assigned["members"].as_array().unwrap().len(), 2);
    assert_eq!((&assigned["since"], &assigned["until"]), (&json!("2026-11-20T01:00:00Z"), &Value::Null));
    let by_code = format!("/api/v1/enterprises/uscc:{}/team", enterprise.uscc);
    let read = steward.caller.get(&by_code).await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (assigned, answer.header("etag")));
    steward.caller.with_header("if-none-match", read.header("etag").unwrap()).get(&by_code).await.expect(304);
}

#[apply(both_databases)]
async fn another_team_ends_the_one_before(app: TestApp) {
    let leader = app.person(Role::Leader);
    let stewards = [app.person(Role::Steward), app.person(Role::Steward)];
    let enterprise = app.enterprise("星河科技");
    let first = leader
        .caller
        .with_header("if-none-match", "*")
        .put(&team(&enterprise), json!({"steward_id": stewards[0].id}))
        .await
        .expect(200);
    leader
        .caller
        .with_header("if-none-match", "*")
        .put(&team(&enterprise), json!({"steward_id": stewards[1].id}))
        .await
        .expect(412);
    let tag = first.header("etag").unwrap().to_owned();
    let same =
        leader.caller.if_match(&tag).put(&team(&enterprise), json!({"steward_id": stewards[0].id})).await.expect(200);
    assert_eq!((same.body.clone(), count(&app, "teams")), (first.body.clone(), 1));
    leader
        .caller
        .if_match(&tag)
        .put(&team(&enterprise), json!({"steward_id": stewards[1].id, "members": [stewards[0].id]}))
        .await
        .expect(200);
    leader.caller.if_match(&tag).put(&team(&enterprise), json!({"steward_id": stewards[0].id})).await.expect(412);
    let history =
        leader.caller.get(&format!("{}/history?include_total=true", team(&enterprise))).await.expect(200).json();
    let items = history["items"].as_array().unwrap();
    assert_eq!((items.len(), &history["total"]), (2, &json!(2)));
    assert_eq!((&items[0]["steward_id"], &items[0]["until"]), (&json!(stewards[1].id), &Value::Null));
    assert_eq!((&items[1]["steward_id"], &items[1]["until"]), (&json!(stewards[0].id), &json!("2026-11-20T01:00:00Z")));
}

#[apply(both_databases)]
async fn each_place_wants_its_role(app: TestApp) {
    let (leader, steward, auditor) = (app.person(Role::Leader), app.person(Role::Steward), app.person(Role::Auditor));
    let enterprise = app.enterprise("星河科技");
    let nil = uuid::Uuid::nil();
    let cases = [
        (json!({"leader_id": steward.id}), "/leader_id", "wrong_role"),
        (json!({"chief_steward_id": steward.id}), "/chief_steward_id", "wrong_role"),
        (json!({"steward_id": leader.id}), "/steward_id", "wrong_role"),
        (json!({"steward_id": nil}), "/steward_id", "unknown_reference"),
        (json!({"lead_organisation_id": nil}), "/lead_organisation_id", "unknown_reference"),
        (json!({"steward_id": steward.id, "members": [auditor.id]}), "/members/0", "wrong_role"),
        (json!({"members": vec![nil; 51]}), "/members", "too_many"),
        (json!({}), "", "required"),
        (json!({"steward_id": "x"}), "/steward_id", "wrong_form"),
        (json!({"approver_id": nil}), "/approver_id", "unknown_field"),
    ];
    for (sent, pointer, code) in cases {
        let refused = leader.caller.with_header("if-none-match", "*").put(&team(&enterprise), &sent).await.expect(422);
        assert_eq!(refused.refused_fields().get(pointer).map(String::as_str), Some(code), "{sent}");
    }
    let chief = app.person(Role::ChiefSteward);
    leader
        .caller
        .with_header("if-none-match", "*")
        .put(&team(&enterprise), json!({"steward_id": chief.id}))
        .await
        .expect(200);
    assert_eq!(count(&app, "teams"), 1);
}

#[apply(both_databases)]
async fn a_chief_steward_assigns_for_the_own_office_only(app: TestApp) {
    let (chief, steward) = (app.person(Role::ChiefSteward), app.person(Role::Steward));
    let (ours, theirs) = (app.enterprise("星河"), app.enterprise_at("云台", app.district.other_street));
    let sent = json!({"chief_steward_id": chief.id, "steward_id": steward.id});
    chief.caller.with_header("if-none-match", "*").put(&team(&ours), &sent).await.expect(200);
    chief.caller.with_header("if-none-match", "*").put(&team(&theirs), &sent).await.expect(404);
    let leader = app.person(Role::Leader).caller;
    leader.with_header("if-none-match", "*").put(&team(&theirs), &sent).await.expect(200);
    let refused =
        chief.caller.if_match("\"1\"").put(&team(&theirs), json!({"steward_id": steward.id})).await.expect(403);
    assert_eq!(refused.json()["code"], "another_organisation");
    for role in [Role::Steward, Role::Finance, Role::Supervisor, Role::Administrator, Role::Auditor] {
        app.person(role).caller.with_header("if-none-match", "*").put(&team(&ours), &sent).await.expect(403);
    }
    app.person(Role::Auditor).caller.get(&team(&ours)).await.expect(403);
    assert_eq!(count(&app, "teams"), 2);
}

#[apply(both_databases)]
async fn a_team_opens_the_enterprise_to_its_people(app: TestApp) {
    let (leader, steward) = (app.person(Role::Leader), app.person(Role::Steward));
    let theirs = app.enterprise_at("云台", app.district.other_street);
    steward.caller.get(&team(&theirs)).await.expect(404);
    // Nothing is there that could be replaced.
    leader.caller.if_match("*").put(&team(&theirs), json!({"leader_id": leader.id})).await.expect(412);
    leader
        .caller
        .with_header("if-none-match", "*")
        .put(&team(&theirs), json!({"leader_id": leader.id, "members": [steward.id]}))
        .await
        .expect(200);
    steward.caller.get(&team(&theirs)).await.expect(200);
    let visit = json!({"enterprise_id": theirs.id, "visited_on": "2026-11-20", "channel": "phone", "summary": "通话"});
    steward.caller.post("/api/v1/visits", visit).await.expect(201);
    assert_eq!(steward.caller.get("/api/v1/visits").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
}

#[apply(both_databases)]
async fn many_are_assigned_at_once_each_for_itself(app: TestApp) {
    let (chief, steward) = (app.person(Role::ChiefSteward), app.person(Role::Steward));
    let (one, two) = (app.enterprise("星河"), app.enterprise("星湖"));
    let theirs = app.enterprise_at("云台", app.district.other_street);
    let items = json!({"items": [
        {"enterprise_id": one.id, "steward_id": steward.id},
        {"enterprise_id": format!("uscc:{}", two.uscc), "steward_id": steward.id, "chief_steward_id": chief.id},
        {"enterprise_id": theirs.id, "steward_id": steward.id},
        {"enterprise_id": one.id, "steward_id": steward.id},
        {"enterprise_id": two.id, "leader_id": steward.id},
        {"enterprise_id": two.id},
        {"enterprise_id": "x"},
    ]});
    let answer = chief.caller.post("/api/v1/teams/batch", &items).await.expect(200).json();
    let results: Vec<&str> =
        answer["items"].as_array().unwrap().iter().map(|item| item["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["assigned", "assigned", "refused", "unchanged", "refused", "refused", "refused"]);
    assert_eq!(
        answer["items"][2]["errors"][0],
        json!({"pointer": "/items/2/enterprise_id", "code": "unknown_reference", "detail": "没有找到所指的对象，或它不在您的范围内。"})
    );
    assert_eq!(answer["items"][4]["errors"][0]["pointer"], "/items/4/leader_id");
    assert_eq!(count(&app, "teams"), 2);
    steward.caller.post("/api/v1/teams/batch", &items).await.expect(403);
    let many: Vec<Value> = vec![json!({"enterprise_id": one.id}); 1001];
    chief.caller.post("/api/v1/teams/batch", json!({"items": many})).await.expect(422);
}
