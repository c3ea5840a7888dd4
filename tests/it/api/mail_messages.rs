//! The outbox over the API: envelope, state and error for the administrator, and never what a mail says.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
};
use diesel::prelude::*;
use serde_json::json;
use wellspring::{
    db::schema::deliveries,
    domain::{
        fieldwork::visit::RelocationIntent as Intent,
        ids::DeliveryId,
        outbox::delivery::DeliveryState,
        people::role::{Role, TokenScope},
    },
};

/// One mail in the outbox.
fn mailed(app: &TestApp) -> DeliveryId {
    app.person(Role::ChiefSteward);
    app.visit(app.enterprise("星河科技有限公司").id, Intent::Moving);
    app.mails()[0].id
}

fn give_up(app: &TestApp, id: DeliveryId) {
    app.act(|tx| {
        diesel::update(deliveries::table.filter(deliveries::id.eq(id)))
            .set((
                deliveries::state.eq(DeliveryState::Dead),
                deliveries::attempts.eq(7),
                deliveries::last_error.eq("550 5.1.1 no such user"),
            ))
            .execute(tx.conn)?;
        Ok(())
    });
}

#[apply(both_databases)]
async fn the_envelope_is_shown_and_nothing_of_the_letter(app: TestApp) {
    let id = mailed(&app);
    let administrator = app.person(Role::Administrator);
    let page = administrator.caller.get("/api/v1/mail-messages?state=pending&include_total=true").await.expect(200);
    let text = String::from_utf8_lossy(&page.body).into_owned();
    assert!(!text.contains("星河科技") && !text.contains("预警"), "{text}");
    let mail = &page.json()["items"][0];
    assert_eq!((&mail["id"], &mail["state"], &mail["attempts"]), (&json!(id), &json!("pending"), &json!(0)));
    for hidden in ["subject", "body_text", "body_html", "alert_id"] {
        assert!(mail.get(hidden).is_none(), "{hidden}");
    }
    let mut one = administrator.caller.get(&format!("/api/v1/mail-messages/{id}")).await.expect(200).json();
    assert_eq!(one.as_object_mut().unwrap().remove("attempt_log"), Some(json!([])));
    assert_eq!(one, *mail);
    let none = administrator.caller.get("/api/v1/mail-messages?state=dead").await.expect(200).json();
    assert_eq!(none["items"], json!([]));
    administrator.caller.get("/api/v1/mail-messages?state=lost").await.expect(422);
}

#[apply(both_databases)]
async fn a_dead_mail_is_sent_again_as_it_was(app: TestApp) {
    let id = mailed(&app);
    give_up(&app, id);
    let message_id = app.mails()[0].content.message_id.clone();
    let administrator = app.person(Role::Administrator);
    let path = format!("/api/v1/mail-messages/{id}/resend");
    let mail = administrator.caller.post(&path, json!({})).await.expect(200).json();
    assert_eq!(
        (&mail["state"], &mail["attempts"], &mail["message_id"]),
        (&json!("pending"), &json!(0), &json!(message_id))
    );
    let refused = administrator.caller.post(&path, json!({})).await.expect(409);
    assert_eq!(refused.json()["code"], "mail_not_dead");
    assert_eq!(app.mails()[0].state, DeliveryState::Pending);
}

#[apply(both_databases)]
async fn nobody_else_keeps_the_outbox(app: TestApp) {
    let id = mailed(&app);
    give_up(&app, id);
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::Administrator) {
        let person = app.person(role);
        for path in ["/api/v1/mail-messages".to_owned(), format!("/api/v1/mail-messages/{id}")] {
            person.caller.get(&path).await.expect(403);
        }
        person.caller.post(&format!("/api/v1/mail-messages/{id}/resend"), json!({})).await.expect(403);
    }
    app.service(&[TokenScope::Read], None).get("/api/v1/mail-messages").await.expect(403);
    assert_eq!(app.mails()[0].state, DeliveryState::Dead);
    let administrator = app.person(Role::Administrator);
    administrator.caller.get(&format!("/api/v1/mail-messages/{}", DeliveryId::new())).await.expect(404);
}
