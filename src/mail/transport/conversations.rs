//! Whole conversations with a server that fails on demand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use super::{DeliveryError, StepTimeouts, Transport};
use crate::{
    mail::{
        delivery_error::Stage,
        envelope::tests::outgoing,
        smtp_sink::{Fault, Rule, SinkCertificate, SinkOptions, SinkStage, SinkTls, SmtpSink},
        smtp_url::SmtpSettings,
    },
    texts::Explain as _,
};
use rstest::rstest;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const TO: &str = "zhang@district.test";

/// Short enough to test silence, long enough for a busy machine.
fn timeouts() -> StepTimeouts {
    StepTimeouts {
        connect: Duration::from_secs(2),
        command: Duration::from_millis(400),
        content: Duration::from_millis(200),
        final_answer: Duration::from_millis(1500),
        probe: Duration::from_millis(300),
        idle: Duration::from_secs(30),
    }
}

fn transport_to(sink: &SmtpSink, scheme: &str, user: &str, parameters: &str) -> Transport {
    let url = format!("{scheme}://{user}localhost:{}{parameters}", sink.port());
    let root = (!parameters.contains("none")).then(|| sink.certificate_pem().as_bytes());
    Transport::smtp(&SmtpSettings::parse(&url, root).unwrap(), timeouts()).unwrap()
}

fn plain(sink: &SmtpSink) -> Transport {
    transport_to(sink, "smtp", "", "?starttls=none")
}

fn sink_with(tls: SinkTls) -> SmtpSink {
    SmtpSink::start_with(SinkOptions { tls, ..SinkOptions::default() }).unwrap()
}

fn locked_sink(tls: SinkTls) -> SmtpSink {
    let credentials = Some(("ws".to_owned(), "p@ss".to_owned()));
    SmtpSink::start_with(SinkOptions { tls, credentials, ..SinkOptions::default() }).unwrap()
}

#[tokio::test]
async fn messages_arrive_unchanged_over_one_connection() {
    let sink = SmtpSink::start().unwrap();
    let transport = plain(&sink);
    let mail = outgoing(TO);
    for _ in 0..3 {
        let delivered = transport.deliver(&mail).await.unwrap();
        assert!(delivered.response.starts_with("250 2.0.0 Ok: queued as "), "{delivered:?}");
    }
    let received = sink.received();
    assert_eq!(received.len(), 3);
    assert_eq!(sink.connections(), 1);
    for message in received {
        assert_eq!(message.raw, mail.build().unwrap().formatted());
        assert_eq!(message.sender, "alerts@district.test");
        assert_eq!(message.recipients, [TO]);
        assert_eq!(message.header("message-id").unwrap(), mail.message_id);
        assert!(!message.is_encrypted);
    }
}

#[tokio::test]
async fn a_dot_at_the_start_of_a_line_survives() {
    let sink = SmtpSink::start().unwrap();
    let mail = crate::mail::envelope::OutgoingMail { text: ".\n..a\n.b\nend".into(), ..outgoing(TO) };
    plain(&sink).deliver(&mail).await.unwrap();
    assert_eq!(sink.received()[0].raw, mail.build().unwrap().formatted());
}

#[rstest]
#[case::start_tls(SinkTls::StartTls, "smtp", "?starttls=required")]
#[case::optional(SinkTls::StartTls, "smtp", "?starttls=optional")]
#[case::implicit(SinkTls::Implicit, "smtps", "")]
#[tokio::test]
async fn credentials_travel_under_tls(#[case] tls: SinkTls, #[case] scheme: &str, #[case] parameters: &str) {
    let sink = locked_sink(tls);
    let transport = transport_to(&sink, scheme, "ws:p%40ss@", parameters);
    transport.deliver(&outgoing(TO)).await.unwrap();
    let message = &sink.received()[0];
    assert!(message.is_encrypted);
    assert_eq!(message.user.as_deref(), Some("ws"));
}

