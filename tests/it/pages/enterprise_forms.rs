//! The forms about an enterprise: what they do, and what they say when they do not.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::{count, uscc},
    facts::TeamPeople,
};
use serde_json::json;
use wellspring::domain::{fieldwork::signal::SignalKind, people::role::Role};

/// The fields of the form of an enterprise, with some of them typed.
fn enterprise_form<'f>(typed: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let usual =
        [("name", "星河科技有限公司"), ("industry_edition", "gb_2017"), ("tier", "normal"), ("status", "active")];
    let is_typed = |name: &str| typed.iter().any(|(key, _)| *key == name);
    usual.into_iter().filter(|(name, _)| !is_typed(name)).chain(typed.iter().copied()).collect()
}

/// What stands in a hidden field.
fn hidden<'h>(html: &'h str, name: &str) -> &'h str {
    let rest = html.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1;
    rest.split_once('"').unwrap().0
}

#[apply(both_databases)]
async fn an_enterprise_is_entered(app: TestApp) {
    let browser = app.browser(app.person(Role::Finance).id);
    let code = uscc().to_string();
    let street = app.district.street.to_string();
    let fields = enterprise_form(&[("uscc", &code), ("tier", "key"), ("street_id", &street), ("presence", "")]);
    let answer = browser.send("/enterprises/new", "/enterprises/new", &fields).await;
    let html = browser.page(answer.leads_to()).await;
    assert!(html.contains(&code) && html.contains("重点税源") && html.contains("星湖街道"));
}

