//! Mail as a channel: to a mail server, or into files without one.

use super::channel::{Channel, Outage, Refusal, SaidOfOtherSide};
use crate::{
    app::App,
    db::{
        backend::DbConn,
        outbox::{
            deliveries::Delivery,
            mail_messages::{self, MailMessage},
        },
    },
    domain::{
        ids::DeliveryId,
        operation::job::{JobError, JobKind},
        outbox::delivery::DeliveryChannel,
    },
    mail::{
        envelope::OutgoingMail,
        transport::{DeliveryError, Stage, Transport},
    },
    services::Error,
    texts::{Explain, Language},
};
use std::sync::Arc;

/// Mail.
pub(in crate::jobs) struct MailChannel {
    transport: Arc<Transport>,
    /// The sender: an address, or a name with the address in angle brackets.
    from: String,
}

impl MailChannel {
    pub(in crate::jobs) fn new(app: &App, transport: Arc<Transport>) -> Arc<Self> {
        Arc::new(Self { transport, from: app.context().settings.mail.from.to_string() })
    }

    fn outgoing(&self, delivery: &Delivery, mail: &MailMessage) -> OutgoingMail {
        OutgoingMail {
            from: self.from.clone(),
            to_address: delivery.to_address.clone(),
            to_name: delivery.to_name.clone(),
            subject: mail.subject.clone(),
            text: mail.body_text.clone(),
            html: mail.body_html.clone(),
            message_id: mail.message_id.clone(),
            in_reply_to: delivery.thread.clone(),
            references: delivery.thread.iter().cloned().collect(),
            date: delivery.created_at.0,
        }
    }
}

impl Channel for MailChannel {
    const CHANNEL: DeliveryChannel = DeliveryChannel::Mail;
    const JOB: JobKind = JobKind::MailDelivery;
    type Content = MailMessage;

    fn content(connection: &mut DbConn, id: DeliveryId) -> Result<MailMessage, Error> {
        mail_messages::find(connection, id)?.ok_or_else(|| Error::Internal(format!("the mail {id} says nothing")))
    }

    async fn hand_over(&self, delivery: &Delivery, mail: &MailMessage, language: Language) -> Result<String, Refusal> {
        let accepted = self.transport.deliver(&self.outgoing(delivery, mail)).await;
        accepted.map(|delivered| delivered.response).map_err(|error| refusal(&error, language))
    }

    fn other_side(&self) -> String {
        self.transport.name()
    }
}

fn refusal(error: &DeliveryError, language: Language) -> Refusal {
    Refusal {
        code: error.code(),
        step: error.stage().map(Stage::name),
        text: error.text(language),
        is_final: matches!(error, DeliveryError::Permanent { .. } | DeliveryError::Local(_)),
        counts: error.concerns_mail(),
        other_side: match error {
            DeliveryError::Local(_) => SaidOfOtherSide::Nothing,
            _ if error.concerns_server() => SaidOfOtherSide::Out(outage(error)),
            _ => SaidOfOtherSide::Answers,
        },
    }
}

fn outage(error: &DeliveryError) -> Outage {
    let needs_person = matches!(error, DeliveryError::Credentials { .. });
    let why = match error {
        DeliveryError::Credentials { .. } => JobError::MailCredentialsRefused,
        _ if error.stage() == Some(Stage::File) => JobError::MailFilesUnwritable,
        _ => JobError::MailServerUnreachable,
    };
    Outage { why, needs_person }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn passing(stage: Stage, code: Option<u16>) -> DeliveryError {
        DeliveryError::Transient { stage, code, text: "said".to_owned() }
    }

    fn credentials(stage: Stage) -> DeliveryError {
        DeliveryError::Credentials { stage, code: Some(535), text: "no".to_owned() }
    }

    #[test]
    fn what_is_refused_for_good_is_final() {
        let refused = DeliveryError::Permanent { stage: Stage::Recipient, code: 550, text: "no such user".to_owned() };
        let refusal = refusal(&refused, Language::En);
        assert!(refusal.is_final && refusal.counts);
        assert_eq!((refusal.other_side, refusal.step), (SaidOfOtherSide::Answers, Some("recipient")));
    }

    #[rstest]
    #[case(passing(Stage::Connect, None), JobError::MailServerUnreachable, false)]
    #[case(passing(Stage::Encrypt, None), JobError::MailServerUnreachable, false)]
    #[case(passing(Stage::File, None), JobError::MailFilesUnwritable, false)]
    #[case(passing(Stage::Sender, Some(421)), JobError::MailServerUnreachable, false)]
    #[case(credentials(Stage::SignIn), JobError::MailCredentialsRefused, true)]
    #[case(credentials(Stage::Sender), JobError::MailCredentialsRefused, true)]
    fn an_unreachable_server_is_no_fault_of_the_mail(
        #[case] error: DeliveryError,
        #[case] why: JobError,
        #[case] needs_person: bool,
    ) {
        let refusal = refusal(&error, Language::En);
        assert!(!refusal.counts && !refusal.is_final);
        assert_eq!(refusal.other_side, SaidOfOtherSide::Out(Outage { why, needs_person }));
    }

    #[rstest]
    #[case(passing(Stage::Recipient, Some(421)))]
    #[case(passing(Stage::Data, Some(421)))]
    #[case(credentials(Stage::Recipient))]
    #[case(credentials(Stage::Content))]
    fn what_the_server_says_of_itself_at_one_recipient_counts_against_that_mail(#[case] error: DeliveryError) {
        let refusal = refusal(&error, Language::En);
        assert!(matches!(refusal.other_side, SaidOfOtherSide::Out(_)), "the server is left alone for a while");
        assert!(refusal.counts);
    }
}
