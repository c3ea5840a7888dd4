//! Reporting signals, one and many, the quarantine, and withdrawing.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::{count, uscc},
    some::some,
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use wellspring::{
    domain::people::{
        actor::Actor,
        role::{Role, TokenScope},
    },
    services::registry::enterprises::{self, EnterpriseFields},
};

const SIGNALS: &str = "/api/v1/signals";
const BATCH: &str = "/api/v1/signals/batch";

fn signal(enterprise: impl std::fmt::Display, fields: Value) -> Value {
    let mut body = json!({
        "enterprise_id": enterprise.to_string(), "kind": "file_transfer_letter", "occurred_on": "2026-11-19",
        "source": "登记平台", "reference": "DA-1",
    });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

fn results(batch: &Value) -> Vec<&str> {
    batch["items"].as_array().unwrap().iter().map(|item| item["result"].as_str().unwrap()).collect()
}

#[apply(both_databases)]
async fn another_system_reports_a_filing(app: TestApp) {
    let enterprise = app.enterprise("星河科技");
    let service = app.service(&[TokenScope::SignalsWrite], None);
    let sent = signal(format!("uscc:{}", enterprise.uscc), json!({"detail": "浦东新区调档"}));
    let answer = service.post(SIGNALS, &sent).await.expect(201);
    let made = answer.json();
    assert_eq!((&made["enterprise_id"], &made["quarantined"]), (&json!(enterprise.id), &json!(false)));
    assert!(made.get("followed").is_none(), "who only reports learns of no alert");
    assert!(made["reported_by"].as_str().unwrap().starts_with("token:"));
    let again = service.post(SIGNALS, &sent).await.expect(200);
    assert_eq!((again.json(), again.header("location")), (made.clone(), answer.header("location")));
    let steward = app.person(Role::Steward).caller;
    let listed = steward.get(&format!("/api/v1/enterprises/{}/signals", enterprise.id)).await.expect(200).json();
    assert_eq!(listed["items"], json!([made]));
    assert_eq!(steward.get(answer.header("location").unwrap()).await.expect(200).json(), made);
    assert_eq!(count(&app, "signals"), 1);
}

#[apply(both_databases)]
async fn one_reference_is_one_signal(app: TestApp) {
    let (one, other) = (app.enterprise("星河"), app.enterprise("星湖"));
    let finance = app.person(Role::Finance).caller;
    finance.post(SIGNALS, signal(one.id, json!({}))).await.expect(201);
    for fields in
        [json!({"kind": "area_cut"}), json!({"occurred_on": "2026-11-18"}), json!({"enterprise_id": other.id})]
    {
        let refused = finance.post(SIGNALS, signal(one.id, fields)).await.expect(422);
        assert_eq!(refused.refused_fields()["/reference"], "reference_reused");
    }
    finance.post(SIGNALS, signal(one.id, json!({"source": "别处"}))).await.expect(201);
    for _ in 0..2 {
        finance.post(SIGNALS, signal(one.id, json!({"reference": null}))).await.expect(201);
    }
    let sent = signal(one.id, json!({"reference": "DA-9"}));
    let answers = join_all((0..6).map(|_| finance.post(SIGNALS, &sent))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 5);
    assert_eq!(count(&app, "signals"), 5);
}

#[apply(both_databases)]
async fn refuses_what_cannot_be_right_and_writes_nothing(app: TestApp) {
    let enterprise = app.enterprise("星河");
    let finance = app.person(Role::Finance).caller;
    let cases = [
        (json!({"occurred_on": "2026-11-21"}), "/occurred_on", "in_the_future"),
        (json!({"occurred_on": "1899-12-31"}), "/occurred_on", "too_long_ago"),
        (json!({"kind": "rumour"}), "/kind", "unknown_code"),
        (json!({"source": ""}), "/source", "text_empty"),
        (json!({"source": "一\u{0}"}), "/source", "text_control_character"),
        (json!({"reference": "x".repeat(201)}), "/reference", "text_too_long"),
        (json!({"detail": "\u{202E}x"}), "/detail", "text_direction_character"),
        (json!({"detail": "证件11010519491231002X"}), "/detail", "identity_card"),
        (json!({"enterprise_id": "uscc:91110000600037341N"}), "/enterprise_id", "wrong_form"),
        (json!({"hold": true}), "/hold", "unknown_field"),
    ];
    for (fields, pointer, code) in cases {
        let answer = finance.post(SIGNALS, signal(enterprise.id, fields.clone())).await.expect(422);
        assert_eq!(answer.refused_fields().get(pointer).map(String::as_str), Some(code), "{fields}");
    }
    let known = uscc();
    finance.post(SIGNALS, signal(format!("uscc:{known}"), json!({}))).await.expect(404);
    app.person(Role::Supervisor).caller.post(SIGNALS, signal(enterprise.id, json!({}))).await.expect(403);
    app.service(&[TokenScope::Read], None).post(SIGNALS, signal(enterprise.id, json!({}))).await.expect(403);
    assert_eq!(count(&app, "signals"), 0);
}

#[apply(both_databases)]
async fn each_item_of_a_batch_is_answered_for_itself(app: TestApp) {
    let (enterprise, unknown) = (app.enterprise("星河"), uscc());
    let service = app.service(&[TokenScope::SignalsWrite], None).in_english();
    let items = json!([
        signal(enterprise.id, json!({"reference": "a"})),
        signal(format!("uscc:{}", enterprise.uscc), json!({"reference": "b", "kind": "lay_offs"})),
        signal(enterprise.id, json!({"reference": "a"})),
        signal(enterprise.id, json!({"reference": "a", "kind": "area_cut"})),
        signal(format!("uscc:{unknown}"), json!({"reference": "c"})),
        signal(enterprise.id, json!({"occurred_on": "2030-01-01", "reference": "d"})),
        signal(enterprise.id, json!({"kind": "rumour"})),
        signal(uuid::Uuid::nil(), json!({"reference": "e"})),
        7,
        signal(enterprise.id, json!({"reference": null})),
    ]);
    let answer = service.post(BATCH, json!({"items": items})).await.expect(200).json();
    assert_eq!(
        results(&answer),
        [
            "created",
            "created",
            "duplicate",
            "refused",
            "quarantined",
            "refused",
            "refused",
            "refused",
            "refused",
            "created"
        ]
    );
    assert_eq!(answer["items"][0]["id"], answer["items"][2]["id"]);
    let pointers: Vec<&str> =
        answer["items"].as_array().unwrap().iter().filter_map(|item| item["errors"][0]["pointer"].as_str()).collect();
    assert_eq!(
        pointers,
        ["/items/3/reference", "/items/5/occurred_on", "/items/6/kind", "/items/7/enterprise_id", "/items/8"]
    );
    assert_eq!(count(&app, "signals"), 4);
    let again = service.post(BATCH, json!({"items": items})).await.expect(200).json();
    assert_eq!(results(&again)[..5], ["duplicate", "duplicate", "duplicate", "refused", "duplicate"]);
    assert_eq!(count(&app, "signals"), 5);
}

#[apply(both_databases)]
async fn a_batch_is_limited(app: TestApp) {
    let enterprise = app.enterprise("星河");
    let service = app.service(&[TokenScope::SignalsWrite], None);
    let items = |count: usize| -> Vec<Value> {
        (0..count).map(|n| signal(enterprise.id, json!({"reference": format!("r{n}")}))).collect()
    };
    let refused = service.post(BATCH, json!({"items": items(1001)})).await.expect(422);
    assert_eq!(refused.refused_fields()["/items"], "too_many");
    assert_eq!(count(&app, "signals"), 0);
    let answer = service.post(BATCH, json!({"items": items(1000)})).await.expect(200).json();
    assert!(some(&results(&answer)).all(|result| *result == "created"));
    assert_eq!(results(&service.post(BATCH, json!({"items": []})).await.expect(200).json()).len(), 0);
    assert_eq!(count(&app, "signals"), 1000);
}

#[apply(both_databases)]
async fn two_batches_at_once_make_each_signal_once(app: TestApp) {
    let enterprise = app.enterprise("星河");
    let service = app.service(&[TokenScope::SignalsWrite], None);
    let items = |order: Vec<usize>| -> Value {
        json!({"items": order.iter().map(|n| signal(enterprise.id, json!({"reference": format!("r{n}")}))).collect::<Vec<_>>()})
    };
    let (up, down) = (items((0..50).collect()), items((0..50).rev().collect()));
    let answers = join_all([service.post(BATCH, &up), service.post(BATCH, &down)]).await;
    let created: usize = answers
        .iter()
        .map(|answer| results(&answer.json()).iter().filter(|result| **result == "created").count())
        .sum();
    assert_eq!((created, count(&app, "signals")), (50, 50));
}

#[apply(both_databases)]
async fn the_quarantine_is_left_when_the_firm_appears(app: TestApp) {
    let code = uscc();
    let service = app.service(&[TokenScope::SignalsWrite, TokenScope::Read], None);
    let made = service.post(SIGNALS, signal(format!("uscc:{code}"), json!({}))).await.expect(201);
    assert_eq!((&made.json()["enterprise_id"], &made.json()["quarantined"]), (&Value::Null, &json!(true)));
    let path = made.header("location").unwrap().to_owned();
    let waiting = service.get(&format!("{SIGNALS}?quarantined=true")).await.expect(200).json();
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1);
    let limited = app.service(&[TokenScope::SignalsWrite, TokenScope::Read], Some(app.district.street));
    for blind in [&limited, &app.person(Role::Steward).caller, &app.person(Role::Supervisor).caller] {
        assert_eq!(blind.get(&format!("{SIGNALS}?quarantined=true")).await.expect(200).json()["items"], json!([]));
        blind.get(&path).await.expect(404);
    }
    let actor = Actor::system("测试", "test".to_owned());
    let (enterprise, _) = app
        .app
        .write_now(&actor, |tx| enterprises::create(tx, EnterpriseFields::named(code.as_str(), "新来的公司")))
        .unwrap();
    let joined = service.get(&path).await.expect(200).json();
    assert_eq!((&joined["enterprise_id"], &joined["quarantined"]), (&json!(enterprise.id), &json!(false)));
    service.post(SIGNALS, signal(format!("uscc:{code}"), json!({}))).await.expect(200);
}

