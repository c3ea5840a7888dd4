//! Logging, reading, changing and withdrawing visits.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::count,
    facts::TeamPeople,
    some::some,
};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use wellspring::{
    db::registry::enterprises::Enterprise,
    domain::people::role::{Role, TokenScope},
};

const VISITS: &str = "/api/v1/visits";

/// A visit of the day the tests begin.
fn visit(enterprise: &Enterprise, fields: Value) -> Value {
    let mut body = json!({
        "enterprise_id": enterprise.id, "visited_on": "2026-11-20", "channel": "on_site", "summary": "例行走访，经营正常。",
    });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

/// The answer to a change without what followed: what a GET says.
fn without_followed(answer: &Value) -> Value {
    let mut plain = answer.clone();
    assert!(plain.as_object_mut().unwrap().remove("followed").is_some(), "{answer}");
    plain
}

#[apply(both_databases)]
async fn the_answer_says_what_followed(app: TestApp) {
    let (steward, leader) = (app.person(Role::Steward), app.person(Role::Leader));
    let enterprise = app.enterprise("星河科技有限公司");
    app.team(enterprise.id, TeamPeople { leader: Some(leader.id), steward: Some(steward.id), ..TeamPeople::default() });
    let keyed = steward.caller.with_header("idempotency-key", "a-visit");
    let sent = visit(&enterprise, json!({"relocation_intent": "moving"}));
    let answer = keyed.post(VISITS, &sent).await.expect(201);
    let (made, alert) = (answer.json(), app.alerts().remove(0));
    let told = app.mails().len();
    assert!(told >= 2, "{made}");
    assert_eq!(
        made["followed"],
        json!({
            "alerts": [{"alert_id": alert.id, "enterprise_id": enterprise.id, "level": "red", "movement": "opened"}],
            "people_told": told,
        })
    );
    assert_eq!(keyed.post(VISITS, &sent).await.expect(201).body, answer.body, "kept under the key");
    let path = answer.header("location").unwrap().to_owned();
    let tagged = steward.caller.with_header("if-match", answer.header("etag").unwrap());
    let changed = tagged.patch(&path, json!({"employees": 7})).await.expect(200).json();
    assert_eq!(changed["followed"], json!({"alerts": [], "people_told": 0}));
    let withdrawn =
        steward.caller.post(&format!("{path}/withdraw"), json!({"reason": "记错了企业"})).await.expect(200).json();
    assert_eq!(withdrawn["followed"]["alerts"][0]["movement"], "resolved");
    assert_eq!(withdrawn["followed"]["people_told"], told);
    assert!(steward.caller.get(&path).await.expect(200).json().get("followed").is_none());
}

#[apply(both_databases)]
async fn a_steward_logs_a_visit(app: TestApp) {
    let steward = app.person(Role::Steward);
    let enterprise = app.enterprise("星河科技有限公司");
    let sent = visit(
        &enterprise,
        json!({
            "enterprise_id": format!("uscc:{}", enterprise.uscc), "met_with": "张总", "relocation_intent": "considering",
            "reasons": ["space", "rent_or_premises", "space"], "destination_division": "３１0115", "requests": ["对接载体"],
            "employees": 120, "next_visit_on": "2026-12-04",
        }),
    );
    let answer = steward.caller.post(VISITS, sent).await.expect(201);
    let made = answer.json();
    assert_eq!(made["enterprise_id"], json!(enterprise.id));
    assert_eq!(made["visitor_ids"], json!([steward.id]));
    assert_eq!(made["reasons"], json!(["rent_or_premises", "space"]));
    assert_eq!((&made["destination_division"], &made["employees"]), (&json!("310115"), &json!(120)));
    assert_eq!((&made["met_with"], &made["cautions"]), (&json!("张总"), &json!([])));
    assert_eq!((&made["version"], &made["recorded_by"]), (&json!(1), &json!(format!("user:{}", steward.id))));
    let location = answer.header("location").unwrap();
    let read = steward.caller.get(location).await.expect(200);
    assert_eq!(read.json(), without_followed(&made));
    assert_eq!(read.header("etag"), answer.header("etag"));
    steward.caller.with_header("if-none-match", read.header("etag").unwrap()).get(location).await.expect(304);
}

#[apply(both_databases)]
async fn what_was_not_asked_is_no_word_that_the_firm_stays(app: TestApp) {
    let leader = app.person(Role::Leader).caller;
    let enterprise = app.enterprise("星河科技");
    let silent = leader.post(VISITS, visit(&enterprise, json!({}))).await.expect(201).json();
    let null = leader.post(VISITS, visit(&enterprise, json!({"relocation_intent": null}))).await.expect(201).json();
    let stays = leader.post(VISITS, visit(&enterprise, json!({"relocation_intent": "none"}))).await.expect(201).json();
    assert_eq!((&silent["relocation_intent"], &null["relocation_intent"]), (&Value::Null, &Value::Null));
    assert_eq!(stays["relocation_intent"], json!("none"));
}

#[apply(both_databases)]
async fn refuses_what_cannot_be_right_and_writes_nothing(app: TestApp) {
    let steward = app.person(Role::Steward).caller;
    let enterprise = app.enterprise("星河科技");
    let gone = app.person(Role::Auditor).id;
    let cases = [
        (json!({"visited_on": "2026-11-21"}), "/visited_on", "in_the_future"),
        (json!({"visited_on": "1899-12-31"}), "/visited_on", "too_long_ago"),
        (json!({"visited_on": "2026-02-30"}), "/visited_on", "wrong_form"),
        (json!({"channel": "pigeon"}), "/channel", "unknown_code"),
        (json!({"summary": " \u{200B}\n"}), "/summary", "text_empty"),
        (json!({"summary": "经".repeat(4001)}), "/summary", "text_too_long"),
        (json!({"summary": "一\u{0}二"}), "/summary", "text_control_character"),
        (json!({"summary": "一\u{202E}二"}), "/summary", "text_direction_character"),
        (json!({"summary": "身份证号11010519491231002X。"}), "/summary", "identity_card"),
        (json!({"met_with": "张\n总"}), "/met_with", "text_control_character"),
        (json!({"visitor_ids": []}), "/visitor_ids", "required"),
        (json!({"visitor_ids": [uuid::Uuid::nil()]}), "/visitor_ids/0", "unknown_reference"),
        (json!({"visitor_ids": [gone]}), "/visitor_ids/0", "unknown_reference"),
        (json!({"visitor_ids": ["x"]}), "/visitor_ids/0", "wrong_form"),
        (json!({"relocation_intent": "perhaps"}), "/relocation_intent", "unknown_code"),
        (json!({"reasons": ["weather"]}), "/reasons/0", "unknown_code"),
        (json!({"destination_division": "990000"}), "/destination_division", "division_province"),
        (json!({"requests": vec!["x"; 21]}), "/requests", "too_many"),
        (json!({"requests": ["好", ""]}), "/requests/1", "text_empty"),
        (json!({"employees": -1}), "/employees", "out_of_range"),
        (json!({"employees": 9_223_372_036_854_775_807_i64}), "/employees", "out_of_range"),
        (json!({"employees": 1e30}), "/employees", "wrong_form"),
        (json!({"next_visit_on": "2026-11-19"}), "/next_visit_on", "in_the_past"),
        (json!({"next_visit_on": "2999-01-01"}), "/next_visit_on", "out_of_range"),
        (json!({"enterprise_id": "7"}), "/enterprise_id", "wrong_form"),
        (json!({"approved_by": "x"}), "/approved_by", "unknown_field"),
    ];
    for (fields, pointer, code) in cases {
        let answer = steward.post(VISITS, visit(&enterprise, fields.clone())).await.expect(422);
        assert_eq!(answer.refused_fields().get(pointer).map(String::as_str), Some(code), "{fields}");
    }
    let missing = steward.post(VISITS, json!({"enterprise_id": enterprise.id})).await.expect(422);
    assert!(some(missing.refused_fields().values()).all(|code| code == "required"));
    assert_eq!(count(&app, "visits") + count(&app, "visit_visitors"), 0);
}

#[apply(both_databases)]
async fn all_that_is_wrong_is_said_at_once(app: TestApp) {
    let steward = app.person(Role::Steward).caller.in_english();
    let fields = json!({"visited_on": "2027-01-01", "summary": "", "employees": -5});
    let answer = steward.post(VISITS, visit(&app.enterprise("星河"), fields)).await.expect(422);
    assert_eq!(answer.refused_fields().len(), 3);
    assert_eq!(answer.json()["detail"], "Fields that cannot be accepted: 3.");
}

#[apply(both_databases)]
async fn today_is_the_districts(app: TestApp) {
    let enterprise = app.enterprise("星河科技");
    app.advance(TimeDelta::hours(14));
    let steward = app.person(Role::Steward).caller;
    steward.post(VISITS, visit(&enterprise, json!({"visited_on": "2026-11-21"}))).await.expect(422);
    app.set_time("2026-11-20T16:00:00Z".parse().unwrap());
    let steward = app.person(Role::Steward).caller;
    steward.post(VISITS, visit(&enterprise, json!({"visited_on": "2026-11-21"}))).await.expect(201);
}

#[apply(both_databases)]
async fn hostile_text_is_text(app: TestApp) {
    let steward = app.person(Role::Steward).caller;
    let enterprise = app.enterprise("星河科技");
    let text = "'; DROP TABLE visits; -- <script>alert(1)</script> =1+1 👨‍👩‍👧 \\u0000 %00";
    let fields = json!({"summary": text, "met_with": text, "requests": [text]});
    let made = steward.post(VISITS, visit(&enterprise, fields)).await.expect(201).json();
    assert_eq!((&made["summary"], &made["requests"][0]), (&json!(text), &json!(text)));
    assert_eq!(count(&app, "visits"), 1);
    let raw = |payload: &'static [u8]| {
        TestRequest::post().uri(VISITS).insert_header(("content-type", "application/json")).set_payload(payload)
    };
    for payload in [&b"{\"summary\": \"\xff\xfe\"}"[..], b"{", b"", b"{} {}"] {
        let answer = steward.send(raw(payload)).await;
        assert!(matches!(answer.status, 400 | 422), "{}", answer.status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    let large = json!({"summary": "x".repeat(10_000_000)});
    steward.post(VISITS, large).await.expect(413);
    steward.send(TestRequest::post().uri(VISITS).set_payload("x")).await.expect(415);
    assert_eq!(count(&app, "visits"), 1);
}

#[apply(both_databases)]
async fn another_offices_enterprise_is_not_there(app: TestApp) {
    let steward = app.person(Role::Steward).caller;
    let theirs = app.enterprise_at("云台公司", app.district.other_street);
    steward.post(VISITS, visit(&theirs, json!({}))).await.expect(404);
    let unknown = json!({"enterprise_id": "uscc:91350100M000100Y43"});
    steward.post(VISITS, visit(&theirs, unknown)).await.expect(404);
    let other = app.person_at(Role::Steward, app.district.other_street).caller;
    let made = other.post(VISITS, visit(&theirs, json!({}))).await.expect(201).json();
    let path = format!("{VISITS}/{}", made["id"].as_str().unwrap());
    steward.get(&path).await.expect(404);
    steward.if_match("\"1-x\"").patch(&path, json!({"summary": "改"})).await.expect(404);
    steward.post(&format!("{path}/withdraw"), json!({"reason": "错"})).await.expect(404);
    for id in ["7", "'", "00000000-0000-0000-0000-000000000000"] {
        steward.get(&format!("{VISITS}/{id}")).await.expect(404);
    }
    assert_eq!(steward.get(VISITS).await.expect(200).json()["items"], json!([]));
    assert_eq!(count(&app, "visits"), 1);
}

#[apply(both_databases)]
async fn only_those_who_visit_log_visits(app: TestApp) {
    let enterprise = app.enterprise("星河科技");
    for role in [Role::Finance, Role::Supervisor, Role::Administrator, Role::SecurityAdministrator, Role::Auditor] {
        app.person(role).caller.post(VISITS, visit(&enterprise, json!({}))).await.expect(403);
    }
    app.service(&[TokenScope::Read, TokenScope::SignalsWrite], None)
        .post(VISITS, visit(&enterprise, json!({})))
        .await
        .expect(403);
    app.anonymous().post(VISITS, visit(&enterprise, json!({}))).await.expect(401);
    assert_eq!(count(&app, "visits"), 0);
    for role in [Role::Administrator, Role::Auditor] {
        app.person(role).caller.get(VISITS).await.expect(403);
    }
    app.person(Role::Supervisor).caller.get(VISITS).await.expect(200);
}

#[apply(both_databases)]
async fn sending_twice_logs_one_visit(app: TestApp) {
    let steward = app.person(Role::Steward).caller;
    let keyed = steward.with_header("idempotency-key", "visit-1");
    let body = visit(&app.enterprise("星河科技"), json!({}));
    let first = keyed.post(VISITS, &body).await.expect(201);
    let second = keyed.post(VISITS, &body).await.expect(201);
    assert_eq!(first.body, second.body);
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(first.header("etag"), second.header("etag"));
    let other = keyed.post(VISITS, visit(&app.enterprise("星湖"), json!({}))).await.expect(422);
    assert_eq!(other.json()["code"], "idempotency_key_reused");
    let somebody = app.person(Role::Steward).caller.with_header("idempotency-key", "visit-1");
    somebody.post(VISITS, &body).await.expect(201);
    assert_eq!(count(&app, "visits"), 2);
}

#[apply(both_databases)]
async fn sending_at_once_logs_one_visit(app: TestApp) {
    let keyed = app.person(Role::Steward).caller.with_header("idempotency-key", "visit-2");
    let body = visit(&app.enterprise("星河科技"), json!({}));
    let answers = join_all((0..8).map(|_| keyed.post(VISITS, &body))).await;
    assert!(some(&answers).all(|answer| answer.status == 201 && answer.body == answers[0].body));
    assert_eq!(count(&app, "visits"), 1);
    let refused = keyed.with_header("idempotency-key", "visit-3");
    refused.post(VISITS, json!({"x": 1})).await.expect(422);
    assert_eq!(count(&app, "idempotency_keys"), 1);
}

#[apply(both_databases)]
async fn risky_wording_is_a_hint_and_on_record(app: TestApp) {
    let steward = app.person(Role::Steward).caller;
    let enterprise = app.enterprise("星河科技");
    let fields = json!({"summary": "企业承诺三年内不迁。", "requests": ["希望税收返还"]});
    let made = steward.post(VISITS, visit(&enterprise, fields)).await.expect(201).json();
    let found: Vec<(&str, &str)> = made["cautions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|caution| (caution["pointer"].as_str().unwrap(), caution["code"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [("/summary", "promise_to_stay"), ("/requests/0", "tax_returned")]);
    let path = format!("{VISITS}/{}", made["id"].as_str().unwrap());
    let english = steward.in_english().get(&path).await.expect(200).json();
    assert!(english["cautions"][0]["detail"].as_str().unwrap().contains("free choice"));
    let auditor = app.person(Role::Auditor).caller;
    let log = auditor.get("/api/v1/audit-log?noun=visit").await.expect(200).json();
    let cautions =
        log["items"][0]["fields"].as_array().unwrap().iter().find(|field| field["name"] == "cautions").unwrap();
    assert_eq!(cautions["after"], json!(["promise_to_stay", "tax_returned"]));
}

#[apply(both_databases)]
async fn the_author_changes_a_visit(app: TestApp) {
    let steward = app.person(Role::Steward).caller;
    let enterprise = app.enterprise("星河科技");
    let answer =
        steward.post(VISITS, visit(&enterprise, json!({"met_with": "张总", "requests": ["一"]}))).await.expect(201);
    let (path, tag) = (answer.header("location").unwrap().to_owned(), answer.header("etag").unwrap().to_owned());
    let change = json!({"relocation_intent": "moving", "met_with": null, "requests": null});
    steward.patch(&path, &change).await.expect(428);
    steward.if_match("nonsense").patch(&path, &change).await.expect(400);
    let changed = steward.if_match(&tag).patch(&path, &change).await.expect(200).json();
    assert_eq!(
        (&changed["relocation_intent"], &changed["met_with"], &changed["requests"]),
        (&json!("moving"), &Value::Null, &json!([]))
    );
    assert_eq!((&changed["version"], &changed["summary"]), (&json!(2), &json!("例行走访，经营正常。")));
    steward.if_match(&tag).patch(&path, &change).await.expect(412);
    let same = steward.if_match("\"2\"").patch(&path, &change).await.expect(200).json();
    assert_eq!(same["version"], json!(2));
    for (fields, pointer) in [
        (json!({"summary": null}), "/summary"),
        (json!({"visited_on": "2027-01-01"}), "/visited_on"),
        (json!({"id": 1}), "/id"),
    ] {
        let refused = steward.if_match("\"2\"").patch(&path, fields).await.expect(422);
        assert!(refused.refused_fields().contains_key(pointer));
    }
    assert_eq!(steward.get(&path).await.expect(200).json()["version"], json!(2));
}

#[apply(both_databases)]
async fn others_do_not_change_it_but_those_who_answer_for_stewards(app: TestApp) {
    let author = app.person(Role::Steward).caller;
    let answer = author.post(VISITS, visit(&app.enterprise("星河科技"), json!({}))).await.expect(201);
    let path = answer.header("location").unwrap().to_owned();
    let refused =
        app.person(Role::Steward).caller.if_match("\"1\"").patch(&path, json!({"summary": "改"})).await.expect(403);
    assert_eq!(refused.json()["code"], "not_the_author");
    app.person(Role::Supervisor).caller.if_match("\"1\"").patch(&path, json!({"summary": "改"})).await.expect(403);
    app.person(Role::Steward).caller.post(&format!("{path}/withdraw"), json!({"reason": "错"})).await.expect(403);
    let chief = app.person(Role::ChiefSteward);
    let changed =
        chief.caller.if_match("\"1\"").patch(&path, json!({"visitor_ids": [chief.id]})).await.expect(200).json();
    assert_eq!(changed["visitor_ids"], json!([chief.id]));
    let found = author.get(&format!("{VISITS}?visitor_id={}", chief.id)).await.expect(200).json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}

#[apply(both_databases)]
async fn a_mistaken_visit_is_withdrawn_and_stays(app: TestApp) {
    let steward = app.person(Role::Steward).caller;
    let answer = steward
        .post(VISITS, visit(&app.enterprise("星河科技"), json!({"relocation_intent": "moving"})))
        .await
        .expect(201);
    let path = answer.header("location").unwrap().to_owned();
    let withdraw = format!("{path}/withdraw");
    for reason in
        [json!({"reason": " "}), json!({}), json!({"reason": "x".repeat(501)}), json!({"reason": "错", "by": 1})]
    {
        steward.post(&withdraw, reason).await.expect(422);
    }
    let withdrawn = steward.post(&withdraw, json!({"reason": "记错了企业"})).await.expect(200).json();
    assert_eq!((&withdrawn["withdrawal_reason"], &withdrawn["version"]), (&json!("记错了企业"), &json!(2)));
    let again = steward.post(&withdraw, json!({"reason": "又错"})).await.expect(409);
    assert_eq!(again.json()["code"], "already_withdrawn");
    steward.if_match("\"2\"").patch(&path, json!({"summary": "改"})).await.expect(409);
    let listed = |query: &str| {
        let (steward, path) = (steward.clone(), format!("{VISITS}?{query}"));
        async move { steward.get(&path).await.expect(200).json()["items"].as_array().unwrap().len() }
    };
    assert_eq!((listed("withdrawn=true").await, listed("withdrawn=false").await, listed("").await), (1, 0, 1));
}

#[apply(both_databases)]
async fn lists_filter_and_page(app: TestApp) {
    let (leader, steward) = (app.person(Role::Leader), app.person(Role::Steward));
    let (ours, theirs) = (app.enterprise("星河科技"), app.enterprise_at("云台公司", app.district.other_street));
    for day in 1..=7 {
        let fields = json!({"visited_on": format!("2026-11-{day:02}"), "relocation_intent": if day == 3 { json!("decided") } else { Value::Null }});
        leader.caller.post(VISITS, visit(if day % 2 == 0 { &ours } else { &theirs }, fields)).await.expect(201);
    }
    let days = async |query: String| -> Vec<String> {
        let page = leader.caller.get(&format!("{VISITS}?{query}")).await.expect(200).json();
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["visited_on"].as_str().unwrap()[8..].to_owned())
            .collect()
    };
    assert_eq!(days("limit=500".to_owned()).await, ["07", "06", "05", "04", "03", "02", "01"]);
    assert_eq!(days(format!("enterprise_id={}", ours.id)).await, ["06", "04", "02"]);
    assert_eq!(days(format!("enterprise_id=uscc:{}&from=2026-11-03&to=2026-11-04", ours.uscc)).await, ["04"]);
    assert_eq!(days("relocation_intent=decided".to_owned()).await, ["03"]);
    assert!(days("relocation_intent=none".to_owned()).await.is_empty());
    assert_eq!(days(format!("visitor_id={}", leader.id)).await.len(), 7);
    assert!(days("enterprise_id=uscc:91350100M000100Y43".to_owned()).await.is_empty());
    let mut path = format!("{VISITS}?limit=3&include_total=true");
    let mut seen = Vec::new();
    loop {
        let answer = leader.caller.get(&path).await.expect(200);
        let page = answer.json();
        assert_eq!(page["total"], json!(7));
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        let Some(link) = answer.header("link") else { break };
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(seen.len(), 7);
    seen.sort_by_key(ToString::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 7);
    let cursor = leader.caller.get(&format!("{VISITS}?limit=1")).await.expect(200).json()["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    for query in
        [format!("cursor={cursor}&relocation_intent=decided"), "cursor=AAAA".to_owned(), "cursor=%00".to_owned()]
    {
        leader.caller.get(&format!("{VISITS}?{query}")).await.expect(400);
    }
    for query in [
        "from=yesterday",
        "relocation_intent=perhaps",
        "visitor_id=1",
        "enterprise_id=x",
        "limit=many",
        "order=up",
        "withdrawn=maybe",
    ] {
        leader.caller.get(&format!("{VISITS}?{query}")).await.expect(422);
    }
    let page = steward.caller.get(VISITS).await.expect(200).json();
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    let narrowed = steward
        .caller
        .get(&format!("{VISITS}?enterprise_id={}&include_total=true", theirs.id))
        .await
        .expect(200)
        .json();
    assert_eq!((&narrowed["items"], &narrowed["total"]), (&json!([]), &json!(0)));
}

#[apply(both_databases)]
async fn names_are_masked_in_lists_and_reading_them_is_on_record(app: TestApp) {
    let steward = app.person(Role::Steward).caller;
    let made =
        steward.post(VISITS, visit(&app.enterprise("星河科技"), json!({"met_with": "张小明"}))).await.expect(201);
    let path = made.header("location").unwrap().to_owned();
    assert_eq!(steward.get(VISITS).await.expect(200).json()["items"][0]["met_with"], json!("张**"));
    let supervisor = app.person(Role::Supervisor).caller;
    assert_eq!(supervisor.get(&path).await.expect(200).json()["met_with"], json!("张**"));
    assert_eq!(count(&app, "access_records"), 0);
    assert_eq!(steward.get(&path).await.expect(200).json()["met_with"], json!("张小明"));
    assert_eq!(count(&app, "access_records"), 1);
}
