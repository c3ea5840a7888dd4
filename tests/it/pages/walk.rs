//! Every page, walked by a stranger and by each role. The routes are read from the source: one without an entry in
//! `PAGES` fails, so the author of a page says here who opens it.

use crate::support::{
    app::{Answer, TestApp},
    both::{apply, both_databases},
    browser::Browser,
};
use std::{collections::BTreeSet, fs, path::Path};
use uuid::Uuid;
use wellspring::domain::people::role::Role::{self, *};

/// Every signed-in person.
const EVERYBODY: &[Role] = Role::ALL;
const BUSINESS: &[Role] = &[Steward, ChiefSteward, Finance, Leader, Supervisor];
const STEWARDS: &[Role] = &[Steward, ChiefSteward];
/// Those who visit enterprises, manage their contacts and acknowledge alerts.
const TAKERS: &[Role] = &[Steward, ChiefSteward, Leader];
const WRITERS: &[Role] = &[ChiefSteward, Finance];
const REPORTERS: &[Role] = &[Steward, ChiefSteward, Finance, Leader];
const ADMINISTRATOR: &[Role] = &[Administrator];
const KEEPERS: &[Role] = &[SecurityAdministrator];
const AUDITORS: &[Role] = &[Auditor];

/// Who opens a page or sends its form; everybody else is refused, and strangers are asked to sign in.
#[rustfmt::skip]
pub(crate) const PAGES: &[(&str, &str, &[Role])] = &[
    ("get",  "/",                                EVERYBODY),
    ("post", "/sign-out",                        EVERYBODY),

    ("get",  "/account",                         EVERYBODY),
    ("post", "/account",                         EVERYBODY),
    ("get",  "/account/password",                EVERYBODY),
    ("post", "/account/password",                EVERYBODY),
    ("get",  "/account/absences",                EVERYBODY),
    ("post", "/account/absences",                EVERYBODY),
    ("post", "/account/absences/{id}/delete",    EVERYBODY),
    ("get",  "/account/second-factor",           EVERYBODY),
    ("post", "/account/second-factor",           EVERYBODY),
    ("post", "/account/second-factor/confirm",   EVERYBODY),
    ("post", "/account/second-factor/remove",    EVERYBODY),
    ("post", "/account/sessions/end-others",     EVERYBODY),
    ("post", "/account/sessions/{id}/end",       EVERYBODY),
    ("post", "/account/tokens/{id}/revoke",      KEEPERS),

    ("get",  "/workbench",                       STEWARDS),
    ("post", "/workbench/acknowledge",           STEWARDS),
    ("get",  "/overview",                        BUSINESS),
    ("get",  "/alerts",                          BUSINESS),
    ("get",  "/alerts/export",               BUSINESS),
    ("get",  "/alerts/{id}",                     BUSINESS),
    ("post", "/alerts/{id}/acknowledge",         TAKERS),
    ("post", "/alerts/{id}/directives",          &[Leader]),
    ("post", "/alerts/{id}/resolve",             &[ChiefSteward, Leader]),
    ("get",  "/visits",                          BUSINESS),
    ("get",  "/visits/export",               BUSINESS),
    ("get",  "/visits/new",                      TAKERS),
    ("post", "/visits/new",                      TAKERS),
    ("get",  "/visits/suggestions",              BUSINESS),
    ("get",  "/visits/{id}",                     BUSINESS),
    ("get",  "/visits/{id}/edit",                TAKERS),
    ("post", "/visits/{id}/edit",                TAKERS),
    ("get",  "/visits/{id}/withdraw",            TAKERS),
    ("post", "/visits/{id}/withdraw",            TAKERS),
    ("get",  "/imports",                         &[Finance]),
    ("get",  "/imports/export",              &[Finance]),

    ("get",  "/enterprises",                     BUSINESS),
    ("get",  "/enterprises/assign",              &[ChiefSteward, Leader]),
    ("post", "/enterprises/assign",              &[ChiefSteward, Leader]),
    ("get",  "/enterprises/assign/done",         &[ChiefSteward, Leader]),
    ("get",  "/enterprises/export",              BUSINESS),
    ("get",  "/enterprises/views",               BUSINESS),
    ("post", "/enterprises/views",               BUSINESS),
    ("post", "/enterprises/views/{id}",          BUSINESS),
    ("post", "/enterprises/views/{id}/delete",   BUSINESS),
    ("get",  "/enterprises/new",                 WRITERS),
    ("post", "/enterprises/new",                 WRITERS),
    ("get",  "/enterprises/{id}",                BUSINESS),
    ("get",  "/enterprises/{id}/timeline",       BUSINESS),
    ("get",  "/enterprises/{id}/edit",           WRITERS),
    ("post", "/enterprises/{id}/edit",           WRITERS),
    ("get",  "/enterprises/{id}/team",           &[ChiefSteward, Leader]),
    ("post", "/enterprises/{id}/team",           &[ChiefSteward, Leader]),
    ("get",  "/enterprises/{id}/team/history",   BUSINESS),
    ("get",  "/enterprises/{id}/signals/new",    REPORTERS),
    ("post", "/enterprises/{id}/signals/new",    REPORTERS),
    ("get",  "/enterprises/{id}/signals/{signal_id}/withdraw",     REPORTERS),
    ("post", "/enterprises/{id}/signals/{signal_id}/withdraw",     REPORTERS),
    ("get",  "/enterprises/{id}/contacts/new",                     TAKERS),
    ("post", "/enterprises/{id}/contacts/new",                     TAKERS),
    ("get",  "/enterprises/{id}/contacts/{contact_id}/edit",       TAKERS),
    ("post", "/enterprises/{id}/contacts/{contact_id}/edit",       TAKERS),
    ("post", "/enterprises/{id}/contacts/{contact_id}/remove",     TAKERS),
    ("post", "/enterprises/{id}/contacts/{contact_id}/unmask",     TAKERS),

    ("get",  "/organisations",                   ADMINISTRATOR),
    ("get",  "/organisations/export",        ADMINISTRATOR),
    ("post", "/organisations",                   ADMINISTRATOR),
    ("get",  "/organisations/new",               ADMINISTRATOR),
    ("get",  "/organisations/{id}",              ADMINISTRATOR),
    ("post", "/organisations/{id}",              ADMINISTRATOR),
    ("get",  "/organisations/{id}/merge",        ADMINISTRATOR),
    ("post", "/organisations/{id}/merge",        ADMINISTRATOR),
    ("get",  "/mail-queue",                      ADMINISTRATOR),
    ("get",  "/mail-queue/export",           ADMINISTRATOR),
    ("get",  "/mail-queue/{id}",                 ADMINISTRATOR),
    ("post", "/mail-queue/{id}/resend",          ADMINISTRATOR),
    ("get",  "/jobs",                            ADMINISTRATOR),
    ("get",  "/settings",                        ADMINISTRATOR),
    ("get",  "/calendar",                        ADMINISTRATOR),
    ("post", "/calendar",                        ADMINISTRATOR),
    ("post", "/calendar/{year}/remove",          ADMINISTRATOR),

    ("get",  "/users",                           KEEPERS),
    ("get",  "/users/export",                KEEPERS),
    ("post", "/users",                           KEEPERS),
    ("get",  "/users/new",                       KEEPERS),
    ("get",  "/users/{id}",                      KEEPERS),
    ("post", "/users/{id}",                      KEEPERS),
    ("get",  "/users/{id}/deactivate",           KEEPERS),
    ("post", "/users/{id}/deactivate",           KEEPERS),
    ("post", "/users/{id}/reactivate",           KEEPERS),
    ("post", "/users/{id}/reset-password",       KEEPERS),
    ("post", "/users/{id}/unlock",               KEEPERS),
    ("get",  "/tokens",                          KEEPERS),
    ("get",  "/tokens/export",               KEEPERS),
    ("post", "/tokens",                          KEEPERS),
    ("get",  "/tokens/new",                      KEEPERS),
    ("get",  "/tokens/{id}",                     KEEPERS),
    ("post", "/tokens/{id}/revoke",              KEEPERS),

    ("get",  "/audit-log",                       AUDITORS),
    ("get",  "/audit-log/chain",                 AUDITORS),
];

