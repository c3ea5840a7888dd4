use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    browser::Browser,
};
use chrono::TimeDelta;
use wellspring::{
    domain::{
        fieldwork::{signal::SignalKind, visit::RelocationIntent},
        people::{actor::Actor, role::Role},
        records::change::{Action, Noun},
    },
    services::{
        Details,
        records::audit::{Break, Why},
    },
};

fn auditor(app: &TestApp) -> Browser {
    app.browser(app.person(Role::Auditor).id)
}

/// Verifies the chain as the command line does, finding `broken` if it is said to be.
fn note(app: &TestApp, broken: Option<Break>) {
    let mut found = app.verify();
    for log in &mut found.logs {
        log.first_broken = log.first_broken.or(broken);
    }
    app.note(&found);
}

#[apply(both_databases)]
async fn changes_are_shown_with_before_and_after(app: TestApp) {
    let administrator = app.browser(app.person(Role::Administrator).id);
    let page = format!("/organisations/{}", app.district.street);
    administrator.send(&page, &page, &[("version", "1"), ("name", "星湖新城街道")]).await.leads_to();
    let browser = auditor(&app);
    let html = browser.page("/audit-log").await;
    assert!(
        html.contains("修改了单位") && html.contains(">星湖街道</span>") && html.contains(">星湖新城街道</span>"),
        "{html}"
    );
    assert!(html.contains("等待入链"));
    app.seal().await;
    assert!(!browser.page("/audit-log").await.contains("等待入链"));
    let english = auditor(&app).in_english().page("/audit-log").await;
    assert!(english.contains("organisation updated by") && !english.contains("修改了"));
}

#[apply(both_databases)]
async fn amounts_are_not_shown(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    app.app
        .write_now(&Actor::system("测试", "test".to_owned()), |tx| {
            let details = Details::none().with("amount_fen", (), 1_234_567).with("receipts", (), 17);
            tx.record_event(Noun::Receipt, enterprise.0, Action::Imported, enterprise, details)
        })
        .unwrap();
    let html = auditor(&app).page("/audit-log?noun=receipt").await;
    assert!(html.contains("金额，不显示") && !html.contains("1234567") && html.contains(">17</span>"), "{html}");
}

#[apply(both_databases)]
async fn the_log_is_filtered_by_its_address(app: TestApp) {
    let (one, other) = (app.enterprise("星河科技有限公司").id, app.enterprise("月湖商贸有限公司").id);
    app.visit(one, RelocationIntent::None);
    app.signal(other, SignalKind::ALL[0]);
    let browser = auditor(&app);
    let html = browser.page(&format!("/audit-log?enterprise_id={one}&noun=&from=2026-11-20")).await;
    assert!(html.contains("新建了走访") && !html.contains("新建了线索"), "{html}");
    assert!(browser.page("/audit-log?to=2026-11-19").await.contains("没有符合条件的记录"));
    browser.open("/audit-log?noun=king").await.expect(422).html();
    let moved = browser.open("/audit-log?enterprise_id=91110000600037341L").await;
    assert_eq!(moved.leads_to(), "/audit-log?enterprise_id=uscc%3A91110000600037341L");
    assert!(browser.page(moved.leads_to()).await.contains("没有符合条件的记录"));
}

#[apply(both_databases)]
async fn reading_is_on_record_and_the_next_page_goes_on(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    for _ in 0..3 {
        app.visit(enterprise, RelocationIntent::None);
    }
    let browser = auditor(&app);
    let html = browser.page("/audit-log?limit=2&noun=visit").await;
    assert_eq!(html.matches("<details class=\"more\">").count(), 2);
    let next = html.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    let html = browser.page(&next.replace("&#38;", "&")).await;
    assert_eq!(html.matches("<details class=\"more\">").count(), 1);
    assert!(html.contains("rel=\"prev\""));
    let reads = browser.page("/audit-log?kind=accesses").await;
    assert_eq!(reads.matches("查阅了审计日志（日志）").count(), 2, "{reads}");
}

#[apply(both_databases)]
async fn the_chain_says_how_far_it_holds(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    app.visit(enterprise, RelocationIntent::None);
    let browser = auditor(&app);
    let html = browser.page("/audit-log/chain").await;
    assert!(html.contains("从未核验") && html.contains("<strong>0</strong>"), "{html}");
    let sealed = app.seal().await;
    note(&app, None);
    let html = browser.page("/audit-log/chain").await;
    assert!(
        html.contains(&format!("完整：{sealed} 条全部相符")) && html.contains(&format!("<strong>{sealed}</strong>"))
    );
    app.advance(TimeDelta::minutes(1));
    note(&app, Some(Break { position: Some(1), why: Why::Altered }));
    assert!(browser.page("/audit-log/chain").await.contains("记录被改动"));
}
