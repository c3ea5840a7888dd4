//! Views of the list: tabs, saving, renaming, deleting, and one that is not understood any more.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::count,
};
use diesel::prelude::*;
use wellspring::{db::schema::saved_views, domain::people::role::Role};

const SAVE: &str = "/enterprises/views";

/// The id of the only view.
fn only(app: &TestApp) -> String {
    let id: wellspring::domain::ids::SavedViewId =
        app.ask(|connection| saved_views::table.select(saved_views::id).get_result(connection));
    id.to_string()
}

#[apply(both_databases)]
async fn what_the_list_shows_is_saved_and_comes_back_as_a_tab(app: TestApp) {
    app.enterprise("星河科技有限公司");
    let steward = app.person(Role::Steward);
    let browser = app.browser(steward.id);
    let html = browser.page("/enterprises?risk_level=red&columns=name&columns=score&page=2").await;
    assert!(html.contains("name=\"query\" value=\"risk_level=red&#38;columns=name%2Cscore\""), "{html}");
    let fields = [("name", "红色分值"), ("query", "risk_level=red&columns=name%2Cscore")];
    let saved = browser.send("/enterprises", SAVE, &fields).await.leads_to().to_owned();
    assert_eq!(saved, "/enterprises?risk_level=red&columns=name%2Cscore");
    let html = browser.page(&saved).await;
    assert!(html.contains("aria-current=\"page\">红色分值</a>") && html.contains("管理视图"), "{html}");
    let everything = browser.page("/enterprises").await;
    assert!(
        everything.contains("aria-current=\"page\">全部</a>") && !everything.contains("aria-current=\"page\">红色分值")
    );
    assert!(everything.contains(&format!("href=\"/enterprises?steward_id={}\">我服务的", steward.id)));
    let other = app.browser(app.person(Role::Leader).id).page("/enterprises").await;
    assert!(!other.contains("红色分值") && !other.contains("我服务的"));
}

#[apply(both_databases)]
async fn a_filter_that_no_field_shows_is_said(app: TestApp) {
    let browser = app.browser(app.person(Role::Leader).id);
    let gone = app.person(Role::Administrator).caller.clone();
    let old =
        gone.post("/api/v1/organisations", serde_json::json!({"kind": "street", "name": "老城街道"})).await.expect(201);
    let old = old.json()["id"].as_str().unwrap().to_owned();
    let address = format!("/enterprises?street_id={old}");
    assert!(!browser.page(&address).await.contains("去掉筛选条件“街道：老城街道”"), "the field shows it");
    let into = serde_json::json!({"into_id": app.district.other_street});
    gone.post(&format!("/api/v1/organisations/{old}/merge"), into).await.expect(200);
    assert!(browser.page(&address).await.contains("去掉筛选条件“街道：老城街道”"), "no field shows it any more");
}

#[apply(both_databases)]
async fn a_view_is_renamed_and_deleted(app: TestApp) {
    let browser = app.browser(app.person(Role::Finance).id);
    browser.send("/enterprises", SAVE, &[("name", "甲"), ("query", "industry_code=65&sort=name")]).await.leads_to();
    let html = browser.page(SAVE).await;
    assert!(html.contains("行业：65 软件和信息技术服务业 · 排序：名称"), "{html}");
    let (rename, delete) = (format!("{SAVE}/{}", only(&app)), format!("{SAVE}/{}/delete", only(&app)));
    let html = browser.send(SAVE, &rename, &[("name", ""), ("version", "1")]).await.expect(422).html();
    assert!(html.contains(&format!("id=\"n-{}-error\"", only(&app))), "{html}");
    browser.send(SAVE, &rename, &[("name", "乙"), ("version", "1")]).await.leads_to();
    assert!(browser.page("/enterprises").await.contains(">乙</a>"));
    let html = browser.send(SAVE, &rename, &[("name", "丙"), ("version", "1")]).await.expect(412).html();
    assert!(html.contains("value=\"丙\"") && html.contains("role=\"alert\""), "stale, with what was typed: {html}");
    browser.send(SAVE, &delete, &[("version", "2")]).await.leads_to();
    assert_eq!(count(&app, "saved_views"), 0);
    browser.send(SAVE, &delete, &[("version", "2")]).await.expect(404).html();
}

#[apply(both_databases)]
async fn a_view_that_cannot_be_saved_comes_back(app: TestApp) {
    let browser = app.browser(app.person(Role::Leader).id);
    browser.send("/enterprises", SAVE, &[("name", "甲"), ("query", "risk_level=red")]).await.leads_to();
    let again = [("name", "甲"), ("query", "risk_level=orange")];
    let html = browser.send("/enterprises", SAVE, &again).await.expect(422).html();
    assert!(
        html.contains("href=\"#name\"")
            && html.contains("value=\"甲\"")
            && html.contains("value=\"risk_level=orange\"")
    );
    assert!(html.contains("风险：橙"), "says what would be saved: {html}");
    browser.send("/enterprises", SAVE, &[("name", "乙"), ("query", "colour=red")]).await.expect(422).html();
    assert_eq!(count(&app, "saved_views"), 1);
}

#[apply(both_databases)]
async fn a_view_that_is_not_understood_any_more_says_so(app: TestApp) {
    let browser = app.browser(app.person(Role::Leader).id);
    browser.send("/enterprises", SAVE, &[("name", "旧视图"), ("query", "tax_year_min_fen=100")]).await.leads_to();
    app.act(|tx| {
        diesel::update(saved_views::table).set(saved_views::query.eq("colour=red")).execute(tx.conn)?;
        Ok(())
    });
    let id = only(&app);
    let html = browser.page("/enterprises").await;
    assert!(html.contains(&format!("href=\"/enterprises/views#v-{id}\"")) && html.contains("旧视图"));
    let html = browser.page(SAVE).await;
    assert!(html.contains("其中的筛选条件现已失效") && html.contains("确认删除"), "{html}");
    browser.send(SAVE, &format!("{SAVE}/{id}/delete"), &[("version", "1")]).await.leads_to();
    assert_eq!(count(&app, "saved_views"), 0);
}
