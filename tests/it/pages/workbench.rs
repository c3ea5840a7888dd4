use crate::support::{
    app::{Backend, TestApp},
    both::{apply, both_databases},
    district::Person,
    facts::TeamPeople,
};
use chrono::TimeDelta;
use wellspring::{
    db::registry::enterprises::Enterprise,
    domain::{
        fieldwork::{
            signal::SignalKind,
            visit::{Channel, RelocationIntent},
        },
        people::role::Role,
        registry::enterprise::{EnterpriseStatus, Tier},
        watch::alert::AlertState,
    },
    services::{
        fieldwork::visits::{self, VisitFields},
        patch::Patch,
        watch::alerts,
    },
};

/// A steward with what there is to see to.
struct Office {
    app: TestApp,
    steward: Person,
}

impl Office {
    async fn new(backend: Backend) -> Option<Self> {
        let app = TestApp::new(backend).await?;
        let steward = app.person(Role::Steward);
        Some(Self { app, steward })
    }

    /// An enterprise in the care of the steward.
    fn assigned(&self, name: &str) -> Enterprise {
        self.charge_with(name, Tier::Normal)
    }

    fn charge_with(&self, name: &str, tier: Tier) -> Enterprise {
        let street = self.app.district.street;
        let enterprise = self.app.enterprise_with(name, |new| {
            new.street_id = Patch::Set(street);
            new.tier = Patch::Set(tier);
        });
        self.app.team(enterprise.id, TeamPeople { steward: Some(self.steward.id), ..TeamPeople::default() });
        enterprise
    }

    fn visited(&self, enterprise: &Enterprise, days_ago: i64, promise_in: Option<i64>) {
        let today = self.app.app.today();
        let mut new = VisitFields::of(enterprise.id, today - TimeDelta::days(days_ago), Channel::OnSite, "了解近况");
        new.next_visit_on = promise_in.map(|days| today + TimeDelta::days(days)).into();
        new.visitor_ids = Patch::Set(vec![self.steward.id]);
        self.app.act(|tx| visits::log(tx, new.clone()));
    }

    async fn page(&self) -> String {
        self.app.browser(self.steward.id).page("/workbench").await
    }
}

/// The figures of the tally: alerts, overdue, due this week.
fn tally(html: &str) -> Vec<i64> {
    let part = html.split("class=\"tally\"").nth(1).unwrap().split("</ul>").next().unwrap();
    part.split("<b>").skip(1).map(|rest| rest.split('<').next().unwrap().parse().unwrap()).collect()
}

/// The names of the enterprises in their order.
fn mine(html: &str) -> Vec<String> {
    let part = html.split("id=\"mine\"").nth(1).unwrap();
    let names = part.split("class=\"work__name\"").skip(1);
    names.map(|rest| rest.split("\">").nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
}

/// What is said of one enterprise among the own.
fn card<'h>(html: &'h str, name: &str) -> &'h str {
    let part = html.split("id=\"mine\"").nth(1).unwrap();
    let found = part.split("<li>").find(|item| item.contains(&format!(">{name}<")));
    found.unwrap_or_else(|| panic!("{name} is not among\n{part}")).split("</li>").next().unwrap()
}

