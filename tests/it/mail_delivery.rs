//! The delivery of mail against a real SMTP conversation: what arrives, how often, and what the outbox says about it.

use crate::support::{
    app::Backend,
    both::{apply, both_databases},
    outbox::{self, Outbox},
    smtp_sink::{Fault, Rule, SinkOptions, SinkStage, SinkTls, SmtpSink},
    some::some,
};
use chrono::TimeDelta;
use diesel::prelude::*;
use std::time::{Duration, Instant};
use uuid::Uuid;
use wellspring::{
    db::{
        outbox::delivery_queue::{self, Claimant, Due, Ending},
        schema::deliveries,
        values::Timestamp,
    },
    domain::outbox::delivery::{DeliveryChannel, DeliveryState},
    jobs,
};

#[apply(both_databases)]
async fn a_mail_arrives_as_it_was_written(outbox: Outbox) {
    let mail = outbox.write("zhang@xinghe.test");
    jobs::run_due(&outbox.app.app, &outbox.transport()).await.unwrap();

    let received = outbox.sink.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].sender, "alerts@wellspring.test");
    assert_eq!(received[0].recipients, ["zhang@xinghe.test"]);
    assert_eq!(received[0].header("message-id"), Some(mail.content.message_id.clone()));
    assert_eq!(received[0].header("in-reply-to"), mail.thread);
    assert_eq!(received[0].header("references"), mail.thread);
    let sent = outbox.find(&mail);
    assert_eq!((sent.state, sent.attempts, sent.last_error.as_deref()), (DeliveryState::Sent, 1, None));
    assert_eq!(sent.sent_at.map(|at| at.0), Some(outbox.app.app.now()));

    jobs::run_due(&outbox.app.app, &outbox.transport()).await.unwrap();
    assert_eq!(outbox.sink.received().len(), 1, "what is sent is not sent again");
}

#[apply(both_databases)]
async fn mails_go_over_tls_and_with_a_password(outbox: Outbox) {
    let sink = locked_sink();
    let mail = outbox.write("zhang@xinghe.test");
    let transport = outbox::transport(&url(&sink, "p%40ss"), Some(sink.certificate_pem()));
    jobs::run_due(&outbox.app.app, &transport).await.unwrap();

    let received = sink.received();
    assert!(received[0].is_encrypted);
    assert_eq!(received[0].user.as_deref(), Some("ws"));
    assert_eq!(outbox.find(&mail).state, DeliveryState::Sent);
}

#[apply(both_databases)]
async fn a_wrong_password_is_tried_once_and_loses_nothing(outbox: Outbox) {
    let sink = locked_sink();
    let mails = outbox.write_many(20);
    let wrong = outbox::transport(&url(&sink, "wrong"), Some(sink.certificate_pem()));
    jobs::run_due(&outbox.app.app, &wrong).await.unwrap();

    assert_eq!(sink.connections(), 1, "accounts are locked by repetition");
    let errors: Vec<_> = mails.iter().filter_map(|mail| outbox.find(mail).last_error.clone()).collect();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("WELLSPRING_SMTP_URL"), "{errors:?}");

    let right = outbox::transport(&url(&sink, "p%40ss"), Some(sink.certificate_pem()));
    jobs::run_due(&outbox.app.app, &right).await.unwrap();
    assert_eq!(sink.received().len(), 20);
    assert!(some(&mails).all(|mail| outbox.find(mail).state == DeliveryState::Sent));
}

