//! Entering, reading and changing enterprises, one and many.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    caller::Caller,
    enterprise::{count, uscc},
};
use serde_json::{Value, json};
use wellspring::domain::people::role::{Role, TokenScope};

/// Addresses of the test district.
const HERE: &str = "江南省临川市星河区星湖路8号";
const ELSEWHERE: &str = "上海市浦东新区世纪大道1号";

async fn enter(caller: &Caller, fields: Value) -> Value {
    let mut body = json!({ "uscc": uscc().as_str(), "name": "星河科技有限公司" });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    caller.post("/api/v1/enterprises", body).await.expect(201).json()
}

#[apply(both_databases)]
async fn code_and_name_are_enough(app: TestApp) {
    let finance = app.person(Role::Finance).caller;
    let answer = finance
        .post("/api/v1/enterprises", json!({"uscc": "9135 0100M000-100Y43", "name": " 星河科技 "}))
        .await
        .expect(201);
    let made = answer.json();
    assert_eq!((&made["uscc"], &made["name"]), (&json!("91350100M000100Y43"), &json!("星河科技")));
    assert_eq!((&made["presence"], &made["presence_evidence"]), (&json!("local"), &json!(["listed_here"])));
    assert_eq!(
        (&made["risk_level"], &made["tier"], &made["status"]),
        (&json!("none"), &json!("normal"), &json!("active"))
    );
    assert_eq!((&made["version"], &made["tax_year_fen"]), (&json!(1), &json!(0)));
    let location = answer.header("location").unwrap().to_owned();
    let by_code = finance.get("/api/v1/enterprises/uscc:91350100M000100Y43").await.expect(200);
    assert_eq!(by_code.body, finance.get(&location).await.expect(200).body);
    assert_eq!(by_code.header("etag"), answer.header("etag"));
    finance.with_header("if-none-match", by_code.header("etag").unwrap()).get(&location).await.expect(304);
}

#[apply(both_databases)]
async fn an_odd_organisation_code_is_a_warning(app: TestApp) {
    let finance = app.person(Role::Finance).caller.in_english();
    let made = finance
        .post("/api/v1/enterprises", json!({"uscc": "911522010783762860", "name": "某公司"}))
        .await
        .expect(201)
        .json();
    assert_eq!(made["warnings"], json!([]));
    let odd = odd_code();
    let made = finance.post("/api/v1/enterprises", json!({"uscc": odd, "name": "某公司"})).await.expect(201).json();
    assert_eq!(made["warnings"][0]["code"], "organisation_code_warning");
}

#[apply(both_databases)]
async fn refuses_what_cannot_be_right_and_writes_nothing(app: TestApp) {
    let finance = app.person(Role::Finance).caller;
    let taken = app.enterprise("已有公司");
    let body = |fields: Value| {
        let mut body = json!({ "uscc": uscc().as_str(), "name": "星河" });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    };
    let cases = [
        (json!({"uscc": "91110000600037341N"}), "/uscc", "uscc_check"),
        (json!({"uscc": "12345"}), "/uscc", "uscc_length"),
        (json!({"uscc": taken.uscc.as_str()}), "/uscc", "taken"),
        (json!({"name": " \u{3000} "}), "/name", "text_empty"),
        (json!({"name": "星\u{0}河"}), "/name", "text_control_character"),
        (json!({"name": "星\u{202e}河"}), "/name", "text_direction_character"),
        (json!({"name": "星".repeat(201)}), "/name", "text_too_long"),
        (json!({"name": "王某11010519491231002X"}), "/name", "identity_card"),
        (json!({"industry_code": "Z99"}), "/industry_code", "industry_section"),
        (json!({"entered_on": "2026-11-21"}), "/entered_on", "in_the_future"),
        (json!({"entered_on": "0026-11-21"}), "/entered_on", "too_long_ago"),
        (json!({"entered_on": "2026-02-30"}), "/entered_on", "wrong_form"),
        (json!({"street_id": app.district.department}), "/street_id", "unknown_reference"),
        (json!({"tier": null}), "/tier", "not_nullable"),
        (json!({"tier": "huge"}), "/tier", "unknown_code"),
        (json!({"colour": "red"}), "/colour", "unknown_field"),
    ];
    for (fields, pointer, code) in cases {
        let answer = finance.post("/api/v1/enterprises", body(fields.clone())).await.expect(422);
        assert_eq!(answer.refused_fields().get(pointer).map(String::as_str), Some(code), "{fields}");
    }
    finance.post("/api/v1/enterprises", json!({"uscc": uscc().as_str()})).await.expect(422);
    assert_eq!(count(&app, "enterprises"), 1);
    assert_eq!(count(&app, "changes"), 1);
}

