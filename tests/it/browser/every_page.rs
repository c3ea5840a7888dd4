//! A page of every route at both sizes and in both languages, by somebody who opens it, and the forms that come back: nothing
//! serious by axe-core, nothing that scrolls sideways, nothing heavy, nothing the console complains about.

use super::{
    demonstration::{Demonstration, WAYS},
    screen::{Screen, Size},
};
use crate::pages::walk::{PAGES, filled, is_no_page};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};

/// Pages that look otherwise to another role, or by another address.
const ALSO: &[(&str, &str)] = &[
    ("steward", "/visits/new?enterprise={enterprise}"),
    ("steward", "/nothing/here"),
    ("chief_steward", "/enterprises?risk_level=red&sort=-tax_year"),
    ("chief_steward", "/enterprises/assign?id={enterprise}"),
    ("chief_steward", "/enterprises/assign/done?id={enterprise}&steward_id={user}"),
    ("chief_steward", "/overview"),
    ("finance", "/enterprises"),
    ("leader", "/overview?screen=big"),
    ("leader", "/alerts/{id}"),
    ("administrator", "/account"),
];
/// Forms that come back when nothing is filled in.
const REFUSED: &[(&str, &str)] = &[
    ("steward", "/visits/new?enterprise={enterprise}"),
    ("steward", "/enterprises/{id}/contacts/new"),
    ("chief_steward", "/enterprises/new"),
    ("administrator", "/organisations/new"),
    ("security_administrator", "/users/new"),
    ("security_administrator", "/tokens/new"),
];
/// Kilobytes a page may weigh without style, script and icons.
const HEAVIEST: usize = 100;

fn axe() -> Option<String> {
    let path = std::env::var("WELLSPRING_TEST_AXE").unwrap_or_else(|_| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        root.join("target/axe/node_modules/axe-core/axe.min.js").display().to_string()
    });
    fs::read_to_string(path).ok()
}

#[actix_web::test]
async fn every_page_is_fit_for_everybody() {
    let Some(axe) = axe() else {
        assert!(std::env::var_os("WELLSPRING_REQUIRE_BROWSER").is_none(), "axe-core is required and was not found");
        eprintln!("skipped: no axe-core (npm install --prefix target/axe axe-core)");
        return;
    };
    let district = Demonstration::new().await;
    let ids = something_of_everything(&district);
    let pages = by_role(&ids);
    let Some(screen) = Screen::open(&district.served.base, Size::Phone, "zh").await else { return };
    // Pages allow no script but their own, so it comes in through the driver, once.
    screen.developer("Page.addScriptToEvaluateOnNewDocument", json!({ "source": axe })).await;
    let mut wrong = Vec::new();
    for (size, language) in WAYS {
        screen.change(size, language).await;
        for (role, pages) in &pages {
            let place = |page: &str| format!("{role} {language} {size:?} {page}");
            let (username, password) = district.credentials(role);
            wrong.extend(look(&screen, language, &place("door")).await);
            screen.sign_in(&username, &password).await;
            for page in pages {
                screen.go(page).await;
                wrong.extend(look(&screen, language, &place(page)).await);
            }
            for (_, form) in REFUSED.iter().filter(|(whose, _)| whose == role) {
                screen.go(&filled_in(form, &ids)).await;
                screen.follow("main form[method=post][novalidate] button[type=submit]").await;
                assert!(screen.shows("main .summary a[href^='#']").await, "{form} was taken");
                wrong.extend(look(&screen, language, &place(&format!("{form} refused"))).await);
            }
            let is_told =
                |complaint: &String| complaint.contains("status of 404") || complaint.contains("status of 422");
            wrong.extend(screen.complaints().await.into_iter().filter(|complaint| !is_told(complaint)));
            screen.sign_out().await;
        }
    }
    screen.close().await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// One page of every route for the first role that opens it, and the others, by role.
fn by_role(ids: &[(&str, String)]) -> BTreeMap<&'static str, Vec<String>> {
    let mut pages: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (_, address, roles) in PAGES.iter().filter(|(method, address, _)| *method == "get" && !is_no_page(address)) {
        pages.entry(roles[0].as_str()).or_default().push(filled_in(address, ids));
    }
    for (role, address) in ALSO {
        pages.entry(role).or_default().push(filled_in(address, ids));
    }
    pages
}

