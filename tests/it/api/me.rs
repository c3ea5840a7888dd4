//! The own account.

use crate::support::{
    accounts::PASSWORD,
    app::TestApp,
    both::{apply, both_databases},
};
use chrono::TimeDelta;
use serde_json::json;
use wellspring::domain::people::role::{Role, TokenScope};

#[apply(both_databases)]
async fn everybody_sees_the_own_account(app: TestApp) {
    for &role in Role::ALL {
        let person = app.person(role);
        let json = person.caller.get("/api/v1/me").await.expect(200).json();
        assert_eq!((&json["id"], &json["role"]), (&json!(person.id), &json!(role)));
    }
    let service = app.service(&[TokenScope::Read], None);
    assert_eq!(service.get("/api/v1/me").await.expect(403).json()["code"], "people_only");
}

#[apply(both_databases)]
async fn language_and_address_are_the_persons_own_affair(app: TestApp) {
    let person = app.person(Role::Steward);
    let read = person.caller.get("/api/v1/me").await.expect(200);
    let tag = read.header("etag").unwrap().to_owned();
    person.caller.patch("/api/v1/me", json!({ "language": "en" })).await.expect(428);
    let change = json!({ "language": "en", "email": null });
    let changed = person.caller.if_match(&tag).patch("/api/v1/me", change).await.expect(200).json();
    assert_eq!((&changed["language"], &changed["email"]), (&json!("en"), &json!(null)));
    person.caller.if_match(&tag).patch("/api/v1/me", json!({ "language": "zh-CN" })).await.expect(412);
    for (body, pointer, code) in [
        (json!({ "role": "leader" }), "/role", "unknown_field"),
        (json!({ "display_name": "x" }), "/display_name", "unknown_field"),
        (json!({ "email": "a@b\r\nBcc: c@d" }), "/email", "email_invalid"),
        (json!({ "language": null }), "/language", "not_nullable"),
    ] {
        let refused = person.caller.if_match("\"2-0\"").patch("/api/v1/me", body).await.expect(422);
        assert_eq!(refused.refused_fields()[pointer], code);
    }
    assert_eq!(app.recorded().len(), 1);
}

#[apply(both_databases)]
async fn a_new_password_ends_the_other_sessions(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let name = &person.user.username;
    let (here, there) = (app.signed_in(name, PASSWORD).await, app.signed_in(name, PASSWORD).await);
    let change = json!({ "current_password": PASSWORD, "new_password": "Binsen-Steg-47" });
    here.post("/api/v1/me/password", change).await.expect(204);
    here.get("/api/v1/me").await.expect(200);
    there.get("/api/v1/me").await.expect(401);
    person.caller.get("/api/v1/me").await.expect(401);
    app.try_sign_in(name, PASSWORD).await.expect(401);
    app.signed_in(name, "Binsen-Steg-47").await;
}

#[apply(both_databases)]
async fn a_poor_password_is_refused(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    for (new, code) in [
        ("short", "password_too_short"),
        ("Password@123", "password_common"),
        ("alllowercaseletters", "password_kinds"),
        (PASSWORD, "password_reused"),
    ] {
        let body = json!({ "current_password": PASSWORD, "new_password": new });
        let refused = person.caller.post("/api/v1/me/password", body).await.expect(422);
        assert_eq!(refused.refused_fields()["/new_password"], code);
    }
    assert!(app.recorded().is_empty());
    app.signed_in(&person.user.username, PASSWORD).await;
}

#[apply(both_databases)]
async fn guessing_the_current_password_locks_the_account(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let body = json!({ "current_password": "Wrong-Password-1", "new_password": "Binsen-Steg-47" });
    for _ in 0..5 {
        let refused = person.caller.post("/api/v1/me/password", &body).await.expect(422);
        assert_eq!(refused.refused_fields()["/current_password"], "password_wrong");
    }
    person.caller.post("/api/v1/me/password", &body).await.expect(429);
    app.try_sign_in(&person.user.username, PASSWORD).await.expect(429);
}

#[apply(both_databases)]
async fn an_old_password_must_be_changed_first(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    app.advance(TimeDelta::days(90));
    let caller = app.signed_in(&person.user.username, PASSWORD).await;
    let me = caller.get("/api/v1/me").await.expect(200).json();
    assert_eq!(me["password_change_required"], true);
    for path in ["/api/v1/users", "/api/v1/me/sessions", "/api/v1/organisations", "/api/v1/nowhere"] {
        assert_eq!(caller.get(path).await.expect(403).json()["code"], "password_change_required");
    }
    let change = json!({ "current_password": PASSWORD, "new_password": "Binsen-Steg-47" });
    caller.post("/api/v1/me/password", change).await.expect(204);
    caller.get("/api/v1/users").await.expect(200);
}

#[apply(both_databases)]
async fn own_sessions_are_listed_and_ended_one_by_one(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let other = app.signed_in(&person.user.username, PASSWORD).await;
    let list = person.caller.get("/api/v1/me/sessions?include_total=true").await.expect(200).json();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["total"]), (2, &json!(2)));
    assert_eq!((&list["items"][0]["current"], &list["items"][1]["current"]), (&json!(false), &json!(true)));
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let stranger = app.person(Role::Steward);
    stranger.caller.delete(&format!("/api/v1/me/sessions/{id}")).await.expect(404);
    person.caller.delete("/api/v1/me/sessions/nonsense").await.expect(404);
    other.get("/api/v1/me").await.expect(200);
    person.caller.delete(&format!("/api/v1/me/sessions/{id}")).await.expect(204);
    other.get("/api/v1/me").await.expect(401);
    let first = person.caller.get("/api/v1/me/sessions?limit=1").await.expect(200).json();
    assert_eq!(first["next_cursor"], json!(null));
    person.caller.get("/api/v1/me/sessions?cursor=AAAA").await.expect(400);
}