#[apply(both_databases)]
async fn names_of_every_script_are_kept_as_they_are(app: TestApp) {
    let finance = app.person(Role::Finance).caller;
    for name in
        ["<script>alert(1)</script>", "'; DROP TABLE enterprises; --", "🚀火箭科技", "Ёлка \"Ltd\" & Söhne", "{{7*7}}"]
    {
        let made = enter(&finance, json!({"name": name, "registered_address": name})).await;
        let path = format!("/api/v1/enterprises/{}", made["id"].as_str().unwrap());
        let read = finance.get(&path).await.expect(200).json();
        assert_eq!((&read["name"], &read["registered_address"]), (&json!(name), &json!(name)));
    }
}

#[apply(both_databases)]
async fn presence_follows_from_addresses_unless_stated(app: TestApp) {
    let finance = app.person(Role::Finance).caller;
    let made = enter(&finance, json!({"registered_address": HERE, "operating_address": ELSEWHERE})).await;
    assert_eq!(made["presence"], "operates_elsewhere");
    assert_eq!(made["presence_evidence"], json!(["registered_here", "operates_elsewhere"]));
    let made = enter(&finance, json!({"registered_address": ELSEWHERE, "operating_address": HERE})).await;
    assert_eq!(made["presence"], "taxed_elsewhere");
    let made = enter(&finance, json!({"registered_address": ELSEWHERE, "operating_address": HERE, "tax_authority": "国家税务总局临川市星河区税务局"})).await;
    assert_eq!(made["presence"], "local");
    let made = enter(&finance, json!({"registered_address": HERE, "presence": "unreachable"})).await;
    assert_eq!((&made["presence"], &made["presence_stated"]), (&json!("unreachable"), &json!(true)));
    let path = format!("/api/v1/enterprises/{}", made["id"].as_str().unwrap());
    let derived = finance.if_match("\"1-\"").patch(&path, json!({"presence": null})).await.expect(200).json();
    assert_eq!((&derived["presence"], &derived["presence_stated"]), (&json!("local"), &json!(false)));
}

#[apply(both_databases)]
async fn a_change_needs_the_version_that_was_read(app: TestApp) {
    let finance = app.person(Role::Finance).caller;
    let row = app.enterprise("星河科技");
    let path = format!("/api/v1/enterprises/{}", row.id);
    finance.patch(&path, json!({"tier": "key"})).await.expect(428);
    finance.if_match("\"2-x\"").patch(&path, json!({"tier": "key"})).await.expect(412);
    let changed = finance.if_match("\"1-x\"").patch(&path, json!({"tier": "key", "name": "新名"})).await.expect(200);
    assert_eq!((&changed.json()["tier"], &changed.json()["version"]), (&json!("key"), &json!(2)));
    let same = finance.if_match("\"2-x\"").patch(&path, json!({"tier": "key"})).await.expect(200);
    assert_eq!(same.json()["version"], 2);
    finance.if_match("\"2-x\"").patch(&path, json!({"uscc": uscc().as_str()})).await.expect(422);
    finance.if_match("*").patch(&path, json!({"tier": "key"})).await.expect(200);
    let found = finance.get("/api/v1/enterprises?q=%E6%96%B0%E5%90%8D").await.expect(200).json();
    assert_eq!(found["items"][0]["id"], json!(row.id));
    assert_eq!(finance.get("/api/v1/enterprises?q=%E6%98%9F%E6%B2%B3").await.expect(200).json()["items"], json!([]));
    assert_eq!(count(&app, "changes"), 2);
}