#[apply(both_databases)]
async fn what_cannot_be_entered_comes_back_as_typed(app: TestApp) {
    let browser = app.browser(app.person(Role::Finance).id);
    let known = app.enterprise("月湖商贸").uscc.to_string();
    let before = count(&app, "enterprises");
    let fields =
        enterprise_form(&[("uscc", "12345"), ("name", "云 & 台"), ("entered_on", "2030-01-01"), ("tier", "key")]);
    let html = browser.send("/enterprises/new", "/enterprises/new", &fields).await.expect(422).html();
    for part in [
        "value=\"12345\"",
        "value=\"云 &#38; 台\"",
        "value=\"2030-01-01\"",
        "<option value=\"key\" selected>",
        "href=\"#uscc\"",
        "id=\"uscc-error\"",
        "aria-invalid=\"true\" aria-describedby=\"uscc-error",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let late = enterprise_form(&[("uscc", &known), ("entered_on", "2030-01-01")]);
    let html = browser.send("/enterprises/new", "/enterprises/new", &late).await.expect(422).html();
    assert!(html.contains("href=\"#entered_on\"") && html.contains(&format!("value=\"{known}\"")));
    let fields = enterprise_form(&[("uscc", &known)]);
    let html = browser.send("/enterprises/new", "/enterprises/new", &fields).await.expect(422).html();
    assert!(html.contains("id=\"uscc-error\""));
    assert_eq!(count(&app, "enterprises"), before);
    let steward = app.browser(app.person(Role::Steward).id);
    steward.open("/enterprises/new").await.expect(403).html();
    steward.send("/enterprises", "/enterprises/new", &fields).await.expect(403).html();
}

#[apply(both_databases)]
async fn fields_are_changed_and_emptied(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let browser = app.browser(app.person(Role::Finance).id);
    let path = format!("/enterprises/{}", enterprise.id);
    let edit = format!("{path}/edit");
    let fields =
        enterprise_form(&[("version", "1"), ("registered_address", "星湖路 8 号"), ("industry_code", "I6510")]);
    assert_eq!(browser.send(&edit, &edit, &fields).await.leads_to(), path);
    let form = browser.page(&edit).await;
    assert!(
        form.contains("value=\"星湖路 8 号\"") && form.contains("value=\"I6510\"") && hidden(&form, "version") == "2"
    );
    let fields = enterprise_form(&[("version", "2"), ("registered_address", ""), ("industry_code", "")]);
    browser.send(&edit, &edit, &fields).await.leads_to();
    let form = browser.page(&edit).await;
    assert!(!form.contains("星湖路 8 号") && !form.contains("I6510\""));
    let fields = enterprise_form(&[("version", "3"), ("name", ""), ("source", "来函")]);
    let html = browser.send(&edit, &edit, &fields).await.expect(422).html();
    assert!(html.contains("href=\"#name\"") && html.contains("value=\"来函\"") && hidden(&html, "version") == "3");
    assert_eq!(app.enterprise_version(enterprise.id), 3);
}

#[apply(both_databases)]
async fn somebody_who_was_slower_loses_nothing(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let edit = format!("/enterprises/{}/edit", enterprise.id);
    let (quick, slow) = (app.browser(app.person(Role::Finance).id), app.browser(app.person(Role::Finance).id));
    quick.send(&edit, &edit, &enterprise_form(&[("version", "1"), ("source", "税务来函")])).await.leads_to();
    let typed = enterprise_form(&[("version", "1"), ("source", "企业自报")]);
    let html = slow.send(&edit, &edit, &typed).await.expect(412).html();
    assert!(html.contains("value=\"企业自报\"") && html.contains("现在的值：<strong>税务来函</strong>"), "{html}");
    assert_eq!(hidden(&html, "version"), "2");
    slow.send(&edit, &edit, &enterprise_form(&[("version", "2"), ("source", "企业自报")])).await.leads_to();
    assert!(quick.page(&edit).await.contains("企业自报"));
}

#[apply(both_databases)]
async fn a_chief_steward_keeps_to_the_own_street(app: TestApp) {
    let mine = app.enterprise_at("甲科技", app.district.street);
    let theirs = app.enterprise_at("乙科技", app.district.other_street);
    let chief = app.person(Role::ChiefSteward);
    // Served, but kept by another street office.
    app.team(theirs.id, TeamPeople { lead_organisation: Some(app.district.street), ..TeamPeople::default() });
    let browser = app.browser(chief.id);
    let form = browser.page(&format!("/enterprises/{}/edit", mine.id)).await;
    assert!(form.contains("星湖街道") && !form.contains("云台街道"));
    assert!(!browser.page(&format!("/enterprises/{}", theirs.id)).await.contains("/edit\""));
    browser.open(&format!("/enterprises/{}/edit", theirs.id)).await.expect(403).html();
}

#[apply(both_databases)]
async fn contacts_are_kept(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let path = format!("/enterprises/{}", enterprise.id);
    let add = format!("{path}/contacts/new");
    let browser = app.browser(app.person(Role::Steward).id);
    let refused = [("name", "张明"), ("phone", "打电话")];
    let html = browser.send(&add, &add, &refused).await.expect(422).html();
    assert!(html.contains("value=\"张明\"") && html.contains("value=\"打电话\"") && html.contains("href=\"#phone\""));
    assert_eq!(count(&app, "contacts"), 0);
    let fields = [("name", "张明"), ("phone", "13812341234"), ("position", "财务")];
    assert_eq!(browser.send(&add, &add, &fields).await.leads_to(), format!("{path}#contacts"));
    let html = browser.page(&path).await;
    let edit = html.split("href=\"").find(|link| link.contains("/contacts/") && link.contains("/edit\"")).unwrap();
    let edit = edit.split('"').next().unwrap().to_owned();
    assert_eq!(count(&app, "access_records"), 0);
    assert!(browser.page(&edit).await.contains("value=\"13812341234\""));
    assert_eq!(count(&app, "access_records"), 1);
    let fields =
        [("version", "1"), ("name", "张明"), ("position", ""), ("phone", "13812341235"), ("is_primary", "yes")];
    browser.send(&edit, &edit, &fields).await.leads_to();
    let stale = [("version", "1"), ("name", "张明"), ("position", "总监")];
    let html = browser.send(&edit, &edit, &stale).await.expect(412).html();
    assert!(html.contains("value=\"总监\"") && html.contains("13812341235"));
    let remove = edit.replace("/edit", "/remove");
    browser.send(&edit, &remove, &[("version", "1")]).await.expect(412).html();
    assert_eq!(count(&app, "contacts"), 1);
    browser.send(&edit, &remove, &[("version", "2")]).await.leads_to();
    assert_eq!(count(&app, "contacts"), 0);
    app.browser(app.person(Role::Finance).id).open(&add).await.expect(403).html();
}

#[apply(both_databases)]
async fn a_team_is_chosen_by_who_has_room(app: TestApp) {
    let (enterprise, other) = (app.enterprise("星河科技有限公司"), app.enterprise("月湖商贸"));
    let (busy, free) = (app.person(Role::Steward), app.person(Role::Steward));
    let member = app.person(Role::Finance);
    app.team(other.id, TeamPeople { steward: Some(busy.id), ..TeamPeople::default() });
    let browser = app.browser(app.person(Role::ChiefSteward).id);
    let path = format!("/enterprises/{}", enterprise.id);
    let team = format!("{path}/team");
    let html = browser.page(&team).await;
    assert!(html.contains(&format!("{}（在服 1 户）", busy.user.display_name)));
    assert!(html.contains(&format!("{}（在服 0 户）", free.user.display_name)));
    let (free_id, member_id) = (free.id.to_string(), member.id.to_string());
    let fields = [("version", "0"), ("steward_id", &free_id), ("members", &member_id), ("leader_id", "")];
    assert_eq!(browser.send(&team, &team, &fields).await.leads_to(), format!("{path}#team"));
    let html = browser.page(&path).await;
    assert!(html.contains(&free.user.display_name) && html.contains(&member.user.display_name));
    let form = browser.page(&team).await;
    assert!(form.contains(&format!("value=\"{member_id}\" checked")) && hidden(&form, "version") == "1");
    let stale = [("version", "0"), ("steward_id", &free_id)];
    let html = browser.send(&team, &team, &stale).await.expect(412).html();
    let now = format!("现在的值：<strong>{}</strong>", member.user.display_name);
    assert!(html.contains(&now), "a colleague's choice of members is not overwritten unseen");
}

#[apply(both_databases)]
async fn a_team_that_cannot_be_comes_back(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let (steward, leader) = (app.person(Role::Steward), app.person(Role::Leader));
    let team = format!("/enterprises/{}/team", enterprise.id);
    let browser = app.browser(leader.id);
    let (steward_id, leader_id) = (steward.id.to_string(), leader.id.to_string());
    let wrong = [("version", "0"), ("leader_id", &leader_id), ("steward_id", &leader_id), ("members", &steward_id)];
    let html = browser.send(&team, &team, &wrong).await.expect(422).html();
    assert!(
        html.contains("href=\"#steward_id\"") && html.contains(&format!("<option value=\"{leader_id}\" selected>"))
    );
    assert!(html.contains(&format!("value=\"{steward_id}\" checked")));
    let nobody = browser.send(&team, &team, &[("version", "0")]).await.expect(422).html();
    assert!(nobody.contains("class=\"summary\"") && !nobody.contains("href=\"#\""));
    app.team(enterprise.id, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
    let html = browser.send(&team, &team, &[("version", "0"), ("leader_id", &leader_id)]).await.expect(412).html();
    assert!(html.contains(&format!("<option value=\"{leader_id}\" selected>")) && html.contains("现在的值："));
    assert_eq!(hidden(&html, "version"), "1");
    assert_eq!(count(&app, "teams"), 1);
    app.browser(steward.id).open(&team).await.expect(403).html();
}

#[apply(both_databases)]
async fn a_team_of_another_office_is_theirs_to_choose(app: TestApp) {
    let enterprise = app.enterprise_at("星河科技有限公司", app.district.other_street);
    let chief = app.person(Role::ChiefSteward);
    app.team(enterprise.id, TeamPeople { chief_steward: Some(chief.id), ..TeamPeople::default() });
    let browser = app.browser(chief.id);
    assert!(!browser.page(&format!("/enterprises/{}", enterprise.id)).await.contains("/team\""));
    browser.open(&format!("/enterprises/{}/team", enterprise.id)).await.expect(403).html();
}

#[apply(both_databases)]
async fn a_signal_is_reported_and_withdrawn(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let path = format!("/enterprises/{}", enterprise.id);
    let report = format!("{path}/signals/new");
    let steward = app.person(Role::Steward);
    let browser = app.browser(steward.id);
    let refused = [("kind", ""), ("occurred_on", "2026-12-01"), ("detail", "物业说的")];
    let html = browser.send(&report, &report, &refused).await.expect(422).html();
    assert!(
        html.contains(">物业说的</textarea>")
            && html.contains("href=\"#kind\"")
            && html.contains("value=\"2026-12-01\"")
    );
    assert_eq!(count(&app, "signals"), 0);
    let fields = [("kind", "file_transfer_letter"), ("occurred_on", "2026-11-19"), ("detail", "")];
    let answer = browser.send(&report, &report, &fields).await;
    let signal = answer.leads_to().split_once("#signal-").unwrap().1.to_owned();
    assert_eq!(app.only_alert().enterprise_id, enterprise.id);
    let withdraw = format!("{path}/signals/{signal}/withdraw");
    let html = browser.send(&withdraw, &withdraw, &[("reason", " ")]).await.expect(422).html();
    assert!(html.contains("href=\"#reason\""));
    browser.send(&withdraw, &withdraw, &[("reason", "记错了企业")]).await.leads_to();
    let html = browser.page(&path).await;
    assert!(html.contains("记错了企业") && !html.contains(&withdraw));
    browser.send("/enterprises", &withdraw, &[("reason", "再撤一次")]).await.expect(409).html();
}

#[apply(both_databases)]
async fn a_signal_is_withdrawn_by_those_who_may(app: TestApp) {
    let (enterprise, other) = (app.enterprise("星河科技有限公司"), app.enterprise("月湖商贸"));
    let signal = app.signal(enterprise.id, SignalKind::LayOffs);
    let path = format!("/enterprises/{}", enterprise.id);
    let withdraw = format!("{path}/signals/{signal}/withdraw");
    let steward = app.browser(app.person(Role::Steward).id);
    assert!(!steward.page(&path).await.contains(&withdraw));
    steward.send("/enterprises", &withdraw, &[("reason", "不对")]).await.expect(403).html();
    let leader = app.browser(app.person(Role::Leader).id);
    assert!(leader.page(&path).await.contains(&withdraw));
    leader.open(&format!("/enterprises/{}/signals/{signal}/withdraw", other.id)).await.expect(404).html();
    app.browser(app.person(Role::Supervisor).id).open(&withdraw).await.expect(403).html();
}

#[apply(both_databases)]
async fn forms_speak_both_languages(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let path = format!("/enterprises/{}", enterprise.id);
    let chief = app.person(Role::ChiefSteward);
    let contact = chief.caller.post(&format!("/api/v1{path}/contacts"), json!({"name": "Li"})).await.expect(201).json();
    let contact = format!("/contacts/{}/edit", contact["id"].as_str().unwrap());
    for (page, zh, en) in [
        ("/edit", "编辑企业", "Edit enterprise"),
        ("/contacts/new", "添加联系人", "Add a contact"),
        (contact.as_str(), "删除联系人", "Delete this contact"),
        ("/team", "服务管家当前工作量", "Current workload of stewards"),
        ("/signals/new", "上报线索", "Report a signal"),
        ("/timeline", "时间线", "Timeline"),
    ] {
        let address = format!("{path}{page}");
        assert!(app.browser(chief.id).page(&address).await.contains(zh), "{address}");
        let english = app.browser(chief.id).in_english().page(&address).await;
        assert!(english.contains(en) && !english.contains(zh), "{address}");
    }
}
