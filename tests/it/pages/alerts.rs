//! The pages about alerts: who sees what, and what the forms do, refuse and keep.

use crate::support::{
    app::{Backend, TestApp},
    both::{apply, both_databases},
    enterprise::count,
    facts::TeamPeople,
};
use chrono::TimeDelta;
use wellspring::domain::{
    fieldwork::{signal::SignalKind, visit::RelocationIntent as Intent},
    ids::EnterpriseId,
    people::role::Role,
    watch::alert::{AlertState, Outcome},
};

/// An enterprise of 星湖街道 with an alert, and the path of that alert's page.
fn alerted(app: &TestApp, name: &str, intent: Intent) -> (EnterpriseId, String) {
    let enterprise = app.enterprise(name).id;
    app.visit(enterprise, intent);
    let alert = app.alerts().into_iter().find(|alert| alert.enterprise_id == enterprise).unwrap();
    (enterprise, format!("/alerts/{}", alert.id))
}

/// Where red alerts are to be answered within an hour.
struct InAnHour(TestApp);

impl InAnHour {
    async fn new(backend: Backend) -> Option<Self> {
        TestApp::with_settings(backend, &[("WELLSPRING_ANSWER_RED_HOURS", "1")]).await.map(Self)
    }
}

#[apply(both_databases)]
async fn what_is_late_is_for_the_operator_to_say(fixture: InAnHour) {
    let app = fixture.0;
    let (_, path) = alerted(&app, "星河科技有限公司", Intent::Moving);
    app.advance(TimeDelta::minutes(61));
    let (leader, chief) = (app.browser(app.person(Role::Leader).id), app.browser(app.person(Role::ChiefSteward).id));
    let overview = leader.page("/overview").await;
    assert!(overview.contains("按时：红色 1 小时、橙色 24 小时、黄色 72 小时内确认收到</p>"), "{overview}");
    let pages = [overview, leader.page("/alerts").await, leader.page(&path).await, chief.page("/workbench").await];
    for page in &pages {
        assert!(page.contains("class=\"late\""), "{page}");
    }
}

#[apply(both_databases)]
async fn the_list_holds_what_is_asked_for_and_says_who_waits_how_long(app: TestApp) {
    alerted(&app, "星河科技有限公司", Intent::Moving);
    alerted(&app, "月湖商贸有限公司", Intent::Considering);
    app.advance(TimeDelta::hours(5));
    let browser = app.browser(app.person(Role::Leader).id);
    let all = browser.page("/alerts").await;
    assert!(all.contains("星河科技有限公司") && all.contains("月湖商贸有限公司") && all.contains("共 2 条"));
    assert!(all.contains("超时，5 小时"), "red is late after four hours: {all}");
    assert_eq!(all.matches("超时").count(), 1, "orange is not late yet");
    let red = browser.page("/alerts?level=red&state=&street_id=").await;
    assert!(red.contains("星河科技有限公司") && !red.contains("月湖商贸有限公司"));
    let told = browser.page("/alerts?without_recipient=false").await;
    assert!(told.contains("没有符合条件的预警") && !told.contains("星河科技有限公司"));
    browser.open("/alerts?level=pink").await.expect(422).html();
}

#[apply(both_databases)]
async fn an_alert_without_a_visit_leads_to_the_form_of_one(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    app.signal(enterprise, SignalKind::FileTransferLetter);
    let browser = app.browser(app.person(Role::Leader).id);
    let html = browser.page(&format!("/alerts/{}", app.only_alert().id)).await;
    let form = html.split("href=\"/visits/new").nth(1).unwrap().split('"').next().unwrap();
    assert!(browser.page(&format!("/visits/new{form}")).await.contains("name=\"summary\""));
}

#[apply(both_databases)]
async fn the_list_of_one_enterprise_says_so(app: TestApp) {
    let (enterprise, _) = alerted(&app, "星河科技有限公司", Intent::Moving);
    alerted(&app, "月湖商贸有限公司", Intent::Considering);
    let browser = app.browser(app.person(Role::Leader).id).in_english();
    let html = browser.page(&format!("/alerts?enterprise_id={enterprise}")).await;
    assert!(html.contains("Only: 星河科技有限公司") && !html.contains("月湖商贸有限公司"), "{html}");
}

