//! Naming stewards for the enterprises ticked in the list.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::count,
    facts::TeamPeople,
};
use wellspring::{db::registry::enterprises::Enterprise, domain::people::role::Role};

/// The address of the form for these enterprises.
fn form_for(enterprises: &[&Enterprise]) -> String {
    let ids: Vec<String> = enterprises.iter().map(|row| format!("&id={}", row.id.0.simple())).collect();
    format!("/enterprises/assign?back=risk_level%3Dred%26page%3D2{}", ids.concat())
}

#[apply(both_databases)]
async fn ticks_and_bar_are_for_who_may_assign(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let tick = format!("name=\"id\" value=\"{}\"", enterprise.id.0.simple());
    for (role, may) in
        [(Role::ChiefSteward, true), (Role::Leader, true), (Role::Steward, false), (Role::Finance, false)]
    {
        let html = app.browser(app.person(role).id).page("/enterprises").await;
        assert_eq!(html.contains(&tick), may, "{role}");
        assert_eq!(html.contains("action=\"/enterprises/assign\""), may, "{role}");
    }
}

#[apply(both_databases)]
async fn several_get_a_steward_and_keep_the_rest_of_their_teams(app: TestApp) {
    let (one, two) = (app.enterprise("星河科技有限公司"), app.enterprise("月湖商贸有限公司"));
    let (before, after, leader) = (app.person(Role::Steward), app.person(Role::Steward), app.person(Role::Leader));
    app.team(one.id, TeamPeople { steward: Some(before.id), leader: Some(leader.id), ..TeamPeople::default() });
    app.join_team(one.id, leader.id);
    let browser = app.browser(app.person(Role::ChiefSteward).id);
    let form = form_for(&[&one, &two]);
    let html = browser.page(&form).await;
    assert!(html.contains("为 2 户企业指派管家") && html.contains(&before.user.display_name));
    assert!(html.contains(&format!("{}（在服 1 户）", before.user.display_name)), "the workload beside the name");
    let (read_one, read_two) = (format!("{}:2", one.id), format!("{}:0", two.id));
    let steward = after.id.to_string();
    let fields = [
        ("steward_id", steward.as_str()),
        ("read", &read_one),
        ("read", &read_two),
        ("back", "/enterprises?risk_level=red&page=2"),
    ];
    let done = browser.send(&form, "/enterprises/assign", &fields).await.leads_to().to_owned();
    let html = browser.page(&done).await;
    assert!(html.contains("2 户已按所选人员指派") && !html.contains("没有调整"), "{html}");
    assert!(html.contains("href=\"/enterprises?risk_level=red&#38;page=2\""), "back to where one was: {html}");
    let team = |id| format!("/api/v1/enterprises/{id}/team");
    let reader = app.person(Role::Leader).caller;
    let first = reader.get(&team(one.id)).await.expect(200).json();
    assert_eq!(first["steward_id"], after.id.to_string());
    assert_eq!(
        (&first["leader_id"], &first["members"][0]),
        (&leader.id.to_string().into(), &leader.id.to_string().into())
    );
    assert_eq!(reader.get(&team(two.id)).await.json()["steward_id"], after.id.to_string());
    assert_eq!(app.recorded().iter().filter(|change| change.0 == "team").count(), 4, "two of them by the page");
}

