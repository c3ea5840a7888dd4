//! The program killed in the middle of its work, with the mail server up and down: no alert's mail is lost. The long form is
//! `scripts/kill_mail.py`.

use crate::support::{
    app::{Backend, TestApp},
    both::{apply, both_databases},
    facts::TeamPeople,
    outbox::Outbox,
    program::Program,
    smtp_sink::{Fault, Rule, SinkStage},
    some::some,
};
use std::time::{Duration, Instant};
use wellspring::{
    clock::Clock,
    domain::{fieldwork::visit::RelocationIntent, outbox::delivery::DeliveryState, people::role::Role},
};

const ROUNDS: usize = 6;
const ALERTS_A_ROUND: usize = 5;
/// Mails that can be in flight when the program is killed.
const WORKERS: usize = 4;

fn settings(outbox: &Outbox) -> String {
    format!("smtp://localhost:{}?starttls=none", outbox.sink.port())
}

fn serve(outbox: &Outbox, smtp_url: &str) -> Program {
    Program::serve(&outbox.app, &[("WELLSPRING_SMTP_URL", smtp_url), ("WELLSPRING_MAIL_WORKERS", "4")])
}

/// Firms that say they are moving, each with a leader and a steward to be told.
fn raise_alerts(app: &TestApp, count: usize) {
    let (leader, steward) = (app.person(Role::Leader), app.person(Role::Steward));
    for number in 0..count {
        let enterprise = app.enterprise(&format!("第{number}企业")).id;
        app.team(
            enterprise,
            TeamPeople { leader: Some(leader.id), steward: Some(steward.id), ..TeamPeople::default() },
        );
        app.visit(enterprise, RelocationIntent::Moving);
    }
}

#[apply(both_databases)]
async fn killed_again_and_again_it_loses_no_mail(mut outbox: Outbox) {
    outbox.app.set_time(Clock::system().now());
    outbox.sink.add(Rule::new(SinkStage::Message, Fault::Delay(Duration::from_millis(25))));
    let url = settings(&outbox);
    for round in 0..ROUNDS {
        if round % 2 == 0 {
            outbox.sink.stop();
        } else {
            outbox.sink.restart().unwrap();
        }
        let program = serve(&outbox, &url);
        raise_alerts(&outbox.app, ALERTS_A_ROUND);
        tokio::time::sleep(Duration::from_millis(150 * round as u64)).await;
        program.kill();
    }

    outbox.sink.stop();
    let program = serve(&outbox, &url);
    let mails = outbox.app.mails();
    assert_eq!(mails.len(), ROUNDS * ALERTS_A_ROUND * 2);
    outbox.sink.restart().unwrap();
    let returned = Instant::now();
    for mail in &mails {
        outbox.until_within(mail, DeliveryState::Sent, Duration::from_secs(30)).await;
    }
    // Where nodes share a database, a mail in flight waits for the lease of the dead one to end.
    let lease = if outbox.backend == Backend::Sqlite { 0 } else { 16 };
    assert!(returned.elapsed() < Duration::from_secs(6 + lease), "{:?}", returned.elapsed());
    drop(program);

    let arrivals = outbox.arrivals(&mails);
    assert!(some(&arrivals).all(|count| *count > 0), "{arrivals:?}");
    let duplicates: usize = arrivals.iter().map(|count| count - 1).sum();
    assert!(duplicates <= ROUNDS / 2 * WORKERS, "{arrivals:?}");
    assert_eq!(outbox.sink.received().len(), mails.len() + duplicates, "every copy carries the id of its mail");
}

#[apply(both_databases)]
async fn told_to_stop_it_finishes_the_mail_in_flight(outbox: Outbox) {
    outbox.app.set_time(Clock::system().now());
    outbox.sink.add(Rule::new(SinkStage::Message, Fault::Delay(Duration::from_millis(1500))));
    let program = serve(&outbox, &settings(&outbox));
    let mail = outbox.write("zhang@xinghe.test");
    outbox.until(&mail, DeliveryState::Sending).await;
    let status = program.terminate(Duration::from_secs(10));
    assert!(status.success(), "{status}");
    assert_eq!(outbox.find(&mail).state, DeliveryState::Sent);
    assert_eq!(outbox.arrivals(&[mail]), [1]);
}
