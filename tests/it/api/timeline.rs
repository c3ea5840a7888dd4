//! What happened to an enterprise.

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

#[apply(both_databases)]
async fn tells_what_happened_latest_first(app: TestApp) {
    let steward = app.person(Role::Steward);
    let enterprise = app.enterprise("星河科技");
    let visit = json!({
        "enterprise_id": enterprise.id, "visited_on": "2026-11-20", "channel": "on_site", "summary": "老板说要搬",
        "met_with": "张总", "relocation_intent": "moving",
    });
    let made = steward.caller.post("/api/v1/visits", visit).await.expect(201);
    steward
        .caller
        .post(&format!("{}/withdraw", made.header("location").unwrap()), json!({"reason": "记错"}))
        .await
        .expect(200);
    let path = format!("/api/v1/enterprises/{}/timeline", enterprise.id);
    let page = steward.caller.get(&path).await.expect(200);
    let items: Vec<Value> = page.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["noun"] == "visit" || item["action"] == "created" && item["noun"] == "enterprise")
        .cloned()
        .collect();
    let texts: Vec<&str> = items.iter().map(|item| item["text"].as_str().unwrap()).collect();
    let name = &steward.user.display_name;
    assert_eq!(
        texts,
        [format!("{name}撤回了走访"), format!("{name}新建了走访：正在外迁"), "测试新建了企业".to_owned()]
    );
    let body = String::from_utf8_lossy(&page.body).into_owned();
    assert!(body.contains("老板说要搬") && body.contains("记错"), "people in scope read what was written");
    assert!(!body.contains("张总"), "and no personal data");
    let system = app.service(&[TokenScope::Read], None).get(&path).await.expect(200);
    let told = String::from_utf8_lossy(&system.body).into_owned();
    assert!(!told.contains("老板") && !told.contains("张总") && !told.contains("记错"));
    assert!(told.contains(r#"{"name":"summary","before":null,"after":null,"withheld":true}"#), "{told}");
    assert!(
        items[1]["fields"]
            .as_array()
            .unwrap()
            .contains(&json!({"name": "relocation_intent", "before": null, "after": "moving"}))
    );
    let english = steward.caller.in_english().get(&path).await.expect(200).json();
    assert!(
        english["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["text"] == format!("visit created by {name}: moving"))
    );
}

#[apply(both_databases)]
async fn amounts_are_for_those_who_see_figures_and_reading_them_is_on_record(app: TestApp) {
    let enterprise = app.enterprise("星河科技");
    let actor = Actor::system("测试", "test".to_owned());
    app.app
        .write_now(&actor, |tx| {
            let details = Details::none().with("amount_fen", (), 1_234_567).with("receipts", (), 3);
            tx.record_event(Noun::Receipt, enterprise.id.0, Action::Imported, enterprise.id, details)
        })
        .unwrap();
    let path = format!("/api/v1/enterprises/{}/timeline", enterprise.id);
    let steward = app.person(Role::Steward).caller.get(&path).await.expect(200);
    assert!(!String::from_utf8_lossy(&steward.body).contains("1234567"));
    assert!(String::from_utf8_lossy(&steward.body).contains("receipts"));
    assert_eq!(count(&app, "access_records"), 0);
    let leader = app.person(Role::Leader).caller.get(&path).await.expect(200);
    assert!(String::from_utf8_lossy(&leader.body).contains("1234567"));
    assert_eq!(count(&app, "access_records"), 1);
}

#[apply(both_databases)]
async fn is_paged_and_within_the_scope(app: TestApp) {
    let leader = app.person(Role::Leader).caller;
    let theirs = app.enterprise_at("云台", app.district.other_street);
    for day in 1..=5 {
        let visit = json!({"enterprise_id": theirs.id, "visited_on": format!("2026-11-0{day}"), "channel": "phone", "summary": "通话"});
        leader.post("/api/v1/visits", visit).await.expect(201);
    }
    let path = format!("/api/v1/enterprises/{}/timeline", theirs.id);
    let first = leader.get(&format!("{path}?limit=4&include_total=true")).await.expect(200).json();
    assert_eq!(first["items"].as_array().unwrap().len(), 4);
    let total = usize::try_from(first["total"].as_u64().unwrap()).unwrap();
    let rest =
        leader.get(&format!("{path}?cursor={}", first["next_cursor"].as_str().unwrap())).await.expect(200).json();
    assert_eq!(rest["items"].as_array().unwrap().len(), total - 4);
    let other = app.enterprise("星河");
    leader
        .get(&format!("/api/v1/enterprises/{}/timeline?cursor={}", other.id, first["next_cursor"].as_str().unwrap()))
        .await
        .expect(400);
    app.person(Role::Steward).caller.get(&path).await.expect(404);
    app.person(Role::Administrator).caller.get(&path).await.expect(403);
    leader.get("/api/v1/enterprises/7/timeline").await.expect(404);
}
