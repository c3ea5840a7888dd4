//! The form of a visit, the list of visits, one visit, and its withdrawal.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    browser::Browser,
    enterprise::count,
    facts::TeamPeople,
};
use serde_json::json;
use wellspring::{
    db::registry::enterprises::Enterprise,
    domain::{fieldwork::visit::RelocationIntent, people::role::Role},
};

/// The hidden key a page was made with.
fn key_of(html: &str) -> String {
    html.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn form_at(enterprise: &Enterprise) -> String {
    format!("/visits/new?enterprise={}", enterprise.id)
}

/// What a steward fills in; later fields of `more` take nothing away from it.
fn filled<'f>(enterprise: &'f str, key: &'f str, more: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut fields = vec![
        ("enterprise", enterprise),
        ("key", key),
        ("date", "2026-11-20"),
        ("channel", "on_site"),
        ("intent", "considering"),
        ("summary", "租约明年三月到期，正在外区看房。"),
        ("next", "two_weeks"),
    ];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    fields
}

async fn send(
    browser: &Browser,
    enterprise: &Enterprise,
    key: &str,
    more: &[(&str, &str)],
) -> crate::support::app::Answer {
    let id = enterprise.id.to_string();
    browser.send(&form_at(enterprise), &form_at(enterprise), &filled(&id, key, more)).await
}

#[apply(both_databases)]
async fn a_visit_is_logged_with_all_that_was_filled_in(app: TestApp) {
    let steward = app.person(Role::Steward);
    let enterprise = app.enterprise("启岚供应链管理有限公司");
    let path = format!("/api/v1/enterprises/{}/contacts", enterprise.id);
    let contact = steward.caller.post(&path, json!({"name": "赵敏", "position": "财务总监"})).await.expect(201).json();
    let browser = app.browser(steward.id);
    let html = browser.page(&form_at(&enterprise)).await;
    assert!(html.contains("赵**") && html.contains("财务总监") && !html.contains("赵敏"), "{html}");
    let more = [
        ("contact", contact["id"].as_str().unwrap()),
        ("new_contact_name", "吴刚"),
        ("new_contact_phone", "13812341234"),
        ("reason", "rent_or_premises"),
        ("reason", "talent"),
        ("province", "320000"),
        ("lease", "2027-03 到期"),
        ("requests", "对接载体\n\n咨询学位"),
        ("employees", "1,286"),
    ];
    let sent = send(&browser, &enterprise, "k-1", &more).await;
    let address = sent.leads_to().to_owned();
    assert!(address.contains("?logged=k-1"), "{address}");
    let api = format!("/api/v1{}", address.split('?').next().unwrap());
    let visit = steward.caller.get(&api).await.expect(200).json();
    assert_eq!(visit["met_with"], "赵敏（财务总监）、吴刚");
    assert_eq!(visit["reasons"], json!(["rent_or_premises", "talent"]));
    assert_eq!((&visit["destination_division"], &visit["employees"]), (&json!("320000"), &json!(1286)));
    assert_eq!((&visit["requests"], &visit["next_visit_on"]), (&json!(["对接载体", "咨询学位"]), &json!("2026-12-04")));
    assert_eq!(visit["summary"], "租约明年三月到期，正在外区看房。\n租约：2027-03 到期");
    assert_eq!(visit["visitor_ids"], json!([steward.id]));
    assert_eq!(count(&app, "contacts"), 2);
    let shown = browser.page(&address).await;
    assert!(shown.contains("data-draft-done=\"k-1\"") && shown.contains("走访已保存"));
    assert!(
        shown.contains("赵敏（财务总监）、吴刚") && shown.contains("江苏省") && shown.contains("1,286 人"),
        "{shown}"
    );
}