#[apply(both_databases)]
async fn a_passing_refusal_is_repeated_after_a_minute(outbox: Outbox) {
    outbox.sink.add(Rule::answer(SinkStage::Message, "452 4.3.1 Insufficient system storage").times(1));
    let (mail, transport) = (outbox.write("zhang@xinghe.test"), outbox.transport());
    jobs::run_due(&outbox.app.app, &transport).await.unwrap();

    let delayed = outbox.find(&mail);
    assert_eq!((delayed.state, delayed.attempts), (DeliveryState::Pending, 1));
    assert!(delayed.last_error.clone().unwrap().contains("4.3.1 Insufficient system storage"));
    let wait = delayed.next_attempt_at.0 - outbox.app.app.now();
    assert!((45..=60).contains(&wait.num_seconds()), "{wait}");

    jobs::run_due(&outbox.app.app, &transport).await.unwrap();
    assert_eq!(outbox.sink.received().len(), 0, "not before its time");
    outbox.app.advance(TimeDelta::seconds(61));
    jobs::run_due(&outbox.app.app, &transport).await.unwrap();
    let sent = outbox.find(&mail);
    assert_eq!((sent.state, sent.attempts, sent.last_error.as_deref()), (DeliveryState::Sent, 2, None));
}

#[apply(both_databases)]
async fn greylisting_delays_and_loses_nothing(outbox: Outbox) {
    outbox.sink.add(Rule::greylisting());
    let (mails, transport) = (outbox.write_many(5), outbox.transport());
    jobs::run_due(&outbox.app.app, &transport).await.unwrap();
    assert_eq!(outbox.arrivals(&mails), [0; 5]);
    outbox.app.advance(TimeDelta::minutes(2));
    jobs::run_due(&outbox.app.app, &transport).await.unwrap();
    assert_eq!(outbox.arrivals(&mails), [1; 5]);
}

#[apply(both_databases)]
async fn a_refusal_for_good_is_shown_and_holds_up_nobody(outbox: Outbox) {
    let refused = outbox.write("gone@xinghe.test");
    let mails = outbox.write_many(3);
    outbox.sink.add(Rule::answer(SinkStage::Recipient, "550 5.1.1 No such user").for_recipient("gone@xinghe.test"));
    let transport = outbox.transport();
    jobs::run_due(&outbox.app.app, &transport).await.unwrap();

    assert_eq!(outbox.arrivals(&mails), [1; 3]);
    let dead = outbox.find(&refused);
    assert_eq!((dead.state, dead.attempts), (DeliveryState::Dead, 1));
    assert!(dead.last_error.clone().unwrap().contains("5.1.1 No such user"));
    let depth = outbox.in_transaction(|connection| delivery_queue::depth(connection, DeliveryChannel::Mail));
    assert_eq!(depth, [(DeliveryState::Dead, 1)]);
    outbox.sink.heal();
    outbox.app.advance(TimeDelta::days(1));
    jobs::run_due(&outbox.app.app, &transport).await.unwrap();
    assert_eq!(outbox.arrivals(&[refused]), [0]);
}

#[apply(both_databases)]
async fn a_server_that_closes_at_one_recipient_holds_up_nobody(outbox: Outbox) {
    for answer in ["421 4.7.0 Closing", "530 5.7.0 Authentication required"] {
        let odd = outbox.write("odd@xinghe.test");
        outbox.sink.add(Rule::answer(SinkStage::Recipient, answer).for_recipient("odd@xinghe.test").times(1));
        let (mails, transport) = (outbox.write_many(3), outbox.transport());
        // The node rests after the first; the next run is the time after the rest.
        jobs::run_due(&outbox.app.app, &transport).await.unwrap();
        jobs::run_due(&outbox.app.app, &transport).await.unwrap();
        assert_eq!(outbox.arrivals(&mails), [1; 3], "{answer}");
        let delayed = outbox.find(&odd);
        assert_eq!((delayed.state, delayed.attempts), (DeliveryState::Pending, 1), "{answer}");
        outbox.app.advance(TimeDelta::minutes(2));
        jobs::run_due(&outbox.app.app, &transport).await.unwrap();
        assert_eq!(outbox.arrivals(&[odd]), [1], "{answer}");
    }
}