#[apply(both_databases)]
async fn ended_alerts_are_found_by_outcome_and_time(app: TestApp) {
    let (_, path) = alerted(&app, "星河科技有限公司", Intent::Moving);
    alerted(&app, "月湖商贸有限公司", Intent::Considering);
    let browser = app.browser(app.person(Role::ChiefSteward).id);
    let fields = [("outcome", "respected"), ("note", ""), ("version", "1")];
    assert_eq!(browser.send(&path, &format!("{path}/resolve"), &fields).await.leads_to(), path);
    let found = |query: &'static str| browser.page(query);
    let respected =
        found("/alerts?outcome=respected&resolved_from=2026-01-01T00:00:00Z&resolved_before=2027-01-01T00:00:00Z")
            .await;
    assert!(
        respected.contains("星河科技有限公司")
            && !respected.contains("月湖商贸有限公司")
            && respected.contains("结果：尊重企业选择，协助办理")
    );
    for query in [
        "/alerts?outcome=moved",
        "/alerts?outcome=respected&resolved_before=2026-01-01T00:00:00Z",
        "/alerts?raised_from=2027-01-01T00:00:00Z",
    ] {
        assert!(found(query).await.contains("没有符合条件的预警"), "{query}");
    }
}

#[apply(both_databases)]
async fn long_lists_have_a_next_page(app: TestApp) {
    for number in 0..22 {
        alerted(&app, &format!("星河{number}号科技有限公司"), Intent::Considering);
    }
    let browser = app.browser(app.person(Role::Leader).id);
    let first = browser.page("/alerts?level=orange").await;
    assert_eq!(first.matches("<th scope=\"row\"").count(), 20);
    let next = first.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    let next = next.replace("&#38;", "&").replace("&amp;", "&");
    let second = browser.page(&next).await;
    assert_eq!(second.matches("<th scope=\"row\"").count(), 2);
    assert!(second.contains("rel=\"prev\"") && !second.contains("rel=\"next\""));
}