#[apply(both_databases)]
async fn the_page_says_what_followed(app: TestApp) {
    let (steward, leader) = (app.person(Role::Steward), app.person(Role::Leader));
    let enterprise = app.enterprise("星河科技");
    app.team(enterprise.id, TeamPeople { leader: Some(leader.id), ..TeamPeople::default() });
    let browser = app.browser(steward.id);
    let sent = send(&browser, &enterprise, "k-1", &[("intent", "moving")]).await;
    let shown = browser.page(sent.leads_to()).await;
    let told = app.mails().len();
    assert!(told > 0 && shown.contains(&format!("已建立红色预警，已邮件通知 {told} 人。")), "{shown}");
    let alert = app.alerts().remove(0).id;
    assert!(shown.contains(&format!("href=\"/alerts/{alert}\"")), "{shown}");
    let path = sent.leads_to().split('?').next().unwrap().to_owned();
    let odd = browser.page(&format!("{path}?alert={alert}&movement=exploded&level=red&told=2")).await;
    assert!(!odd.contains("查看预警"), "{odd}");
    let withdrawn =
        browser.send(&format!("{path}/withdraw"), &format!("{path}/withdraw"), &[("reason", "记错了企业")]).await;
    let after = browser.page(withdrawn.leads_to()).await;
    assert!(after.contains("预警的依据已撤回，系统自动办结，已邮件通知"), "{after}");
}

#[apply(both_databases)]
async fn sending_twice_makes_one_visit(app: TestApp) {
    let enterprise = app.enterprise("星河科技");
    let browser = app.browser(app.person(Role::Steward).id);
    let key = key_of(&browser.page(&form_at(&enterprise)).await);
    assert_ne!(key, key_of(&browser.page(&form_at(&enterprise)).await));
    let more = [("new_contact_name", "吴刚")];
    let first = send(&browser, &enterprise, &key, &more).await.leads_to().to_owned();
    assert_eq!(send(&browser, &enterprise, &key, &more).await.leads_to(), first);
    assert_eq!((count(&app, "visits"), count(&app, "contacts")), (1, 1));
    let other = send(&browser, &enterprise, &key, &[("summary", "又补了一句。")]).await.expect(409).html();
    assert!(other.contains("这份走访已经保存过") && other.contains("又补了一句。"));
    assert_ne!(key_of(&other), key);
    assert_eq!(count(&app, "visits"), 1);
    send(&browser, &enterprise, &key_of(&other), &[("summary", "又补了一句。")]).await.leads_to();
    assert_eq!(count(&app, "visits"), 2);
}