#[apply(both_databases)]
async fn a_token_of_a_street_office_reaches_no_other(app: TestApp) {
    let (ours, theirs) = (app.enterprise("星河"), app.enterprise_at("云台", app.district.other_street));
    let limited = app.service(&[TokenScope::SignalsWrite, TokenScope::Read], Some(app.district.street));
    let district = app.service(&[TokenScope::SignalsWrite, TokenScope::Read], None);
    let hidden = district.post(SIGNALS, signal(theirs.id, json!({"reference": "t"}))).await.expect(201);
    limited.post(SIGNALS, signal(ours.id, json!({}))).await.expect(201);
    limited.post(SIGNALS, signal(theirs.id, json!({"reference": "x"}))).await.expect(404);
    limited.post(SIGNALS, signal(format!("uscc:{}", uscc()), json!({"reference": "y"}))).await.expect(404);
    let items = json!({"items": [signal(theirs.id, json!({"reference": "x"})), signal(format!("uscc:{}", uscc()), json!({"reference": "y"}))]});
    let answer = limited.post(BATCH, items).await.expect(200).json();
    assert_eq!(results(&answer), ["refused", "refused"]);
    assert_eq!(answer["items"][0]["errors"][0]["code"], answer["items"][1]["errors"][0]["code"]);
    limited.get(hidden.header("location").unwrap()).await.expect(404);
    limited.get(&format!("/api/v1/enterprises/{}/signals", theirs.id)).await.expect(404);
    assert_eq!(limited.get(SIGNALS).await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(count(&app, "signals"), 2);
}

#[apply(both_databases)]
async fn lists_filter(app: TestApp) {
    let enterprise = app.enterprise("星河");
    let finance = app.person(Role::Finance).caller;
    for (day, kind) in [(1, "lay_offs"), (2, "area_cut"), (3, "lay_offs"), (4, "contact_lost")] {
        let fields = json!({"kind": kind, "occurred_on": format!("2026-11-0{day}"), "reference": format!("r{day}")});
        finance.post(SIGNALS, signal(enterprise.id, fields)).await.expect(201);
    }
    let kinds = async |query: &str| -> Vec<String> {
        let page = finance.get(&format!("{SIGNALS}?{query}")).await.expect(200).json();
        page["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds("").await, ["contact_lost", "lay_offs", "area_cut", "lay_offs"]);
    assert_eq!(kinds("kind=lay_offs&from=2026-11-02").await, ["lay_offs"]);
    assert_eq!(
        kinds(&format!("enterprise_id=uscc:{}&to=2026-11-02&quarantined=false", enterprise.uscc)).await,
        ["area_cut", "lay_offs"]
    );
    let first = finance.get(&format!("{SIGNALS}?limit=3&include_total=true")).await.expect(200).json();
    assert_eq!(first["total"], json!(4));
    let rest = finance
        .get(&format!("{SIGNALS}?limit=3&cursor={}", first["next_cursor"].as_str().unwrap()))
        .await
        .expect(200)
        .json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next_cursor"]), (1, &Value::Null));
    finance.get(&format!("{SIGNALS}?kind=rumour")).await.expect(422);
}

#[apply(both_databases)]
async fn the_person_who_reported_a_mistake_withdraws_it(app: TestApp) {
    let enterprise = app.enterprise("星河");
    let (service, other) =
        (app.service(&[TokenScope::SignalsWrite], None), app.service(&[TokenScope::SignalsWrite], None));
    let made = service.post(SIGNALS, signal(enterprise.id, json!({}))).await.expect(201);
    let withdraw = format!("{}/withdraw", made.header("location").unwrap());
    other.post(&withdraw, json!({"reason": "错"})).await.expect(403);
    app.person(Role::Steward).caller.post(&withdraw, json!({"reason": "错"})).await.expect(403);
    app.person(Role::Supervisor).caller.post(&withdraw, json!({"reason": "错"})).await.expect(403);
    service.post(&withdraw, json!({"reason": ""})).await.expect(422);
    let withdrawn = service.post(&withdraw, json!({"reason": "重复登记"})).await.expect(200).json();
    assert_eq!((&withdrawn["withdrawal_reason"], &withdrawn["version"]), (&json!("重复登记"), &json!(2)));
    service.post(&withdraw, json!({"reason": "错"})).await.expect(409);
    let second = service.post(SIGNALS, signal(enterprise.id, json!({"reference": "DA-2"}))).await.expect(201);
    let path = format!("{}/withdraw", second.header("location").unwrap());
    app.person(Role::ChiefSteward).caller.post(&path, json!({"reason": "核实有误"})).await.expect(200);
}
