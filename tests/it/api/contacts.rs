//! Contact persons: kept, masked, and unmasked on record.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::count,
};
use serde_json::{Value, json};
use wellspring::domain::people::role::{Role, TokenScope};

fn primaries(list: &Value) -> Vec<bool> {
    list["items"].as_array().unwrap().iter().map(|contact| contact["is_primary"].as_bool().unwrap()).collect()
}

#[apply(both_databases)]
async fn contacts_are_masked_until_somebody_asks(app: TestApp) {
    let enterprise = app.enterprise("星河");
    let path = format!("/api/v1/enterprises/{}/contacts", enterprise.id);
    let steward = app.person(Role::Steward).caller;
    let body = json!({"name": "张明", "position": "财务总监", "phone": "13812341234", "email": "zhang@Xinghe.test"});
    let made = steward.post(&path, &body).await.expect(201).json();
    assert_eq!(
        (&made["name"], &made["phone"], &made["email"]),
        (&json!("张**"), &json!("138****1234"), &json!("z***@xinghe.test"))
    );
    assert_eq!(made["is_primary"], true);
    let listed = steward.get(&path).await.expect(200);
    assert_eq!(listed.json()["items"][0]["phone"], "138****1234");
    assert!(!String::from_utf8_lossy(&listed.body).contains("张明"));
    assert_eq!(count(&app, "access_records"), 0);
    let open =
        steward.post(&format!("{path}/{}/unmask", made["id"].as_str().unwrap()), json!({})).await.expect(200).json();
    assert_eq!(
        (&open["name"], &open["phone"], &open["masked"]),
        (&json!("张明"), &json!("13812341234"), &json!(false))
    );
    assert_eq!(count(&app, "access_records"), 1);
}

#[apply(both_databases)]
async fn one_is_asked_first(app: TestApp) {
    let path = format!("/api/v1/enterprises/{}/contacts", app.enterprise("星河").id);
    let leader = app.person(Role::Leader).caller;
    for name in ["甲", "乙"] {
        leader.post(&path, json!({"name": name})).await.expect(201);
    }
    assert_eq!(primaries(&leader.get(&path).await.json()), [true, false]);
    let third = leader.post(&path, json!({"name": "丙", "is_primary": true})).await.expect(201).json();
    let listed = leader.get(&path).await.json();
    assert_eq!((primaries(&listed), &listed["items"][0]["id"]), (vec![true, false, false], &third["id"]));
    let second = listed["items"][2].clone();
    let change = format!("{path}/{}", second["id"].as_str().unwrap());
    leader.if_match("\"1-\"").patch(&change, json!({"is_primary": true, "phone": "010-62345678"})).await.expect(200);
    assert_eq!(leader.get(&path).await.json()["items"][0]["id"], second["id"]);
    leader.if_match("\"1-\"").delete(&change).await.expect(412);
    leader.delete(&change).await.expect(428);
    leader.if_match("\"2-\"").delete(&change).await.expect(204);
    leader.if_match("\"2-\"").delete(&change).await.expect(404);
    assert_eq!(count(&app, "contacts"), 2);
}

#[apply(both_databases)]
async fn the_list_comes_in_pages_and_one_is_read_with_its_tag(app: TestApp) {
    let path = format!("/api/v1/enterprises/{}/contacts", app.enterprise("星河").id);
    let leader = app.person(Role::Leader).caller;
    for (name, is_primary) in [("甲", false), ("乙", true), ("丙", false)] {
        leader.post(&path, json!({"name": name, "is_primary": is_primary})).await.expect(201);
    }
    let mut names = Vec::new();
    let mut next = Some(format!("{path}?limit=1&include_total=true"));
    while let Some(address) = next {
        let page = leader.get(&address).await.expect(200);
        assert_eq!(page.json()["total"], 3);
        names.push(page.json()["items"][0]["name"].as_str().unwrap().to_owned());
        next = page.header("link").map(|link| link[1..link.find('>').unwrap()].to_owned());
    }
    assert_eq!(names, ["乙**", "甲**", "丙**"]);
    assert_eq!(
        leader.get(&format!("{path}?colour=red")).await.expect(422).refused_fields()["/colour"],
        "unknown_field"
    );
    leader.get(&format!("{path}?cursor=AAAA")).await.expect(400);
    let last = leader.get(&path).await.json()["items"][2].clone();
    let one = format!("{path}/{}", last["id"].as_str().unwrap());
    let shown = leader.get(&one).await.expect(200);
    assert_eq!(shown.json(), last);
    let tag = shown.header("etag").unwrap().to_owned();
    leader.with_header("if-none-match", &tag).get(&one).await.expect(304);
    leader.if_match(&tag).patch(&one, json!({"position": "财务"})).await.expect(200);
}

#[apply(both_databases)]
async fn refusals_write_nothing(app: TestApp) {
    let (mine, theirs) = (app.enterprise("甲"), app.enterprise_at("乙", app.district.other_street));
    let path = |id: &dyn std::fmt::Display| format!("/api/v1/enterprises/{id}/contacts");
    let steward = app.person(Role::Steward).caller;
    for (body, pointer, code) in [
        (json!({"name": " "}), "/name", "text_empty"),
        (json!({"name": "张\u{0}"}), "/name", "text_control_character"),
        (json!({"name": "张", "phone": "打电话"}), "/phone", "phone_invalid"),
        (json!({"name": "张", "phone": "11010519491231002X"}), "/phone", "phone_is_identity_card"),
        (json!({"name": "张11010519491231002X"}), "/name", "identity_card"),
        (json!({"name": "张", "email": "not a mail"}), "/email", "email_invalid"),
        (json!({"name": "张", "id_card": "1"}), "/id_card", "unknown_field"),
    ] {
        let answer = steward.post(&path(&mine.id), &body).await.expect(422);
        assert_eq!(answer.refused_fields()[pointer], code, "{body}");
    }
    steward.post(&path(&theirs.id), json!({"name": "张"})).await.expect(404);
    steward.get(&path(&theirs.id)).await.expect(404);
    app.person(Role::Supervisor).caller.post(&path(&mine.id), json!({"name": "张"})).await.expect(403);
    app.service(&[TokenScope::EnterprisesWrite], None).post(&path(&mine.id), json!({"name": "张"})).await.expect(403);
    assert_eq!(count(&app, "contacts"), 0);
    let made = app.person(Role::Leader).caller.post(&path(&theirs.id), json!({"name": "张"})).await.expect(201).json();
    let id = made["id"].as_str().unwrap();
    steward.post(&format!("{}/{id}/unmask", path(&theirs.id)), json!({})).await.expect(404);
    steward.post(&format!("{}/{id}/unmask", path(&mine.id)), json!({})).await.expect(404);
    app.person(Role::Supervisor).caller.post(&format!("{}/{id}/unmask", path(&theirs.id)), json!({})).await.expect(403);
    assert_eq!(count(&app, "access_records"), 0);
}