#[rstest]
#[case::start_tls(SinkTls::StartTls, "smtp", "?starttls=required")]
#[case::implicit(SinkTls::Implicit, "smtps", "")]
#[tokio::test]
async fn a_self_made_authority_may_be_the_server_itself(
    #[case] tls: SinkTls,
    #[case] scheme: &str,
    #[case] parameters: &str,
) {
    let options = SinkOptions { tls, certificate: SinkCertificate::Authority, ..SinkOptions::default() };
    let sink = SmtpSink::start_with(options.clone()).unwrap();
    transport_to(&sink, scheme, "", parameters).deliver(&outgoing(TO)).await.unwrap();
    assert!(sink.received()[0].is_encrypted);

    let other = SmtpSink::start_with(options).unwrap();
    let url = format!("{scheme}://localhost:{}{parameters}", sink.port());
    let settings = SmtpSettings::parse(&url, Some(other.certificate_pem().as_bytes())).unwrap();
    let stranger = Transport::smtp(&settings, timeouts()).unwrap();
    assert_eq!(stranger.deliver(&outgoing(TO)).await.unwrap_err().code(), "mail_delayed");
    assert_eq!(sink.received().len(), 1);
}

#[rstest]
#[case::public_authorities("smtp", "?starttls=required", SinkTls::StartTls)]
#[case::implicit("smtps", "", SinkTls::Implicit)]
#[case::not_offered("smtp", "?starttls=required", SinkTls::Off)]
#[tokio::test]
async fn failed_tls_is_tried_again_and_sends_nothing(
    #[case] scheme: &str,
    #[case] parameters: &str,
    #[case] tls: SinkTls,
) {
    let sink = locked_sink(tls);
    let url = format!("{scheme}://ws:p%40ss@localhost:{}{parameters}", sink.port());
    let transport = Transport::smtp(&SmtpSettings::parse(&url, None).unwrap(), timeouts()).unwrap();
    let error = transport.deliver(&outgoing(TO)).await.unwrap_err();
    assert!(
        matches!(error, DeliveryError::Transient { stage: Stage::Connect | Stage::Encrypt, code: None, .. }),
        "{error:?}"
    );
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn optional_start_tls_takes_any_certificate_or_none() {
    for (tls, is_encrypted) in [(SinkTls::StartTls, true), (SinkTls::Off, false)] {
        let sink = sink_with(tls);
        let settings = SmtpSettings::parse(&format!("smtp://127.0.0.1:{}", sink.port()), None).unwrap();
        Transport::smtp(&settings, timeouts()).unwrap().deliver(&outgoing(TO)).await.unwrap();
        assert_eq!(sink.received()[0].is_encrypted, is_encrypted);
    }
}

#[rstest]
#[case::wrong_password("ws:wrong@", Some(535))]
#[case::none_given("", Some(530))]
#[tokio::test]
async fn refused_credentials_are_their_own_class(#[case] user: &str, #[case] code: Option<u16>) {
    let sink = locked_sink(SinkTls::StartTls);
    let transport = transport_to(&sink, "smtp", user, "?starttls=required");
    let error = transport.deliver(&outgoing(TO)).await.unwrap_err();
    assert!(matches!(error, DeliveryError::Credentials { code: found, .. } if found == code), "{error:?}");
    assert!(!error.to_string().contains("wrong"));
}

#[tokio::test]
async fn a_server_without_auth_cannot_be_signed_in_to() {
    let sink = sink_with(SinkTls::StartTls);
    let transport = transport_to(&sink, "smtp", "ws:secret@", "?starttls=required");
    let error = transport.deliver(&outgoing(TO)).await.unwrap_err();
    assert!(matches!(error, DeliveryError::Credentials { code: None, .. }), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn answers_decide_and_the_connection_lives_on(
    #[values(
        (SinkStage::Mail, Stage::Sender),
        (SinkStage::Recipient, Stage::Recipient),
        (SinkStage::Data, Stage::Data),
        (SinkStage::Message, Stage::Content)
    )]
    stage: (SinkStage, Stage),
    #[values(451, 550)] code: u16,
) {
    let sink = SmtpSink::start().unwrap();
    let transport = plain(&sink);
    let class = code / 100;
    let answer = format!("{code}-{class}.7.1 first line\n{code} {class}.7.1 second line");
    sink.add(Rule::answer(stage.0, &answer).times(1));
    let error = transport.deliver(&outgoing(TO)).await.unwrap_err();
    let text = format!("{class}.7.1 first line second line");
    let expected = if code == 550 {
        DeliveryError::Permanent { stage: stage.1, code, text }
    } else {
        DeliveryError::Transient { stage: stage.1, code: Some(code), text }
    };
    assert_eq!(error, expected);
    transport.deliver(&outgoing(TO)).await.unwrap();
    assert_eq!((sink.received().len(), sink.connections()), (1, 1));
}

#[rstest]
#[tokio::test]
async fn silence_and_cut_connections_are_tried_again(
    #[values(
        (SinkStage::Greeting, Stage::Connect),
        (SinkStage::Hello, Stage::Connect),
        (SinkStage::StartTls, Stage::Encrypt),
        (SinkStage::Auth, Stage::SignIn),
        (SinkStage::Mail, Stage::Sender),
        (SinkStage::Recipient, Stage::Recipient),
        (SinkStage::Data, Stage::Data),
        (SinkStage::Message, Stage::Content)
    )]
    stage: (SinkStage, Stage),
    #[values(Fault::Hang, Fault::Cut)] fault: Fault,
) {
    let sink = locked_sink(SinkTls::StartTls);
    sink.add(Rule::new(stage.0, fault).times(1));
    let transport = transport_to(&sink, "smtp", "ws:p%40ss@", "?starttls=required");
    let begun = Instant::now();
    let error = transport.deliver(&outgoing(TO)).await.unwrap_err();
    assert!(
        matches!(&error, DeliveryError::Transient { stage: found, code: None, .. } if *found == stage.1),
        "{error:?}"
    );
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(sink.received().is_empty());
    transport.deliver(&outgoing(TO)).await.unwrap();
    assert_eq!((sink.received().len(), sink.connections()), (1, 2));
}

