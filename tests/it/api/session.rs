//! Signing in and out: proofs, locks, second factors, ends of sessions.

use crate::support::{
    accounts::{PASSWORD, totp_code},
    app::{Answer, Backend, TestApp},
    both::{apply, both_databases},
    caller::Caller,
    some::some,
};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use serde_json::{Value, json};
use wellspring::domain::people::role::Role;

/// The code an authenticator app shows now for a secret in base32.
fn code(app: &TestApp, secret: &str) -> String {
    totp_code(secret, app.app.now())
}

async fn switch_on(app: &TestApp, caller: &Caller) -> String {
    let begun = caller.post("/api/v1/me/totp", json!({})).await.expect(200).json();
    let secret = begun["secret"].as_str().unwrap().to_owned();
    assert!(begun["otpauth_url"].as_str().unwrap().starts_with("otpauth://totp/Wellspring:"));
    caller.post("/api/v1/me/totp/confirm", json!({ "code": code(app, &secret) })).await.expect(204);
    secret
}

async fn try_code(app: &TestApp, username: &str, totp: &str) -> Answer {
    let body = json!({ "username": username, "password": PASSWORD, "totp": totp });
    app.anonymous().post("/api/v1/session", body).await
}

#[apply(both_databases)]
async fn signing_in_opens_a_session_and_signing_out_ends_it(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let answer = app.try_sign_in(&person.user.username.to_uppercase(), PASSWORD).await.expect(201);
    let cookie = answer.header("set-cookie").unwrap();
    for part in ["__Host-wellspring=wss_", "HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let json = answer.json();
    assert_eq!(json["user"]["username"], person.user.username);
    assert_eq!(json["expires_at"], "2026-11-20T09:00:00Z");
    let caller = app.bearer(json["token"].as_str().unwrap());
    caller.get("/api/v1/me").await.expect(200);
    caller.delete("/api/v1/session").await.expect(204);
    caller.get("/api/v1/me").await.expect(401);
    assert_eq!((app.times_recorded("signed_in"), app.times_recorded("signed_out")), (1, 1));
}

#[apply(both_databases)]
async fn a_failed_sign_in_is_told_the_same_whatever_was_wrong(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let without_password = app.person(Role::Steward);
    let mut bodies = Vec::new();
    for name in [&person.user.username, &without_password.user.username, "nobody", "\0", "' OR 1=1 --"] {
        let mut body = app.try_sign_in(name, "Wrong-Password-1").await.expect(401).json();
        assert_eq!(body["code"], "sign_in_refused");
        body["request_id"] = Value::Null;
        bodies.push(body);
    }
    assert!(some(bodies.windows(2)).all(|pair| pair[0] == pair[1]));
    assert_eq!(app.times_recorded("sign_in_refused"), 5);
    assert_eq!(app.times_recorded("signed_in"), 0);
}

#[apply(both_databases)]
async fn failures_lock_names_that_exist_and_names_that_do_not(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    for name in [person.user.username.as_str(), "nobody"] {
        for _ in 0..5 {
            app.try_sign_in(name, "Wrong-Password-1").await.expect(401);
        }
        let answer = app.try_sign_in(name, PASSWORD).await.expect(429);
        assert_eq!(answer.json()["code"], "too_many_attempts");
        assert_eq!(answer.header("retry-after"), Some("900"));
    }
    app.advance(TimeDelta::minutes(15));
    app.signed_in(&person.user.username, PASSWORD).await;
    app.try_sign_in("nobody", PASSWORD).await.expect(401);
}

#[apply(both_databases)]
async fn success_forgets_the_failures_before(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    for _ in 0..2 {
        for _ in 0..4 {
            app.try_sign_in(&person.user.username, "Wrong-Password-1").await.expect(401);
        }
        app.signed_in(&person.user.username, PASSWORD).await;
    }
}

#[apply(both_databases)]
async fn a_second_factor_is_asked_for_and_its_code_is_good_once(app: TestApp) {
    let person = app.person_with_password(Role::Leader);
    let name = &person.user.username;
    let secret = switch_on(&app, &person.caller).await;
    assert_eq!(app.try_sign_in(name, PASSWORD).await.expect(401).json()["code"], "second_factor_required");
    let replayed = try_code(&app, name, &code(&app, &secret)).await.expect(401);
    assert_eq!(replayed.json()["code"], "second_factor_wrong", "the code that confirmed is used up");
    app.advance(TimeDelta::seconds(30));
    let fresh = code(&app, &secret);
    try_code(&app, name, &fresh).await.expect(201);
    try_code(&app, name, &fresh).await.expect(401);
    person.caller.post("/api/v1/me/totp", json!({})).await.expect(409);
    let right = json!({ "current_password": PASSWORD });
    let wrong = json!({ "current_password": "Wrong-Password-1" });
    let remove = |body: Value| TestRequest::delete().uri("/api/v1/me/totp").set_json(body);
    assert_eq!(
        person.caller.send(remove(wrong)).await.expect(422).refused_fields()["/current_password"],
        "password_wrong"
    );
    person.caller.send(remove(right)).await.expect(204);
    app.signed_in(name, PASSWORD).await;
}

#[apply(both_databases)]
async fn an_unconfirmed_second_factor_is_not_asked_for(app: TestApp) {
    let person = app.person_with_password(Role::Leader);
    person.caller.post("/api/v1/me/totp/confirm", json!({ "code": "000000" })).await.expect(409);
    person.caller.post("/api/v1/me/totp", json!({})).await.expect(200);
    person.caller.post("/api/v1/me/totp/confirm", json!({ "code": "no" })).await.expect(422);
    app.signed_in(&person.user.username, PASSWORD).await;
}

#[apply(both_databases)]
async fn a_session_ends_unused_and_in_any_case(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let idle = app.signed_in(&person.user.username, PASSWORD).await;
    app.advance(TimeDelta::minutes(29));
    idle.get("/api/v1/me").await.expect(200);
    app.advance(TimeDelta::minutes(29));
    idle.get("/api/v1/me").await.expect(200);
    app.advance(TimeDelta::minutes(30));
    idle.get("/api/v1/me").await.expect(401);
    let busy = app.signed_in(&person.user.username, PASSWORD).await;
    for _ in 0..24 {
        busy.get("/api/v1/me").await.expect(200);
        app.advance(TimeDelta::minutes(20));
    }
    busy.get("/api/v1/me").await.expect(401);
}

#[apply(both_databases)]
async fn a_cookie_works_only_from_our_own_pages(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let answer = app.try_sign_in(&person.user.username, PASSWORD).await.expect(201);
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let browser = app.anonymous().with_header("cookie", &format!("__Host-wellspring={token}"));
    browser.get("/api/v1/me").await.expect(200);
    for forged in [
        browser.clone(),
        browser.with_header("sec-fetch-site", "cross-site"),
        browser.with_header("sec-fetch-site", "same-site"),
        browser.with_header("origin", "https://evil.test"),
        browser.with_header("origin", "null"),
    ] {
        let refused = forged.post("/api/v1/me/totp", json!({})).await.expect(403);
        assert_eq!(refused.json()["code"], "cross_site");
    }
    for own in
        [browser.with_header("sec-fetch-site", "same-origin"), browser.with_header("origin", "https://wellspring.test")]
    {
        own.post("/api/v1/me/totp", json!({})).await.expect(200);
    }
}

#[apply(both_databases)]
async fn no_secret_is_recorded_or_answered_twice(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let token = app.try_sign_in(&person.user.username, PASSWORD).await.json()["token"].as_str().unwrap().to_owned();
    let caller = app.bearer(&token);
    let secret = switch_on(&app, &caller).await;
    let change = json!({ "current_password": PASSWORD, "new_password": "Binsen-Steg-47" });
    caller.post("/api/v1/me/password", change).await.expect(204);
    let mut texts: Vec<String> = app.recorded().iter().map(|(_, _, fields)| fields.to_string()).collect();
    for path in ["/api/v1/me", "/api/v1/me/sessions", "/api/v1/me/tokens"] {
        texts.push(caller.get(path).await.expect(200).json().to_string());
    }
    for text in texts {
        for hidden in [token.as_str(), secret.as_str(), PASSWORD, "Binsen-Steg-47", "argon2"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }
}

#[apply(both_databases)]
async fn malformed_sign_ins_are_refused_with_pointers(app: TestApp) {
    let answer = app.anonymous().post("/api/v1/session", json!({ "username": "a" })).await.expect(422);
    assert_eq!(answer.refused_fields()["/password"], "required");
    let body = json!({ "username": "a", "password": "b", "remember": true });
    let answer = app.anonymous().post("/api/v1/session", body).await.expect(422);
    assert_eq!(answer.refused_fields()["/remember"], "unknown_field");
    assert!(app.recorded().is_empty());
}

/// With limits low enough to reach.
struct Limited(TestApp);

impl Limited {
    async fn new(backend: Backend) -> Option<Self> {
        let settings = [
            ("WELLSPRING_SIGN_IN_LIMIT_PER_MINUTE", "2"),
            ("WELLSPRING_WRITE_LIMIT_PER_MINUTE", "1"),
            ("WELLSPRING_READ_LIMIT_PER_MINUTE", "3"),
            ("WELLSPRING_TRUSTED_PROXIES", "10.0.0.0/8"),
        ];
        TestApp::with_settings(backend, &settings).await.map(Self)
    }
}

#[apply(both_databases)]
async fn a_caller_who_sends_too_much_waits(fixture: Limited) {
    let app = fixture.0;
    let person = app.person(Role::Steward);
    let first = person.caller.get("/api/v1/me").await.expect(200);
    assert_eq!(first.header("ratelimit-policy"), Some("\"read\";q=3;w=60"));
    assert_eq!(first.header("ratelimit"), Some("\"read\";r=2;t=20"));
    person.caller.get("/api/v1/me").await.expect(200);
    person.caller.get("/api/v1/me").await.expect(200);
    let refused = person.caller.get("/api/v1/me").await.expect(429);
    assert_eq!(refused.json()["code"], "too_many_requests");
    assert_eq!(refused.header("retry-after"), Some("20"));
    app.person(Role::Steward).caller.get("/api/v1/me").await.expect(200);
    person.caller.delete("/api/v1/session").await.expect(204);
}

#[apply(both_databases)]
async fn strangers_are_counted_by_address(fixture: Limited) {
    let app = fixture.0;
    let from = |address: &str| {
        let caller = app.anonymous().with_header("x-forwarded-for", address);
        async move {
            let body = json!({ "username": "nobody", "password": "x" });
            let request = TestRequest::post().uri("/api/v1/session").set_json(body);
            caller.send(request.peer_addr("10.0.0.1:4711".parse().unwrap())).await
        }
    };
    from("203.0.113.9").await.expect(401);
    from("203.0.113.9").await.expect(401);
    from("203.0.113.9").await.expect(429);
    from("203.0.113.10").await.expect(401);
}
