use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    district::Person,
    enterprise::uscc,
    sheets::{csv, rows},
};
use wellspring::{
    domain::{
        people::{
            actor::{Actor, Identity},
            role::Role,
        },
        registry::{industry::IndustryEdition, organisation::OrganisationKind},
    },
    services::registry::imports::{Mode, Upload, enterprises::EnterpriseList},
};

/// A list that holds one enterprise.
pub(super) fn listed(name: &str) -> Vec<u8> {
    csv(&rows(&["统一社会信用代码|企业名称", &format!("{}|{name}", uscc())]))
}

impl TestApp {
    /// Imports a list of one enterprise as somebody.
    fn import_by(&self, person: &Person, source: &str, name: &str) {
        let upload = Upload {
            file_name: "<税源清单>.csv",
            bytes: &listed(name),
            sheet: None,
            source,
            legal_basis: "税收征管法第五条",
            data_on: self.app.today(),
        };
        self.upload_by(person, &upload);
    }

    /// Imports a list as somebody.
    pub(super) fn upload_by(&self, person: &Person, upload: &Upload<'_>) {
        let list = EnterpriseList::read(upload, IndustryEdition::Gb2017, self.app.today(), |_, _| ()).unwrap();
        let actor = Actor {
            identity: Identity::Person {
                user: person.id,
                session: None,
                role: person.user.role,
                organisation: person.user.organisation_id,
                organisation_kind: OrganisationKind::District,
            },
            name: person.user.display_name.clone(),
            language: person.user.language,
            request_id: "test".to_owned(),
        };
        self.app.write_now(&actor, |tx| list.import(tx, Mode::default(), |_, _| ())).unwrap();
    }
}

#[apply(both_databases)]
async fn imports_say_where_data_came_from_and_not_what_it_was(app: TestApp) {
    let finance = app.person(Role::Finance);
    app.import_by(&finance, "街道台账", "星河科技有限公司");
    app.import_by(&finance, "税务局", "月湖商贸有限公司");
    let html = app.browser(finance.id).page("/imports").await;
    for words in [
        "街道台账",
        "税收征管法第五条",
        "2026-11-20",
        "&#60;税源清单&#62;.csv",
        "税源清单",
        &finance.user.display_name,
        "共 2 次导入",
    ] {
        assert!(html.contains(words), "{words} is not in\n{html}");
    }
    assert!(html.find("税务局") < html.find("街道台账"), "the latest first");
    assert!(!html.contains("星河科技有限公司") && !html.contains("<税源清单>"));
    let english = app.browser(finance.id).in_english().page("/imports").await;
    assert!(english.contains("2 imports, latest first") && english.contains("tax-source list"));
}

#[apply(both_databases)]
async fn older_imports_are_on_the_next_page(app: TestApp) {
    let finance = app.person(Role::Finance);
    for number in 1..=5 {
        app.import_by(&finance, &format!("来源{number}"), "星河科技有限公司");
    }
    let browser = app.browser(finance.id);
    let first = browser.page("/imports?limit=3").await;
    assert!(first.contains("来源5") && first.contains("来源3") && !first.contains("来源2"));
    let next = first.split("\" rel=\"next\"").next().unwrap().rsplit('"').next().unwrap().replace("&#38;", "&");
    let second = browser.page(&next).await;
    assert!(second.contains("来源2") && second.contains("来源1") && !second.contains("来源3"));
    assert!(!second.contains("rel=\"next\"") && second.contains("rel=\"prev\""));
    browser.open("/imports?cursor=nonsense").await.expect(400);
}

#[apply(both_databases)]
async fn the_history_is_for_those_who_import(app: TestApp) {
    for &role in Role::ALL {
        let answer = app.browser(app.person(role).id).open("/imports").await;
        let html = answer.expect(if role == Role::Finance { 200 } else { 403 }).html();
        assert_eq!(html.contains("还没有导入过。"), role == Role::Finance);
    }
}