#[tokio::test]
async fn a_refused_connection_is_tried_again() {
    let mut sink = SmtpSink::start().unwrap();
    let transport = plain(&sink);
    sink.stop();
    let error = transport.deliver(&outgoing(TO)).await.unwrap_err();
    assert!(matches!(error, DeliveryError::Transient { stage: Stage::Connect, code: None, .. }), "{error:?}");
    sink.restart().unwrap();
    transport.deliver(&outgoing(TO)).await.unwrap();
}

#[tokio::test]
async fn a_server_that_closes_shop_condemns_no_mail() {
    let sink = SmtpSink::start().unwrap();
    sink.add(Rule::answer(SinkStage::Greeting, "554 5.3.2 No service").times(1));
    let error = plain(&sink).deliver(&outgoing(TO)).await.unwrap_err();
    assert!(matches!(error, DeliveryError::Transient { stage: Stage::Connect, code: Some(554), .. }), "{error:?}");
}

#[tokio::test]
async fn a_lost_answer_leads_to_a_duplicate_with_the_same_message_id() {
    let sink = SmtpSink::start().unwrap();
    sink.add(Rule::new(SinkStage::Message, Fault::LoseAnswer).times(1));
    let transport = plain(&sink);
    let error = transport.deliver(&outgoing(TO)).await.unwrap_err();
    assert!(matches!(error, DeliveryError::Transient { stage: Stage::Content, code: None, .. }), "{error:?}");
    transport.deliver(&outgoing(TO)).await.unwrap();
    let received = sink.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].raw, received[1].raw);
}

