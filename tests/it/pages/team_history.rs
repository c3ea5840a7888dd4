//! The teams an enterprise has had: who served when, and who said so.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    district::Person,
};
use chrono::TimeDelta;
use serde_json::json;
use wellspring::domain::{
    ids::{EnterpriseId, UserId},
    people::role::Role,
};

async fn assigned(app: &TestApp, by: &Person, enterprise: EnterpriseId, steward: &Person, members: &[UserId]) {
    let path = format!("/api/v1/enterprises/{enterprise}/team");
    let caller = app.sign_in(by.id);
    let now = caller.get(&path).await.expect(200);
    let caller = caller.if_match(now.header("etag").unwrap());
    caller.put(&path, json!({"steward_id": steward.id, "members": members})).await.expect(200);
}

#[apply(both_databases)]
async fn each_team_says_when_it_served_and_who_assigned_it(app: TestApp) {
    let enterprise = app.enterprise_at("星河科技有限公司", app.district.street).id;
    let (chief, leader) = (app.person(Role::ChiefSteward), app.person(Role::Leader));
    let [first, second, member] = [Role::Steward; 3].map(|role| app.person(role));
    let path = format!("/enterprises/{enterprise}/team/history");
    let supervisor = app.person(Role::Supervisor).id;
    assert!(app.browser(supervisor).page(&path).await.contains("还没有组建过专班。"));
    assigned(&app, &chief, enterprise, &first, &[]).await;
    app.advance(TimeDelta::days(2));
    assigned(&app, &leader, enterprise, &second, &[member.id]).await;
    let reader = app.browser(supervisor);
    let html = reader.page(&path).await;
    let rows: Vec<&str> = html.split("<tr>").skip(2).collect();
    assert_eq!(rows.len(), 2, "{html}");
    let [now, before] = [rows[0], rows[1]];
    for text in
        ["2026-11-22 09:00", "现在", &second.user.display_name, &member.user.display_name, &leader.user.display_name]
    {
        assert!(now.contains(text), "{text}: {now}");
    }
    for text in ["2026-11-20 09:00", "2026-11-22 09:00", &first.user.display_name, &chief.user.display_name] {
        assert!(before.contains(text), "{text}: {before}");
    }
    assert!(!before.contains(&second.user.display_name) && !before.contains(&member.user.display_name));
    assert!(reader.page(&format!("/enterprises/{enterprise}")).await.contains(&format!("href=\"{path}\"")));
    let english = reader.in_english().page(&path).await;
    assert!(english.contains("Teams so far") && english.contains("Assigned by"));
}

#[apply(both_databases)]
async fn an_enterprise_out_of_scope_has_no_history(app: TestApp) {
    let elsewhere = app.enterprise_at("远方科技有限公司", app.district.other_street).id;
    app.browser(app.person(Role::Steward).id).open(&format!("/enterprises/{elsewhere}/team/history")).await.expect(404);
}