#[apply(both_databases)]
async fn what_cannot_be_assigned_is_named_with_why(app: TestApp) {
    let (mine, overtaken) = (app.enterprise("星河科技有限公司"), app.enterprise("云帆物流有限公司"));
    let theirs = app.enterprise_at("月湖商贸有限公司", app.district.other_street);
    let (chief, steward, other) =
        (app.person(Role::ChiefSteward), app.person(Role::Steward), app.person(Role::Steward));
    app.team(theirs.id, TeamPeople { chief_steward: Some(chief.id), ..TeamPeople::default() });
    app.team(overtaken.id, TeamPeople { steward: Some(other.id), ..TeamPeople::default() });
    let browser = app.browser(chief.id);
    let form = form_for(&[&mine, &theirs, &overtaken]);
    let html = browser.page(&form).await;
    assert!(html.contains("有 1 户不能由您指派") && html.contains("总管家只能为本单位的企业组建专班"));
    assert!(!html.contains(&format!("value=\"{}:1\"", theirs.id)), "nothing to tick that is not theirs");
    let read = [format!("{}:0", mine.id), format!("{}:1", theirs.id), format!("{}:0", overtaken.id)];
    let steward_id = steward.id.to_string();
    let mut fields = vec![("steward_id", steward_id.as_str())];
    fields.extend(read.iter().map(|read| ("read", read.as_str())));
    let done = browser.send(&form, "/enterprises/assign", &fields).await.leads_to().to_owned();
    let html = browser.page(&done).await;
    assert!(html.contains("1 户已按所选人员指派") && html.contains("2 户没有调整"), "{html}");
    assert!(html.contains("总管家只能为本单位的企业组建专班") && html.contains("此期间专班已被他人调整"));
    assert!(html.contains("重新指派这些企业") && html.contains(&format!("id={}", overtaken.id.0.simple())));
    assert_eq!(count(&app, "teams"), 3, "one new team, none overwritten");
}

#[apply(both_databases)]
async fn a_form_that_cannot_be_done_comes_back(app: TestApp) {
    let (one, two) = (app.enterprise("星河科技有限公司"), app.enterprise("月湖商贸有限公司"));
    let (leader, steward) = (app.person(Role::Leader), app.person(Role::Steward));
    let browser = app.browser(leader.id);
    let form = form_for(&[&one, &two]);
    let (id_one, id_two, read) = (one.id.to_string(), two.id.to_string(), format!("{}:0", one.id));
    let (unfit, fit) = (leader.id.to_string(), steward.id.to_string());
    let ids = [("id", id_one.as_str()), ("id", &id_two)];
    let html = browser.send(&form, "/enterprises/assign", &[ids[0], ids[1], ("read", &read)]).await.expect(422).html();
    assert!(html.contains("href=\"#steward_id\""), "nobody was chosen");
    let wrong = [ids[0], ids[1], ("read", read.as_str()), ("steward_id", &unfit), ("chief_steward_id", &fit)];
    let html = browser.send(&form, "/enterprises/assign", &wrong).await.expect(422).html();
    assert!(html.contains("href=\"#steward_id\"") && html.contains("href=\"#chief_steward_id\""));
    assert!(
        html.contains(&format!("value=\"{read}\" checked")) && html.contains(&format!("value=\"{}:0\">", two.id)),
        "ticks as they were"
    );
    let html =
        browser.send(&form, "/enterprises/assign", &[ids[0], ids[1], ("steward_id", &fit)]).await.expect(422).html();
    assert!(html.contains("请至少勾选一户企业") && html.contains(&format!("<option value=\"{fit}\" selected>")));
    assert_eq!(count(&app, "teams"), 0);
    let many: Vec<String> = (0..201).map(|_| format!("&id={}", uuid::Uuid::now_v7())).collect();
    browser.open(&format!("/enterprises/assign?{}", many.concat())).await.expect(422).html();
    assert_eq!(browser.open("/enterprises/assign?id=x&back=//evil.test").await.leads_to(), "/enterprises?//evil.test");
}

#[apply(both_databases)]
async fn who_serves_them_already_stays(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let steward = app.person(Role::Steward);
    app.team(enterprise.id, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
    let browser = app.browser(app.person(Role::ChiefSteward).id);
    let (steward_id, read) = (steward.id.to_string(), format!("{}:0", enterprise.id));
    let fields = [("steward_id", steward_id.as_str()), ("read", &read)];
    let done = browser.send(&form_for(&[&enterprise]), "/enterprises/assign", &fields).await.leads_to().to_owned();
    assert!(browser.page(&done).await.contains("1 户已按所选人员指派"));
    assert_eq!(count(&app, "teams"), 1);
}
