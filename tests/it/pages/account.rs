use crate::support::{
    accounts::PASSWORD,
    app::{Answer, TestApp},
    both::{apply, both_databases},
    browser::Browser,
    district::Person,
};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use serde_json::json;
use totp_rs::{Algorithm, Builder};
use wellspring::domain::people::role::Role;

const NEW: &str = "Binsen-Steg-47";

/// The code an authenticator app shows now for a secret in base32.
fn code(app: &TestApp, secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let generator = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_secret(secret)
        .build_noncompliant();
    generator.generate(u64::try_from(app.app.now().timestamp()).unwrap()).to_string()
}

fn value<'h>(html: &'h str, name: &str) -> &'h str {
    let field = html.split(&format!("name=\"{name}\"")).nth(1).unwrap();
    field.split("value=\"").nth(1).unwrap().split('"').next().unwrap()
}

async fn change_password(browser: &Browser, current: &str, new: &str, repeated: &str) -> Answer {
    let fields = [("current_password", current), ("new_password", new), ("repeated", repeated)];
    browser.send("/account/password", "/account/password", &fields).await
}

async fn begin(browser: &Browser) -> String {
    let html = browser.send("/account/second-factor", "/account/second-factor", &[]).await.expect(200).html();
    assert!(html.contains("<svg class=\"qr\"") && html.contains("<path d=\"M4 4h7v1h-7z"), "{html}");
    secret_of(&html)
}

