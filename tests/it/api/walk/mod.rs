//! Every route of the OpenAPI document, walked by a stranger, by each role and by those of another street office. A
//! route without an entry in `OPERATIONS` fails: its author says here who reaches it.

mod document;

use crate::{
    pages::walk::routes,
    support::{
        app::{Answer, TestApp},
        both::{apply, both_databases},
        caller::Caller,
        some::some,
    },
};
use document::Operation;
use wellspring::domain::{
    fieldwork::{signal::SignalKind, visit::RelocationIntent},
    people::role::{
        Role::{self, *},
        TokenScope,
    },
};

const EVERYBODY: &[Role] = Role::ALL;
const BUSINESS: &[Role] = &[Steward, ChiefSteward, Finance, Leader, Supervisor];
const COLLEAGUES: &[Role] = &[Steward, ChiefSteward, Finance, Leader, Supervisor, Administrator, SecurityAdministrator];
const VISITORS: &[Role] = &[Steward, ChiefSteward, Leader];
const REPORTERS: &[Role] = &[Steward, ChiefSteward, Finance, Leader];
const REGISTRARS: &[Role] = &[ChiefSteward, Finance];
const HEADS: &[Role] = &[ChiefSteward, Leader];
const KEEPERS: &[Role] = &[SecurityAdministrator];

/// Who reaches what below `/api/v1`; everybody else is refused.
#[rustfmt::skip]
const OPERATIONS: &[(&str, &str, &[Role])] = &[
    ("get",    "/alerts",                                          BUSINESS),
    ("get",    "/alerts/{id}",                                     BUSINESS),
    ("post",   "/alerts/{id}/acknowledge",                         VISITORS),
    ("get",    "/alerts/{id}/directives",                          BUSINESS),
    ("post",   "/alerts/{id}/directives",                          &[Leader]),
    ("post",   "/alerts/{id}/resolve",                             HEADS),
    ("get",    "/audit-log",                                       &[Auditor]),
    ("get",    "/audit-log/chain",                                 &[Auditor]),
    ("get",    "/calendar",                                        EVERYBODY),
    ("get",    "/calendar/{year}",                                 EVERYBODY),
    ("put",    "/calendar/{year}",                                 &[Administrator]),
    ("delete", "/calendar/{year}",                                 &[Administrator]),
    ("get",    "/changes",                                         &[]),
    ("get",    "/enterprises",                                     BUSINESS),
    ("post",   "/enterprises",                                     REGISTRARS),
    ("post",   "/enterprises/batch",                               REGISTRARS),
    ("get",    "/enterprises/export",                              BUSINESS),
    ("get",    "/enterprises/{id}",                                BUSINESS),
    ("patch",  "/enterprises/{id}",                                REGISTRARS),
    ("get",    "/enterprises/{id}/contacts",                       BUSINESS),
    ("post",   "/enterprises/{id}/contacts",                       VISITORS),
    ("get",    "/enterprises/{id}/contacts/{contact_id}",          BUSINESS),
    ("patch",  "/enterprises/{id}/contacts/{contact_id}",          VISITORS),
    ("delete", "/enterprises/{id}/contacts/{contact_id}",          VISITORS),
    ("post",   "/enterprises/{id}/contacts/{contact_id}/unmask",   VISITORS),
    ("get",    "/enterprises/{id}/receipts",                       BUSINESS),
    ("get",    "/enterprises/{id}/risk",                           BUSINESS),
    ("get",    "/enterprises/{id}/signals",                        BUSINESS),
    ("get",    "/enterprises/{id}/team",                           BUSINESS),
    ("put",    "/enterprises/{id}/team",                           HEADS),
    ("get",    "/enterprises/{id}/team/history",                   BUSINESS),
    ("get",    "/enterprises/{id}/timeline",                       BUSINESS),
    ("get",    "/jobs",                                            &[Administrator]),
    ("get",    "/mail-messages",                                   &[Administrator]),
    ("get",    "/mail-messages/{id}",                              &[Administrator]),
    ("post",   "/mail-messages/{id}/resend",                       &[Administrator]),
    ("get",    "/me",                                              EVERYBODY),
    ("patch",  "/me",                                              EVERYBODY),
    ("post",   "/me/password",                                     EVERYBODY),
    ("get",    "/me/sessions",                                     EVERYBODY),
    ("delete", "/me/sessions/{id}",                                EVERYBODY),
    ("get",    "/me/tokens",                                       EVERYBODY),
    ("get",    "/me/absences",                                     EVERYBODY),
    ("post",   "/me/absences",                                     EVERYBODY),
    ("get",    "/me/absences/{id}",                                EVERYBODY),
    ("patch",  "/me/absences/{id}",                                EVERYBODY),
    ("delete", "/me/absences/{id}",                                EVERYBODY),
    ("get",    "/me/views",                                        BUSINESS),
    ("post",   "/me/views",                                        BUSINESS),
    ("get",    "/me/views/{id}",                                   BUSINESS),
    ("patch",  "/me/views/{id}",                                   BUSINESS),
    ("delete", "/me/views/{id}",                                   BUSINESS),
    ("post",   "/me/totp",                                         EVERYBODY),
    ("delete", "/me/totp",                                         EVERYBODY),
    ("post",   "/me/totp/confirm",                                 EVERYBODY),
    ("get",    "/organisations",                                   EVERYBODY),
    ("post",   "/organisations",                                   &[Administrator]),
    ("get",    "/organisations/{id}",                              EVERYBODY),
    ("patch",  "/organisations/{id}",                              &[Administrator]),
    ("post",   "/organisations/{id}/merge",                        &[Administrator]),
    ("post",   "/receipts/batch",                                  &[Finance]),
    ("delete", "/session",                                         EVERYBODY),
    ("get",    "/signals",                                         BUSINESS),
    ("post",   "/signals",                                         REPORTERS),
    ("post",   "/signals/batch",                                   REPORTERS),
    ("get",    "/signals/{id}",                                    BUSINESS),
    ("post",   "/signals/{id}/withdraw",                           REPORTERS),
    ("post",   "/teams/batch",                                     HEADS),
    ("get",    "/tokens",                                          KEEPERS),
    ("post",   "/tokens",                                          KEEPERS),
    ("get",    "/tokens/{id}",                                     KEEPERS),
    ("delete", "/tokens/{id}",                                     KEEPERS),
    ("get",    "/users",                                           COLLEAGUES),
    ("post",   "/users",                                           KEEPERS),
    ("get",    "/users/{id}",                                      COLLEAGUES),
    ("patch",  "/users/{id}",                                      KEEPERS),
    ("get",    "/users/{id}/absences",                             KEEPERS),
    ("post",   "/users/{id}/absences",                             KEEPERS),
    ("get",    "/users/{id}/absences/{absence_id}",                KEEPERS),
    ("patch",  "/users/{id}/absences/{absence_id}",                KEEPERS),
    ("delete", "/users/{id}/absences/{absence_id}",                KEEPERS),
    ("post",   "/users/{id}/deactivate",                           KEEPERS),
    ("post",   "/users/{id}/reactivate",                           KEEPERS),
    ("post",   "/users/{id}/reset-password",                       KEEPERS),
    ("post",   "/users/{id}/unlock",                               KEEPERS),
    ("get",    "/visits",                                          BUSINESS),
    ("post",   "/visits",                                          VISITORS),
    ("get",    "/visits/{id}",                                     BUSINESS),
    ("patch",  "/visits/{id}",                                     VISITORS),
    ("post",   "/visits/{id}/withdraw",                            VISITORS),
];