/// The door, and the sign of life that a script gives: no pages with forms, outside of the walk.
const OPEN: &[(&str, &str)] = &[("get", "/sign-in"), ("post", "/sign-in"), ("post", "/account/stay")];

/// Whether a route answers with no page of its own when nothing more is said: with another page, suggestions, the file of a list.
pub(crate) fn is_no_page(address: &str) -> bool {
    let others = ["/", "/visits/suggestions", "/enterprises/assign", "/enterprises/assign/done"];
    address.ends_with("/export") || others.contains(&address)
}

/// A page of somebody's that has a form, for its proof.
pub(super) const fn page_of(role: Role) -> &'static str {
    match role {
        Administrator => "/organisations",
        SecurityAdministrator => "/users",
        Auditor => "/audit-log",
        _ => "/enterprises",
    }
}

/// The address of a page about something that there is: `ids` by the beginnings of addresses, and by the names of ids that are not an
/// address's first.
pub(crate) fn filled(address: &str, ids: &[(&str, String)]) -> String {
    let id = |start: &str| ids.iter().find(|(known, _)| *known == start).map(|(_, id)| id.clone());
    let first = ids.iter().find(|(start, _)| start.starts_with('/') && address.starts_with(start));
    let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        None => part.to_owned(),
        Some("id") => first.unwrap_or_else(|| panic!("nothing for {address}")).1.clone(),
        Some(name) => id(name).unwrap_or_else(|| panic!("no {name} for {address}")),
    };
    address.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Method and address of every route below a folder of the sources.