fn filled_in(address: &str, ids: &[(&str, String)]) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let path = filled(path, ids);
    let id = |start: &str| ids.iter().find(|(known, _)| *known == start).unwrap().1.clone();
    let query = query.replace("{enterprise}", &id("/enterprises/")).replace("{user}", &id("/users/"));
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// Ids by the beginnings of addresses: an enterprise, with what the first of each role may change about it.
fn something_of_everything(district: &Demonstration) -> Vec<(&'static str, String)> {
    let client = |role: &str| district.client(role);
    let first = |role: &str, path: &str| {
        let (status, found) = client(role).get(&format!("/api/v1{path}"));
        assert_eq!(status, 200, "{path}: {found}");
        id_of(&found["items"][0])
    };
    let made = |role: &str, path: &str, body: Value| {
        let (status, made) = client(role).post(&format!("/api/v1{path}"), body);
        assert_eq!(status, 201, "{path}: {made}");
        id_of(&made)
    };
    let enterprise = first("steward", "/enterprises?limit=1&status=active");
    let day = "2026-01-05";
    let visit = json!({
        "enterprise_id": enterprise, "visited_on": day, "channel": "on_site", "relocation_intent": "considering",
        "reasons": ["rent_or_premises"], "summary": "考虑换一处办公场地。", "requests": ["对接载体"],
    });
    let visit = made("steward", "/visits", visit);
    let contact = json!({"name": "张明", "position": "财务总监", "phone": "10012341234"});
    let contact = made("steward", &format!("/enterprises/{enterprise}/contacts"), contact);
    let signal = json!({"enterprise_id": enterprise, "kind": "recruiting_elsewhere", "occurred_on": day});
    let signal = made("steward", "/signals", signal);
    let token = json!({"name": "市场监管局", "scopes": ["read", "signals:write"]});
    vec![
        ("/enterprises/", enterprise),
        ("/visits/", visit),
        ("contact_id", contact),
        ("signal_id", signal),
        ("/alerts/", first("steward", "/alerts?limit=1&state=open")),
        ("/organisations/", first("administrator", "/organisations?limit=1&kind=street")),
        ("/mail-queue/", first("administrator", "/mail-messages?limit=1")),
        ("/users/", first("security_administrator", "/users?limit=1&role=chief_steward")),
        ("/tokens/", made("security_administrator", "/tokens", token)),
    ]
}

fn id_of(row: &Value) -> String {
    row["id"].as_str().unwrap_or_else(|| panic!("{row}")).to_owned()
}

async fn look(screen: &Screen, language: &str, place: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let sideways = screen.script("return document.documentElement.scrollWidth > window.innerWidth + 1").await;
    if sideways == true {
        wrong.push(format!("{place}: scrolls sideways"));
    }
    let weight = screen.script("return document.documentElement.outerHTML.length").await.as_u64().unwrap_or_default();
    if weight > (HEAVIEST * 1024) as u64 {
        wrong.push(format!("{place}: weighs {} kB", weight / 1024));
    }
    let status = screen.script("return performance.getEntriesByType('navigation')[0].responseStatus").await;
    let expected = if place.ends_with("refused") {
        422
    } else if place.ends_with("/nothing/here") {
        404
    } else {
        200
    };
    if status != expected {
        wrong.push(format!("{place}: answered {status}"));
    }
    let tag = if language == "zh" { "zh-CN" } else { "en" };
    if screen.script("return document.documentElement.lang").await != tag {
        wrong.push(format!("{place}: not in {tag}"));
    }
    let run = "const done = arguments[arguments.length - 1]; axe.run({resultTypes: ['violations']}).then(r => done(r.violations.filter(v => v.impact === 'serious' || v.impact === 'critical').map(v => v.id + ' ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(', '))), e => done([String(e)]))";
    let violations = screen.driver.execute_async(run, Vec::new()).await.unwrap().json().clone();
    for violation in violations.as_array().cloned().unwrap_or_default() {
        wrong.push(format!("{place}: {}", violation.as_str().unwrap_or_default()));
    }
    wrong
}