#[apply(both_databases)]
async fn the_page_tells_the_story_with_its_evidence_and_its_mails(app: TestApp) {
    let (leader, steward) = (app.person(Role::Leader), app.person(Role::Steward));
    let enterprise = app.enterprise("星河科技有限公司").id;
    app.team(enterprise, TeamPeople { leader: Some(leader.id), steward: Some(steward.id), ..TeamPeople::default() });
    let visit = app.visit(enterprise, Intent::Decided);
    let path = format!("/alerts/{}", app.only_alert().id);
    let html = app.browser(leader.id).page(&path).await;
    assert!(html.contains(&format!("/visits/{visit}")) && html.contains(&format!("/enterprises/{enterprise}")));
    assert!(html.contains("确凿：走访获知外迁") && html.contains("已决定外迁"));
    let told = html.split("id=\"told-h\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(told.contains(&steward.user.display_name) && told.contains("待发送"), "{told}");
    let english = app.browser(leader.id).in_english().page(&path).await;
    assert!(english.contains("Hard: move told in a visit") && english.contains("Who was told"));
}

#[apply(both_databases)]
async fn figures_are_for_those_who_see_them_and_on_record(app: TestApp) {
    let (enterprise, path) = alerted(&app, "星河科技有限公司", Intent::Moving);
    app.tax(enterprise, "2026-10", 12_345_678);
    let leader = app.browser(app.person(Role::Leader).id).page(&path).await;
    assert!(leader.contains("1,234.57万元"), "{leader}");
    assert_eq!(count(&app, "access_records"), 1);
    let steward = app.browser(app.person(Role::Steward).id).page(&path).await;
    assert!(!steward.contains("1,234.57") && steward.contains("1000万–1亿元"));
    assert_eq!(count(&app, "access_records"), 1);
}

#[apply(both_databases)]
async fn an_alert_is_acknowledged_once_and_the_second_person_is_told(app: TestApp) {
    let (_, path) = alerted(&app, "星河科技有限公司", Intent::Moving);
    let take = format!("{path}/acknowledge");
    let (first, second) = (app.person(Role::Steward), app.person(Role::ChiefSteward));
    let fields = [("version", "1")];
    assert_eq!(app.browser(first.id).send(&path, &take, &fields).await.leads_to(), path);
    let alert = app.only_alert();
    assert_eq!((alert.state, alert.acknowledged_by), (AlertState::Acknowledged, Some(first.id)));
    let late = app.browser(second.id).send(&path, &take, &fields).await.expect(412).html();
    let said = format!("{} 已于 2026-11-20", first.user.display_name);
    assert!(late.contains(&said) && late.contains("您无需再确认") && !late.contains("/acknowledge\""), "{late}");
    // A second click of the same person is no refusal.
    assert_eq!(app.browser(first.id).send(&path, &take, &fields).await.leads_to(), path);
    assert_eq!(app.only_alert().version, 2);
}

#[apply(both_databases)]
async fn what_changed_meanwhile_is_read_first(app: TestApp) {
    let (enterprise, path) = alerted(&app, "星河科技有限公司", Intent::Considering);
    let browser = app.browser(app.person(Role::ChiefSteward).id);
    app.signal(enterprise, SignalKind::FileTransferLetter);
    let fields = [("version", "1"), ("outcome", "retained"), ("note", "租约已续签")];
    let html = browser.send(&path, &format!("{path}/resolve"), &fields).await.expect(412).html();
    assert!(
        html.contains("这条预警有了变化")
            && html.contains("租约已续签")
            && html.contains("name=\"version\" value=\"2\"")
    );
    assert!(html.contains("value=\"retained\" checked"), "{html}");
    assert_eq!(app.only_alert().state, AlertState::Open);
    browser.send(&path, &format!("{path}/acknowledge"), &[("version", "1")]).await.expect(412);
}

#[apply(both_databases)]
async fn an_outcome_is_chosen_and_a_false_alarm_explained(app: TestApp) {
    let (_, path) = alerted(&app, "星河科技有限公司", Intent::Moving);
    let browser = app.browser(app.person(Role::Leader).id);
    let page = browser.page(&path).await;
    let order = ["留在本区", "尊重企业选择，协助办理", "部分迁出", "已迁出", "误报", "停业注销"];
    let places: Vec<usize> = order.iter().map(|name| page.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    let resolve = format!("{path}/resolve");
    let nothing = browser.send(&path, &resolve, &[("version", "1"), ("note", "我的说明")]).await.expect(422).html();
    assert!(nothing.contains("请选择结果") && nothing.contains("我的说明") && nothing.contains("href=\"#outcome\""));
    let fields = [("version", "1"), ("outcome", "false_alarm"), ("note", " ")];
    let unexplained = browser.send(&path, &resolve, &fields).await.expect(422).html();
    assert!(unexplained.contains("href=\"#note\"") && unexplained.contains("value=\"false_alarm\" checked"));
    assert_eq!(app.only_alert().state, AlertState::Open);
    let fields = [("version", "1"), ("outcome", "false_alarm"), ("note", "误读了公告")];
    assert_eq!(browser.send(&path, &resolve, &fields).await.leads_to(), path);
    assert_eq!(app.only_alert().outcome, Some(Outcome::FalseAlarm));
    let ended = browser.page(&path).await;
    assert!(ended.contains("误读了公告") && !ended.contains("/resolve\"") && !ended.contains("/acknowledge\""));
    let again = browser.send(&path, &format!("{path}/directives"), &[("text", "请上门")]).await.expect(409).html();
    assert!(again.contains("已经办结"), "{again}");
}

#[apply(both_databases)]
async fn risky_wording_is_shown_before_and_after_and_may_be_sent(app: TestApp) {
    let (enterprise, path) = alerted(&app, "星河科技有限公司", Intent::Considering);
    let (leader, steward) = (app.person(Role::Leader), app.person(Role::Steward));
    app.team(enterprise, TeamPeople { leader: Some(leader.id), steward: Some(steward.id), ..TeamPeople::default() });
    let mails = app.mails().len();
    let browser = app.browser(leader.id);
    let (text, action) = ("请本周上门。可研究税收返还。", format!("{path}/directives"));
    let shown = browser.send(&path, &action, &[("text", text)]).await.expect(200).html();
    assert!(shown.contains(&format!(">{text}</textarea>")) && shown.contains("仍按原文发出"), "{shown}");
    assert!(shown.contains("name=\"shown\" value=\"税收返还\"") && shown.contains("尚未发出"));
    assert_eq!(app.mails().len(), mails);
    // Wording that was not shown is shown before anything is sent.
    let other = [("text", "要求承诺不外迁，并税收返还。"), ("shown", "税收返还")];
    assert!(browser.send(&path, &action, &other).await.expect(200).html().contains("value=\"承诺不外迁\""));
    let kept = [("text", text), ("shown", "税收返还")];
    assert_eq!(browser.send(&path, &action, &kept).await.leads_to(), format!("{path}?sent=directive"));
    assert_eq!(app.mails().len(), mails + 1);
    let after = browser.page(&format!("{path}?sent=directive")).await;
    assert!(after.contains(text) && after.contains("<q>税收返还</q>") && after.contains("批示已发出"));
    let plain = [("text", "请明天回报。")];
    assert_eq!(browser.send(&path, &action, &plain).await.leads_to(), format!("{path}?sent=directive"));
}

#[apply(both_databases)]
async fn a_directive_that_cannot_be_accepted_keeps_its_text(app: TestApp) {
    let (_, path) = alerted(&app, "星河科技有限公司", Intent::Considering);
    let browser = app.browser(app.person(Role::Leader).id);
    let action = format!("{path}/directives");
    let text = "联系张总 11010519491231002X";
    let html = browser.send(&path, &action, &[("text", text)]).await.expect(422).html();
    assert!(html.contains(&format!(">{text}</textarea>")) && html.contains("id=\"text-error\""), "{html}");
    browser.send(&path, &action, &[("text", " ")]).await.expect(422);
}

#[apply(both_databases)]
async fn buttons_are_shown_to_those_who_may_press_them(app: TestApp) {
    let (_, path) = alerted(&app, "星河科技有限公司", Intent::Moving);
    for (role, take, direct, resolve) in [
        (Role::Steward, true, false, false),
        (Role::ChiefSteward, true, false, true),
        (Role::Leader, true, true, true),
        (Role::Finance, false, false, false),
        (Role::Supervisor, false, false, false),
    ] {
        let browser = app.browser(app.person(role).id);
        let html = browser.page(&path).await;
        for (action, may) in [("acknowledge", take), ("directives", direct), ("resolve", resolve)] {
            let action = format!("{path}/{action}");
            assert_eq!(html.contains(&format!("action=\"{action}\"")), may, "{role} {action}");
            if !may {
                browser.send(&path, &action, &[("text", "x"), ("outcome", "moved")]).await.expect(403).html();
            }
        }
    }
    assert_eq!(app.only_alert().version, 1);
}

#[apply(both_databases)]
async fn what_lies_outside_the_scope_is_not_there(app: TestApp) {
    let (_, path) = alerted(&app, "星河科技有限公司", Intent::Moving);
    let stranger = app.browser(app.person_at(Role::ChiefSteward, app.district.other_street).id);
    stranger.open(&path).await.expect(404).html();
    assert!(!stranger.page("/alerts").await.contains("星河科技有限公司"));
    stranger.send("/alerts", &format!("{path}/acknowledge"), &[("version", "1")]).await.expect(404).html();
    stranger.send("/alerts", &format!("{path}/resolve"), &[("outcome", "moved")]).await.expect(404).html();
    for role in [Role::Administrator, Role::SecurityAdministrator, Role::Auditor] {
        let browser = app.browser(app.person(role).id);
        browser.open(&path).await.expect(403).html();
        browser.open("/alerts").await.expect(403).html();
    }
    assert_eq!(app.only_alert().version, 1);
}

#[apply(both_databases)]
async fn what_people_wrote_is_text_whatever_it_says(app: TestApp) {
    let (_, path) = alerted(&app, "<b>星河</b>科技", Intent::Considering);
    let browser = app.browser(app.person(Role::Leader).id);
    let html = browser
        .send(&path, &format!("{path}/directives"), &[("text", "</textarea><script>税收返还")])
        .await
        .expect(200)
        .html();
    assert!(!html.contains("<script>税收") && !html.contains("<b>星河"));
}
