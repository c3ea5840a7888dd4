//! A page of every route at both sizes and in both languages, by somebody who opens it, and the forms that come back: nothing
//! serious by axe-core, nothing that scrolls sideways, nothing heavy, nothing the console complains about.

use super::{
    demonstration::Demonstration,
    screen::{SIDEWAYS, Screen, Size},
};
use crate::pages::walk::{PAGES, filled, is_no_page};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};

/// Pages that look otherwise to another role, or by another address.
const ALSO: &[(&str, &str)] = &[
    ("steward", "/visits/new?enterprise={enterprise}"),
    ("steward", NOWHERE),
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
const HEAVIEST: u64 = 100;
/// An address without a page.
const NOWHERE: &str = "/nothing/here";

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
    for language in ["zh", "en"] {
        screen.change(Size::Phone, language).await;
        for (role, pages) in &pages {
            let eye = Eye { screen: &screen, language, role };
            let (username, password) = district.credentials(role);
            wrong.extend(eye.look("door", 200).await);
            screen.sign_in(&username, &password).await;
            for page in pages {
                screen.go(page).await;
                wrong.extend(eye.look(page, if page == NOWHERE { 404 } else { 200 }).await);
            }
            for (_, form) in REFUSED.iter().filter(|(whose, _)| whose == role) {
                screen.go(&filled_in(form, &ids)).await;
                screen.follow("main form[method=post][novalidate] button[type=submit]").await;
                assert!(screen.shows("main .summary a[href^='#']").await, "{form} was taken");
                wrong.extend(eye.look(&format!("{form} refused"), 422).await);
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

/// Asks of the page that is open, in one script: what it is, whether it fits (`sideways`), and what axe-core finds.
const LOOK: &str = "
    const done = arguments[arguments.length - 1];
    const root = document.documentElement;
    const page = {
        language: root.lang,
        sideways,
        status: performance.getEntriesByType('navigation')[0].responseStatus,
        weight: root.outerHTML.length,
    };
    const grave = ['serious', 'critical'];
    const said = one => one.id + ' ' + one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', ');
    axe.run({resultTypes: ['violations']}).then(
        found => done({...page, faults: found.violations.filter(one => grave.includes(one.impact)).map(said)}),
        error => done({...page, faults: [String(error)]}),
    );";

/// Somebody who looks at pages.
struct Eye<'a> {
    screen: &'a Screen,
    language: &'a str,
    role: &'a str,
}

impl Eye<'_> {
    /// What is wrong with the page that is open, at each size. It is loaded once, and turned from one size to the other.
    async fn look(&self, page: &str, status: u16) -> Vec<String> {
        let mut wrong = Vec::new();
        let script = format!("const sideways = {SIDEWAYS}; {LOOK}");
        for size in [Size::Desktop, Size::Phone] {
            self.screen.resize(size).await;
            let seen = self.screen.driver.execute_async(&script, Vec::new()).await.unwrap().json().clone();
            let place = format!("{} {} {size:?} {page}", self.role, self.language);
            wrong.extend(self.faults(&seen, status).into_iter().map(|fault| format!("{place}: {fault}")));
        }
        wrong
    }

    fn faults(&self, seen: &Value, status: u16) -> Vec<String> {
        let tag = if self.language == "zh" { "zh-CN" } else { "en" };
        let weight = seen["weight"].as_u64().unwrap_or(u64::MAX) / 1024;
        let found = seen["faults"].as_array().unwrap().iter().map(|fault| fault.as_str().unwrap().to_owned());
        let claims = [
            (seen["sideways"] == false, "scrolls sideways".to_owned()),
            (weight <= HEAVIEST, format!("weighs {weight} kB")),
            (seen["status"] == status, format!("answered {}", seen["status"])),
            (seen["language"] == tag, format!("not in {tag}")),
        ];
        claims.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| fault).chain(found).collect()
    }
}
