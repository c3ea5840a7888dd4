//! The queue of deliveries under a channel of the tests' own: what a worker does for any channel, and what it notes of each attempt.

use crate::support::{
    both::{apply, both_databases},
    mails::Mail,
    outbox::Outbox,
};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use wellspring::{
    db::{
        backend::DbConn,
        outbox::{
            deliveries::Delivery,
            delivery_attempts::{self, DeliveryAttempt},
            mail_messages,
        },
        schema::deliveries,
        values::Timestamp,
    },
    domain::{
        ids::DeliveryId,
        operation::job::{JobError, JobKind},
        outbox::delivery::{AttemptOutcome, DeliveryChannel, DeliveryState},
        people::role::Role,
    },
    jobs::{
        self,
        delivery::{Channel, Outage, Refusal, SaidOfOtherSide},
    },
    services::Error,
    texts::Language,
};

/// How the notebook answers once.
#[derive(Clone)]
enum Answer {
    Accepts,
    Refuses(Refusal),
    Hangs,
}

/// A channel that notes what it is handed. It answers as it was told, and accepts everything after that.
#[derive(Default)]
struct Notebook {
    answers: Mutex<VecDeque<Answer>>,
    handed: Mutex<Vec<(String, String)>>,
}

impl Notebook {
    fn answering(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() })
    }

    fn handed(&self) -> usize {
        self.handed.lock().unwrap().len()
    }
}

impl Channel for Notebook {
    const CHANNEL: DeliveryChannel = DeliveryChannel::Mail;
    const JOB: JobKind = JobKind::MailDelivery;
    type Content = String;

    fn content(connection: &mut DbConn, id: DeliveryId) -> Result<String, Error> {
        Ok(mail_messages::find(connection, id)?.unwrap().subject)
    }

    async fn hand_over(&self, delivery: &Delivery, subject: &String, _: Language) -> Result<String, Refusal> {
        self.handed.lock().unwrap().push((delivery.to_address.clone(), subject.clone()));
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or(Answer::Accepts);
        match answer {
            Answer::Accepts => Ok("noted".to_owned()),
            Answer::Refuses(refusal) => Err(refusal),
            Answer::Hangs => std::future::pending().await,
        }
    }

    fn other_side(&self) -> String {
        "the notebook".to_owned()
    }
}

fn refusal(text: &str, is_final: bool) -> Refusal {
    Refusal {
        code: "refused",
        step: Some("page"),
        text: text.to_owned(),
        is_final,
        counts: true,
        other_side: SaidOfOtherSide::Answers,
    }
}

fn attempts(outbox: &Outbox, mail: &Mail) -> Vec<DeliveryAttempt> {
    outbox.app.ask(|connection| delivery_attempts::of_delivery(connection, mail.id))
}

/// Outcome, who answered and what, of each attempt.
fn answers(outbox: &Outbox, mail: &Mail) -> Vec<(Option<AttemptOutcome>, Option<String>, Option<String>)> {
    attempts(outbox, mail).into_iter().map(|one| (one.outcome, one.answered_by, one.answer)).collect()
}

fn answered(outcome: AttemptOutcome, answer: &str) -> (Option<AttemptOutcome>, Option<String>, Option<String>) {
    (Some(outcome), Some("the notebook".to_owned()), Some(answer.to_owned()))
}

#[apply(both_databases)]
async fn each_attempt_is_noted_with_who_answered_what(outbox: Outbox) {
    let mail = outbox.write("zhang@xinghe.test");
    let notebook = Notebook::answering([Answer::Refuses(refusal("the page is full", false))]);
    jobs::deliver_due(&outbox.app.app, &notebook).await.unwrap();
    assert_eq!(outbox.find(&mail).state, DeliveryState::Pending);
    outbox.app.advance(TimeDelta::minutes(2));
    jobs::deliver_due(&outbox.app.app, &notebook).await.unwrap();

    assert_eq!(
        *notebook.handed.lock().unwrap(),
        vec![("zhang@xinghe.test".to_owned(), mail.content.subject.clone()); 2]
    );
    let sent = outbox.find(&mail);
    assert_eq!((sent.state, sent.attempts, &sent.last_error), (DeliveryState::Sent, 2, &None));
    let delayed = answered(AttemptOutcome::Delayed, "the page is full");
    assert_eq!(answers(&outbox, &mail), [delayed, answered(AttemptOutcome::Accepted, "noted")]);
    let attempts = attempts(&outbox, &mail);
    assert_eq!(attempts[1].started_at.0 - attempts[0].started_at.0, TimeDelta::minutes(2));
    assert_eq!(attempts[0].ended_at, Some(attempts[0].started_at), "the clock of a test stands still");

    let administrator = outbox.app.person(Role::Administrator).caller;
    let path = format!("/api/v1/mail-messages/{}", mail.id);
    let shown = administrator.get(&path).await.expect(200).json();
    let log = shown["attempt_log"].as_array().unwrap();
    assert_eq!((&log[0]["outcome"], &log[0]["answer"]), (&json!("delayed"), &json!("the page is full")));
    assert_eq!((&log[1]["outcome"], &log[1]["answered_by"]), (&json!("accepted"), &json!("the notebook")));
    let listed = administrator.get("/api/v1/mail-messages").await.expect(200).json();
    assert_eq!(listed["items"][0].get("attempt_log"), None, "a list is without them");
}