#[apply(both_databases)]
async fn an_address_that_is_none_ends_in_the_queue(outbox: Outbox) {
    let (unusable, mail) = (outbox.write("nobody"), outbox.write("zhang@xinghe.test"));
    jobs::run_due(&outbox.app.app, &outbox.transport()).await.unwrap();
    assert_eq!((outbox.find(&unusable).state, outbox.find(&mail).state), (DeliveryState::Dead, DeliveryState::Sent));
}

#[apply(both_databases)]
async fn silence_and_cut_lines_are_repeated_with_the_same_id(outbox: Outbox) {
    // Before the final dot nothing can have been accepted; after it, the answer may have been lost.
    let faults = [
        (SinkStage::Mail, Fault::Hang, 1),
        (SinkStage::Data, Fault::Cut, 1),
        (SinkStage::Message, Fault::Cut, 1),
        (SinkStage::Message, Fault::Hang, 1),
        (SinkStage::Message, Fault::LoseAnswer, 2),
    ];
    for (stage, fault, copies) in faults {
        let (mail, transport) = (outbox.write("zhang@xinghe.test"), outbox.transport());
        outbox.sink.add(Rule::new(stage, fault.clone()).times(1));
        jobs::run_due(&outbox.app.app, &transport).await.unwrap();
        assert_eq!(outbox.find(&mail).state, DeliveryState::Pending, "{stage:?} {fault:?}");
        outbox.app.advance(TimeDelta::minutes(2));
        jobs::run_due(&outbox.app.app, &transport).await.unwrap();
        assert_eq!(outbox.find(&mail).state, DeliveryState::Sent, "{stage:?} {fault:?}");
        assert_eq!(outbox.arrivals(&[mail]), [copies], "{stage:?} {fault:?}");
    }
}

#[apply(both_databases)]
async fn a_mail_is_given_up_after_days_and_shown(outbox: Outbox) {
    outbox.sink.add(Rule::answer(SinkStage::Recipient, "450 4.2.1 Mailbox busy"));
    let (mail, transport) = (outbox.write("zhang@xinghe.test"), outbox.transport());
    for hours in [0, 1, 1, 1] {
        outbox.app.advance(TimeDelta::hours(hours));
        jobs::run_due(&outbox.app.app, &transport).await.unwrap();
    }
    assert_eq!(outbox.find(&mail).attempts, 4);
    outbox.app.advance(TimeDelta::hours(92));
    jobs::run_due(&outbox.app.app, &transport).await.unwrap();
    assert_eq!(outbox.find(&mail).attempts, 5);
    assert_eq!(outbox.find(&mail).state, DeliveryState::Pending);
    outbox.app.advance(TimeDelta::hours(2));
    jobs::run_due(&outbox.app.app, &transport).await.unwrap();
    let dead = outbox.find(&mail);
    assert_eq!(dead.state, DeliveryState::Dead);
    assert!(dead.last_error.clone().unwrap().contains("4.2.1 Mailbox busy"));
}

#[apply(both_databases)]
async fn a_clock_that_ran_ahead_delays_no_mail(outbox: Outbox) {
    outbox.sink.add(Rule::answer(SinkStage::Recipient, "450 4.2.1 Mailbox busy").times(1));
    let transport = outbox.transport();
    outbox.app.advance(TimeDelta::days(3));
    let tried = outbox.write("zhang@xinghe.test");
    jobs::run_due(&outbox.app.app, &transport).await.unwrap();
    let new = outbox.write("li@xinghe.test");
    outbox.app.advance(-TimeDelta::days(3));
    jobs::run_due(&outbox.app.app, &transport).await.unwrap();
    assert_eq!(outbox.arrivals(&[tried, new]), [1, 1]);
}