pub(crate) fn routes(folder: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    assert!(found.len() > 50, "only {} routes were found below {folder}", found.len());
    found
}

fn collect(folder: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for way in [".route(", "web::resource(", "#[route(", ".default_service("] {
            assert!(!source.contains(way), "{} adds a route with {way}, which the walk does not see", path.display());
        }
        for method in ["get", "post", "put", "patch", "delete", "head"] {
            for rest in source.split(&format!("#[{method}(")).skip(1) {
                let address = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                let address = address.unwrap_or_else(|| panic!("an address in {} cannot be read", path.display()));
                found.insert((method.to_owned(), address.to_owned()));
            }
        }
    }
}

/// An address with ids that nothing has.
fn astray(address: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { Uuid::nil().to_string() } else { part.to_owned() };
    address.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn go(browser: &Browser, method: &str, address: &str, proof: &str) -> Answer {
    match method {
        "get" => browser.open(&astray(address)).await,
        _ => browser.send_raw(&astray(address), &[("csrf", proof)]).await,
    }
}

async fn proof_of(browser: &Browser, role: Role) -> String {
    let html = browser.page(page_of(role)).await;
    html.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

#[test]
fn every_page_says_who_opens_it() {
    let known = |method: &str, address: &str| {
        OPEN.contains(&(method, address)) || PAGES.iter().any(|(m, a, _)| (*m, *a) == (method, address))
    };
    let routes = routes("src/web/pages");
    for (method, address) in &routes {
        assert!(known(method, address), "{method} {address}: say in PAGES who opens it");
    }
    let entries = PAGES.iter().map(|(method, address, _)| (*method, *address)).chain(OPEN.iter().copied());
    for (method, address) in entries {
        let is_route = routes.contains(&(method.to_owned(), address.to_owned()));
        assert!(is_route, "{method} {address} is no page");
    }
}

#[apply(both_databases)]
async fn a_stranger_is_asked_to_sign_in(app: TestApp) {
    let stranger = app.stranger();
    for (method, address, _) in PAGES {
        let answer = go(&stranger, method, address, "").await;
        assert_eq!(answer.status, 303, "{method} {address}");
        assert!(answer.leads_to().starts_with("/sign-in"), "{method} {address}");
    }
    assert!(app.recorded().is_empty());
}

#[apply(both_databases)]
async fn each_role_opens_what_the_table_says(app: TestApp) {
    for &role in Role::ALL {
        let person = app.person(role).id;
        let browser = app.browser(person);
        let proof = proof_of(&browser, role).await;
        for (method, address, roles) in PAGES {
            // Signing out would end the walk.
            if *address == "/sign-out" {
                continue;
            }
            let answer = go(&browser, method, address, &proof).await;
            let seen = format!("{method} {address} as {role}: {}", answer.status);
            assert!(answer.status < 500, "{seen}");
            if roles.contains(&role) {
                let found = !address.contains('{') || answer.status != 200;
                assert!(answer.status != 403 && found, "{seen}");
                if *method == "get" && !address.contains('{') {
                    assert!(matches!(answer.status, 200 | 303), "{seen}");
                }
            } else {
                assert!(matches!(answer.status, 403 | 404), "{seen}");
                assert!(!answer.html().contains("name=\"csrf\""), "{seen}: a refusal holds no form");
            }
        }
    }
}

#[apply(both_databases)]
async fn a_form_without_its_proof_is_refused(app: TestApp) {
    for (method, address, roles) in PAGES.iter().filter(|(method, _, _)| *method != "get") {
        for &role in *roles {
            let browser = app.browser(app.person(role).id);
            let others = proof_of(&app.browser(app.person(role).id), role).await;
            for proof in ["", "nonsense", others.as_str()] {
                let answer = go(&browser, method, address, proof).await;
                assert_eq!(answer.status, 403, "{method} {address} as {role} with {proof:?}");
            }
        }
    }
    assert!(app.recorded().is_empty());
}
