//! Every page, walked by a stranger and by each role. The routes are read from the source: one without an entry in `PAGES`
//! fails, so whoever adds a page says here who opens it.

use crate::support::{
    app::{Answer, TestApp},
    both::both_databases,
    browser::Browser,
};
use std::{collections::BTreeSet, fs, path::Path};
use uuid::Uuid;
use wellspring::domain::role::Role::{self, *};

/// Whoever is signed in.
const EVERYBODY: &[Role] = Role::ALL;
const BUSINESS: &[Role] = &[Steward, ChiefSteward, Finance, Leader, Supervisor];
const ADMINISTRATOR: &[Role] = &[Administrator];
const KEEPERS: &[Role] = &[SecurityAdministrator];
const AUDITORS: &[Role] = &[Auditor];

/// Who opens a page or sends its form; everybody else is refused, and strangers are asked to sign in.
#[rustfmt::skip]
const PAGES: &[(&str, &str, &[Role])] = &[
    ("get",  "/",                                EVERYBODY),
    ("post", "/sign-out",                        EVERYBODY),

    ("get",  "/enterprises",                     BUSINESS),

    ("get",  "/organisations",                   ADMINISTRATOR),
    ("post", "/organisations",                   ADMINISTRATOR),
    ("get",  "/organisations/new",               ADMINISTRATOR),
    ("get",  "/organisations/{id}",              ADMINISTRATOR),
    ("post", "/organisations/{id}",              ADMINISTRATOR),
    ("get",  "/organisations/{id}/merge",        ADMINISTRATOR),
    ("post", "/organisations/{id}/merge",        ADMINISTRATOR),
    ("get",  "/mail-queue",                      ADMINISTRATOR),
    ("get",  "/mail-queue/{id}",                 ADMINISTRATOR),
    ("post", "/mail-queue/{id}/resend",          ADMINISTRATOR),
    ("get",  "/settings",                        ADMINISTRATOR),

    ("get",  "/users",                           KEEPERS),
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
    ("post", "/tokens",                          KEEPERS),
    ("get",  "/tokens/new",                      KEEPERS),
    ("get",  "/tokens/{id}",                     KEEPERS),
    ("post", "/tokens/{id}/revoke",              KEEPERS),

    ("get",  "/audit-log",                       AUDITORS),
    ("get",  "/audit-log/chain",                 AUDITORS),
];

/// Pages for strangers: the door, outside of the walk.
const OPEN: &[(&str, &str)] = &[("get", "/sign-in"), ("post", "/sign-in")];

/// A page of somebody's that has a form, for its proof.
const fn page_of(role: Role) -> &'static str {
    match role {
        Administrator => "/organisations",
        SecurityAdministrator => "/users",
        Auditor => "/audit-log",
        _ => "/enterprises",
    }
}

/// Method and address of every route below `src/web/pages`.
fn routes() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/pages"), &mut found);
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
            assert!(!source.contains(way), "{} adds a page with {way}, which the walk does not see", path.display());
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
fn filled(address: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { Uuid::nil().to_string() } else { part.to_owned() };
    address.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn go(browser: &Browser, method: &str, address: &str, proof: &str) -> Answer {
    match method {
        "get" => browser.open(&filled(address)).await,
        _ => browser.send_raw(&filled(address), &[("csrf", proof)]).await,
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
    let routes = routes();
    for (method, address) in &routes {
        assert!(known(method, address), "{method} {address}: say in PAGES who opens it");
    }
    let entries = PAGES.iter().map(|(method, address, _)| (*method, *address)).chain(OPEN.iter().copied());
    for (method, address) in entries {
        let is_route = routes.contains(&(method.to_owned(), address.to_owned()));
        assert!(is_route, "{method} {address} is no page");
    }
}

both_databases! {
    async fn a_stranger_is_asked_to_sign_in(app: TestApp) {
        let stranger = app.stranger();
        for (method, address, _) in PAGES {
            let answer = go(&stranger, method, address, "").await;
            assert_eq!(answer.status, 303, "{method} {address}");
            assert!(answer.leads_to().starts_with("/sign-in"), "{method} {address}");
        }
        assert!(app.recorded().is_empty());
    }

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
}
