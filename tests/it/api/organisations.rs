//! Organisations: made, renamed and merged without losing history.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
};
use serde_json::{Value, json};
use wellspring::domain::people::role::{Role, TokenScope};

#[apply(both_databases)]
async fn everybody_who_is_signed_in_reads_them(app: TestApp) {
    for &role in Role::ALL {
        let list = app.person(role).caller.get("/api/v1/organisations?kind=street").await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
    }
    let service = app.service(&[TokenScope::ChangesRead], None);
    let found = service.get("/api/v1/organisations?q=%E4%BA%91%E5%8F%B0&include_total=true").await.expect(200).json();
    assert_eq!((&found["total"], &found["items"][0]["id"]), (&json!(1), &json!(app.district.other_street)));
}

#[apply(both_databases)]
async fn the_administrator_makes_and_renames_them(app: TestApp) {
    let keeper = app.person(Role::Administrator);
    let made = keeper.caller.post("/api/v1/organisations", json!({ "kind": "department", "name": "商务局" })).await;
    let path = made.expect(201).header("location").unwrap().to_owned();
    let renamed = keeper.caller.if_match("\"1-0\"").patch(&path, json!({ "name": "商务和投资局" })).await;
    assert_eq!(renamed.expect(200).json()["name"], "商务和投资局");
    keeper.caller.if_match("\"1-0\"").patch(&path, json!({ "name": "商务局" })).await.expect(412);
    let district = format!("/api/v1/organisations/{}", app.district.id);
    let changed =
        keeper.caller.if_match("\"1-0\"").patch(&district, json!({ "aliases": ["星河新区", "高新区"] })).await;
    assert_eq!(changed.expect(200).json()["aliases"], json!(["星河新区", "高新区"]));
    assert_eq!(app.times_recorded("updated"), 2);
    app.person(Role::Leader)
        .caller
        .post("/api/v1/organisations", json!({ "kind": "street", "name": "新街道" }))
        .await
        .expect(403);
}

#[apply(both_databases)]
async fn what_cannot_be_an_organisation_is_refused(app: TestApp) {
    let keeper = app.person(Role::Administrator);
    for (body, pointer, code) in [
        (json!({ "kind": "street", "name": "星湖街道" }), "/name", "taken"),
        (json!({ "kind": "district", "name": "第二区" }), "/kind", "taken"),
        (json!({ "kind": "street", "name": "新街道", "city": "临川市" }), "/city", "only_for_the_district"),
        (json!({ "kind": "street", "name": "新街道", "aliases": ["甲"] }), "/aliases", "only_for_the_district"),
        (json!({ "kind": "street", "name": "\u{200b}" }), "/name", "text_empty"),
        (json!({ "kind": "province", "name": "江南" }), "/kind", "unknown_code"),
    ] {
        let refused = keeper.caller.post("/api/v1/organisations", &body).await.expect(422);
        assert_eq!(refused.refused_fields().get(pointer).map(String::as_str), Some(code), "{body}");
    }
    assert!(app.recorded().is_empty());
}

#[apply(both_databases)]
async fn a_street_office_goes_into_another_with_all_it_has(app: TestApp) {
    let keeper = app.person(Role::Administrator);
    let (from, into) = (app.district.street, app.district.other_street);
    let steward = app.person(Role::Steward);
    let service = app.service(&[TokenScope::Read], Some(from));
    let enterprise = app.enterprise("星河科技有限公司");
    let merged = keeper
        .caller
        .post(&format!("/api/v1/organisations/{from}/merge"), json!({ "into_id": into }))
        .await
        .expect(200)
        .json();
    assert_eq!((&merged["status"], &merged["merged_into_id"]), (&json!("merged"), &json!(into)));
    assert_eq!(app.stored_user(steward.id).organisation_id, into);
    let path = format!("/api/v1/enterprises/{}", enterprise.id);
    let moved = steward.caller.get(&path).await.expect(200).json();
    assert_eq!(moved["street_id"], json!(into));
    service.get(&path).await.expect(200);
    let mut recorded = app.recorded();
    let (_, _, fields) = recorded.pop().unwrap();
    for (noun, field) in [("enterprise", "street_id"), ("user", "organisation_id"), ("token", "street_id")] {
        let moved = json!({ field: { "before": from, "after": into } });
        assert!(recorded.contains(&(noun.to_owned(), "updated".to_owned(), moved)), "{noun}: {recorded:?}");
    }
    assert_eq!((&fields["enterprises"]["after"], &fields["users"]["after"]), (&json!(1), &json!(1)));
    // The name is free again, the old office is history.
    keeper.caller.post("/api/v1/organisations", json!({ "kind": "street", "name": "星湖街道" })).await.expect(201);
    let path = format!("/api/v1/organisations/{from}");
    keeper.caller.if_match("\"2-0\"").patch(&path, json!({ "name": "旧" })).await.expect(409);
    keeper.caller.post(&format!("{path}/merge"), json!({ "into_id": into })).await.expect(409);
}

#[apply(both_databases)]
async fn what_differs_is_not_merged(app: TestApp) {
    let keeper = app.person(Role::Administrator);
    let (street, district) = (app.district.street, app.district.id);
    let merge = |from: Value, into: Value| {
        let caller = keeper.caller.clone();
        let path = format!("/api/v1/organisations/{}/merge", from.as_str().unwrap());
        async move { caller.post(&path, json!({ "into_id": into })).await }
    };
    for (from, into, code) in [
        (street, street, "into_itself"),
        (street, app.district.department, "kinds_differ"),
        (street, district, "kinds_differ"),
        (street, wellspring::domain::ids::OrganisationId::new(), "unknown_reference"),
    ] {
        let refused = merge(json!(from), json!(into)).await.expect(422);
        assert_eq!(refused.refused_fields()["/into_id"], code);
    }
    assert!(app.recorded().is_empty());
}