#[apply(both_databases)]
async fn workers_at_once_send_each_mail_once(outbox: Outbox) {
    // Slow enough that no worker has sent them all before the others have begun.
    outbox.sink.add(Rule::new(SinkStage::Message, Fault::Delay(Duration::from_millis(20))));
    let mails = outbox.write_many(60);
    let mut nodes = vec![jobs::spawn(outbox.app.app.clone(), outbox.transport()).await.unwrap()];
    if outbox.backend == Backend::Postgres {
        nodes.push(jobs::spawn(outbox.app.app.clone(), outbox.transport()).await.unwrap());
    }
    for mail in &mails {
        outbox.until(mail, DeliveryState::Sent).await;
    }
    for node in nodes {
        node.stop().await;
    }
    assert_eq!(outbox.arrivals(&mails), [1; 60]);
    assert!(outbox.sink.connections() > 1, "several workers were at work");
}

#[apply(both_databases)]
async fn who_lost_a_lease_marks_nothing(outbox: Outbox) {
    let mail = outbox.write("zhang@xinghe.test");
    let now = outbox.app.app.now();
    let (slow, quick, due) = (Uuid::now_v7(), Uuid::now_v7(), Due { now, latest: now });
    let lease = TimeDelta::seconds(15);
    let claim = |worker, lease| {
        outbox
            .in_transaction(|connection| {
                delivery_queue::claim(connection, DeliveryChannel::Mail, &Claimant::alone(worker), due, lease, 10)
            })
            .len()
    };
    assert_eq!(claim(slow, lease), 1);
    assert_eq!(claim(quick, lease), 0, "a lease holds");
    assert!(outbox.in_transaction(|connection| delivery_queue::renew(
        connection,
        mail.id,
        slow,
        TimeDelta::seconds(-1)
    )));
    assert!(outbox.in_transaction(|connection| delivery_queue::has_due(
        connection,
        DeliveryChannel::Mail,
        &Claimant::alone(quick),
        due
    )));
    assert_eq!(claim(quick, lease), 1, "a lease ends");

    for ending in [
        Ending::Sent { at: now },
        Ending::Dead { error: "late".to_owned() },
        Ending::Retry { at: now, error: "late".to_owned(), counts: true },
    ] {
        assert!(!outbox.in_transaction(|connection| delivery_queue::mark(connection, mail.id, slow, &ending)));
    }
    assert!(!outbox.in_transaction(|connection| delivery_queue::renew(connection, mail.id, slow, lease)));
    assert_eq!(outbox.find(&mail).state, DeliveryState::Sending);
    let sent = Ending::Sent { at: now };
    assert!(outbox.in_transaction(|connection| delivery_queue::mark(connection, mail.id, quick, &sent)));
    assert_eq!(outbox.find(&mail).state, DeliveryState::Sent);
}

#[apply(both_databases)]
async fn a_living_sibling_keeps_its_mail(outbox: Outbox) {
    let mail = outbox.write("zhang@xinghe.test");
    let now = outbox.app.app.now();
    let (me, sibling, stranger, due) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7(), Due { now, latest: now });
    let claim = |worker, siblings: &[Uuid]| {
        let claimant = Claimant { worker, siblings: siblings.to_vec() };
        let has_due = outbox
            .in_transaction(|connection| delivery_queue::has_due(connection, DeliveryChannel::Mail, &claimant, due));
        let claimed = outbox.in_transaction(|connection| {
            delivery_queue::claim(connection, DeliveryChannel::Mail, &claimant, due, TimeDelta::seconds(-1), 10)
        });
        assert_eq!(has_due, claimed.len() == 1);
        claimed.iter().map(|claimed| claimed.id).collect::<Vec<_>>()
    };
    assert_eq!(claim(sibling, &[me]), [mail.id]);
    assert_eq!(claim(me, &[sibling]), [], "its lease lapsed, and it lives");
    assert_eq!(claim(sibling, &[me]), [mail.id], "a worker that claims again has failed and holds nothing");
    assert_eq!(claim(stranger, &[]), [mail.id], "of another process nothing is known but the lease");
    assert_eq!(claim(me, &[sibling]), [mail.id]);
}

