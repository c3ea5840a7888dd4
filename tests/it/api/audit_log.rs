//! The audit log and the state of its chain.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::count,
};
use serde_json::{Value, json};
use wellspring::{
    domain::{
        people::{
            actor::Actor,
            role::{Role, TokenScope},
        },
        records::change::{Action, Noun},
    },
    services::Details,
};

const LOG: &str = "/api/v1/audit-log";

#[apply(both_databases)]
async fn says_who_changed_what(app: TestApp) {
    let steward = app.person(Role::Steward);
    let enterprise = app.enterprise("星河");
    let visit =
        json!({"enterprise_id": enterprise.id, "visited_on": "2026-11-20", "channel": "phone", "summary": "通话内容"});
    let made = steward
        .caller
        .with_header("x-request-id", "request-0001")
        .post("/api/v1/visits", visit)
        .await
        .expect(201)
        .json();
    let auditor = app.person(Role::Auditor).caller;
    let entries = auditor.get(&format!("{LOG}?actor=user:{}&noun=visit", steward.id)).await.expect(200).json();
    let entry = &entries["items"][0];
    assert_eq!(
        (&entry["kind"], &entry["noun_id"], &entry["action"]),
        (&json!("change"), &made["id"], &json!("created"))
    );
    assert_eq!(
        (&entry["actor_name"], &entry["request_id"]),
        (&json!(steward.user.display_name), &json!("request-0001"))
    );
    assert_eq!((&entry["position"], &entry["chain_hash"]), (&Value::Null, &Value::Null));
    let summary = entry["fields"].as_array().unwrap().iter().find(|field| field["name"] == "summary").unwrap();
    assert_eq!((&summary["class"], &summary["after"]), (&json!("text"), &json!("通话内容")));
    app.seal().await;
    let sealed = auditor.get(&format!("{LOG}?noun=visit")).await.expect(200).json();
    assert!(sealed["items"][0]["position"].is_i64());
    assert_eq!(sealed["items"][0]["chain_hash"].as_str().unwrap().len(), 64);
}

#[apply(both_databases)]
async fn amounts_are_hidden_from_the_auditor(app: TestApp) {
    let enterprise = app.enterprise("星河");
    app.app
        .write_now(&Actor::system("测试", "test".to_owned()), |tx| {
            let details = Details::none().with("amount_fen", (), 1_234_567);
            tx.record_event(Noun::Receipt, enterprise.id.0, Action::Imported, enterprise.id, details)
        })
        .unwrap();
    let answer = app.person(Role::Auditor).caller.get(&format!("{LOG}?noun=receipt")).await.expect(200);
    assert!(!String::from_utf8_lossy(&answer.body).contains("1234567"));
    assert_eq!(answer.json()["items"][0]["fields"][0]["hidden"], json!(true));
}

#[apply(both_databases)]
async fn says_who_read_what_and_reading_the_log_is_on_record(app: TestApp) {
    let steward = app.person(Role::Steward);
    let enterprise = app.enterprise("星河");
    let visit = json!({"enterprise_id": enterprise.id, "visited_on": "2026-11-20", "channel": "phone", "summary": "通话", "met_with": "张总"});
    let made = steward.caller.post("/api/v1/visits", visit).await.expect(201);
    steward.caller.get(made.header("location").unwrap()).await.expect(200);
    let auditor = app.person(Role::Auditor);
    let reads = auditor
        .caller
        .get(&format!("{LOG}?kind=accesses&enterprise_id=uscc:{}", enterprise.uscc))
        .await
        .expect(200)
        .json();
    assert_eq!(reads["items"].as_array().unwrap().len(), 1);
    let read = &reads["items"][0];
    assert_eq!(
        (&read["kind"], &read["what"], &read["detail"]),
        (&json!("access"), &json!("personal_data"), &json!("met_with"))
    );
    let own = auditor.caller.get(&format!("{LOG}?kind=accesses&actor=user:{}", auditor.id)).await.expect(200).json();
    assert_eq!((&own["items"][0]["what"], &own["items"][0]["noun"]), (&json!("logs"), &json!("audit_log")));
    assert!(own["items"][0]["detail"].as_str().unwrap().contains("accesses"));
}