#[apply(both_databases)]
async fn a_chief_steward_keeps_the_own_street_only(app: TestApp) {
    let chief = app.person(Role::ChiefSteward).caller;
    let made = enter(&chief, json!({})).await;
    assert_eq!(made["street_id"], json!(app.district.street));
    let other = json!({"uscc": uscc().as_str(), "name": "甲", "street_id": app.district.other_street});
    assert_eq!(
        chief.post("/api/v1/enterprises", other).await.expect(422).refused_fields()["/street_id"],
        "unknown_reference"
    );
    let theirs = app.enterprise_at("乙", app.district.other_street);
    chief.get(&format!("/api/v1/enterprises/{}", theirs.id)).await.expect(404);
    chief.get(&format!("/api/v1/enterprises/uscc:{}", theirs.uscc.as_str())).await.expect(404);
    chief
        .if_match("\"1-\"")
        .patch(&format!("/api/v1/enterprises/{}", theirs.id), json!({"tier": "key"}))
        .await
        .expect(404);
    let away = json!({"street_id": app.district.other_street});
    chief
        .if_match("\"1-\"")
        .patch(&format!("/api/v1/enterprises/{}", made["id"].as_str().unwrap()), away)
        .await
        .expect(422);
    app.person_at(Role::ChiefSteward, app.district.department)
        .caller
        .post("/api/v1/enterprises", json!({"uscc": uscc().as_str(), "name": "丙"}))
        .await
        .expect(422);
    assert_eq!(count(&app, "enterprises"), 2);
}

#[apply(both_databases)]
async fn a_limited_service_account_keeps_its_street_only(app: TestApp) {
    let service = app.service(&[TokenScope::EnterprisesWrite, TokenScope::Read], Some(app.district.other_street));
    let made = enter(&service, json!({})).await;
    assert_eq!((&made["street_id"], &made["tax_year_fen"]), (&json!(app.district.other_street), &Value::Null));
    let theirs = app.enterprise("甲");
    service.get(&format!("/api/v1/enterprises/{}", theirs.id)).await.expect(404);
    let batch = json!({"items": [{"uscc": theirs.uscc.as_str(), "name": "抢注"}]});
    let answer = service.post("/api/v1/enterprises/batch", batch).await.expect(200).json();
    assert_eq!(
        (&answer["items"][0]["result"], &answer["items"][0]["errors"][0]["code"]),
        (&json!("refused"), &json!("taken"))
    );
}

#[apply(both_databases)]
async fn who_may_not_is_refused(app: TestApp) {
    let body = json!({"uscc": uscc().as_str(), "name": "甲"});
    for role in
        [Role::Steward, Role::Leader, Role::Supervisor, Role::Administrator, Role::SecurityAdministrator, Role::Auditor]
    {
        app.person(role).caller.post("/api/v1/enterprises", &body).await.expect(403);
    }
    app.service(&[TokenScope::Read], None).post("/api/v1/enterprises", &body).await.expect(403);
    for role in [Role::Administrator, Role::SecurityAdministrator, Role::Auditor] {
        app.person(role).caller.get("/api/v1/enterprises").await.expect(403);
    }
    app.person(Role::Finance).caller.get("/api/v1/enterprises/not-an-id").await.expect(404);
    assert_eq!(count(&app, "enterprises"), 0);
}

#[apply(both_databases)]
async fn the_same_key_makes_one_enterprise(app: TestApp) {
    let finance = app.person(Role::Finance).caller.with_header("idempotency-key", "k1");
    let body = json!({"uscc": uscc().as_str(), "name": "甲"});
    let first = finance.post("/api/v1/enterprises", &body).await.expect(201);
    assert_eq!(first.body, finance.post("/api/v1/enterprises", &body).await.expect(201).body);
    finance.post("/api/v1/enterprises", json!({"uscc": uscc().as_str(), "name": "乙"})).await.expect(422);
    assert_eq!(count(&app, "enterprises"), 1);
}

