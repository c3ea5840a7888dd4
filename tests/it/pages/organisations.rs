use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    browser::Browser,
};
use wellspring::domain::{ids::OrganisationId, people::role::Role};

fn administrator(app: &TestApp) -> Browser {
    app.browser(app.person(Role::Administrator).id)
}

/// The value of a hidden field.
fn hidden(html: &str, name: &str) -> String {
    let rest = html.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[apply(both_databases)]
async fn the_list_is_filtered_by_its_address(app: TestApp) {
    let browser = administrator(&app);
    let html = browser.page("/organisations").await;
    assert!(
        ["星河区", "星湖街道", "云台街道", "投资促进局", "新增单位"].iter().all(|name| html.contains(name)),
        "{html}"
    );
    let html = browser.page("/organisations?kind=street&q=%E6%98%9F%E6%B9%96&status=").await;
    assert!(html.contains("星湖街道") && !html.contains("云台街道") && !html.contains("投资促进局"));
    assert!(browser.page("/organisations?q=nowhere").await.contains("没有符合条件的单位"));
    let english = administrator(&app).in_english().page("/organisations").await;
    assert!(english.contains("street office") && !english.contains("新增单位"));
}

#[apply(both_databases)]
async fn an_organisation_is_made(app: TestApp) {
    let browser = administrator(&app);
    let fields = [("kind", "street"), ("name", " 明湖街道 ")];
    let made = browser.send("/organisations/new", "/organisations", &fields).await;
    let page = made.leads_to().to_owned();
    assert!(page.starts_with("/organisations/") && page.ends_with("?done=made"));
    let html = browser.page(&page).await;
    assert!(html.contains("明湖街道") && html.contains("单位已建立"));
    assert_eq!(app.times_recorded("created"), 1);
}

#[apply(both_databases)]
async fn what_cannot_be_accepted_comes_back_with_all_that_was_typed(app: TestApp) {
    let browser = administrator(&app);
    let fields = [("kind", "street"), ("name", "云台街道")];
    let html = browser.send("/organisations/new", "/organisations", &fields).await.expect(422).html();
    assert!(html.contains("href=\"#name\"") && html.contains("id=\"name-error\""), "{html}");
    assert!(html.contains("value=\"云台街道\"") && html.contains("<option value=\"street\" selected>"));
    let html = browser.send("/organisations/new", "/organisations", &[("name", "明湖街道")]).await.expect(422).html();
    assert!(html.contains("href=\"#kind\"") && html.contains("value=\"明湖街道\""));
    assert!(app.recorded().is_empty());
}

#[apply(both_databases)]
async fn a_district_has_names_of_its_own(app: TestApp) {
    let browser = administrator(&app);
    let page = format!("/organisations/{}", app.district.id);
    let version = hidden(&browser.page(&page).await, "version");
    let typed = [("version", version.as_str()), ("name", "星河区"), ("province", "江南省"), ("city", "临川市")];
    let mut fields = typed.to_vec();
    fields.push(("aliases", "星河新区\r\n\r\n 星河开发区 "));
    browser.send(&page, &page, &fields).await.leads_to();
    assert!(browser.page(&page).await.contains("星河新区\n星河开发区</textarea>"));
    let mut fields = typed.to_vec();
    fields[0] = ("version", "2");
    fields.push(("aliases", "星河,新区"));
    let html = browser.send(&page, &page, &fields).await.expect(422).html();
    assert!(html.contains("href=\"#aliases\"") && html.contains("星河,新区</textarea>"));
    let street = browser.page(&format!("/organisations/{}", app.district.street)).await;
    assert!(!street.contains("name=\"aliases\"") && street.contains("/merge\""));
}

#[apply(both_databases)]
async fn a_stale_form_says_so_and_keeps_what_was_typed(app: TestApp) {
    let browser = administrator(&app);
    let page = format!("/organisations/{}", app.district.street);
    let version = hidden(&browser.page(&page).await, "version");
    let first = [("version", version.as_str()), ("name", "星湖新城街道")];
    assert!(browser.send(&page, &page, &first).await.leads_to().ends_with("?done=saved"));
    let second = [("version", version.as_str()), ("name", "大星湖街道")];
    let html = browser.send(&page, &page, &second).await.expect(412).html();
    assert!(html.contains("value=\"大星湖街道\"") && html.contains("现在的值：<strong>"));
    assert_eq!(app.times_recorded("updated"), 1);
}

#[apply(both_databases)]
async fn merging_asks_twice_and_cannot_be_undone(app: TestApp) {
    let browser = administrator(&app);
    let (one, other) = (app.district.street, app.district.other_street.to_string());
    let (page, action) = (format!("/organisations/{one}"), format!("/organisations/{one}/merge"));
    let html = browser.page(&action).await;
    assert!(html.contains("云台街道") && !html.contains("投资促进局") && html.contains("不能恢复"));
    let html = browser.send(&action, &action, &[("into_id", other.as_str())]).await.expect(422).html();
    assert!(html.contains("href=\"#sure\"") && html.contains(&format!("<option value=\"{other}\" selected>")));
    browser.send(&action, &action, &[("sure", "yes")]).await.expect(422);
    assert!(app.recorded().is_empty());
    let merged = browser.send(&action, &action, &[("into_id", other.as_str()), ("sure", "yes")]).await;
    assert_eq!(merged.leads_to(), format!("{page}?done=merged"));
    let html = browser.page(&page).await;
    assert!(
        html.contains("只供查阅") && html.contains(&format!("/organisations/{other}")) && !html.contains("<textarea")
    );
    assert_eq!(app.times_recorded("merged"), 1);
    browser.open(&action).await.expect(409).html();
}

#[apply(both_databases)]
async fn nothing_is_found_where_nothing_is(app: TestApp) {
    let browser = administrator(&app);
    for path in [format!("/organisations/{}", OrganisationId::new()), "/organisations/nonsense".to_owned()] {
        browser.open(&path).await.expect(404).html();
    }
}