#[apply(both_databases)]
async fn drafts_are_their_owners(app: TestApp) {
    let enterprise = app.enterprise("星河科技");
    let (one, other) = (app.person(Role::Steward), app.person(Role::Steward));
    let owner = |html: &str| html.split("data-drafts=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let first = app.browser(one.id).page(&form_at(&enterprise)).await;
    assert!(first.contains(&format!("data-draft=\"visit {}\"", enterprise.id)) && first.contains("data-clears-drafts"));
    assert_eq!(owner(&first), owner(&app.browser(one.id).page("/visits").await));
    assert_ne!(owner(&first), owner(&app.browser(other.id).page("/visits").await));
    assert_eq!(owner(&first).len(), 22);
}

#[apply(both_databases)]
async fn a_key_is_its_owners(app: TestApp) {
    let enterprise = app.enterprise("星河科技");
    for _ in 0..2 {
        send(&app.browser(app.person(Role::Steward).id), &enterprise, "same", &[]).await.leads_to();
    }
    assert_eq!(count(&app, "visits"), 2);
}

#[apply(both_databases)]
async fn what_is_refused_comes_back_as_it_was_typed(app: TestApp) {
    let enterprise = app.enterprise("星河科技");
    let browser = app.browser(app.person(Role::Steward).id);
    let more = [
        ("date", "2026-11-21"),
        ("intent", ""),
        ("summary", "<b>原话</b>"),
        ("new_contact_name", "郑和"),
        ("new_contact_phone", "1385"),
        ("employees", "很多"),
        ("requests", "停车难"),
        ("next", "date"),
        ("next_date", "2026-11-01"),
    ];
    let html = send(&browser, &enterprise, "k-2", &more).await.expect(422).html();
    for (id, kept) in [
        ("date", "value=\"2026-11-21\""),
        ("nc-phone", "value=\"1385\""),
        ("intent-none", "郑和"),
        ("headcount", "value=\"很多\""),
        ("next-date", "value=\"2026-11-01\""),
    ] {
        assert!(html.contains(&format!("<a href=\"#{id}\">")), "{id}");
        assert!(html.contains(&format!("id=\"{id}-error\"")), "{id}");
        assert!(html.contains(kept), "{kept}");
    }
    assert!(html.contains("尚未保存，有 5 处需要修改") && html.contains("停车难"), "{html}");
    assert!(html.contains("&#60;b&#62;原话&#60;/b&#62;") && !html.contains("<b>原话"));
    assert!(html.contains("data-returned") && html.contains("name=\"key\" value=\"k-2\""));
    assert_eq!(count(&app, "visits") + count(&app, "contacts"), 0);
    let english = app.browser(app.person(Role::Steward).id).in_english();
    let html = send(&english, &enterprise, "k-3", &more).await.expect(422).html();
    assert!(html.contains("Not saved: 5 to correct") && html.contains("Choose the intent to move"));
    send(&browser, &enterprise, "k-2", &[]).await.leads_to();
}

#[apply(both_databases)]
async fn a_visit_needs_a_word_on_what_was_said(app: TestApp) {
    let enterprise = app.enterprise("星河科技");
    let browser = app.browser(app.person(Role::Steward).id);
    let html = send(&browser, &enterprise, "k", &[("summary", "  ")]).await.expect(422).html();
    assert!(html.contains("id=\"note-error\"") && html.contains("有 1 处"));
}

#[apply(both_databases)]
async fn reasons_count_only_when_they_matter(app: TestApp) {
    let steward = app.person(Role::Steward);
    let enterprise = app.enterprise("星河科技");
    let browser = app.browser(steward.id);
    for (intent, heard) in [("none", json!("none")), ("not_asked", json!(null))] {
        let more = [("intent", intent), ("reason", "space"), ("province", "320000"), ("next", "none")];
        let address = send(&browser, &enterprise, intent, &more).await.leads_to().to_owned();
        let visit = steward.caller.get(&format!("/api/v1{}", address.split('?').next().unwrap())).await.json();
        assert_eq!((&visit["relocation_intent"], &visit["reasons"]), (&heard, &json!([])));
        assert_eq!((&visit["destination_division"], &visit["next_visit_on"]), (&json!(null), &json!(null)));
    }
}

#[apply(both_databases)]
async fn wording_is_cautioned_and_never_refused(app: TestApp) {
    let enterprise = app.enterprise("星河科技");
    let browser = app.browser(app.person(Role::Steward).id);
    let sent = send(&browser, &enterprise, "k", &[("summary", "企业承诺三年内不迁。")]).await;
    let html = browser.page(sent.leads_to()).await;
    assert!(html.contains("措辞提示") && html.contains("承诺三年内不迁") && html.contains("自由选择"), "{html}");
}

#[apply(both_databases)]
async fn only_those_who_log_visits_get_the_form(app: TestApp) {
    let enterprise = app.enterprise("星河科技");
    for role in [Role::Finance, Role::Supervisor, Role::Administrator, Role::Auditor] {
        let browser = app.browser(app.person(role).id);
        browser.open(&form_at(&enterprise)).await.expect(403);
        browser.open("/visits/new").await.expect(403);
    }
    for role in [Role::Steward, Role::ChiefSteward, Role::Leader] {
        app.browser(app.person(role).id).page(&form_at(&enterprise)).await;
    }
    let theirs = app.enterprise_at("云台公司", app.district.other_street);
    let browser = app.browser(app.person(Role::Steward).id);
    browser.open(&form_at(&theirs)).await.expect(404);
    let id = theirs.id.to_string();
    browser.send(&form_at(&enterprise), "/visits/new", &filled(&id, "k", &[])).await.expect(404);
    browser.send_raw("/visits/new", &filled(&id, "k", &[])).await.expect(403);
    assert_eq!(count(&app, "visits"), 0);
}

#[apply(both_databases)]
async fn an_enterprise_is_found_by_two_characters_and_within_ones_reach(app: TestApp) {
    let steward = app.person(Role::Steward);
    let mine = app.enterprise("星河科技有限公司");
    let near = app.enterprise("星河商贸有限公司");
    app.enterprise_at("星河云台有限公司", app.district.other_street);
    app.team(mine.id, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
    let browser = app.browser(steward.id);
    let first = browser.page("/visits/new").await;
    assert!(first.contains("我服务的企业") && first.contains("星河科技") && !first.contains("星河商贸"));
    let found = browser.page("/visits/new?q=%E6%98%9F%E6%B2%B3").await;
    assert!(found.contains(&format!("/visits/new?enterprise={}", near.id)) && !found.contains("星河云台"));
    assert!(browser.page("/visits/new?q=%E6%98%9F").await.contains("请至少输入两个字"));
    let names = |answer: crate::support::app::Answer| {
        let mut names: Vec<String> =
            answer.json().as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let suggested = names(browser.open("/visits/suggestions?q=xh").await.expect(200));
    assert_eq!(suggested, ["星河商贸有限公司", "星河科技有限公司"]);
    assert!(names(browser.open("/visits/suggestions?q=%E6%98%9F").await.expect(200)).is_empty());
    app.browser(app.person(Role::Auditor).id).open("/visits/suggestions?q=xh").await.expect(403);
    assert!(app.stranger().open("/visits/suggestions?q=xh").await.leads_to().starts_with("/sign-in"));
}

#[apply(both_databases)]
async fn the_list_is_narrowed_and_goes_forward_and_back(app: TestApp) {
    let (one, other) = (app.enterprise("星河科技有限公司"), app.enterprise("月湖商贸有限公司"));
    for _ in 0..45 {
        app.visit(one.id, RelocationIntent::None);
    }
    app.visit(other.id, RelocationIntent::Moving);
    let away = app.enterprise_at("云台公司", app.district.other_street);
    app.visit(away.id, RelocationIntent::Moving);
    let browser = app.browser(app.person(Role::Steward).id);
    let rows = |html: &str| html.matches("<th scope=\"row\"").count();
    let way = |html: &str, rel: &str| {
        let before = html.split(&format!("\" rel=\"{rel}\"")).next().filter(|before| before.len() < html.len())?;
        Some(before.rsplit("href=\"").next().unwrap().replace("&#38;", "&"))
    };
    let first = browser.page("/visits").await;
    assert!(first.contains("共 46 次走访") && !first.contains("云台公司") && way(&first, "prev").is_none());
    let second = browser.page(&way(&first, "next").unwrap()).await;
    let third = browser.page(&way(&second, "next").unwrap()).await;
    assert_eq!([&first, &second, &third].map(|html| rows(html)), [20, 20, 6]);
    assert!(way(&third, "next").is_none());
    let ids = |html: &str| {
        html.split("href=\"/visits/")
            .skip(1)
            .map(|rest| rest.chars().take(36).collect::<String>())
            .filter(|id| id.contains('-'))
            .collect::<Vec<_>>()
    };
    let back = browser.page(&way(&third, "prev").unwrap()).await;
    assert_eq!(ids(&back), ids(&second));
    let start = browser.page(&way(&back, "prev").unwrap()).await;
    assert_eq!(ids(&start), ids(&first));
    assert!(way(&start, "prev").is_none() && way(&start, "next").is_some());
    let moving = browser.page("/visits?relocation_intent=moving&visitor_id=&from=2026-11-01").await;
    assert!(rows(&moving) == 1 && moving.contains("月湖商贸"));
    assert_eq!(rows(&browser.page("/visits?withdrawn=true").await), 0);
    let found = browser.open("/visits?enterprise=%E6%9C%88%E6%B9%96").await.expect(303);
    let named = browser.page(found.header("location").unwrap()).await;
    assert!(rows(&named) == 1 && named.contains("共 1 次走访"));
    assert!(browser.page("/visits?enterprise=%E6%97%A0%E6%AD%A4").await.contains("没有找到企业“无此”"));
    assert_eq!(rows(&browser.page(&format!("/visits?enterprise_id={}", away.id)).await), 0);
    browser.open("/visits?relocation_intent=perhaps").await.expect(422);
    assert!(app.browser(app.person(Role::Leader).id).in_english().page("/visits").await.contains("Visits: 47"));
}

#[apply(both_databases)]
async fn names_of_those_met_are_for_those_who_may_see_them(app: TestApp) {
    let steward = app.person(Role::Steward);
    let enterprise = app.enterprise("星河科技");
    let body = json!({
        "enterprise_id": enterprise.id, "visited_on": "2026-11-20", "channel": "phone", "summary": "正常", "met_with": "欧阳锋",
    });
    let made = steward.caller.post("/api/v1/visits", body).await.expect(201).json();
    let page = format!("/visits/{}", made["id"].as_str().unwrap());
    let before = count(&app, "access_records");
    let supervisor = app.browser(app.person(Role::Supervisor).id).page(&page).await;
    assert!(supervisor.contains("欧**") && !supervisor.contains("欧阳锋") && !supervisor.contains("/edit"));
    assert_eq!(count(&app, "access_records"), before);
    assert!(app.browser(steward.id).page(&page).await.contains("欧阳锋"));
    assert_eq!(count(&app, "access_records"), before + 1);
    let elsewhere = app.person_at(Role::Steward, app.district.other_street);
    app.browser(elsewhere.id).open(&page).await.expect(404);
}

#[apply(both_databases)]
async fn colleagues_who_came_along_are_ticked(app: TestApp) {
    let [steward, colleague, chief] = [Role::Steward, Role::Steward, Role::ChiefSteward].map(|role| app.person(role));
    let elsewhere = app.person_at(Role::Steward, app.district.other_street);
    let (serving, auditor) = (app.person(Role::Leader), app.person(Role::Auditor));
    let enterprise = app.enterprise("星河科技有限公司");
    app.team(enterprise.id, TeamPeople { leader: Some(serving.id), ..TeamPeople::default() });
    let browser = app.browser(steward.id);
    let html = browser.page(&form_at(&enterprise)).await;
    let offered = |user: wellspring::domain::ids::UserId| html.contains(&format!("name=\"with\" value=\"{user}\""));
    assert!(offered(colleague.id) && offered(chief.id) && offered(serving.id), "the own office and the team: {html}");
    assert!(!offered(steward.id) && !offered(elsewhere.id) && !offered(auditor.id), "{html}");
    let fold = "<details class=\"more\">\n    <summary>同行人员</summary>";
    assert!(html.contains(fold), "{html}");

    let (colleague_id, serving_id) = (colleague.id.to_string(), serving.id.to_string());
    let with = [("with", colleague_id.as_str()), ("with", serving_id.as_str())];
    let refused = send(&browser, &enterprise, "k-1", &[with[0], with[1], ("intent", "")]).await.expect(422).html();
    assert!(!refused.contains(fold) && refused.matches("name=\"with\"").count() == 3, "{refused}");
    for (_, id) in with {
        assert!(refused.contains(&format!("value=\"{id}\" checked")), "{refused}");
    }
    let address = send(&browser, &enterprise, "k-1", &with).await.leads_to().to_owned();
    let page = browser.page(&address).await;
    let list = browser.page("/visits").await;
    for person in [&steward, &colleague, &serving] {
        assert!(page.contains(&person.user.display_name) && list.contains(&person.user.display_name), "{page}");
    }
    let nobody = uuid::Uuid::now_v7().to_string();
    let refused = send(&browser, &enterprise, "k-2", &[("with", &nobody)]).await.expect(422).html();
    assert!(refused.contains("id=\"with-error\"") && refused.contains("href=\"#with\""), "{refused}");
    assert_eq!(count(&app, "visits"), 1);
}

#[apply(both_databases)]
async fn who_made_a_visit_is_corrected(app: TestApp) {
    let [steward, gone, other] = [Role::Steward; 3].map(|role| app.person(role));
    let enterprise = app.enterprise("星河科技有限公司");
    let body = json!({
        "enterprise_id": enterprise.id, "visited_on": "2026-11-20", "channel": "phone", "summary": "正常",
        "visitor_ids": [steward.id, gone.id],
    });
    let made = steward.caller.post("/api/v1/visits", body).await.expect(201).json();
    let edit = format!("/visits/{}/edit", made["id"].as_str().unwrap());
    let deactivated = wellspring::domain::people::user::UserStatus::Deactivated;
    app.change_user(wellspring::db::people::users::User { status: deactivated, ..gone.user.clone() });
    let browser = app.browser(steward.id);
    let html = browser.page(&edit).await;
    let [me, gone, other] = [steward.id, gone.id, other.id].map(|id| id.to_string());
    assert!(
        html.contains(&format!("value=\"{me}\" checked")) && html.contains(&format!("value=\"{gone}\" checked")),
        "{html}"
    );
    assert!(html.contains(&format!("value=\"{other}\"><label")), "{html}");
    let fields = |version: &'static str| {
        vec![
            ("version", version),
            ("date", "2026-11-20"),
            ("channel", "phone"),
            ("intent", "not_asked"),
            ("summary", "正常"),
            ("next", "none"),
        ]
    };
    let html = browser.send(&edit, &edit, &fields("1")).await.expect(422).html();
    assert!(html.contains("id=\"with-error\""), "somebody made it: {html}");
    let mut corrected = fields("1");
    corrected.extend([("with", gone.as_str()), ("with", other.as_str())]);
    browser.send(&edit, &edit, &corrected).await.leads_to();
    let caller = app.sign_in(steward.id);
    let visit = caller.get(&format!("/api/v1/visits/{}", made["id"].as_str().unwrap())).await.json();
    assert_eq!(visit["visitor_ids"], json!([gone, other]), "a visitor who has left since was there all the same");
    corrected.retain(|(name, value)| *name != "version" && *value != gone);
    corrected.push(("version", "2"));
    browser.send(&edit, &edit, &corrected).await.leads_to();
    corrected.retain(|(name, _)| *name != "version");
    corrected.extend([("version", "3"), ("with", gone.as_str())]);
    browser.send(&edit, &edit, &corrected).await.expect(422);
}

#[apply(both_databases)]
async fn a_visit_is_changed_by_who_may_and_not_over_somebody_elses_change(app: TestApp) {
    let steward = app.person(Role::Steward);
    let enterprise = app.enterprise("星河科技");
    let body = json!({
        "enterprise_id": enterprise.id, "visited_on": "2026-11-20", "channel": "phone", "summary": "正常", "met_with": "欧阳锋",
        "requests": ["停车难"], "next_visit_on": "2026-11-21", "reasons": ["space"],
    });
    let made = steward.caller.post("/api/v1/visits", body).await.expect(201).json();
    let page = format!("/visits/{}", made["id"].as_str().unwrap());
    let (edit, api) = (format!("{page}/edit"), format!("/api/v1{page}"));
    app.browser(app.person(Role::Steward).id).open(&edit).await.expect(403);
    app.browser(app.person(Role::Finance).id).open(&edit).await.expect(403);
    app.advance(chrono::TimeDelta::days(3));
    let browser = app.browser(steward.id);
    let html = browser.page(&edit).await;
    assert!(
        html.contains("value=\"欧阳锋\"") && html.contains("停车难") && html.contains("name=\"version\" value=\"1\"")
    );
    let me = steward.id.to_string();
    let mut fields = vec![
        ("with", me.as_str()),
        ("version", "1"),
        ("date", "2026-11-20"),
        ("channel", "phone"),
        ("intent", "not_asked"),
        ("summary", "在看厂房"),
        ("met_with", "欧阳锋"),
        ("requests", "停车难"),
        ("next", "date"),
        ("next_date", "2026-11-21"),
        ("employees", ""),
    ];
    assert_eq!(browser.send(&edit, &edit, &fields).await.leads_to(), format!("{page}?saved=1"));
    let caller = app.sign_in(steward.id);
    let visit = caller.get(&api).await.json();
    assert_eq!(
        (&visit["summary"], &visit["version"], &visit["next_visit_on"]),
        (&json!("在看厂房"), &json!(2), &json!("2026-11-21"))
    );
    assert_eq!((&visit["reasons"], &visit["met_with"]), (&json!(["space"]), &json!("欧阳锋")));
    fields.retain(|(name, _)| *name != "summary");
    fields.push(("summary", "我的改动"));
    let stale = browser.send(&edit, &edit, &fields).await.expect(412).html();
    assert!(
        stale.contains("他人修改过这次走访")
            && stale.contains("我的改动")
            && stale.contains("name=\"version\" value=\"2\"")
    );
    fields.retain(|(name, _)| *name != "version" && *name != "intent");
    fields.extend([("version", "2"), ("intent", "")]);
    let bad = browser.send(&edit, &edit, &fields).await.expect(422).html();
    assert!(bad.contains("id=\"intent-none-error\"") && bad.contains("我的改动"));
    assert_eq!(caller.get(&api).await.json()["version"], 2);
}

#[apply(both_databases)]
async fn a_visit_is_withdrawn_with_a_reason_and_for_good(app: TestApp) {
    let steward = app.person(Role::Steward);
    let enterprise = app.enterprise("星河科技");
    let browser = app.browser(steward.id);
    let address = send(&browser, &enterprise, "k", &[]).await.leads_to().to_owned();
    let page = address.split('?').next().unwrap();
    let ask = format!("{page}/withdraw");
    app.browser(app.person(Role::Steward).id).open(&ask).await.expect(403);
    assert!(browser.page(page).await.contains(&ask) && browser.page(&ask).await.contains("撤回后不能恢复"));
    let empty = browser.send(&ask, &ask, &[("reason", " ")]).await.expect(422).html();
    assert!(empty.contains("id=\"reason-error\""));
    let sent = browser.send(&ask, &ask, &[("reason", "记错了企业")]).await;
    assert_eq!(sent.leads_to().split('?').next().unwrap(), page);
    let shown = browser.page(page).await;
    assert!(shown.contains("记错了企业") && shown.contains("不再计入") && !shown.contains(&ask));
    browser.open(&ask).await.expect(409);
    browser.open(&format!("{page}/edit")).await.expect(409);
    assert!(browser.page("/visits?withdrawn=true").await.contains("已撤回"));
}

#[apply(both_databases)]
async fn in_english_no_chinese_word_of_ours_is_left(app: TestApp) {
    let enterprise = app.enterprise_with("Lan Ltd", |_| ());
    let leader = app.person(Role::Leader);
    app.visit(enterprise.id, RelocationIntent::Moving);
    let browser = app.browser(leader.id).in_english();
    let address = send(&browser, &enterprise, "k", &[("summary", "All well.")]).await.leads_to().to_owned();
    let id = address.split('?').next().unwrap();
    for path in ["/visits/new".to_owned(), form_at(&enterprise), format!("{id}/edit"), format!("{id}/withdraw")] {
        let html =
            browser.page(&path).await.replace("中文", "").replace("星河区", "").replace(&leader.user.display_name, "");
        let han: String = html.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
        assert_eq!(han, "", "{path}");
    }
}