/// Who reaches an operation.
fn reached_by(operation: &Operation) -> &'static [Role] {
    let entry = OPERATIONS.iter().find(|(method, path, _)| operation.is(method, path));
    entry.unwrap_or_else(|| panic!("{operation}: say in OPERATIONS who reaches it")).2
}

/// What belongs to no street office, by the beginnings of paths.
const OF_NO_STREET: &[&str] =
    &["/absences/", "/calendar/", "/mail-messages/", "/me/", "/organisations/", "/tokens/", "/users/"];

/// What belongs to 星湖街道, by the noun its path begins with.
struct Belongings {
    enterprise: String,
    visit: String,
    signal: String,
    alert: String,
}

impl Belongings {
    fn new(app: &TestApp) -> Self {
        let enterprise = app.enterprise("星河科技有限公司").id;
        let visit = app.visit(enterprise, RelocationIntent::Moving);
        let signal = app.signal(enterprise, SignalKind::ALL[0]);
        let alert = app.only_alert().id;
        Self {
            enterprise: enterprise.to_string(),
            visit: visit.to_string(),
            signal: signal.to_string(),
            alert: alert.to_string(),
        }
    }

    /// The id a path asks for, where it names one of these.
    fn id_for(&self, path: &str) -> Option<&str> {
        let nouns = [
            ("/enterprises/", &self.enterprise),
            ("/visits/", &self.visit),
            ("/signals/", &self.signal),
            ("/alerts/", &self.alert),
        ];
        nouns.iter().find(|(noun, _)| path.starts_with(&format!("{noun}{{"))).map(|(_, id)| id.as_str())
    }
}

fn is_refusal(answer: &Answer) -> bool {
    matches!(answer.status, 403 | 404)
}

/// A refusal of the role, not of what it asked for.
fn is_refusal_of_role(answer: &Answer) -> bool {
    answer.status == 403 && answer.json()["code"] == "forbidden"
}

#[test]
fn every_operation_is_described_with_an_example() {
    for operation in document::operations() {
        assert!(operation.has_summary(), "{operation} says nothing about itself");
        assert!(!operation.takes_body() || operation.example().is_some(), "{operation} has no example of its body");
        reached_by(&operation);
    }
}