#[apply(both_databases)]
async fn a_worker_that_waits_for_the_database_is_not_succeeded_by_its_siblings(outbox: Outbox) {
    let slow = |stage| Rule::new(stage, Fault::Delay(Duration::from_millis(800)));
    for stage in [SinkStage::Mail, SinkStage::Recipient, SinkStage::Data, SinkStage::Message] {
        outbox.sink.add(slow(stage));
    }
    let mail = outbox.write("zhang@xinghe.test");
    let jobs = jobs::spawn(outbox.app.app.clone(), outbox.transport()).await.unwrap();
    outbox.until(&mail, DeliveryState::Sending).await;
    outbox.in_transaction(|connection| {
        let lapsed = Timestamp(chrono::DateTime::UNIX_EPOCH);
        diesel::update(deliveries::table).set(deliveries::leased_until.eq(Some(lapsed))).execute(connection)
    });
    outbox.until(&mail, DeliveryState::Sent).await;
    jobs.stop().await;
    assert_eq!(outbox.arrivals(&[mail]), [1]);
}

#[apply(both_databases)]
async fn a_process_that_was_killed_is_succeeded(outbox: Outbox) {
    let mails = outbox.write_many(3);
    let now = outbox.app.app.now();
    // Where nodes share a database, the successor waits for the lease to end.
    let lease = TimeDelta::seconds(if outbox.backend == Backend::Sqlite { 3600 } else { 1 });
    let due = Due { now, latest: now };
    let taken = outbox.in_transaction(|connection| {
        delivery_queue::claim(connection, DeliveryChannel::Mail, &Claimant::alone(Uuid::now_v7()), due, lease, 2)
    });
    assert_eq!(taken.len(), 2);

    let jobs = jobs::spawn(outbox.app.app.clone(), outbox.transport()).await.unwrap();
    for mail in &mails {
        outbox.until(mail, DeliveryState::Sent).await;
    }
    jobs.stop().await;
    assert_eq!(outbox.arrivals(&mails), [1; 3]);
}

#[apply(both_databases)]
async fn mails_leave_within_seconds_of_the_servers_return(mut outbox: Outbox) {
    outbox.sink.stop();
    let jobs = jobs::spawn(outbox.app.app.clone(), outbox.transport()).await.unwrap();
    let mails = outbox.write_many(20);
    outbox.app.app.wake().deliveries.notify_one();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(some(&mails).all(|mail| outbox.find(mail).attempts == 0), "no fault of the mails");
    outbox.sink.restart().unwrap();
    let returned = Instant::now();
    for mail in &mails {
        outbox.until(mail, DeliveryState::Sent).await;
    }
    assert!(returned.elapsed() < Duration::from_secs(4), "{:?}", returned.elapsed());
    jobs.stop().await;
    assert_eq!(outbox.arrivals(&mails), [1; 20]);
}

#[apply(both_databases)]
async fn stopping_finishes_the_mail_in_flight(outbox: Outbox) {
    outbox.sink.add(Rule::new(SinkStage::Message, Fault::Delay(Duration::from_millis(700))));
    let jobs = jobs::spawn(outbox.app.app.clone(), outbox.transport()).await.unwrap();
    let mail = outbox.write("zhang@xinghe.test");
    outbox.app.app.wake().deliveries.notify_one();
    outbox.until(&mail, DeliveryState::Sending).await;
    jobs.stop().await;
    assert_eq!(outbox.find(&mail).state, DeliveryState::Sent);
    assert_eq!(outbox.arrivals(&[mail]), [1]);
}

fn locked_sink() -> SmtpSink {
    let credentials = Some(("ws".to_owned(), "p@ss".to_owned()));
    SmtpSink::start_with(SinkOptions { tls: SinkTls::StartTls, credentials, ..SinkOptions::default() }).unwrap()
}

fn url(sink: &SmtpSink, password: &str) -> String {
    format!("smtp://ws:{password}@localhost:{}?starttls=required", sink.port())
}