#[apply(both_databases)]
async fn who_needs_me_most_comes_first(office: Office) {
    let [calm, key, promised, asked, left] = ["静水", "重点", "有约", "考虑", "已走"]
        .map(|name| office.charge_with(name, if name == "重点" { Tier::Key } else { Tier::Normal }));
    office.visited(&calm, 10, None);
    office.visited(&key, 33, None);
    office.visited(&promised, 5, Some(1));
    office.app.visit(asked.id, RelocationIntent::Considering);
    office.app.set_status(left.id, EnterpriseStatus::MovedOut);
    office.app.enterprise("别人的企业");
    let html = office.page().await;
    assert_eq!(mine(&html), ["考虑", "重点", "有约", "静水"]);
    assert_eq!(tally(&html), [1, 1, 1]);
    assert!(card(&html, "重点").contains("class=\"late\">走访逾期 3 天"), "{}", card(&html, "重点"));
    assert!(card(&html, "重点").contains("33 天前走访"));
    assert!(card(&html, "有约").contains("约定明天走访") && card(&html, "有约").contains("每 90 天走访一次"));
    assert!(card(&html, "静水").contains("80 天内应走访"));
    assert!(card(&html, "考虑").contains("今天已走访") && card(&html, "考虑").contains("考虑"));
    assert!(card(&html, "考虑").contains(&format!("/visits/new?enterprise={}", asked.id)));
}

#[apply(both_databases)]
async fn amounts_are_bands(office: Office) {
    let enterprise = office.assigned("星河科技有限公司");
    office.app.tax(enterprise.id, "2026-10", 12_345_678);
    let html = office.page().await;
    assert!(card(&html, "星河科技有限公司").contains("1000万–1亿元"));
    assert!(!html.contains("1,234") && !html.contains("1234") && !html.contains("12,345"));
}

#[apply(both_databases)]
async fn a_chief_steward_has_what_names_them(office: Office) {
    let chief = office.app.person(Role::ChiefSteward);
    let own = office.app.enterprise("总管家的企业");
    office.app.team(own.id, TeamPeople { chief_steward: Some(chief.id), ..TeamPeople::default() });
    office.assigned("管家的企业");
    assert_eq!(mine(&office.app.browser(chief.id).page("/workbench").await), ["总管家的企业"]);
    assert_eq!(mine(&office.page().await), ["管家的企业"]);
}

#[apply(both_databases)]
async fn an_alert_without_a_team_is_the_chief_stewards(office: Office) {
    let chief = office.app.person(Role::ChiefSteward);
    let [lone, elsewhere] = [office.app.district.street, office.app.district.other_street]
        .map(|street| office.app.enterprise_at("无专班的企业", street));
    office.assigned("管家的企业");
    for enterprise in [&lone, &elsewhere] {
        office.app.visit(enterprise.id, RelocationIntent::Decided);
    }
    let html = office.app.browser(chief.id).page("/workbench").await;
    assert_eq!(tally(&html), [1, 0, 0]);
    assert!(html.contains("尚无专班") && html.contains(&lone.id.to_string()) && mine(&html).is_empty());
    assert_eq!(tally(&office.page().await)[0], 0);
}

#[apply(both_databases)]
async fn a_team_that_ended_is_nobodys_work(office: Office) {
    let enterprise = office.assigned("星河科技有限公司");
    office.app.visit(enterprise.id, RelocationIntent::Considering);
    office.app.team_ends(enterprise.id);
    let html = office.page().await;
    assert_eq!(tally(&html), [0, 0, 0]);
    assert!(mine(&html).is_empty() && html.contains("您还没有服务的企业。") && html.contains("没有待确认的预警。"));
}

