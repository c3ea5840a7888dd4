use super::lists::way;
use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    facts::TeamPeople,
};
use wellspring::domain::people::role::Role;

/// The names of the rows of a list.
fn names(html: &str) -> Vec<&str> {
    let rows = html.split("<th scope=\"row\"").skip(1);
    let names: Vec<&str> = rows.map(|row| row.split("</a>").next().unwrap().rsplit('>').next().unwrap()).collect();
    assert!(!names.is_empty());
    names
}

#[apply(both_databases)]
async fn a_name_is_text_whatever_it_says(app: TestApp) {
    app.enterprise("<script>alert(1)</script>科技");
    let html = app.browser(app.person(Role::Leader).id).page("/enterprises").await;
    assert!(!html.contains("<script>alert"));
    assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;科技"), "{html}");
}

#[apply(both_databases)]
async fn figures_are_for_those_who_see_them(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    app.tax(enterprise.id, "2026-10", 12_345_678);
    let leader = app.browser(app.person(Role::Leader).id).page("/enterprises").await;
    assert!(leader.contains("1,234.6"), "{leader}");
    let steward = app.browser(app.person(Role::Steward).id).page("/enterprises").await;
    assert!(!steward.contains("1,234.6") && steward.contains("1000万–1亿元"));
}

#[apply(both_databases)]
async fn filters_are_in_the_address_and_pages_lead_both_ways(app: TestApp) {
    for number in 0..45 {
        app.enterprise(&format!("星河{number}科技有限公司"));
    }
    app.enterprise("月湖商贸有限公司");
    let browser = app.browser(app.person(Role::Leader).id);
    let html = browser.page("/enterprises?q=%E6%98%9F%E6%B2%B3&street_id=&sort=name").await;
    assert!(html.contains("45") && !html.contains("月湖商贸"));
    let second = browser.page(&way(&html, "next").unwrap()).await;
    let last = browser.page(&way(&second, "next").unwrap()).await;
    assert_eq!(last.matches("<th scope=\"row\"").count(), 5);
    assert!(way(&last, "next").is_none() && last.contains("第 3 页"));
    let back = browser.page(&way(&last, "prev").unwrap()).await;
    assert_eq!(names(&back), names(&second), "the way back leads to the same page");
    let first = browser.page(&way(&back, "prev").unwrap()).await;
    assert_eq!(names(&first), names(&html));
    assert!(way(&first, "prev").is_none());
    browser.open("/enterprises?risk_level=purple").await.expect(422).html();
}

#[apply(both_databases)]
async fn who_may_enter_an_enterprise_is_shown_where(app: TestApp) {
    for (role, may) in
        [(Role::ChiefSteward, true), (Role::Finance, true), (Role::Steward, false), (Role::Leader, false)]
    {
        let html = app.browser(app.person(role).id).page("/enterprises").await;
        assert_eq!(html.contains("href=\"/enterprises/new\""), may, "{role}");
    }
}

#[apply(both_databases)]
async fn those_without_business_data_get_a_page_that_says_so(app: TestApp) {
    for role in [Role::Administrator, Role::SecurityAdministrator, Role::Auditor] {
        app.browser(app.person(role).id).in_english().open("/enterprises").await.expect(403).html();
    }
}

#[apply(both_databases)]
async fn columns_are_chosen_in_the_address(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let (steward, chief) = (app.person(Role::Steward), app.person(Role::ChiefSteward));
    app.team(
        enterprise.id,
        TeamPeople { steward: Some(steward.id), chief_steward: Some(chief.id), ..TeamPeople::default() },
    );
    app.tax(enterprise.id, "2026-10", 12_345_678);
    let browser = app.browser(app.person(Role::Leader).id);
    let usual = browser.page("/enterprises").await;
    assert!(usual.contains("data-label=\"服务管家\"") && !usual.contains("data-label=\"总管家\""));
    let html =
        browser.page("/enterprises?columns=name&columns=chief_steward&columns=tax_12_months&columns=purple").await;
    let labels: Vec<&str> = html.split("data-label=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(labels, ["近 12 个月入库", "总管家"]);
    assert!(html.contains(&chief.user.display_name) && html.contains("1,234.6") && html.contains("近 12 个月，万元"));
    assert!(html.contains("name=\"columns\" value=\"score\"") && html.contains("value=\"chief_steward\" checked"));
    assert!(html.contains("columns=name&#38;columns=chief_steward"), "links keep the columns");
    let banded = app.browser(steward.id).page("/enterprises?columns=tax_12_months").await;
    assert!(!banded.contains("1,234.6") && banded.contains("1000万–1亿元") && banded.contains("按档"));
    let name_alone = browser.page("/enterprises?columns=name").await;
    assert!(!name_alone.contains("data-label") && name_alone.contains("星河科技有限公司"));
}

#[apply(both_databases)]
async fn filters_without_a_field_are_said_and_stay(app: TestApp) {
    let steward = app.person(Role::Steward);
    let browser = app.browser(app.person(Role::Leader).id);
    let html = browser
        .page(&format!("/enterprises?steward_id={}&industry_code=65&risk_level=red&sort=name", steward.id))
        .await;
    assert!(html.contains(&format!("服务管家：{}", steward.user.display_name)));
    assert!(html.contains("行业：65 软件和信息技术服务业") && !html.contains("去掉筛选条件“风险：红”"), "{html}");
    let kept = format!("<input type=\"hidden\" name=\"steward_id\" value=\"{}\">", steward.id);
    assert!(html.contains(&kept), "searching on keeps it");
    assert!(html.contains("href=\"/enterprises?sort=name\">重置"), "what is reset is the filters");
}

#[apply(both_databases)]
async fn what_the_list_shows_is_taken_away(app: TestApp) {
    app.enterprise("星河科技有限公司");
    let browser = app.browser(app.person(Role::Steward).id);
    let html = browser.page("/enterprises?status=active&columns=name&columns=score&page=1&size=50").await;
    let way = "/enterprises/export?status=active&columns=name&columns=score";
    assert!(html.contains(&format!("href=\"{}\"", way.replace('&', "&#38;"))), "{html}");
    let answer = browser.open(way).await.expect(200);
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(answer.body.to_vec())).unwrap();
    let rows = calamine::Reader::worksheet_range(&mut book, "税源清单").unwrap();
    assert_eq!(
        rows.rows().next().unwrap().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["企业名称", "风险分值"]
    );
    browser.open("/enterprises/export?risk_level=purple").await.expect(422).html();
}
