//! The overview: what it counts, which alerts wait for which person, and where its figures lead.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    caller::Caller,
    enterprise::count,
    facts::TeamPeople,
};
use chrono::TimeDelta;
use wellspring::domain::{fieldwork::visit::RelocationIntent as Intent, ids::EnterpriseId, people::role::Role};

fn firm(app: &TestApp, name: &str, yuan: i64, intent: Intent) -> EnterpriseId {
    let enterprise = app.enterprise(name).id;
    app.tax(enterprise, "2026-10", yuan);
    app.visit(enterprise, intent);
    enterprise
}

/// The part of a page between two pieces of it.
fn part<'p>(html: &'p str, from: &str, to: &str) -> &'p str {
    html.split(from).nth(1).unwrap_or_else(|| panic!("{from} is not in {html}")).split(to).next().unwrap()
}

async fn total(caller: &Caller, list: &str) -> i64 {
    caller.get(list).await.expect(200).json()["total"].as_i64().unwrap()
}

#[apply(both_databases)]
async fn tax_at_risk_is_an_amount_for_those_who_see_figures(app: TestApp) {
    firm(&app, "星河科技有限公司", 123_000_000, Intent::Moving);
    firm(&app, "月湖商贸有限公司", 41_000_000, Intent::None);
    let html = app.browser(app.person(Role::Leader).id).page("/overview").await;
    let red = part(&html, "href=\"/enterprises?risk_level=red\"", "</a>");
    assert!(red.contains("1.23<small>亿元") && red.contains("1 户，占全部入库 75.0%"), "{red}");
    let all = part(&html, "href=\"/enterprises\">\n", "</a>");
    assert!(all.contains("1.64<small>亿元") && all.contains("2 户"), "{all}");
    assert_eq!(count(&app, "access_records"), 1);
}

#[apply(both_databases)]
async fn others_see_how_many_and_how_large(app: TestApp) {
    firm(&app, "星河科技有限公司", 123_000_000, Intent::Moving);
    firm(&app, "月湖商贸有限公司", 41_000, Intent::Moving);
    let html = app.browser(app.person(Role::ChiefSteward).id).page("/overview").await;
    let red = part(&html, "href=\"/enterprises?risk_level=red\"", "</a>");
    assert!(red.contains("2<small>户") && red.contains("1000 万元以上 1 户"), "{red}");
    assert!(html.contains("1亿元及以上") && !html.contains("12,300.0") && !html.contains("1.23"));
    assert_eq!(count(&app, "access_records"), 0);
}

