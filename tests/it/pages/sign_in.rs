use crate::support::{
    accounts::PASSWORD,
    app::TestApp,
    both::{apply, both_databases},
};
use wellspring::domain::people::role::Role;

#[apply(both_databases)]
async fn a_stranger_is_sent_to_the_door_and_back(app: TestApp) {
    let stranger = app.stranger();
    assert_eq!(
        stranger.open("/enterprises?q=%E6%98%9F").await.leads_to(),
        "/sign-in?return_to=%2Fenterprises%3Fq%3D%25E6%2598%259F"
    );
    let door = stranger.page("/sign-in?return_to=%2Fenterprises%3Fq%3D%25E6%2598%259F").await;
    assert!(door.contains("value=\"/enterprises?q=%E6%98%9F\""), "{door}");
    let person = app.person_with_password(Role::Steward);
    let fields = [
        ("username", person.user.username.as_str()),
        ("password", PASSWORD),
        ("return_to", "/enterprises?q=%E6%98%9F"),
    ];
    let entered = stranger.send_raw("/sign-in", &fields).await;
    assert_eq!(entered.leads_to(), "/enterprises?q=%E6%98%9F");
    assert!(entered.header("set-cookie").unwrap().contains("HttpOnly; SameSite=Lax"));
}

#[apply(both_databases)]
async fn the_door_leads_to_no_other_site(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    for address in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let fields = [("username", person.user.username.as_str()), ("password", PASSWORD), ("return_to", address)];
        assert_eq!(app.stranger().send_raw("/sign-in", &fields).await.leads_to(), "/");
    }
}

#[apply(both_databases)]
async fn a_wrong_password_keeps_the_name(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let fields = [("username", person.user.username.as_str()), ("password", "wrong"), ("return_to", "/alerts")];
    let html = app.stranger().send_raw("/sign-in", &fields).await.expect(401).html();
    assert!(html.contains(&format!("value=\"{}\"", person.user.username)) && html.contains("value=\"/alerts\""));
    assert!(!html.contains("wrong"));
}

#[apply(both_databases)]
async fn everybody_has_a_first_page(app: TestApp) {
    let first = [
        (Role::Steward, "/workbench"),
        (Role::ChiefSteward, "/overview"),
        (Role::Leader, "/overview"),
        (Role::Finance, "/overview"),
        (Role::Supervisor, "/overview"),
        (Role::Administrator, "/organisations"),
        (Role::SecurityAdministrator, "/users"),
        (Role::Auditor, "/audit-log"),
    ];
    for (role, page) in first {
        assert_eq!(app.browser(app.person(role).id).open("/").await.leads_to(), page);
    }
}

#[apply(both_databases)]
async fn signing_out_ends_the_session(app: TestApp) {
    let browser = app.browser(app.person(Role::Steward).id);
    assert_eq!(browser.send("/enterprises", "/sign-out", &[]).await.leads_to(), "/sign-in");
    assert_eq!(browser.open("/enterprises").await.leads_to(), "/sign-in?return_to=%2Fenterprises");
}

#[apply(both_databases)]
async fn a_form_without_its_proof_is_refused(app: TestApp) {
    let browser = app.browser(app.person(Role::Steward).id);
    browser.send_raw("/sign-out", &[("csrf", "")]).await.expect(403);
    browser.send_raw("/sign-out", &[]).await.expect(403);
    browser.page("/enterprises").await;
}

#[apply(both_databases)]
async fn pages_take_nothing_from_elsewhere_and_are_kept_nowhere(app: TestApp) {
    for path in ["/sign-in", "/enterprises", "/nothing-here"] {
        let answer = app.browser(app.person(Role::Leader).id).open(path).await;
        assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'self'"));
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        let html = answer.html();
        for outside in ["http://", "https://", "style=\"", "onclick", "<script>"] {
            assert!(!html.contains(outside), "{path} contains {outside}");
        }
    }
}
