//! Forms that make something: sent twice, they make one; sent again with other content, they come back.

use crate::support::{
    app::{Answer, TestApp},
    both::{apply, both_databases},
    browser::Browser,
    enterprise::{count, uscc},
    some::some,
};
use wellspring::domain::{fieldwork::visit::RelocationIntent, people::role::Role};

/// A form that makes something.
struct Form {
    role: Role,
    page: String,
    action: String,
    table: &'static str,
    fields: Vec<(&'static str, String)>,
    /// What is typed differently before the form is sent once more, into which field.
    other: (&'static str, String),
}

fn key_of(html: &str) -> String {
    html.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

impl Form {
    async fn send(&self, browser: &Browser, key: &str, other: bool) -> Answer {
        let mut fields: Vec<(&str, &str)> = vec![("key", key)];
        for (name, value) in &self.fields {
            let differently = other && *name == self.other.0;
            fields.push((name, if differently { &self.other.1 } else { value }));
        }
        browser.send(&self.page, &self.action, &fields).await
    }
}

fn text(value: &str) -> String {
    value.to_owned()
}

/// Each form that makes something, but the one of a visit.
fn forms(app: &TestApp) -> Vec<Form> {
    let enterprise = app.enterprise("星河科技有限公司").id;
    app.visit(enterprise, RelocationIntent::Moving);
    let (here, alert) = (format!("/enterprises/{enterprise}"), format!("/alerts/{}", app.only_alert().id));
    let form =
        |role, page: String, action: String, table, fields, other| Form { role, page, action, table, fields, other };
    let in_place = |role, page: String, table, fields, other| form(role, page.clone(), page, table, fields, other);
    let new_account = vec![
        ("username", text("zhouzhou")),
        ("display_name", text("周舟")),
        ("role", text("steward")),
        ("organisation_id", app.district.street.to_string()),
    ];
    let new_token = vec![("name", text("推送")), ("scopes", text("read")), ("expires_on", text("2026-12-24"))];
    vec![
        form(
            Role::Steward,
            text("/enterprises?risk_level=red"),
            text("/enterprises/views"),
            "saved_views",
            vec![("name", text("红色")), ("query", text("risk_level=red"))],
            ("name", text("红色的")),
        ),
        in_place(
            Role::Steward,
            format!("{here}/signals/new"),
            "signals",
            vec![("kind", text("lay_offs")), ("occurred_on", text("2026-11-19")), ("detail", text("裁员"))],
            ("detail", text("又裁员")),
        ),
        in_place(
            Role::Steward,
            format!("{here}/contacts/new"),
            "contacts",
            vec![("name", text("王芳"))],
            ("name", text("李芳")),
        ),
        in_place(
            Role::ChiefSteward,
            text("/enterprises/new"),
            "enterprises",
            vec![
                ("uscc", uscc().to_string()),
                ("name", text("月湖商贸有限公司")),
                ("industry_edition", text("gb_2017")),
                ("tier", text("normal")),
                ("status", text("active")),
                ("street_id", app.district.street.to_string()),
            ],
            ("uscc", uscc().to_string()),
        ),
        form(
            Role::Leader,
            alert.clone(),
            format!("{alert}/directives"),
            "directives",
            vec![("text", text("请上门了解"))],
            ("text", text("请再上门")),
        ),
        form(
            Role::Administrator,
            text("/organisations/new"),
            text("/organisations"),
            "organisations",
            vec![("kind", text("street")), ("name", text("月湖街道"))],
            ("name", text("南湖街道")),
        ),
        form(
            Role::SecurityAdministrator,
            text("/users/new"),
            text("/users"),
            "users",
            new_account,
            ("username", text("zhouzhou2")),
        ),
        form(
            Role::SecurityAdministrator,
            text("/tokens/new"),
            text("/tokens"),
            "tokens",
            new_token,
            ("name", text("又推送")),
        ),
    ]
}

#[apply(both_databases)]
async fn a_form_sent_twice_makes_one(app: TestApp) {
    for form in forms(&app) {
        let browser = app.browser(app.person(form.role).id);
        let key = key_of(&browser.page(&form.page).await);
        let before = count(&app, form.table);
        let first = form.send(&browser, &key, false).await;
        assert!([200, 303].contains(&first.status), "{}: {}", form.action, String::from_utf8_lossy(&first.body));
        assert_eq!(count(&app, form.table), before + 1, "{}", form.action);
        let again = form.send(&browser, &key, false).await;
        let leads_to = again.leads_to();
        browser.page(leads_to.split('#').next().unwrap()).await;
        assert!(first.header("location").is_none_or(|location| location == leads_to), "{leads_to}");
        assert_eq!(count(&app, form.table), before + 1, "{}", form.action);
    }
}

#[apply(both_databases)]
async fn a_form_sent_again_with_other_content_comes_back_and_may_be_sent(app: TestApp) {
    for form in forms(&app) {
        let browser = app.browser(app.person(form.role).id);
        let before = count(&app, form.table);
        form.send(&browser, "key-1", false).await;
        let refused = form.send(&browser, "key-1", true).await;
        assert!([409, 422].contains(&refused.status), "{}", form.action);
        let html = refused.html();
        assert!(html.contains("这张表单已经提交过") && html.contains(&form.other.1), "{}: {html}", form.action);
        assert_eq!(count(&app, form.table), before + 1, "{}", form.action);
        form.send(&browser, &key_of(&html), true).await;
        assert_eq!(count(&app, form.table), before + 2, "{}", form.action);
    }
}

#[apply(both_databases)]
async fn a_secret_is_in_the_first_answer_alone(app: TestApp) {
    for form in some(forms(&app).into_iter().filter(|form| ["users", "tokens"].contains(&form.table))) {
        let browser = app.browser(app.person(form.role).id);
        let first = form.send(&browser, "key-1", false).await.expect(200).html();
        let secret = first.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        let again = form.send(&browser, "key-1", false).await.leads_to().to_owned();
        assert!(!browser.page(&again).await.contains(&secret));
    }
}

#[apply(both_databases)]
async fn everybody_has_keys_of_their_own(app: TestApp) {
    for form in forms(&app).into_iter().filter(|form| form.role == Role::Steward) {
        let before = count(&app, form.table);
        for _ in 0..2 {
            let browser = app.browser(app.person(form.role).id);
            form.send(&browser, "key-1", false).await.leads_to();
        }
        assert_eq!(count(&app, form.table), before + 2, "{}", form.action);
    }
}
