//! What a mail about an alert says, as a whole; and that a hostile name stays a name.

use super::*;
use crate::support::some::some;
use diesel::prelude::*;
use wellspring::{db::schema::enterprises, texts::Language};

/// A mail's text without the ids of this run.
fn text(mail: &Mail) -> String {
    let id = mail.subject_id().unwrap().to_string();
    format!("Subject: {}\n\n{}", mail.content.subject, mail.content.body_text.replace(&id, "ALERT"))
}

/// The mail to a leader of this language about an enterprise that decided to move and whose receipts fell.
fn mail_to_leader(app: &TestApp, language: Language) -> String {
    let enterprise = app.enterprise("星河科技有限公司").id;
    for month in ["2025-08", "2025-09", "2025-10"] {
        app.tax(enterprise, month, 400_000);
    }
    for month in ["2026-08", "2026-09", "2026-10"] {
        app.tax(enterprise, month, 150_000);
    }
    let leader = app.person(Role::Leader);
    let user = wellspring::db::people::users::User { language, display_name: "李区长".to_owned(), ..leader.user };
    app.change_user(user);
    app.team(enterprise, TeamPeople { leader: Some(leader.id), ..TeamPeople::default() });
    app.visit(enterprise, Intent::Decided);
    text(app.mails().last().unwrap())
}

#[apply(both_databases)]
async fn a_chinese_mail(app: TestApp) {
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("alert_mail_zh", mail_to_leader(&app, Language::Zh));
    });
}

#[apply(both_databases)]
async fn an_english_mail(app: TestApp) {
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("alert_mail_en", mail_to_leader(&app, Language::En));
    });
}

#[apply(both_databases)]
async fn a_hostile_name_breaks_no_header(app: TestApp) {
    let enterprise = kept(&app);
    app.act(|tx| {
        diesel::update(enterprises::table.filter(enterprises::id.eq(enterprise)))
            .set(enterprises::name.eq("星河\r\nBcc: thief@evil.test\r\n\r\n<script>alert(1)</script>\u{202E}"))
            .execute(tx.conn)?;
        Ok(())
    });
    app.visit(enterprise, Intent::Moving);
    for mail in some(app.mails()) {
        assert!(!mail.content.subject.contains(['\r', '\n', '\u{202E}']), "{:?}", mail.content.subject);
        assert!(!mail.content.body_text.lines().any(|line| line.starts_with("Bcc:")));
        assert!(!mail.content.body_html.contains("<script"));
    }
}

#[apply(both_databases)]
async fn figures_are_in_no_mail(app: TestApp) {
    let text = mail_to_leader(&app, Language::Zh);
    assert!(text.contains("下降五成以上") && text.contains("10万–50万元"), "{text}");
    assert!(!text.contains("450,000") && !text.contains("1,200,000") && !text.contains("62%"), "{text}");
}
