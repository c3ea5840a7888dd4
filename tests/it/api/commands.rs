//! What holds for the bodies of every command: all that a creation lacks is said at once, what cannot be emptied or changed is
//! refused, and nothing is written then.

use crate::{
    floors,
    support::{
        app::TestApp,
        both::{apply, both_databases},
        caller::Caller,
        some::some,
    },
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use wellspring::{
    domain::people::role::Role,
    services::{
        command::Command,
        desks::saved_views::ViewFields,
        fieldwork::visits::VisitFields,
        people::{absences::AbsenceFields, users::UserFields},
        registry::{contacts::ContactFields, enterprises::EnterpriseFields, organisations::OrganisationFields},
    },
};

/// The places of one command.
struct Place {
    /// Where something is created.
    creation: String,
    /// Something that is there.
    thing: String,
    caller: Caller,
    required: &'static [&'static str],
    once: &'static [&'static str],
    example: Value,
}

impl Place {
    fn of<C: Command>(creation: impl Into<String>, thing: String, caller: &Caller) -> Self {
        let (required, once, example) = (C::REQUIRED, C::ONCE, C::examples().0);
        Self { creation: creation.into(), thing, caller: caller.clone(), required, once, example }
    }
}

/// Makes something and gives the caller and its address.
async fn made(caller: &Caller, path: &str, body: Value) -> String {
    caller.post(path, body).await.expect(201).header("location").unwrap().to_owned()
}

async fn places(app: &TestApp) -> Vec<Place> {
    let enterprise = app.enterprise("星河科技");
    let steward = app.person(Role::Steward);
    let deputy = app.person(Role::Steward);
    let (finance, keeper) = (app.person(Role::Finance).caller, app.person(Role::Administrator).caller);
    let contacts = format!("/api/v1/enterprises/{}/contacts", enterprise.id);
    let visit = json!({"enterprise_id": enterprise.id, "visited_on": "2026-11-20", "channel": "on_site", "summary": "例行走访"});
    let absence = json!({"from_on": "2026-11-25", "until_on": "2026-11-26", "deputy_id": deputy.id});
    let by = &steward.caller;
    let visit = made(by, "/api/v1/visits", visit).await;
    let contact = made(by, &contacts, json!({"name": "赵敏"})).await;
    let view = made(by, "/api/v1/me/views", json!({"name": "我的", "query": "risk_level=red"})).await;
    let absence = made(by, "/api/v1/me/absences", absence).await;
    let security = app.person(Role::SecurityAdministrator).caller;
    let account = format!("/api/v1/users/{}", deputy.id);
    let office = made(&keeper, "/api/v1/organisations", json!({"kind": "street", "name": "星海街道"})).await;
    let mut visits = Place::of::<VisitFields>("/api/v1/visits", visit, by);
    visits.example["enterprise_id"] = json!(enterprise.id);
    vec![
        visits,
        Place::of::<ContactFields>(contacts, contact, by),
        Place::of::<ViewFields>("/api/v1/me/views", view, by),
        Place::of::<AbsenceFields>("/api/v1/me/absences", absence, by),
        Place::of::<OrganisationFields>("/api/v1/organisations", office, &keeper),
        Place::of::<UserFields>("/api/v1/users", account, &security),
        Place::of::<EnterpriseFields>(
            "/api/v1/enterprises",
            format!("/api/v1/enterprises/{}", enterprise.id),
            &finance,
        ),
    ]
}

/// The names that stand after a mark in a text.
fn named<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = String> + 'a {
    let after = text.split(mark).skip(1);
    after.map(|rest| rest.trim_start().chars().take_while(char::is_ascii_alphanumeric).collect())
}

#[test]
fn every_command_is_held_against_these_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: PathBuf| fs::read_to_string(path).unwrap();
    let sources = floors::sources(&root.join("src/services")).into_iter().map(read);
    let declared: BTreeSet<String> =
        sources.flat_map(|text| named(&text, "\ncommand! {").collect::<Vec<_>>()).collect();
    // This line names none.
    let placed = named(include_str!("commands.rs"), "Place::of::<").filter(|name| !name.is_empty()).collect();
    assert!(declared.len() > 6, "{declared:?}");
    assert_eq!(declared, placed);
}

#[apply(both_databases)]
async fn a_creation_says_all_that_it_lacks(app: TestApp) {
    for place in some(&places(&app).await) {
        let before = app.recorded().len();
        let refused = place.caller.post(&place.creation, json!({})).await.expect(422).refused_fields();
        let expected: BTreeMap<String, String> =
            place.required.iter().map(|name| (format!("/{name}"), "required".to_owned())).collect();
        assert_eq!(refused, expected, "{}", place.creation);
        assert_eq!(app.recorded().len(), before, "{}", place.creation);
    }
}

#[apply(both_databases)]
async fn a_creation_cannot_empty_what_it_requires(app: TestApp) {
    for place in some(&places(&app).await) {
        let before = app.recorded().len();
        for name in place.required {
            let mut body = place.example.clone();
            body[*name] = Value::Null;
            let refused = place.caller.post(&place.creation, body).await;
            let seen = format!("{} {name}: {}", place.creation, String::from_utf8_lossy(&refused.body));
            let said = refused.json();
            let of_it = |error: &&Value| error["pointer"] == format!("/{name}");
            let codes: Vec<&Value> =
                said["errors"].as_array().into_iter().flatten().filter(of_it).map(|error| &error["code"]).collect();
            assert_eq!((refused.status, codes), (422, vec![&json!("not_nullable")]), "{seen}");
        }
        assert_eq!(app.recorded().len(), before, "{}", place.creation);
    }
}

#[apply(both_databases)]
async fn what_is_required_is_never_emptied(app: TestApp) {
    for place in some(&places(&app).await) {
        let tag = place.caller.get(&place.thing).await.expect(200).header("etag").unwrap().to_owned();
        let changing = place.caller.with_header("if-match", &tag);
        let before = app.recorded().len();
        for name in place.required.iter().filter(|name| !place.once.contains(*name)) {
            let refused = changing.patch(&place.thing, json!({*name: null})).await.expect(422).refused_fields();
            assert_eq!(refused[&format!("/{name}")], "not_nullable", "{} {name}", place.thing);
        }
        assert_eq!(app.recorded().len(), before, "{}", place.thing);
    }
}

#[apply(both_databases)]
async fn what_is_stated_once_is_never_changed(app: TestApp) {
    let mut fields = 0;
    for place in some(&places(&app).await) {
        let tag = place.caller.get(&place.thing).await.expect(200).header("etag").unwrap().to_owned();
        let changing = place.caller.with_header("if-match", &tag);
        for name in place.once {
            let refused = changing.patch(&place.thing, json!({*name: place.example[*name]})).await.expect(422);
            assert_eq!(refused.refused_fields()[&format!("/{name}")], "unchangeable", "{} {name}", place.thing);
            fields += 1;
        }
    }
    assert!(fields > 2, "only {fields} fields are stated once");
}
