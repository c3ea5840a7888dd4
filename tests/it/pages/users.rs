use crate::support::{
    accounts::PASSWORD,
    app::TestApp,
    both::{apply, both_databases},
    browser::Browser,
    district::Person,
};
use serde_json::json;
use wellspring::{
    db::{backend, people::credentials},
    domain::{
        ids::UserId,
        people::{role::Role, user::UserStatus},
    },
};

fn keeper(app: &TestApp) -> (Person, Browser) {
    let person = app.person(Role::SecurityAdministrator);
    let browser = app.browser(person.id);
    (person, browser)
}

/// The secret on a page.
fn secret(html: &str) -> String {
    html.split("<code class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

fn entry<'a>(app: &TestApp, organisation: &'a mut String) -> Vec<(&'a str, &'a str)> {
    *organisation = app.district.street.to_string();
    vec![
        ("username", "Li.Wei"),
        ("display_name", "李伟"),
        ("email", "li.wei@xinghe.test"),
        ("role", "steward"),
        ("organisation_id", organisation.as_str()),
        ("language", "en"),
    ]
}

#[apply(both_databases)]
async fn the_list_is_filtered_and_shows_who_cannot_sign_in(app: TestApp) {
    let (_, browser) = keeper(&app);
    let (steward, leader) = (app.person_with_password(Role::Steward), app.person(Role::Leader));
    for _ in 0..5 {
        app.try_sign_in(&steward.user.username, "wrong").await.expect(401);
    }
    let html = browser.page("/users").await;
    assert!(
        html.contains(&steward.user.username) && html.contains(&leader.user.username) && html.contains("已锁定"),
        "{html}"
    );
    let html = browser.page(&format!("/users?role=steward&organisation_id={}", app.district.street)).await;
    assert!(html.contains(&steward.user.username) && !html.contains(&leader.user.username));
    assert!(browser.page("/users?q=nobody").await.contains("没有符合条件的账号"));
    let english = app.browser(app.person(Role::SecurityAdministrator).id).in_english().page("/users").await;
    assert!(english.contains("security administrator") && !english.contains("新增账号"));
}

#[apply(both_databases)]
async fn an_account_is_made_and_its_password_shown_once(app: TestApp) {
    let (_, browser) = keeper(&app);
    let mut organisation = String::new();
    let made = browser.send("/users/new", "/users", &entry(&app, &mut organisation)).await.expect(200);
    assert_eq!(made.header("cache-control"), Some("private, no-store"));
    assert_eq!(made.header("location"), None);
    let html = made.html();
    let password = secret(&html);
    assert!(html.contains("li.wei") && html.contains("只显示这一次"));
    let caller = app.signed_in("li.wei", &password).await;
    assert_eq!(caller.get("/api/v1/enterprises").await.expect(403).json()["code"], "password_change_required");
    let recorded = serde_json::to_string(&app.recorded()).unwrap();
    assert!(!recorded.contains(&password));
    let again = browser.send("/users/new", "/users", &entry(&app, &mut organisation)).await.expect(422).html();
    assert!(again.contains("href=\"#username\"") && again.contains("value=\"Li.Wei\"") && !again.contains(&password));
}

#[apply(both_databases)]
async fn what_cannot_be_accepted_comes_back_with_all_that_was_typed(app: TestApp) {
    let (_, browser) = keeper(&app);
    let district = app.district.id.to_string();
    let fields = [
        ("username", "li wei"),
        ("display_name", "李伟"),
        ("email", "nonsense"),
        ("role", "steward"),
        ("organisation_id", district.as_str()),
        ("language", "en"),
    ];
    let html = browser.send("/users/new", "/users", &fields).await.expect(422).html();
    for field in ["username", "email", "organisation_id"] {
        assert!(
            html.contains(&format!("href=\"#{field}\"")) && html.contains(&format!("id=\"{field}-error\"")),
            "{field}"
        );
    }
    for kept in [
        "value=\"li wei\"",
        "value=\"李伟\"",
        "value=\"nonsense\"",
        "<option value=\"en\" selected>",
        "<option value=\"steward\" selected>",
    ] {
        assert!(html.contains(kept), "{kept} is lost: {html}");
    }
    let html = browser.send("/users/new", "/users", &[("username", "li.wei")]).await.expect(422).html();
    assert!(html.contains("href=\"#role\">角色：") && html.contains("href=\"#organisation_id\">单位："));
    assert!(app.recorded().is_empty());
}

#[apply(both_databases)]
async fn an_account_is_changed_by_the_version_that_was_read(app: TestApp) {
    let (own, browser) = keeper(&app);
    let steward = app.person(Role::Steward);
    let (page, street) = (format!("/users/{}", steward.id), app.district.other_street.to_string());
    let fields = |name| {
        [
            ("version", "1"),
            ("display_name", name),
            ("email", ""),
            ("role", "chief_steward"),
            ("organisation_id", street.as_str()),
            ("language", "zh-CN"),
        ]
    };
    assert_eq!(browser.send(&page, &page, &fields("王芳")).await.leads_to(), format!("{page}?done=saved"));
    let stored = app.stored_user(steward.id);
    assert_eq!((stored.display_name.as_str(), stored.email, stored.role), ("王芳", None, Role::ChiefSteward));
    assert_eq!(stored.organisation_id, app.district.other_street);
    let html = browser.send(&page, &page, &fields("王大芳")).await.expect(412).html();
    assert!(html.contains("value=\"王大芳\"") && html.contains("现在的值：<strong>"));
    let own_page = browser.page(&format!("/users/{}", own.id)).await;
    assert!(!own_page.contains("name=\"role\"") && !own_page.contains("/deactivate"));
}

#[apply(both_databases)]
async fn a_password_is_reset_and_a_lock_ended(app: TestApp) {
    let (_, browser) = keeper(&app);
    let steward = app.person_with_password(Role::Steward);
    let page = format!("/users/{}", steward.id);
    for _ in 0..5 {
        app.try_sign_in(&steward.user.username, "wrong").await.expect(401);
    }
    assert!(browser.page(&page).await.contains("锁定至"));
    let unlocked = browser.send(&page, &format!("{page}/unlock"), &[]).await;
    assert_eq!(unlocked.leads_to(), format!("{page}?done=unlocked"));
    app.signed_in(&steward.user.username, PASSWORD).await;
    let html = browser.send(&page, &format!("{page}/reset-password"), &[]).await.expect(200).html();
    let password = secret(&html);
    app.try_sign_in(&steward.user.username, PASSWORD).await.expect(401);
    app.signed_in(&steward.user.username, &password).await;
    assert!(!browser.page(&page).await.contains(&password));
    assert_eq!(app.times_recorded("password_changed"), 1);
}

#[apply(both_databases)]
async fn the_second_factor_goes_on_demand(app: TestApp) {
    let (_, browser) = keeper(&app);
    let steward = app.person_with_password(Role::Steward);
    let mut connection = app.app.database().writer().unwrap();
    backend::transaction::<_, backend::QueryError>(&mut connection, |connection| {
        let mut row = credentials::find(connection, steward.id)?.unwrap();
        row.totp_seed = Some(vec![1; 48]);
        row.totp_confirmed_at = Some(app.app.now().into());
        credentials::update(connection, &row)
    })
    .unwrap();
    drop(connection);
    let (page, action) = (format!("/users/{}", steward.id), format!("/users/{}/reset-password", steward.id));
    assert!(browser.page(&page).await.contains("name=\"remove_second_factor\""));
    browser.send(&page, &action, &[]).await.expect(200);
    assert_eq!(app.times_recorded("second_factor_changed"), 0);
    let html = browser.send(&page, &action, &[("remove_second_factor", "yes")]).await.expect(200).html();
    assert!(html.contains("两步验证已取消"));
    assert_eq!(app.times_recorded("second_factor_changed"), 1);
    assert!(!browser.page(&page).await.contains("name=\"remove_second_factor\""));
}

#[apply(both_databases)]
async fn who_leaves_hands_over_and_may_come_back(app: TestApp) {
    let (_, browser) = keeper(&app);
    let (leaving, next) = (app.person(Role::Steward), app.person(Role::Steward));
    let (page, action) = (format!("/users/{}", leaving.id), format!("/users/{}/deactivate", leaving.id));
    assert!(browser.page(&action).await.contains("不在任何服务专班中"));
    let enterprise = app.enterprise("星河科技有限公司").id;
    let chief = app.person(Role::ChiefSteward);
    let team = json!({"steward_id": leaving.id, "lead_organisation_id": app.district.street});
    let answer = chief
        .caller
        .with_header("if-none-match", "*")
        .put(&format!("/api/v1/enterprises/{enterprise}/team"), team)
        .await;
    assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.body));
    let html = browser.page(&action).await;
    assert!(
        html.contains("1 个服务专班") && html.contains(&next.user.username) && !html.contains(&chief.user.username),
        "{html}"
    );
    let html = browser.send(&action, &action, &[]).await.expect(422).html();
    assert!(html.contains("href=\"#successor_id\""));
    let successor = next.id.to_string();
    let both = [("successor_id", successor.as_str()), ("leave_unassigned", "yes")];
    let html = browser.send(&action, &action, &both).await.expect(422).html();
    assert!(
        html.contains(&format!("<option value=\"{successor}\" selected>")) && html.contains("value=\"yes\" checked")
    );
    assert_eq!(app.stored_user(leaving.id).status, UserStatus::Active);
    let left = browser.send(&action, &action, &[("successor_id", successor.as_str())]).await;
    assert_eq!(left.leads_to(), format!("{page}?done=deactivated"));
    assert_eq!(app.stored_user(leaving.id).status, UserStatus::Deactivated);
    let team = chief.caller.get(&format!("/api/v1/enterprises/{enterprise}/team")).await.expect(200).json();
    assert_eq!(team["steward_id"], successor);
    browser.open(&action).await.expect(409).html();
    let html = browser.send(&page, &format!("{page}/reset-password"), &[]).await.expect(409).html();
    assert!(html.contains("该账号已停用") && !html.contains("class=\"secret\""));
    let back = browser.send(&page, &format!("{page}/reactivate"), &[]).await;
    assert_eq!(back.leads_to(), format!("{page}?done=reactivated"));
    assert_eq!(app.stored_user(leaving.id).status, UserStatus::Active);
}

#[apply(both_databases)]
async fn the_last_keeper_stays(app: TestApp) {
    let (own, browser) = keeper(&app);
    let page = format!("/users/{}", own.id);
    let action = format!("{page}/deactivate");
    let html = browser.send(&page, &action, &[]).await.expect(403).html();
    assert!(html.contains("不能停用自己的账号"));
    browser.open(&format!("/users/{}", UserId::new())).await.expect(404);
}
