//! Saved views of the list: everybody's own.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::count,
};
use serde_json::json;
use wellspring::domain::people::role::{Role, TokenScope};

const VIEWS: &str = "/api/v1/me/views";

#[apply(both_databases)]
async fn a_view_is_saved_tidied_changed_and_deleted(app: TestApp) {
    let person = app.person(Role::ChiefSteward).caller;
    let entry = json!({"name": " 红色 ", "query": "?sort=-tax_year&status=&risk_level=red&page=3&columns=score,uscc"});
    let saved = person.post(VIEWS, entry).await.expect(201);
    let place = saved.header("location").unwrap().to_owned();
    let view = saved.json();
    assert_eq!((&view["name"], &view["understood"], &view["version"]), (&json!("红色"), &json!(true), &json!(1)));
    assert_eq!(view["query"], "risk_level=red&sort=-tax_year&columns=name%2Cuscc%2Cscore");
    person.patch(&place, json!({"name": "橙色"})).await.expect(428);
    let change = json!({"name": "橙色", "query": "risk_level=orange"});
    let changed = person.if_match("\"1-\"").patch(&place, change).await.expect(200).json();
    assert_eq!((&changed["query"], &changed["version"]), (&json!("risk_level=orange"), &json!(2)));
    person.if_match("\"1-\"").patch(&place, json!({"name": "红"})).await.expect(412);
    person.if_match("\"1-\"").delete(&place).await.expect(412);
    assert_eq!(person.get(VIEWS).await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    person.if_match("\"2-\"").delete(&place).await.expect(204);
    person.get(&place).await.expect(404);
    let recorded = app.recorded();
    let done: Vec<(&str, &str)> = recorded.iter().map(|(noun, action, _)| (noun.as_str(), action.as_str())).collect();
    assert_eq!(done, [("saved_view", "created"), ("saved_view", "updated"), ("saved_view", "deleted")]);
}

#[apply(both_databases)]
async fn what_is_not_understood_is_not_saved(app: TestApp) {
    let person = app.person(Role::Steward).caller;
    let long = format!("q={}", "x".repeat(2000));
    for (entry, pointer, code) in [
        (json!({"name": "", "query": ""}), "/name", "text_empty"),
        (json!({"name": "名".repeat(31), "query": ""}), "/name", "text_too_long"),
        (json!({"name": "a", "query": "risk_level=purple"}), "/query", "unknown_code"),
        (json!({"name": "a", "query": "colour=red"}), "/query", "unknown_field"),
        (json!({"name": "a", "query": "tax_year_min_fen=1"}), "/query", "figures_not_shown"),
        (json!({"name": "a", "query": long}), "/query", "query_too_long"),
    ] {
        let refused = person.post(VIEWS, entry.clone()).await.expect(422);
        assert_eq!(refused.refused_fields()[pointer], code, "{entry}");
    }
    assert_eq!((count(&app, "saved_views"), app.recorded().len()), (0, 0));
}

#[apply(both_databases)]
async fn names_are_unique_and_twenty_are_enough(app: TestApp) {
    let (person, other) = (app.person(Role::Finance).caller, app.person(Role::Finance).caller);
    for number in 0..20 {
        person.post(VIEWS, json!({"name": format!("视图{number}")})).await.expect(201);
    }
    assert_eq!(person.post(VIEWS, json!({"name": "又一个"})).await.expect(409).json()["code"], "too_many_views");
    other.post(VIEWS, json!({"name": "视图0"})).await.expect(201);
    assert_eq!(other.post(VIEWS, json!({"name": "视图0"})).await.expect(422).refused_fields()["/name"], "taken");
    let second = other.post(VIEWS, json!({"name": "视图1"})).await.expect(201).header("location").unwrap().to_owned();
    let renamed = other.if_match("\"1-\"").patch(&second, json!({"name": "视图0"})).await.expect(422);
    assert_eq!(renamed.refused_fields()["/name"], "taken");
    assert_eq!(count(&app, "saved_views"), 22);
}

#[apply(both_databases)]
async fn views_are_their_owners_alone(app: TestApp) {
    let (owner, other) = (app.person(Role::Leader).caller, app.person(Role::Leader).caller);
    let place = owner.post(VIEWS, json!({"name": "我的"})).await.expect(201).header("location").unwrap().to_owned();
    assert_eq!(other.get(VIEWS).await.json()["items"], json!([]));
    other.get(&place).await.expect(404);
    other.if_match("\"1-\"").patch(&place, json!({"name": "他的"})).await.expect(404);
    other.if_match("\"1-\"").delete(&place).await.expect(404);
    assert_eq!(app.service(&[TokenScope::Read], None).get(VIEWS).await.expect(403).json()["code"], "people_only");
    app.person(Role::Auditor).caller.get(VIEWS).await.expect(403);
    owner.get(&place).await.expect(200);
}