#[apply(both_databases)]
async fn filters_and_pages(app: TestApp) {
    let auditor = app.person(Role::Auditor).caller;
    let enterprises: Vec<_> = (0..5).map(|n| app.enterprise(&format!("公司{n}"))).collect();
    let ids = async |query: String| -> Vec<Value> {
        let page = auditor.get(&format!("{LOG}?{query}")).await.expect(200).json();
        page["items"].as_array().unwrap().iter().map(|item| item["noun_id"].clone()).collect()
    };
    let noun = "noun=enterprise";
    assert_eq!(ids(noun.to_owned()).await, enterprises.iter().rev().map(|row| json!(row.id)).collect::<Vec<_>>());
    assert_eq!(ids(format!("noun_id={}", enterprises[2].id)).await, [json!(enterprises[2].id)]);
    assert_eq!(ids(format!("{noun}&enterprise_id={}", enterprises[1].id)).await, [json!(enterprises[1].id)]);
    assert_eq!(ids(format!("{noun}&from=2026-11-20&to=2026-11-20")).await.len(), 5);
    assert!(ids(format!("{noun}&from=2026-11-21")).await.is_empty());
    assert!(ids(format!("{noun}&to=2026-11-19")).await.is_empty());
    assert!(ids("enterprise_id=uscc:91350100M000100Y43".to_owned()).await.is_empty());
    let first = auditor.get(&format!("{LOG}?{noun}&limit=3&include_total=true")).await.expect(200).json();
    assert_eq!(first["total"], json!(5));
    let rest = ids(format!("{noun}&limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!(rest.len(), 2);
    auditor.get(&format!("{LOG}?cursor={}", first["next_cursor"].as_str().unwrap())).await.expect(400);
    for query in ["kind=everything", "noun=cat", "from=x", "noun_id=7", "enterprise_id=7", "sort=at"] {
        auditor.get(&format!("{LOG}?{query}")).await.expect(422);
    }
    assert!(ids("actor=%00'%20OR%201=1".to_owned()).await.is_empty());
}

#[apply(both_databases)]
async fn the_log_is_for_the_auditor_alone(app: TestApp) {
    for &role in Role::ALL {
        let expected = if role == Role::Auditor { 200 } else { 403 };
        let caller = app.person(role).caller;
        caller.get(LOG).await.expect(expected);
        caller.get(&format!("{LOG}/chain")).await.expect(expected);
    }
    let every = TokenScope::ALL;
    app.service(every, None).get(LOG).await.expect(403);
    app.anonymous().get(LOG).await.expect(401);
    assert_eq!(count(&app, "access_records"), 2);
}

#[apply(both_databases)]
async fn the_chain_says_where_it_stands(app: TestApp) {
    let auditor = app.person(Role::Auditor).caller;
    app.enterprise("星河");
    let before = auditor.get(&format!("{LOG}/chain")).await.expect(200).json();
    assert_eq!(
        (&before["position"], &before["chain_hash"], &before["last_verification"]),
        (&json!(0), &Value::Null, &Value::Null)
    );
    let waiting = before["unsealed"].as_i64().unwrap();
    assert_eq!(i64::try_from(app.seal().await).unwrap(), waiting);
    app.note_verification();
    let after = auditor.get(&format!("{LOG}/chain")).await.expect(200).json();
    assert_eq!((&after["position"], &after["unsealed"]), (&json!(waiting), &json!(0)));
    let last = &after["last_verification"];
    assert_eq!(
        (&last["checked"], &last["whole"], &last["chain_hash"]),
        (&json!(waiting), &json!(true), &after["chain_hash"])
    );
}
