//! The page of one enterprise: what it shows to which reader, and what is recorded.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::count,
    facts::TeamPeople,
};
use diesel::prelude::*;
use serde_json::json;
use wellspring::{
    db::schema::access_records,
    domain::{
        fieldwork::{signal::SignalKind, visit::RelocationIntent},
        people::role::Role,
    },
};

/// What was put on record about reading, in order.
fn read(app: &TestApp) -> Vec<String> {
    let mut details: Vec<String> = app.ask(|c| access_records::table.select(access_records::detail).load(c));
    details.sort();
    details
}

/// The part of a page between the element with an id and the next section.
fn part<'h>(html: &'h str, id: &str) -> &'h str {
    let rest = html.split_once(&format!("id=\"{id}\"")).unwrap().1;
    rest.split_once("</section>").unwrap().0
}

#[apply(both_databases)]
async fn figures_are_for_those_who_see_them_and_go_on_record(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    app.tax(enterprise.id, "2026-09", 12_345_678);
    app.tax(enterprise.id, "2025-09", 24_691_356);
    let path = format!("/enterprises/{}", enterprise.id);
    let bands = app.browser(app.person(Role::Steward).id).page(&path).await;
    assert!(read(&app).is_empty());
    for figure in ["1,234.6", "2,469.1", "−50.0", "12,345"] {
        assert!(!bands.contains(figure), "{figure}");
    }
    let receipts = part(&bands, "receipts");
    assert!(receipts.contains("1000万–1亿元") && receipts.contains("下降五成以上"), "{receipts}");
    assert_eq!(
        (receipts.matches("class=\"c1\" d=\"M").count(), receipts.matches("class=\"c2\" d=\"M").count()),
        (2, 2)
    );
    let leader = app.browser(app.person(Role::Leader).id);
    let figures = leader.page(&path).await;
    let receipts = part(&figures, "receipts");
    for figure in ["1,234.6", "2,469.1", "−50.0%", "<td class=\"num\">−50.0</td>"] {
        assert!(receipts.contains(figure), "{figure}: {receipts}");
    }
    assert_eq!(read(&app), ["receipts", "tax_year_fen"]);
}

#[apply(both_databases)]
async fn a_sheet_of_paper_says_who_printed_it_and_how_old_it_is(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let leader = app.person(Role::Leader);
    let path = format!("/enterprises/{}", enterprise.id);
    let printed = format!(
        "<p class=\"print-only printed\">{} · 区领导 打印，内容截至 2026-11-20 09:00。涉税信息，请妥善保管</p>",
        leader.user.display_name
    );
    let html = app.browser(leader.id).page(&path).await;
    assert!(html.contains(&printed), "{html}");
    let english = app.browser(leader.id).in_english().page(&path).await;
    assert!(english.contains("leader, as of 2026-11-20 09:00. Confidential tax data</p>"), "{english}");
    let settings = app.browser(app.person(Role::Administrator).id).page("/settings").await;
    assert!(settings.contains("打印，内容截至 2026-11-20 09:00</p>"), "{settings}");
    assert!(!app.stranger().page("/sign-in").await.contains("printed"));
}

#[apply(both_databases)]
async fn amounts_of_a_band_give_the_same_page(app: TestApp) {
    let (one, other) = (app.enterprise("甲科技"), app.enterprise("乙科技"));
    app.tax(one.id, "2026-09", 1_000_000);
    app.tax(other.id, "2026-09", 4_999_999);
    let steward = app.browser(app.person(Role::Steward).id);
    let of_one = steward.page(&format!("/enterprises/{}", one.id)).await;
    let of_other = steward.page(&format!("/enterprises/{}", other.id)).await;
    assert!(part(&of_one, "receipts").contains("<svg class=\"chart\""));
    assert_eq!(part(&of_one, "receipts"), part(&of_other, "receipts"));
}

#[apply(both_databases)]
async fn a_hard_floor_is_explained_in_words(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let signal = app.signal(enterprise.id, SignalKind::FileTransferLetter);
    let path = format!("/enterprises/{}", enterprise.id);
    let leader = app.person(Role::Leader).id;
    let html = app.browser(leader).page(&path).await;
    assert!(html.contains("有 1 项确凿风险因素，按规则不低于红色；其余因素合计 0 分。"), "{}", part(&html, "risk"));
    assert!(html.contains(&format!("href=\"#signal-{signal}\"")) && html.contains(&format!("id=\"signal-{signal}\"")));
    assert!(html.contains(&format!("href=\"/alerts/{}\"", app.only_alert().id)));
    let english = app.browser(leader).in_english().page(&path).await;
    assert!(english.contains("One hard factor: by rule not lower than red"));
}

#[apply(both_databases)]
async fn evidence_leads_to_the_visit(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let visit = app.visit(enterprise.id, RelocationIntent::Considering);
    let html = app.browser(app.person(Role::Supervisor).id).page(&format!("/enterprises/{}", enterprise.id)).await;
    let risk = part(&html, "risk");
    assert!(
        risk.contains("企业表示正在考虑外迁，按规则不低于橙色") && risk.contains(&format!("href=\"/visits/{visit}\"")),
        "{risk}"
    );
}