#[apply(both_databases)]
async fn a_batch_answers_each_item_and_can_be_sent_again(app: TestApp) {
    let service = app.service(&[TokenScope::EnterprisesWrite], None);
    let (known, new) = (app.enterprise("旧名"), uscc());
    let batch = json!({"items": [
        {"uscc": known.uscc.as_str(), "name": "新名"},
        {"uscc": new.as_str(), "name": "新企业", "tier": "key"},
        {"uscc": new.as_str(), "name": "重复"},
        {"uscc": "12345", "name": "错码"},
        {"uscc": uscc().as_str(), "name": ""},
        {"uscc": uscc().as_str(), "name": "甲", "tier": "huge"},
        "nonsense",
    ]});
    let results = |answer: &Value| -> Vec<String> {
        answer["items"].as_array().unwrap().iter().map(|item| item["result"].as_str().unwrap().to_owned()).collect()
    };
    let first = service.post("/api/v1/enterprises/batch", &batch).await.expect(200).json();
    assert_eq!(results(&first), ["updated", "created", "refused", "refused", "refused", "refused", "refused"]);
    assert_eq!(first["items"][3]["errors"][0]["pointer"], "/items/3/uscc");
    assert_eq!(
        first["items"][5]["errors"][0],
        json!({"pointer": "/items/5/tier", "code": "unknown_code", "detail": first["items"][5]["errors"][0]["detail"]})
    );
    let again = service.post("/api/v1/enterprises/batch", &batch).await.expect(200).json();
    assert_eq!(results(&again), ["unchanged", "unchanged", "refused", "refused", "refused", "refused", "refused"]);
    assert_eq!((count(&app, "enterprises"), count(&app, "standings")), (2, 2));
    let many: Vec<Value> = (0..1001).map(|_| json!({})).collect();
    service.post("/api/v1/enterprises/batch", json!({"items": many})).await.expect(422);
}

#[apply(both_databases)]
async fn reads_of_figures_are_recorded(app: TestApp) {
    let row = app.enterprise("星河科技");
    let path = format!("/api/v1/enterprises/{}", row.id);
    let steward = app.person(Role::Steward).caller.get(&path).await.expect(200).json();
    assert_eq!((&steward["tax_year_fen"], &steward["tax_year_band"]), (&Value::Null, &json!("under_100k")));
    assert_eq!(count(&app, "access_records"), 0);
    app.person(Role::Leader).caller.get(&path).await.expect(200);
    app.person(Role::Finance).caller.get("/api/v1/enterprises").await.expect(200);
    assert_eq!(count(&app, "access_records"), 2);
}

/// A credit code that is right but for the check character of the organisation code inside.
fn odd_code() -> String {
    use wellspring::domain::registry::uscc::Uscc;
    let characters = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars();
    let made =
        characters.map(|last| format!("91320106123456780{last}")).find(|code| Uscc::parse(code).is_ok()).unwrap();
    assert!(Uscc::parse(&made).unwrap().organisation_code_warning().is_some());
    made
}

#[apply(both_databases)]
async fn another_system_that_reports_a_departure_raises_a_hard_signal(app: TestApp) {
    let service = app.service(&[TokenScope::EnterprisesWrite], None);
    let here = json!({"registered_address": HERE, "tax_authority": "国家税务总局临川市星河区税务局"});
    let made = enter(&service, here).await;
    assert_eq!(count(&app, "signals"), 0);
    let path = format!("/api/v1/enterprises/{}", made["id"].as_str().unwrap());
    let gone = json!({"registered_address": ELSEWHERE, "tax_authority": "国家税务总局上海市浦东新区税务局", "data_on": "2026-11-10", "source": "市场监管局"});
    service.if_match("\"1-\"").patch(&path, &gone).await.expect(200);
    assert_eq!(count(&app, "signals"), 2);
    assert_eq!(
        count(
            &app,
            "signals WHERE kind IN ('registered_address_outside', 'tax_authority_changed') AND source = '市场监管局'"
        ),
        2
    );
    let batch = json!({"items": [{"uscc": made["uscc"], "name": "星河科技有限公司", "registered_address": "北京市朝阳区建国路1号"}]});
    service.post("/api/v1/enterprises/batch", batch).await.expect(200);
    assert_eq!(count(&app, "signals"), 2);
}

#[apply(both_databases)]
async fn a_correction_by_a_person_raises_none(app: TestApp) {
    let finance = app.person(Role::Finance).caller;
    let made = enter(&finance, json!({"registered_address": HERE})).await;
    let path = format!("/api/v1/enterprises/{}", made["id"].as_str().unwrap());
    finance.if_match("\"1-\"").patch(&path, json!({"registered_address": ELSEWHERE})).await.expect(200);
    assert_eq!(count(&app, "signals"), 0);
}
