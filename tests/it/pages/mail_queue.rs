use crate::support::{
    both::{apply, both_databases},
    browser::Browser,
    mails::Mail,
    outbox::Outbox,
};
use diesel::prelude::*;
use wellspring::{
    db::schema::deliveries,
    domain::{outbox::delivery::DeliveryState, people::role::Role},
};

fn administrator(outbox: &Outbox) -> Browser {
    outbox.app.browser(outbox.app.person(Role::Administrator).id)
}

/// Marks a mail as the delivery would have.
fn mark(outbox: &Outbox, mail: &Mail, state: DeliveryState, error: Option<&str>) {
    let sent_at = (state == DeliveryState::Sent).then_some(mail.created_at);
    outbox.in_transaction(|connection| {
        diesel::update(deliveries::table.filter(deliveries::id.eq(mail.id)))
            .set((
                deliveries::state.eq(state),
                deliveries::last_error.eq(error),
                deliveries::attempts.eq(3),
                deliveries::sent_at.eq(sent_at),
            ))
            .execute(connection)
    });
}

/// Where the texts stand on a page, in this order.
fn in_order(html: &str, texts: &[&str]) -> bool {
    let places: Vec<_> =
        texts.iter().map(|text| html.find(text).unwrap_or_else(|| panic!("{text} is not in {html}"))).collect();
    places.is_sorted()
}

#[apply(both_databases)]
async fn the_queue_shows_envelopes_and_no_word_of_a_mail(outbox: Outbox) {
    let (first, second) = (outbox.write("first@xinghe.test"), outbox.write("second@xinghe.test"));
    let browser = administrator(&outbox);
    for path in ["/mail-queue".to_owned(), format!("/mail-queue/{}", first.id)] {
        let html = browser.page(&path).await;
        assert!(html.contains("first@xinghe.test"), "{html}");
        assert!(!html.contains("红色预警") && !html.contains("星河科技") && !html.contains("正在外迁"), "{path}");
    }
    let all = browser.page("/mail-queue").await;
    assert!(in_order(&all, &["second@xinghe.test", "first@xinghe.test"]));
    let waiting = browser.page("/mail-queue?state=pending").await;
    assert!(in_order(&waiting, &["first@xinghe.test", "second@xinghe.test"]));
    mark(&outbox, &second, DeliveryState::Sent, None);
    let waiting = browser.page("/mail-queue?state=pending").await;
    assert!(waiting.contains("first@xinghe.test") && !waiting.contains("second@xinghe.test"));
    assert!(browser.page("/mail-queue?state=dead").await.contains("没有这样的邮件"));
}

#[apply(both_databases)]
async fn what_waits_is_paged_from_the_oldest_on(outbox: Outbox) {
    outbox.write_many(5);
    let browser = administrator(&outbox);
    let html = browser.page("/mail-queue?state=pending&limit=2").await;
    assert!(in_order(&html, &["person0@xinghe.test", "person1@xinghe.test"]) && !html.contains("person2@"));
    let next = html.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    let html = browser.page(&next.replace("&#38;", "&")).await;
    assert!(in_order(&html, &["person2@xinghe.test", "person3@xinghe.test"]) && !html.contains("person1@"));
    assert!(html.contains("rel=\"prev\""));
}

#[apply(both_databases)]
async fn a_dead_mail_is_sent_again_and_no_other(outbox: Outbox) {
    let mail = outbox.write("gone@xinghe.test");
    mark(&outbox, &mail, DeliveryState::Dead, Some("550 5.1.1 <no such user>"));
    let browser = administrator(&outbox);
    let list = browser.page("/mail-queue").await;
    assert!(list.contains("550 5.1.1 &#60;no such user&#62;") && list.contains("1 封邮件发送失败"));
    let (page, action) = (format!("/mail-queue/{}", mail.id), format!("/mail-queue/{}/resend", mail.id));
    assert!(browser.page(&page).await.contains(&action));
    assert_eq!(browser.send(&page, &action, &[]).await.leads_to(), format!("{page}?done=resent"));
    let html = browser.page(&format!("{page}?done=resent")).await;
    assert!(html.contains("已放回队列") && !html.contains(&action));
    assert_eq!(outbox.find(&mail).state, DeliveryState::Pending);
    let html = browser.send(&page, &action, &[]).await.expect(409).html();
    assert!(html.contains("只有发送失败的邮件可以重发"));
    assert_eq!(outbox.app.times_recorded("resent"), 1);
}