#[apply(both_databases)]
async fn buttons_are_for_those_who_may_press_them(app: TestApp) {
    let enterprise = app.enterprise_at("星河科技有限公司", app.district.street);
    let path = format!("/enterprises/{}", enterprise.id);
    let links = [
        ("/visits/new?enterprise=", [Role::Steward, Role::ChiefSteward, Role::Leader].as_slice()),
        ("/edit\"", &[Role::ChiefSteward, Role::Finance]),
        ("/team\"", &[Role::ChiefSteward, Role::Leader]),
        ("/contacts/new\"", &[Role::Steward, Role::ChiefSteward, Role::Leader]),
        ("/signals/new\"", &[Role::Steward, Role::ChiefSteward, Role::Leader, Role::Finance]),
    ];
    for role in [Role::Steward, Role::ChiefSteward, Role::Leader, Role::Finance, Role::Supervisor] {
        let html = app.browser(app.person(role).id).page(&path).await;
        for (link, whose) in links {
            assert_eq!(html.contains(link), whose.contains(&role), "{role} {link}");
        }
    }
    for role in [Role::Administrator, Role::SecurityAdministrator, Role::Auditor] {
        app.browser(app.person(role).id).open(&path).await.expect(403).html();
    }
}

#[apply(both_databases)]
async fn what_lies_outside_of_the_scope_is_not_there(app: TestApp) {
    let enterprise = app.enterprise_at("月湖商贸", app.district.other_street);
    let steward = app.browser(app.person(Role::Steward).id);
    for page in ["", "/timeline", "/contacts/new", "/signals/new"] {
        steward.open(&format!("/enterprises/{}{page}", enterprise.id)).await.expect(404).html();
    }
    let chief = app.browser(app.person(Role::ChiefSteward).id);
    for page in ["/edit", "/team"] {
        chief.open(&format!("/enterprises/{}{page}", enterprise.id)).await.expect(404).html();
    }
    let leader = app.browser(app.person(Role::Leader).id);
    assert!(leader.page(&format!("/enterprises/uscc:{}", enterprise.uscc)).await.contains("月湖商贸"));
    leader.open("/enterprises/nothing").await.expect(404).html();
}

#[apply(both_databases)]
async fn a_contact_is_shown_in_full_by_a_press_and_on_record(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let steward = app.person(Role::Steward);
    let path = format!("/enterprises/{}", enterprise.id);
    let body = json!({"name": "张明", "position": "财务总监", "phone": "13812341234"});
    let made = steward.caller.post(&format!("/api/v1{path}/contacts"), body).await.expect(201).json();
    let unmask = format!("{path}/contacts/{}/unmask", made["id"].as_str().unwrap());
    let browser = app.browser(steward.id);
    let html = browser.page(&path).await;
    assert!(html.contains("138****1234") && html.contains("张**") && !html.contains("13812341234"));
    assert_eq!(count(&app, "access_records"), 0);
    let open = browser.send(&path, &unmask, &[]).await.expect(200).html();
    assert!(open.contains("13812341234") && open.contains("张明"));
    assert_eq!(read(&app), ["name phone email"]);
    browser.send_raw(&unmask, &[]).await.expect(403);
    let supervisor = app.browser(app.person(Role::Supervisor).id);
    assert!(!supervisor.page(&path).await.contains("/unmask"));
    supervisor.send("/enterprises", &unmask, &[]).await.expect(403).html();
    assert_eq!(count(&app, "access_records"), 1);
}

#[apply(both_databases)]
async fn an_empty_page_says_what_to_do(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let leader = app.person(Role::Leader).id;
    let path = format!("/enterprises/{}", enterprise.id);
    let html = app.browser(leader).page(&path).await;
    for text in ["还没有专班。", "还没有联系人。", "还没有走访记录。", "没有线索。", "这两年没有入库记录。"]
    {
        assert!(html.contains(text), "{text}");
    }
    let english = app.browser(leader).in_english().page(&path).await;
    for text in
        ["No service team yet.", "No contacts yet.", "No visits yet.", "No signals.", "No receipts in these two years."]
    {
        assert!(english.contains(text), "{text}");
    }
}

#[apply(both_databases)]
async fn the_team_and_who_visited_are_named(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let steward = app.person(Role::Steward);
    app.team(enterprise.id, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
    let html = app.browser(app.person(Role::Supervisor).id).page(&format!("/enterprises/{}", enterprise.id)).await;
    assert!(part(&html, "team").contains(&steward.user.display_name));
}

#[apply(both_databases)]
async fn the_timeline_goes_on(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    for _ in 0..60 {
        app.visit(enterprise.id, RelocationIntent::None);
    }
    let browser = app.browser(app.person(Role::Leader).id);
    let path = format!("/enterprises/{}/timeline", enterprise.id);
    let first = browser.page(&path).await;
    let next = first.split("href=\"").find(|link| link.contains("cursor=")).unwrap().split('"').next().unwrap();
    let second = browser.page(&next.replace("&#38;", "&")).await;
    let events = |html: &str| html.matches("<li><time").count() + html.matches("<li class=\"key\"").count();
    assert_eq!(events(&first), 50);
    assert!(events(&second) >= 11 && !second.contains("rel=\"next\""), "{second}");
    assert_eq!(events(&browser.page(&format!("/enterprises/{}", enterprise.id)).await), 6);
}

#[apply(both_databases)]
async fn what_people_write_is_text(app: TestApp) {
    let enterprise = app.enterprise("<script>alert(1)</script>科技");
    let html = app.browser(app.person(Role::Leader).id).page(&format!("/enterprises/{}", enterprise.id)).await;
    assert!(!html.contains("<script>alert") && !html.contains("style=\""));
}