fn secret_of(html: &str) -> String {
    html.split("own__secret\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "")
}

/// Switches the second factor on; gives its secret.
pub(super) async fn switch_on(app: &TestApp, browser: &Browser) -> String {
    let secret = begin(browser).await;
    let path = "/account/second-factor";
    let sent = browser.send(path, "/account/second-factor/confirm", &[("code", &code(app, &secret))]).await;
    assert_eq!(sent.leads_to(), "/account?done=second-factor-on");
    secret
}

fn session_ends(html: &str) -> Vec<String> {
    let actions = html.split("action=\"/account/sessions/").skip(1);
    actions.map(|rest| rest.split('"').next().unwrap().to_owned()).filter(|action| action != "end-others").collect()
}

/// The browser of somebody who has signed in twice more.
fn with_others(app: &TestApp) -> (Person, Browser, [Browser; 2]) {
    let person = app.person_with_password(Role::Steward);
    let browser = app.browser(person.id);
    let others = [app.browser(person.id), app.browser(person.id)];
    (person, browser, others)
}

#[apply(both_databases)]
async fn everybody_has_an_account(app: TestApp) {
    for &role in Role::ALL {
        let person = app.person_with_password(role);
        let browser = app.browser(person.id);
        let html = browser.page("/account").await;
        assert!(html.contains(&person.user.username) && html.contains("修改密码"));
        assert_eq!(html.contains("我签发的接口令牌"), role == Role::SecurityAdministrator, "{role}");
        assert!(browser.in_english().page("/account").await.contains("Devices signed in"));
    }
    assert!(app.stranger().open("/account").await.leads_to().starts_with("/sign-in?"));
}

#[apply(both_databases)]
async fn language_and_address_are_changed(app: TestApp) {
    let person = app.person(Role::Steward);
    let browser = app.browser(person.id);
    let version = value(&browser.page("/account").await, "version").to_owned();
    let fields = [("version", version.as_str()), ("language", "en"), ("email", "wang@xinghe.test")];
    assert_eq!(browser.send("/account", "/account", &fields).await.leads_to(), "/account?lang=en&done=profile");
    let answer = browser.open("/account?lang=en&done=profile").await.expect(200);
    assert!(answer.header("set-cookie").unwrap().starts_with("wellspring-language=en"));
    assert!(answer.html().contains("The profile was saved."));
    let stored = app.stored_user(person.id);
    assert_eq!((stored.language.tag(), stored.email.as_deref()), ("en", Some("wang@xinghe.test")));
}

#[apply(both_databases)]
async fn a_refused_address_stays_in_its_field(app: TestApp) {
    let person = app.person(Role::Steward);
    let browser = app.browser(person.id);
    let fields = [("version", "1"), ("language", "en"), ("email", "<wang>")];
    let html = browser.send("/account", "/account", &fields).await.expect(422).html();
    assert!(
        html.contains("value=\"&#60;wang&#62;\"")
            && html.contains("href=\"#email\"")
            && html.contains("id=\"email-error\""),
        "{html}"
    );
    assert!(html.contains("value=\"en\" checked"));
    assert_eq!(app.stored_user(person.id).email, person.user.email);
}

#[apply(both_databases)]
async fn an_older_version_is_not_written_over(app: TestApp) {
    let person = app.person(Role::Steward);
    let browser = app.browser(person.id);
    browser.send("/account", "/account", &[("version", "1"), ("email", "first@xinghe.test")]).await.leads_to();
    let html = browser
        .send("/account", "/account", &[("version", "1"), ("email", "second@xinghe.test")])
        .await
        .expect(412)
        .html();
    assert!(html.contains("您读取之后已有他人修改") && html.contains("second@xinghe.test"));
    assert_eq!(value(&html, "version"), "2");
    assert_eq!(app.stored_user(person.id).email.as_deref(), Some("first@xinghe.test"));
}

#[apply(both_databases)]
async fn a_changed_password_signs_other_devices_out(app: TestApp) {
    let (person, browser, [other, _]) = with_others(&app);
    assert_eq!(change_password(&browser, PASSWORD, NEW, NEW).await.leads_to(), "/account?done=password");
    assert!(browser.page("/account?done=password").await.contains("密码已修改"));
    assert!(other.open("/account").await.leads_to().starts_with("/sign-in"));
    app.try_sign_in(&person.user.username, NEW).await.expect(201);
}

#[apply(both_databases)]
async fn a_password_is_refused_with_its_reason_and_never_shown_again(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let browser = app.browser(person.id);
    for (current, new, repeated, field, reason) in [
        ("Falsch-Ufer-82", NEW, NEW, "current_password", "当前密码不正确。"),
        (PASSWORD, "Kurz-1", "Kurz-1", "new_password", "密码至少 10 个字符。"),
        (PASSWORD, PASSWORD, PASSWORD, "new_password", "新密码不能与当前密码相同。"),
        (PASSWORD, NEW, "Binsen-Steg-48", "repeated", "两次输入的新密码不一致"),
    ] {
        let html = change_password(&browser, current, new, repeated).await.expect(422).html();
        assert!(html.contains(&format!("<a href=\"#{field}\">{reason}")), "{html}");
        assert!(html.contains(&format!("id=\"{field}-error\"")) && html.contains("10 到 128 个字符"));
        assert!(!html.contains(current) && !html.contains(new));
    }
    app.try_sign_in(&person.user.username, PASSWORD).await.expect(201);
}

#[apply(both_databases)]
async fn guessing_the_password_here_locks_the_account_too(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let browser = app.browser(person.id);
    for _ in 0..5 {
        change_password(&browser, "Falsch-Ufer-82", NEW, NEW).await.expect(422);
    }
    assert!(change_password(&browser, PASSWORD, NEW, NEW).await.expect(429).html().contains("没有完成"));
}

#[apply(both_databases)]
async fn a_password_for_one_sign_in_has_to_be_changed_first(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let keeper = app.person(Role::SecurityAdministrator);
    let path = format!("/api/v1/users/{}/reset-password", person.id);
    let once =
        keeper.caller.post(&path, json!({})).await.expect(200).json()["one_time_password"].as_str().unwrap().to_owned();
    let browser = app.browser(person.id);
    assert_eq!(browser.open("/workbench").await.leads_to(), "/account/password");
    let html = browser.page("/account/password").await;
    assert!(html.contains("请先设置新密码") && !html.contains("href=\"/workbench\""), "{html}");
    assert_eq!(change_password(&browser, &once, NEW, NEW).await.leads_to(), "/");
    browser.page("/workbench").await;
}

#[apply(both_databases)]
async fn the_second_factor_is_switched_on_and_off(app: TestApp) {
    let person = app.person_with_password(Role::Steward);
    let browser = app.browser(person.id);
    let secret = begin(&browser).await;
    let refused = browser
        .send("/account/second-factor", "/account/second-factor/confirm", &[("code", "12345")])
        .await
        .expect(422)
        .html();
    assert!(
        refused.contains("value=\"12345\"")
            && refused.contains("id=\"code-error\"")
            && refused.contains("<svg class=\"qr\"")
    );
    assert_eq!(secret_of(&refused), secret, "the app that holds it already need not begin again");
    let sent = browser
        .send("/account/second-factor", "/account/second-factor/confirm", &[("code", &code(&app, &secret))])
        .await;
    assert_eq!(sent.leads_to(), "/account?done=second-factor-on");
    assert_eq!(
        app.try_sign_in(&person.user.username, PASSWORD).await.expect(401).json()["code"],
        "second_factor_required"
    );
    assert_eq!(
        browser.send("/account/second-factor", "/account/second-factor", &[]).await.leads_to(),
        "/account/second-factor"
    );
    let wrong = browser
        .send("/account/second-factor", "/account/second-factor/remove", &[("current_password", "Falsch-Ufer-82")])
        .await;
    assert!(wrong.expect(422).html().contains("当前密码不正确。"));
    let off = browser
        .send("/account/second-factor", "/account/second-factor/remove", &[("current_password", PASSWORD)])
        .await;
    assert_eq!(off.leads_to(), "/account?done=second-factor-off");
    app.try_sign_in(&person.user.username, PASSWORD).await.expect(201);
}

#[apply(both_databases)]
async fn devices_are_signed_out_one_by_one(app: TestApp) {
    // Those of the person and of the three browsers.
    let (person, browser, others) = with_others(&app);
    let html = browser.page("/account").await;
    let ends = session_ends(&html);
    assert_eq!((ends.len(), html.matches("本机").count()), (3, 1));
    let stranger = app.browser(app.person(Role::Steward).id);
    let action = format!("/account/sessions/{}", ends[0]);
    stranger.send("/account", &action, &[]).await.expect(404);
    assert_eq!(browser.send("/account", &action, &[]).await.leads_to(), "/account?done=session");
    assert_eq!(session_ends(&browser.page("/account").await).len(), 2);
    assert_eq!(
        browser.send("/account", "/account/sessions/end-others", &[]).await.leads_to(),
        "/account?done=sessions"
    );
    let html = browser.page("/account?done=sessions").await;
    assert!(session_ends(&html).is_empty() && !html.contains("end-others") && html.contains("其他设备已全部退出。"));
    for other in others {
        assert!(other.open("/account").await.leads_to().starts_with("/sign-in"));
    }
    person.caller.get("/api/v1/me").await.expect(401);
}

#[apply(both_databases)]
async fn own_tokens_are_revoked_by_who_keeps_accounts(app: TestApp) {
    let keeper = app.person(Role::SecurityAdministrator);
    let entry = json!({ "name": "市场监管局变更推送", "scopes": ["signals:write", "read"] });
    let issued = keeper.caller.post("/api/v1/tokens", entry).await.expect(201).json();
    let (token, id) = (issued["token"].as_str().unwrap(), issued["id"].as_str().unwrap());
    let browser = app.browser(keeper.id);
    let html = browser.page("/account").await;
    assert!(html.contains("市场监管局变更推送") && html.contains("写入线索 · 读取") && !html.contains(token));
    let action = format!("/account/tokens/{id}/revoke");
    app.browser(app.person(Role::Leader).id).send("/account", &action, &[]).await.expect(403);
    app.bearer(token).get("/api/v1/enterprises").await.expect(200);
    assert_eq!(browser.send("/account", &action, &[]).await.leads_to(), "/account?done=token");
    app.bearer(token).get("/api/v1/enterprises").await.expect(401);
    let html = browser.page("/account").await;
    assert!(html.contains("已吊销") && !html.contains(&action));
}

#[apply(both_databases)]
async fn staying_keeps_the_session_and_comes_from_our_pages_only(app: TestApp) {
    let person = app.person(Role::Steward);
    let browser = app.browser(person.id);
    app.advance(TimeDelta::minutes(29));
    browser.send_raw("/account/stay", &[]).await.expect(204);
    app.advance(TimeDelta::minutes(29));
    browser.page("/account").await;
    let cookie = format!("__Host-wellspring={}", app.sign_in(person.id).token().unwrap());
    for site in ["cross-site", "same-site"] {
        let forged = TestRequest::post().uri("/account/stay").insert_header(("cookie", cookie.as_str()));
        app.anonymous().send(forged.insert_header(("sec-fetch-site", site))).await.expect(403);
    }
    app.advance(TimeDelta::minutes(31));
    assert!(browser.send_raw("/account/stay", &[]).await.leads_to().starts_with("/sign-in"));
}

#[apply(both_databases)]
async fn an_absence_is_stated_once_and_deleted(app: TestApp) {
    let (steward, colleague) = (app.person(Role::Steward), app.person(Role::Steward));
    let browser = app.browser(steward.id);
    let html = browser.page("/account").await;
    assert!(html.contains("离岗登记") && html.contains("现在在岗"), "{html}");
    let html = browser.page("/account/absences").await;
    assert!(html.contains("没有登记过离岗") && html.contains(&colleague.user.display_name), "{html}");
    let deputy = colleague.id.to_string();
    let fields =
        [("from_on", "2026-11-20"), ("until_on", "2026-11-25"), ("deputy_id", deputy.as_str()), ("key", "once-1")];
    for _ in 0..2 {
        let sent = browser.send("/account/absences", "/account/absences", &fields).await;
        assert_eq!(sent.leads_to(), "/account/absences?done=absence");
    }
    let html = browser.page("/account/absences?done=absence").await;
    assert_eq!(html.matches("2026-11-25</time></strong>").count(), 1, "{html}");
    assert!(html.contains("离岗已登记。") && html.contains("离岗中"));
    assert!(browser.page("/account").await.contains("离岗至 2026-11-25"));
    let action = html.split("action=\"/account/absences/").nth(1).unwrap().split('"').next().unwrap();
    let sent = browser.send("/account/absences", &format!("/account/absences/{action}"), &[]).await;
    assert_eq!(sent.leads_to(), "/account/absences?done=absence-deleted");
    assert!(browser.page("/account").await.contains("现在在岗"));
}

#[apply(both_databases)]
async fn an_absence_that_cannot_be_comes_back_with_what_was_typed(app: TestApp) {
    let steward = app.person(Role::Steward);
    app.person(Role::Steward);
    let browser = app.browser(steward.id).in_english();
    let fields = [("from_on", "2026-11-25"), ("until_on", "2026-11-24"), ("deputy_id", "")];
    let html = browser.send("/account/absences", "/account/absences", &fields).await.expect(422).html();
    assert!(html.contains("This field is required.") && html.contains("value=\"2026-11-25\""), "{html}");
    let own = steward.id.to_string();
    let fields = [("from_on", "2026-11-25"), ("until_on", "2026-11-24"), ("deputy_id", own.as_str())];
    let html = browser.send("/account/absences", "/account/absences", &fields).await.expect(422).html();
    assert!(
        html.contains("The last day must not be before the first.")
            && html.contains("Nobody stands in for themselves."),
        "{html}"
    );
    assert!(app.recorded().is_empty());
    let alone = app.browser(app.person(Role::Auditor).id).page("/account/absences").await;
    assert!(alone.contains("现在没有可以代理您的人。") && !alone.contains("name=\"deputy_id\""));
}