#[test]
fn every_route_of_the_sources_is_described_and_served() {
    let operations = document::operations();
    for (method, address) in routes("src/web/api") {
        let is_operation = operations.iter().any(|operation| operation.is(&method, &address));
        let signs_in = (method.as_str(), address.as_str()) == ("post", "/session");
        assert!(is_operation || signs_in, "{method} {address} is in no `configure` that `web/routes.rs` calls");
    }
}

#[test]
fn every_entry_is_an_operation() {
    let operations = document::operations();
    for (method, path, _) in OPERATIONS {
        assert!(operations.iter().any(|operation| operation.is(method, path)), "{method} {path} is no operation");
    }
}

#[apply(both_databases)]
async fn a_stranger_gets_nowhere(app: TestApp) {
    for operation in document::operations() {
        for caller in [app.anonymous(), app.bearer("wss_nonsense"), app.bearer(&format!("wst_{}", "A".repeat(43)))] {
            let answer = operation.send(&caller, None).await;
            assert_eq!(answer.status, 401, "{operation}");
            assert_eq!(answer.json()["code"], "not_signed_in", "{operation}");
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{operation}");
        }
    }
    assert!(app.recorded().is_empty());
}

#[apply(both_databases)]
async fn each_role_reaches_what_the_table_says(app: TestApp) {
    let belongings = Belongings::new(&app);
    let mut undescribed = Vec::new();
    for &role in Role::ALL {
        let person = app.person(role);
        for operation in document::operations() {
            // Signing out would end the walk.
            let caller =
                if operation.is("delete", "/session") { app.sign_in(person.id) } else { person.caller.clone() };
            let answer = operation.send(&caller, belongings.id_for(operation.path())).await;
            let seen = format!("{operation} as {role}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
            assert!(answer.status < 500 && answer.status != 401, "{seen}");
            undescribed.extend(operation.undescribed(&answer));
            if reached_by(&operation).contains(&role) {
                assert!(!is_refusal_of_role(&answer), "{seen}");
            } else {
                assert!(is_refusal(&answer), "{seen}");
            }
        }
    }
    assert!(undescribed.is_empty(), "{}", undescribed.join("\n"));
}

#[apply(both_databases)]
async fn another_street_office_sees_nothing_of_this_one(app: TestApp) {
    let belongings = Belongings::new(&app);
    let own = app.person(Steward).caller;
    let strangers: Vec<Caller> = vec![
        app.service(TokenScope::ALL, Some(app.district.other_street)),
        app.person_at(Steward, app.district.other_street).caller,
        app.person_at(ChiefSteward, app.district.other_street).caller,
        app.person_at(Steward, app.district.department).caller,
    ];
    for operation in document::operations() {
        let id = belongings.id_for(operation.path());
        // Signing out would end the walk.
        if operation.is("delete", "/session") {
            continue;
        }
        if operation.has_id() && id.is_none() {
            let is_of_none = OF_NO_STREET.iter().any(|start| operation.path().starts_with(start));
            assert!(is_of_none, "{operation}: give Belongings one, or say in OF_NO_STREET that it belongs to none");
            continue;
        }
        if operation.reads() && operation.is_of_one() {
            assert!(operation.send(&own, id).await.status < 300, "{operation} by the own street office");
        }
        for stranger in &strangers {
            let answer = operation.send(stranger, id).await;
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            if id.is_some() {
                assert!(is_refusal(&answer), "{operation}: {} {text}", answer.status);
            }
            assert!(!text.contains(&belongings.enterprise), "{operation}: {text}");
        }
    }
}

#[apply(both_databases)]
async fn only_the_scope_read_reads_business_data(app: TestApp) {
    let belongings = Belongings::new(&app);
    let reads: Vec<Operation> =
        document::operations().into_iter().filter(|it| it.reads() && reached_by(it) == BUSINESS).collect();
    for &scope in TokenScope::ALL {
        let service = app.service(&[scope], None);
        for operation in some(&reads) {
            let answer = operation.send(&service, belongings.id_for(operation.path())).await;
            let seen = format!("{operation} with {scope}: {}", answer.status);
            assert_eq!(is_refusal_of_role(&answer), scope != TokenScope::Read, "{seen}");
        }
    }
}

#[apply(both_databases)]
async fn a_service_account_without_scopes_for_it_changes_nothing(app: TestApp) {
    let belongings = Belongings::new(&app);
    let before = app.recorded().len();
    let service = app.service(&[TokenScope::Read, TokenScope::FiguresRead, TokenScope::ChangesRead], None);
    for operation in some(document::operations().iter().filter(|operation| !operation.reads())) {
        let answer = operation.send(&service, belongings.id_for(operation.path())).await;
        assert!(is_refusal(&answer), "{operation}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    assert_eq!(app.recorded().len(), before);
}
