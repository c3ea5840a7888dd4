use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    browser::Browser,
};
use chrono::{Days, TimeDelta};
use wellspring::domain::people::role::Role;

fn keeper(app: &TestApp) -> Browser {
    app.browser(app.person(Role::SecurityAdministrator).id)
}

/// The secret on a page.
fn secret(html: &str) -> String {
    html.split("<code class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

#[apply(both_databases)]
async fn a_token_is_issued_shown_once_and_revoked(app: TestApp) {
    let browser = keeper(&app);
    assert!(browser.page("/tokens").await.contains("还没有签发过令牌"));
    let street = app.district.street.to_string();
    let until = app.app.today().checked_add_days(Days::new(30)).unwrap().to_string();
    let fields = [
        ("name", "市场监管局变更推送"),
        ("scopes", "signals:write"),
        ("scopes", "read"),
        ("street_id", street.as_str()),
        ("expires_on", until.as_str()),
    ];
    let issued = browser.send("/tokens/new", "/tokens", &fields).await.expect(200);
    assert_eq!((issued.header("location"), issued.header("cache-control")), (None, Some("private, no-store")));
    let token = secret(&issued.html());
    let service = app.bearer(&token);
    service.get("/api/v1/enterprises").await.expect(200);
    let list = browser.page("/tokens").await;
    assert!(list.contains("市场监管局变更推送") && list.contains("星湖街道") && list.contains("写入线索"), "{list}");
    assert!(!list.contains(&token) && list.contains(&format!("{until} 23:59")));
    let page =
        list.split("href=\"/tokens/").find(|rest| !rest.starts_with("new") && rest.contains("市场监管局")).unwrap();
    let id = page.split('"').next().unwrap();
    let (page, action) = (format!("/tokens/{id}"), format!("/tokens/{id}/revoke"));
    assert!(!browser.page(&page).await.contains(&token));
    let html = browser.send(&page, &action, &[]).await.expect(422).html();
    assert!(html.contains("href=\"#sure\""));
    service.get("/api/v1/enterprises").await.expect(200);
    let revoked = browser.send(&page, &action, &[("sure", "yes")]).await;
    assert_eq!(revoked.leads_to(), format!("{page}?done=revoked"));
    service.get("/api/v1/enterprises").await.expect(401);
    let html = browser.page(&page).await;
    assert!(html.contains("已吊销") && !html.contains(&action));
}

#[apply(both_databases)]
async fn a_token_holds_until_the_end_of_its_last_day(app: TestApp) {
    let browser = keeper(&app);
    let today = app.app.today().to_string();
    let fields = [("name", "当日"), ("scopes", "read"), ("expires_on", today.as_str())];
    let token = secret(&browser.send("/tokens/new", "/tokens", &fields).await.expect(200).html());
    // Nine in the morning: fourteen hours later it is still today.
    app.advance(TimeDelta::hours(14));
    app.bearer(&token).get("/api/v1/enterprises").await.expect(200);
    app.advance(TimeDelta::hours(1));
    app.bearer(&token).get("/api/v1/enterprises").await.expect(401);
}

#[apply(both_databases)]
async fn what_cannot_be_accepted_comes_back_with_all_that_was_typed(app: TestApp) {
    let browser = keeper(&app);
    let fields = [("name", " "), ("scopes", "read"), ("expires_on", "2031-01-01")];
    let html = browser.send("/tokens/new", "/tokens", &fields).await.expect(422).html();
    assert!(html.contains("href=\"#name\"") && html.contains("href=\"#expires_on\""), "{html}");
    assert!(html.contains("value=\"2031-01-01\"") && html.contains("value=\"read\" checked"));
    let html = browser
        .send("/tokens/new", "/tokens", &[("name", "推送"), ("expires_on", "2026-12-31")])
        .await
        .expect(422)
        .html();
    assert!(html.contains("href=\"#scopes\"") && html.contains("value=\"推送\""));
    assert!(app.recorded().is_empty());
    let english = keeper(&app).in_english().page("/tokens/new").await;
    assert!(english.contains("Valid until") && !english.contains("签发"));
}