#[tokio::test]
async fn the_final_answer_has_more_time_than_a_command() {
    let sink = SmtpSink::start().unwrap();
    sink.add(Rule::new(SinkStage::Message, Fault::Delay(Duration::from_millis(900))));
    plain(&sink).deliver(&outgoing(TO)).await.unwrap();
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test]
async fn greylisting_puts_off_once_and_only_that_recipient() {
    let sink = SmtpSink::start().unwrap();
    sink.add(Rule::answer(SinkStage::Recipient, "550 5.1.1 No such user").for_recipient("gone@district.test"));
    sink.add(Rule::greylisting());
    let transport = plain(&sink);
    for to in [TO, "li@district.test"] {
        assert_eq!(transport.deliver(&outgoing(to)).await.unwrap_err().code(), "mail_delayed");
        transport.deliver(&outgoing(to)).await.unwrap();
    }
    assert_eq!(transport.deliver(&outgoing("gone@district.test")).await.unwrap_err().code(), "mail_refused");
}

#[rstest]
#[case::cut_while_idle(Rule::new(SinkStage::Message, Fault::CutAfterAnswer).times(1))]
#[case::closing_on_reset(Rule::answer(SinkStage::Reset, "421 4.4.2 Idle too long").times(1))]
#[case::closing_on_mail(Rule::answer(SinkStage::Mail, "421 4.3.2 Too many messages").on_connection(1).times(1))]
#[case::silent(Rule::new(SinkStage::Reset, Fault::Hang).times(1))]
#[case::cut_at_data(Rule::new(SinkStage::Data, Fault::Cut).times(1))]
#[tokio::test]
async fn a_dead_kept_connection_costs_a_new_one_and_no_mail(#[case] rule: Rule) {
    let sink = SmtpSink::start().unwrap();
    let transport = plain(&sink);
    let strikes_at_once = format!("{rule:?}").contains("CutAfterAnswer");
    if strikes_at_once {
        sink.add(rule.clone());
    }
    transport.deliver(&outgoing(TO)).await.unwrap();
    if !strikes_at_once {
        sink.add(rule);
    }
    transport.deliver(&outgoing(TO)).await.unwrap();
    assert_eq!((sink.received().len(), sink.connections()), (2, 2));
}

#[tokio::test]
async fn an_outage_between_two_mails_goes_unnoticed() {
    let mut sink = SmtpSink::start().unwrap();
    let transport = plain(&sink);
    transport.deliver(&outgoing(TO)).await.unwrap();
    sink.stop();
    sink.restart().unwrap();
    transport.deliver(&outgoing(TO)).await.unwrap();
    assert_eq!((sink.received().len(), sink.connections()), (2, 2));
}

#[tokio::test]
async fn unused_connections_are_closed() {
    let sink = SmtpSink::start().unwrap();
    let url = format!("smtp://localhost:{}?starttls=none", sink.port());
    let timeouts = StepTimeouts { idle: Duration::from_millis(50), ..timeouts() };
    let transport = Transport::smtp(&SmtpSettings::parse(&url, None).unwrap(), timeouts).unwrap();
    transport.deliver(&outgoing(TO)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(400)).await;
    transport.deliver(&outgoing(TO)).await.unwrap();
    assert_eq!(sink.connections(), 2);
    transport.close().await;
    transport.deliver(&outgoing(TO)).await.unwrap();
    assert_eq!((sink.received().len(), sink.connections()), (3, 3));
}

#[tokio::test]
async fn several_tasks_deliver_at_once() {
    let sink = SmtpSink::start().unwrap();
    let transport = Arc::new(plain(&sink));
    let tasks: Vec<_> = (0..12)
        .map(|n| {
            let transport = Arc::clone(&transport);
            tokio::spawn(async move { transport.deliver(&outgoing(&format!("p{n}@district.test"))).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let mut recipients: Vec<_> = sink.received().into_iter().flat_map(|message| message.recipients).collect();
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), 12);
}