#[apply(both_databases)]
async fn the_highest_alert_comes_first_and_names_who_has_to_acknowledge(app: TestApp) {
    let steward = app.person(Role::Steward);
    firm(&app, "月湖商贸有限公司", 0, Intent::Considering);
    app.advance(TimeDelta::hours(1));
    let enterprise = firm(&app, "星河科技有限公司", 0, Intent::Moving);
    app.team(enterprise, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
    app.advance(TimeDelta::hours(5));
    let html = app.browser(app.person(Role::Leader).id).page("/overview").await;
    let waiting = part(&html, "id=\"wait-h\"", "</section>");
    assert!(waiting.find("星河科技").unwrap() < waiting.find("月湖商贸").unwrap());
    assert!(
        waiting.contains(&steward.user.display_name) && waiting.contains("超时，5 小时") && waiting.contains("6 小时")
    );
    assert!(waiting.contains("href=\"/alerts?state=open\"") && waiting.contains("共 2 条"));
}

#[apply(both_databases)]
async fn an_untroubled_district_is_told_so(app: TestApp) {
    let html = app.browser(app.person(Role::Leader).id).in_english().page("/overview").await;
    assert!(
        html.contains("No alert is open.")
            && html.contains("No enterprise is at risk.")
            && html.contains("No visit of the last 12 months named any.")
    );
}

#[apply(both_databases)]
async fn outcomes_are_counted_in_their_month_and_lead_to_their_alerts(app: TestApp) {
    firm(&app, "星河科技有限公司", 0, Intent::Moving);
    firm(&app, "月湖商贸有限公司", 0, Intent::Considering);
    let leader = app.browser(app.person(Role::Leader).id);
    let alert = app.alerts().into_iter().find(|alert| alert.level.as_str() == "red").unwrap();
    let path = format!("/alerts/{}", alert.id);
    let fields = [("outcome", "respected"), ("note", ""), ("version", &alert.version.to_string())];
    leader.send(&path, &format!("{path}/resolve"), &fields).await.leads_to();
    let html = leader.page("/overview").await;
    let month = part(&html, "<th scope=\"row\" class=\"code\">2026-11</th>", "</tr>");
    assert!(month.contains("<td class=\"num\">1</td>"), "one alert still runs: {month}");
    let list = part(month, "href=\"", "\"").replace("&#38;", "&").replace("&amp;", "&");
    assert!(list.starts_with("/alerts?outcome=respected&resolved_from=2026-10-31T16"), "{list}");
    let behind = leader.page(&list).await;
    assert!(behind.contains("星河科技有限公司") && !behind.contains("月湖商贸有限公司"));
    let before = part(&html, "<th scope=\"row\" class=\"code\">2026-10</th>", "</tr>");
    assert!(before.contains("<td class=\"num\">0</td>") && !before.contains("href"));
}

#[apply(both_databases)]
async fn street_offices_stand_in_fixed_order_by_what_they_did(app: TestApp) {
    firm(&app, "星河科技有限公司", 0, Intent::Moving);
    app.enterprise("月湖商贸有限公司");
    app.enterprise_at("云台实业有限公司", app.district.other_street);
    let leader = app.browser(app.person(Role::Leader).id);
    let path = format!("/alerts/{}", app.only_alert().id);
    leader.send(&path, &format!("{path}/acknowledge"), &[("version", "1")]).await.leads_to();
    let html = leader.page("/overview").await;
    let table = part(&html, "id=\"street-h\"", "</section>");
    assert!(table.find("星湖街道").unwrap() < table.find("云台街道").unwrap());
    let street = app.district.street;
    let row = part(table, "星湖街道", "</tr>");
    for expected in [
        format!("<a href=\"/enterprises?street_id={street}\">2</a>"),
        "<td class=\"num\">50%</td>".to_owned(),
        "<td class=\"num\">100%</td>".to_owned(),
    ] {
        assert!(row.contains(&expected), "{expected} in {row}");
    }
    let visits = part(row, &format!("/visits?street_id={street}"), "</a>");
    assert!(visits.contains("withdrawn=false") && visits.ends_with(">1"), "{visits}");
    let other = part(table, "云台街道", "</tr>");
    assert!(other.contains("<td class=\"num\">—</td>") && !other.contains("/alerts"), "{other}");
}

#[apply(both_databases)]
async fn a_chief_steward_sees_the_own_street_alone(app: TestApp) {
    firm(&app, "星河科技有限公司", 0, Intent::Moving);
    let elsewhere = app.enterprise_at("云台实业有限公司", app.district.other_street);
    app.visit(elsewhere.id, Intent::Moving);
    let html = app.browser(app.person(Role::ChiefSteward).id).page("/overview").await;
    assert!(html.contains("星河科技有限公司") && !html.contains("云台实业有限公司") && !html.contains("云台街道"));
    assert!(part(&html, "href=\"/enterprises?risk_level=red\"", "</a>").contains("1<small>户"));
    for role in [Role::Administrator, Role::SecurityAdministrator, Role::Auditor] {
        app.browser(app.person(role).id).open("/overview").await.expect(403).html();
    }
}

#[apply(both_databases)]
async fn reasons_and_destinations_lead_to_the_visits(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let steward = app.person(Role::Steward);
    let visit = serde_json::json!({
        "enterprise_id": enterprise, "visited_on": "2026-11-20", "channel": "on_site", "summary": "正在外区看房。",
        "relocation_intent": "considering", "reasons": ["space", "talent"], "destination_division": "310115",
    });
    steward.caller.post("/api/v1/visits", visit).await.expect(201);
    app.visit(enterprise, Intent::None);
    let html = app.browser(app.person(Role::Leader).id).page("/overview").await;
    let reasons = part(&html, "id=\"why-h\"", "</section>");
    assert!(reasons.contains("/visits?reason=space") && reasons.contains("空间不足"), "{reasons}");
    let destinations = part(&html, "id=\"where-h\"", "</section>");
    assert!(
        destinations.contains("/visits?destination_province=31") && destinations.contains("上海市"),
        "{destinations}"
    );
    assert_eq!(total(&steward.caller, "/api/v1/visits?include_total=true").await, 2);
    assert_eq!(total(&steward.caller, "/api/v1/visits?reason=space&include_total=true").await, 1);
    assert_eq!(total(&steward.caller, "/api/v1/visits?reason=demolition&include_total=true").await, 0);
    assert_eq!(total(&steward.caller, "/api/v1/visits?destination_province=31&include_total=true").await, 1);
    assert_eq!(total(&steward.caller, "/api/v1/visits?destination_province=33&include_total=true").await, 0);
    let street = format!("/api/v1/visits?street_id={}&include_total=true", app.district.other_street);
    assert_eq!(total(&steward.caller, &street).await, 0);
}

#[apply(both_databases)]
async fn a_wall_refreshes_itself_and_says_when_its_data_is_from(app: TestApp) {
    firm(&app, "星河科技有限公司", 0, Intent::Moving);
    let browser = app.browser(app.person(Role::Leader).id);
    let wall = browser.page("/overview?screen=big").await;
    assert!(
        wall.contains("class=\"big-screen\"") && wall.contains("data-refresh=\"60\"") && wall.contains("每分钟刷新")
    );
    assert!(wall.contains("数据截至 <time>2026-11-20"));
    let desk = browser.page("/overview").await;
    assert!(!desk.contains("data-refresh") && !desk.contains("每分钟刷新"));
}