#[apply(both_databases)]
async fn what_is_refused_for_good_is_noted_and_sent_again_by_hand(outbox: Outbox) {
    let mail = outbox.write("zhang@xinghe.test");
    let notebook = Notebook::answering([Answer::Refuses(refusal("no such page", true))]);
    jobs::deliver_due(&outbox.app.app, &notebook).await.unwrap();
    assert_eq!(outbox.find(&mail).state, DeliveryState::Dead);
    let administrator = outbox.app.person(Role::Administrator).caller;
    administrator.post(&format!("/api/v1/mail-messages/{}/resend", mail.id), json!({})).await.expect(200);
    jobs::deliver_due(&outbox.app.app, &notebook).await.unwrap();
    assert_eq!(outbox.find(&mail).state, DeliveryState::Sent);
    let failed = answered(AttemptOutcome::Failed, "no such page");
    assert_eq!(answers(&outbox, &mail), [failed, answered(AttemptOutcome::Accepted, "noted")], "nothing is forgotten");
}

#[apply(both_databases)]
async fn an_outage_of_the_other_side_is_no_fault_of_what_waits(outbox: Outbox) {
    let mails = outbox.write_many(3);
    let outage = Outage { why: JobError::MailServerUnreachable, needs_person: false };
    let out = Refusal { counts: false, other_side: SaidOfOtherSide::Out(outage), ..refusal("away", false) };
    let notebook = Notebook::answering([Answer::Refuses(out)]);
    jobs::deliver_due(&outbox.app.app, &notebook).await.unwrap();
    assert_eq!(notebook.handed(), 1, "the others wait");
    assert!(crate::support::some::some(&mails).all(|mail| outbox.find(mail).attempts == 0));
    jobs::deliver_due(&outbox.app.app, &notebook).await.unwrap();
    assert_eq!(notebook.handed(), 4);
    let noted: usize = mails.iter().map(|mail| attempts(&outbox, mail).len()).sum();
    assert_eq!(noted, 4, "an attempt that counts against nobody is noted as well");
}

#[apply(both_databases)]
async fn an_attempt_whose_worker_died_has_no_end(outbox: Outbox) {
    let mail = outbox.write("zhang@xinghe.test");
    let notebook = Notebook::answering([Answer::Hangs]);
    let dies = tokio::time::timeout(Duration::from_millis(300), jobs::deliver_due(&outbox.app.app, &notebook)).await;
    assert!(dies.is_err());
    assert_eq!(answers(&outbox, &mail), [(None, None, None)]);
    let administrator = outbox.app.person(Role::Administrator).id;
    let page = outbox.app.browser(administrator).page(&format!("/mail-queue/{}", mail.id)).await;
    assert!(page.contains("结果未知"), "{page}");

    let lapsed = Timestamp(chrono::DateTime::UNIX_EPOCH);
    outbox.in_transaction(|connection| {
        diesel::update(deliveries::table).set(deliveries::leased_until.eq(Some(lapsed))).execute(connection)
    });
    jobs::deliver_due(&outbox.app.app, &notebook).await.unwrap();
    assert_eq!(outbox.find(&mail).state, DeliveryState::Sent);
    assert_eq!(answers(&outbox, &mail), [(None, None, None), answered(AttemptOutcome::Accepted, "noted")]);
}

#[apply(both_databases)]
async fn a_channel_leaves_the_deliveries_of_others_alone(outbox: Outbox) {
    let mails = outbox.write_many(2);
    outbox.in_transaction(|connection| {
        diesel::sql_query("UPDATE deliveries SET channel = 'pigeon' WHERE to_address = 'person0@xinghe.test'")
            .execute(connection)
    });
    let notebook = Notebook::answering([]);
    jobs::deliver_due(&outbox.app.app, &notebook).await.unwrap();
    assert_eq!(
        *notebook.handed.lock().unwrap(),
        [("person1@xinghe.test".to_owned(), mails[1].content.subject.clone())]
    );
}

#[apply(both_databases)]
async fn what_only_a_newer_program_can_read_holds_nothing_up(outbox: Outbox) {
    let mails = outbox.write_many(4);
    for statement in [
        "UPDATE deliveries SET kind = 'novelty' WHERE to_address = 'person0@xinghe.test'",
        "INSERT INTO delivery_subjects (delivery_id, noun, noun_id) \
            SELECT id, 'novelty', id FROM deliveries WHERE to_address = 'person1@xinghe.test'",
        // The worker that had it has died.
        "UPDATE deliveries SET kind = 'novelty', state = 'sending', leased_until = created_at, leased_by = id \
            WHERE to_address = 'person2@xinghe.test'",
    ] {
        outbox.in_transaction(|connection| diesel::sql_query(statement).execute(connection));
    }
    let notebook = Notebook::answering([]);
    jobs::deliver_due(&outbox.app.app, &notebook).await.unwrap();
    assert_eq!(
        *notebook.handed.lock().unwrap(),
        [("person3@xinghe.test".to_owned(), mails[3].content.subject.clone())]
    );
}
