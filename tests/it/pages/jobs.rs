use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    browser::Browser,
};
use chrono::TimeDelta;
use std::sync::Arc;
use wellspring::{
    domain::{
        operation::job::{JobKind, JobState},
        people::role::Role,
    },
    jobs,
    mail::transport::Transport,
    texts::Language,
    web::pages::format,
};

fn administrator(app: &TestApp) -> Browser {
    app.browser(app.person(Role::Administrator).id)
}

/// The row of a job.
fn row(html: &str, kind: JobKind) -> String {
    let start = format!("<tr id=\"{kind}\">");
    let rest = html.split(&start).nth(1).unwrap_or_else(|| panic!("{kind} is not in {html}"));
    rest.split("</tr>").next().unwrap().to_owned()
}

#[apply(both_databases)]
async fn every_job_is_shown_in_both_languages(app: TestApp) {
    app.enterprise("星河科技有限公司");
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
    let html = administrator(&app).page("/jobs").await;
    assert!(html.contains("所有任务运行正常") && !html.contains("星河科技"), "{html}");
    for &kind in JobKind::ALL {
        let row = row(&html, kind);
        assert!(row.contains(kind.text(Language::Zh)) && row.contains("2026-11-20 09:00"), "{row}");
        assert!(row.contains("job-state--running"), "{row}");
    }
    assert!(row(&html, JobKind::Nightly).contains("已评估 1 户，共 1 户"));
    assert!(row(&html, JobKind::MailDelivery).contains("0 封邮件待发"));
    let english = administrator(&app).in_english().page("/jobs").await;
    assert!(english.contains("All jobs are running"), "{english}");
    for &kind in JobKind::ALL {
        assert!(row(&english, kind).contains(&format::capital(kind.text(Language::En))));
    }
    assert!(row(&english, JobKind::Sealer).contains("all the time"));
}

#[apply(both_databases)]
async fn what_is_stalled_or_failing_stands_out(app: TestApp) {
    let html = administrator(&app).page("/jobs").await;
    assert!(html.contains(&format!("有 {} 项任务停滞", JobKind::ALL.len())), "{html}");
    assert!(row(&html, JobKind::Nightly).contains("从未"));
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
    app.advance(TimeDelta::minutes(61));
    app.tamper("ALTER TABLE idempotency_keys RENAME TO away");
    jobs::run_due(&app.app, &files).await.expect_err("the purge fails");
    let browser = administrator(&app);
    let purge = row(&browser.page("/jobs").await, JobKind::Purge);
    assert!(purge.contains(JobState::Stalled.text(Language::Zh)), "{purge}");
    assert!(purge.contains("<strong>数据库出错</strong>") && purge.contains("连续失败 1 次"), "{purge}");
    assert!(!purge.contains("idempotency"), "{purge}");
    app.tamper("ALTER TABLE away RENAME TO idempotency_keys");
    jobs::run_due(&app.app, &files).await.unwrap();
    let purge = row(&browser.page("/jobs").await, JobKind::Purge);
    assert!(purge.contains("job-state--running") && purge.contains("之后已恢复"), "{purge}");
}

#[apply(both_databases)]
async fn an_overdue_job_says_for_how_long(app: TestApp) {
    app.set_time("2026-11-20T18:00:00Z".parse().unwrap());
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
    app.set_time("2026-11-21T22:30:00Z".parse().unwrap());
    let night = row(&administrator(&app).in_english().page("/jobs").await, JobKind::Nightly);
    assert!(night.contains("2026-11-22 02:00") && night.contains("overdue by 4 h 30 min"), "{night}");
}
