//! The change feed.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    caller::Caller,
    some::some,
};
use serde_json::{Value, json};
use wellspring::domain::{
    fieldwork::{signal::SignalKind, visit::RelocationIntent},
    people::role::{Role, TokenScope},
};

async fn read(caller: &Caller, after: Option<&str>, limit: usize) -> (Vec<Value>, String) {
    let after = after.map(|cursor| format!("&after={cursor}")).unwrap_or_default();
    let page = caller.get(&format!("/api/v1/changes?limit={limit}{after}")).await.expect(200).json();
    (page["items"].as_array().unwrap().clone(), page["next_cursor"].as_str().unwrap().to_owned())
}

async fn log_visit(caller: &Caller, enterprise: impl serde::Serialize) {
    let visit = json!({"enterprise_id": enterprise, "visited_on": "2026-11-20", "channel": "phone", "summary": "机密的话", "met_with": "张总"});
    caller.post("/api/v1/visits", visit).await.expect(201);
}

#[apply(both_databases)]
async fn only_sealed_changes_are_told_and_none_is_skipped(app: TestApp) {
    let leader = app.person(Role::Leader).caller;
    let feed = app.service(&[TokenScope::ChangesRead], None);
    let enterprise = app.enterprise("星河");
    log_visit(&leader, enterprise.id).await;
    let (items, start) = read(&feed, None, 10).await;
    assert!(items.is_empty());
    app.seal().await;
    let (items, next) = read(&feed, Some(&start), 1).await;
    assert_eq!((items.len(), &items[0]["noun"], &items[0]["position"]), (1, &json!("enterprise"), &json!(1)));
    let (more, end) = read(&feed, Some(&next), 50).await;
    assert!(more.iter().any(|item| item["noun"] == "visit" && item["action"] == "created"));
    log_visit(&leader, enterprise.id).await;
    assert!(read(&feed, Some(&end), 50).await.0.is_empty());
    app.seal().await;
    let (new, _) = read(&feed, Some(&end), 50).await;
    assert_eq!(new.iter().filter(|item| item["noun"] == "visit").count(), 1);
    let positions: Vec<i64> =
        items.iter().chain(&more).chain(&new).map(|item| item["position"].as_i64().unwrap()).collect();
    assert!(positions.is_sorted() && some(positions.windows(2)).all(|pair| pair[0] < pair[1]));
}

#[apply(both_databases)]
async fn personal_fields_never_leave(app: TestApp) {
    let leader = app.person(Role::Leader).caller;
    log_visit(&leader, app.enterprise("星河").id).await;
    app.seal().await;
    let feed = app.service(&[TokenScope::ChangesRead, TokenScope::FiguresRead], None);
    let body = feed.get("/api/v1/changes").await.expect(200).body;
    let body = String::from_utf8_lossy(&body);
    assert!(body.contains("channel") && !body.contains("机密") && !body.contains("张总"));
}

#[apply(both_databases)]
async fn of_what_a_person_wrote_only_the_change_is_told(app: TestApp) {
    let leader = app.person(Role::Leader).caller;
    let enterprise = app.enterprise("星河").id;
    app.visit(enterprise, RelocationIntent::Moving);
    let alert = app.only_alert().id;
    leader.post(&format!("/api/v1/alerts/{alert}/directives"), json!({"text": "机密的批示"})).await.expect(201);
    let resolution = json!({"outcome": "retained", "note": "机密的结果"});
    leader.post(&format!("/api/v1/alerts/{alert}/resolve"), resolution).await.expect(200);
    let withdrawn = app.signal(enterprise, SignalKind::FileTransferLetter);
    app.withdraw_signal(withdrawn, "机密的原因");
    app.seal().await;
    let feed = app.service(&[TokenScope::ChangesRead, TokenScope::FiguresRead], None);
    let (items, _) = read(&feed, None, 500).await;
    assert!(!json!(items).to_string().contains("机密"));
    for (noun, field) in [("directive", "text"), ("alert", "outcome_note"), ("signal", "withdrawal_reason")] {
        let told = items.iter().filter(|item| item["noun"] == noun).any(|item| {
            let fields = item["fields"].as_array().unwrap();
            fields.contains(&json!({"name": field, "before": null, "after": null, "withheld": true}))
        });
        assert!(told, "{noun} {field}");
    }
}

#[apply(both_databases)]
async fn a_street_offices_token_reads_its_own(app: TestApp) {
    let leader = app.person(Role::Leader).caller;
    let (ours, theirs) = (app.enterprise("星河"), app.enterprise_at("云台", app.district.other_street));
    for _ in 0..3 {
        log_visit(&leader, theirs.id).await;
    }
    log_visit(&leader, ours.id).await;
    app.seal().await;
    let limited = app.service(&[TokenScope::ChangesRead], Some(app.district.street));
    let (items, next) = read(&limited, None, 50).await;
    assert!(some(&items).all(|item| item["enterprise_id"] == json!(ours.id)));
    let (rest, same) = read(&limited, Some(&next), 50).await;
    assert!(rest.is_empty());
    assert_eq!(same, next);
}

#[apply(both_databases)]
async fn the_feed_is_for_tokens_with_its_scope(app: TestApp) {
    for &role in Role::ALL {
        app.person(role).caller.get("/api/v1/changes").await.expect(403);
    }
    app.service(&[TokenScope::Read], None).get("/api/v1/changes").await.expect(403);
    app.anonymous().get("/api/v1/changes").await.expect(401);
    let feed = app.service(&[TokenScope::ChangesRead], None);
    feed.get("/api/v1/changes?after=AAAA").await.expect(400);
    feed.get("/api/v1/changes?since=1").await.expect(422);
}