#[apply(both_databases)]
async fn an_alert_is_acknowledged_from_here(office: Office) {
    let enterprise = office.assigned("星河科技有限公司");
    office.app.visit(enterprise.id, RelocationIntent::Decided);
    office.app.advance(TimeDelta::minutes(20));
    let alert = office.app.only_alert();
    let browser = office.app.browser(office.steward.id);
    let html = browser.page("/workbench").await;
    assert!(html.contains("<strong>20 分钟</strong>"), "{html}");
    let fields = [("alert", alert.id.to_string()), ("version", alert.version.to_string())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let address = format!("/workbench?acknowledged={}", alert.id);
    assert_eq!(browser.send("/workbench", "/workbench/acknowledge", &fields).await.leads_to(), address);
    let acknowledged = office.app.only_alert();
    assert_eq!((acknowledged.state, acknowledged.acknowledged_by), (AlertState::Acknowledged, Some(office.steward.id)));
    let html = browser.page(&address).await;
    assert!(html.contains("已确认收到“星河科技有限公司”的预警"), "{html}");
    assert_eq!(tally(&html)[0], 0);
    let again = browser
        .send(
            "/workbench",
            "/workbench/acknowledge",
            &[("alert", &alert.id.to_string()), ("version", &acknowledged.version.to_string())],
        )
        .await;
    assert!(again.expect(409).html().contains("已有人确认"));
    let colleague = office.app.browser(office.app.person(Role::Steward).id).page(&address).await;
    assert!(!colleague.contains("已确认收到"));
}

#[apply(both_databases)]
async fn an_alert_that_changed_is_looked_at_first(office: Office) {
    let enterprise = office.assigned("星河科技有限公司");
    office.app.visit(enterprise.id, RelocationIntent::Considering);
    let seen = office.app.only_alert();
    office.app.signal(enterprise.id, SignalKind::FileTransferLetter);
    let browser = office.app.browser(office.steward.id);
    let fields = [("alert", seen.id.to_string()), ("version", seen.version.to_string())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let html = browser.send("/workbench", "/workbench/acknowledge", &fields).await.expect(412).html();
    assert!(html.contains("这条预警刚有变化") && html.contains("level--red"));
    assert_eq!(office.app.only_alert().state, AlertState::Open);
}

#[apply(both_databases)]
async fn the_gravest_alert_comes_first_then_the_longest_wait(office: Office) {
    let [first, second, third] = ["甲", "乙", "丙"].map(|name| office.assigned(name));
    for (enterprise, intent) in [
        (&first, RelocationIntent::Considering),
        (&second, RelocationIntent::Considering),
        (&third, RelocationIntent::Moving),
    ] {
        office.app.visit(enterprise.id, intent);
        office.app.advance(TimeDelta::minutes(5));
    }
    let html = office.page().await;
    let part = html.split("id=\"alerts\"").nth(1).unwrap().split("id=\"mine\"").next().unwrap().to_owned();
    let places = ["丙", "甲", "乙"].map(|name| part.find(&format!(">{name}<")).unwrap());
    assert!(places.is_sorted(), "{part}");
    assert_eq!(tally(&html)[0], 3);
}

#[apply(both_databases)]
async fn what_lies_elsewhere_cannot_be_taken(office: Office) {
    let elsewhere = office.app.enterprise_at("云台商贸", office.app.district.other_street);
    office.app.visit(elsewhere.id, RelocationIntent::Decided);
    let alert = office.app.only_alert();
    let browser = office.app.browser(office.steward.id);
    let fields = [("alert", alert.id.to_string()), ("version", alert.version.to_string())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    browser.send("/workbench", "/workbench/acknowledge", &fields).await.expect(404);
    assert!(!browser.page(&format!("/workbench?acknowledged={}", alert.id)).await.contains("云台商贸"));
    office
        .app
        .act(|tx| alerts::find(tx.conn, tx.actor, alert.id).map(|found| assert_eq!(found.row.state, AlertState::Open)));
}

#[apply(both_databases)]
async fn the_workbench_is_for_stewards(app: TestApp) {
    for &role in Role::ALL {
        let status = if matches!(role, Role::Steward | Role::ChiefSteward) { 200 } else { 403 };
        app.browser(app.person(role).id).open("/workbench").await.expect(status);
    }
}

#[apply(both_databases)]
async fn the_workbench_speaks_english(office: Office) {
    let enterprise = office.assigned("XINGHE");
    office.visited(&enterprise, 100, None);
    let html = office.app.browser(office.steward.id).in_english().page("/workbench").await;
    for words in
        ["Friday", "visit 10 days overdue", "visited 100 days ago", "Log a visit: XINGHE", "a visit every 90 days"]
    {
        assert!(html.contains(words), "{words} is not in\n{html}");
    }
}
