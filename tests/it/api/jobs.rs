//! The background jobs over the API: how each is doing, for the administrator alone, and no business data.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
};
use serde_json::{Value, json};
use std::sync::Arc;
use wellspring::{
    domain::{
        operation::job::JobKind,
        people::role::{Role, TokenScope},
    },
    jobs,
    mail::transport::Transport,
};

async fn run_due(app: &TestApp) {
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
}

fn job<'a>(list: &'a Value, code: &str) -> &'a Value {
    list["items"].as_array().unwrap().iter().find(|job| job["job"] == code).unwrap()
}

#[apply(both_databases)]
async fn each_job_is_shown_with_what_it_did_last(app: TestApp) {
    app.enterprise("星河科技有限公司");
    let administrator = app.person(Role::Administrator);
    let before = administrator.caller.get("/api/v1/jobs").await.expect(200).json();
    assert_eq!(before["items"].as_array().unwrap().len(), JobKind::ALL.len());
    let never = job(&before, "nightly");
    assert_eq!((&never["state"], &never["ended_at"], &never["node"]), (&json!("stalled"), &Value::Null, &Value::Null));
    app.set_time("2026-11-20T19:00:00Z".parse().unwrap());
    run_due(&app).await;
    let answer = app.sign_in(administrator.id).get("/api/v1/jobs").await.expect(200);
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(!text.contains("星河科技"), "{text}");
    let mut night = job(&answer.json(), "nightly").clone();
    assert_eq!(night["node"], json!(app.app.node()));
    night["node"] = json!("the node");
    let now = "2026-11-20T19:00:00Z";
    assert_eq!(
        night,
        json!({
            "job": "nightly", "state": "running", "node": "the node", "began_at": now, "ended_at": now, "succeeded_at": now,
            "failures": 0, "last_error": null, "last_error_at": null, "waiting": null,
            "progress": {"done": 1, "total": 1}, "due_at": "2026-11-21T18:00:00Z",
        })
    );
    let list = answer.json();
    assert_eq!((&job(&list, "sealer")["waiting"], &job(&list, "sealer")["due_at"]), (&json!(0), &Value::Null));
}

#[apply(both_databases)]
async fn a_failure_is_told_by_a_code(app: TestApp) {
    app.tamper("ALTER TABLE idempotency_keys RENAME TO away");
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.expect_err("the purge fails");
    let list = app.person(Role::Administrator).caller.get("/api/v1/jobs").await.expect(200).json();
    let purge = job(&list, "purge");
    assert_eq!((&purge["failures"], &purge["last_error"]), (&json!(1), &json!("database_failed")));
    assert!(!list.to_string().contains("idempotency"), "what the database said stays in the log");
}

#[apply(both_databases)]
async fn nobody_else_sees_the_jobs(app: TestApp) {
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::Administrator) {
        app.person(role).caller.get("/api/v1/jobs").await.expect(403);
    }
    app.service(TokenScope::ALL, None).get("/api/v1/jobs").await.expect(403);
    app.anonymous().get("/api/v1/jobs").await.expect(401);
}
