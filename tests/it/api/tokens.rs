//! Tokens of service accounts.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    some::some,
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use wellspring::domain::{ids::OrganisationId, people::role::Role};

fn entry() -> Value {
    json!({ "name": "市场监管局", "scopes": ["read", "signals:write", "read"] })
}

#[apply(both_databases)]
async fn a_token_is_shown_once_works_and_is_revoked(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    let issued = keeper.caller.post("/api/v1/tokens", entry()).await.expect(201);
    let json = issued.json();
    let token = json["token"].as_str().unwrap();
    assert_eq!(json["scopes"], json!(["signals:write", "read"]));
    assert_eq!(json["expires_at"], "2027-02-18T01:00:00Z");
    let path = issued.header("location").unwrap().to_owned();
    let service = app.bearer(token);
    service.get("/api/v1/organisations").await.expect(200);
    let shown = keeper.caller.get(&path).await.expect(200).json();
    assert_eq!((&shown["last_used_at"], &shown["issued_by"]), (&json!("2026-11-20T01:00:00Z"), &json!(keeper.id)));
    for list in ["/api/v1/tokens", "/api/v1/me/tokens"] {
        let list = keeper.caller.get(list).await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert!(!list.to_string().contains(token));
    }
    keeper.caller.delete(&path).await.expect(204);
    service.get("/api/v1/organisations").await.expect(401);
    keeper.caller.delete(&path).await.expect(204);
    assert_eq!(app.times_recorded("revoked"), 1);
    assert!(some(&app.recorded()).all(|(_, _, fields)| !fields.to_string().contains(token)));
}

#[apply(both_databases)]
async fn a_token_ends_by_itself(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    let mut body = entry();
    body["expires_at"] = json!("2026-11-20T02:00:00Z");
    let issued = keeper.caller.post("/api/v1/tokens", body).await.expect(201).json();
    let service = app.bearer(issued["token"].as_str().unwrap());
    app.advance(TimeDelta::minutes(59));
    service.get("/api/v1/organisations").await.expect(200);
    app.advance(TimeDelta::minutes(1));
    service.get("/api/v1/organisations").await.expect(401);
}

#[apply(both_databases)]
async fn a_token_that_would_last_or_reach_too_far_is_refused(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    let with = |field: &str, value: Value| {
        let mut body = entry();
        body[field] = value;
        body
    };
    for (body, pointer, code) in [
        (with("expires_at", json!("2027-11-22T01:00:00Z")), "/expires_at", "out_of_range"),
        (with("expires_at", json!("2026-11-20T01:00:00Z")), "/expires_at", "in_the_past"),
        (with("scopes", json!([])), "/scopes", "required"),
        (with("scopes", json!(["everything"])), "/scopes/0", "unknown_code"),
        (with("name", json!(" ")), "/name", "text_empty"),
        (with("street_id", json!(app.district.department)), "/street_id", "unknown_reference"),
        (with("street_id", json!(OrganisationId::new())), "/street_id", "unknown_reference"),
    ] {
        let refused = keeper.caller.post("/api/v1/tokens", &body).await.expect(422);
        assert_eq!(refused.refused_fields().get(pointer).map(String::as_str), Some(code), "{body}");
    }
    assert!(app.recorded().is_empty());
    keeper.caller.post("/api/v1/tokens", with("street_id", json!(app.district.street))).await.expect(201);
}

#[apply(both_databases)]
async fn only_who_keeps_accounts_keeps_tokens(app: TestApp) {
    for &role in Role::ALL.iter().filter(|role| **role != Role::SecurityAdministrator) {
        let caller = app.person(role).caller;
        caller.get("/api/v1/tokens").await.expect(403);
        caller.post("/api/v1/tokens", entry()).await.expect(403);
    }
    assert!(app.recorded().is_empty());
}
