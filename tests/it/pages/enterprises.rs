use crate::support::{app::TestApp, both::both_databases};
use wellspring::domain::role::Role;

both_databases! {
    async fn a_name_is_text_whatever_it_says(app: TestApp) {
        app.enterprise("<script>alert(1)</script>科技");
        let html = app.browser(app.person(Role::Leader).id).page("/enterprises").await;
        assert!(!html.contains("<script>alert"));
        assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;科技"), "{html}");
    }

    async fn figures_are_for_those_who_see_them(app: TestApp) {
        let enterprise = app.enterprise("星河科技有限公司");
        app.tax(enterprise.id, "2026-10", 12_345_678);
        let leader = app.browser(app.person(Role::Leader).id).page("/enterprises").await;
        assert!(leader.contains("1,234.6"), "{leader}");
        let steward = app.browser(app.person(Role::Steward).id).page("/enterprises").await;
        assert!(!steward.contains("1,234.6") && steward.contains("1000万–1亿元"));
    }

    async fn filters_are_in_the_address_and_pages_have_numbers(app: TestApp) {
        for number in 0..45 {
            app.enterprise(&format!("星河{number}科技有限公司"));
        }
        app.enterprise("月湖商贸有限公司");
        let browser = app.browser(app.person(Role::Leader).id);
        let html = browser.page("/enterprises?q=%E6%98%9F%E6%B2%B3&street_id=&sort=name").await;
        assert!(html.contains("45") && !html.contains("月湖商贸"));
        assert!(html.contains("page=3"));
        let last = browser.page("/enterprises?q=%E6%98%9F%E6%B2%B3&sort=name&page=3").await;
        assert_eq!(last.matches("<th scope=\"row\"").count(), 5);
        browser.open("/enterprises?risk_level=purple").await.expect(422).html();
    }

    async fn who_may_enter_an_enterprise_is_shown_where(app: TestApp) {
        for (role, may) in [(Role::ChiefSteward, true), (Role::Finance, true), (Role::Steward, false), (Role::Leader, false)] {
            let html = app.browser(app.person(role).id).page("/enterprises").await;
            assert_eq!(html.contains("href=\"/enterprises/new\""), may, "{role}");
        }
    }

    async fn those_without_business_data_get_a_page_that_says_so(app: TestApp) {
        for role in [Role::Administrator, Role::SecurityAdministrator, Role::Auditor] {
            app.browser(app.person(role).id).in_english().open("/enterprises").await.expect(403).html();
        }
    }
}
