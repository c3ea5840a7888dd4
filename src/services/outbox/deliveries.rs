//! How something gets into the queue of deliveries, in the transaction that causes it.

use super::recipients::Recipient;
use crate::{
    db::{
        backend::DbConn,
        outbox::{
            deliveries::{self, Delivery},
            delivery_subjects::{self, DeliverySubject},
            mail_messages::{self, MailMessage},
        },
    },
    domain::{
        ids::DeliveryId,
        outbox::delivery::{About, DeliveryChannel, DeliveryKind, DeliveryState},
    },
    mail::{compose::Rendered, envelope},
    services::Error,
};
use chrono::{DateTime, Utc};

/// A mail to be queued: its delivery, what that is about, and what the mail says.
#[derive(Debug, Clone)]
pub struct NewMail {
    delivery: Delivery,
    about: Vec<About>,
    content: MailMessage,
}

impl NewMail {
    /// A mail that is about nothing yet. An event is told to a recipient once: both make the key of the notice. `domain` is the
    /// sender's.
    pub fn new(
        kind: DeliveryKind,
        recipient: &Recipient,
        rendered: Rendered,
        event: &str,
        domain: &str,
        now: DateTime<Utc>,
    ) -> Self {
        let id = DeliveryId::new();
        let delivery = Delivery {
            id,
            channel: DeliveryChannel::Mail,
            kind,
            recipient_id: recipient.user,
            to_address: recipient.address.clone(),
            to_name: recipient.name.clone(),
            thread: None,
            notice_key: format!("{event}:{}", recipient.key()),
            state: DeliveryState::Pending,
            cancel_reason: None,
            attempts: 0,
            next_attempt_at: now.into(),
            leased_by: None,
            leased_until: None,
            last_error: None,
            created_at: now.into(),
            sent_at: None,
        };
        let content = MailMessage {
            id,
            subject: rendered.subject,
            body_text: rendered.text,
            body_html: rendered.html,
            message_id: envelope::message_id(id.0, domain),
        };
        Self { delivery, about: Vec::new(), content }
    }

    /// The same about some things; what is about one thing belongs to its thread.
    #[must_use]
    pub fn about(mut self, about: Vec<About>, thread: Option<String>) -> Self {
        self.about = about;
        self.delivery.thread = thread;
        self
    }
}

/// Deliveries written at once; seventeen bound values each.
const ROWS_PER_INSERT: usize = 200;

/// Queues mails, leaving out those whose notice was written already; gives the number queued.
pub fn queue(connection: &mut DbConn, mails: &[NewMail]) -> Result<usize, Error> {
    let mut queued = 0;
    for mails in mails.chunks(ROWS_PER_INSERT) {
        let rows: Vec<Delivery> = mails.iter().map(|mail| mail.delivery.clone()).collect();
        let added = deliveries::insert(connection, &rows)?;
        let new = || mails.iter().filter(|mail| added.contains(&mail.delivery.id));
        let contents: Vec<MailMessage> = new().map(|mail| mail.content.clone()).collect();
        mail_messages::insert(connection, &contents)?;
        let about = |mail: &NewMail| mail.about.iter().map(|one| DeliverySubject::of(mail.delivery.id, *one)).collect();
        let subjects: Vec<DeliverySubject> = new().flat_map(|mail| -> Vec<_> { about(mail) }).collect();
        for subjects in subjects.chunks(ROWS_PER_INSERT) {
            delivery_subjects::insert(connection, subjects)?;
        }
        queued += added.len();
    }
    Ok(queued)
}
