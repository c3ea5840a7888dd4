//! The mail queue, as its administrators see it: envelope, state, attempts and error, never the content of a mail.

use crate::{
    db::{
        backend::DbConn,
        outbox::{
            delivery_attempts::{self, DeliveryAttempt},
            delivery_queue,
            mail_messages::{self, Envelope, EnvelopeFilter},
        },
    },
    domain::{
        ids::DeliveryId,
        outbox::delivery::{DeliveryChannel, DeliveryState},
        people::{actor::Actor, role::Permission},
        records::change::{Action, Noun},
    },
    services::{
        Belongs, Details, Error, Tx,
        paging::{Page, Window},
        unit_of_work::require,
    },
    texts::{Explain, Language, texts},
};
use chrono::{DateTime, Utc};

/// Why a mail is not sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResendRefusal {
    /// It has not been given up.
    NotDead,
}

impl Explain for ResendRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotDead => "mail_not_dead",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::NotDead => not_dead(language),
        }
    }
}

texts! {
    not_dead() {
        zh: "只有发送失败的邮件可以重发；这一封已经发出，或仍在自动重试。",
        en: "Only a failed mail can be sent again; this one was sent, or the system still retries it.",
    }
}

/// The mail, if the actor keeps the outbox.
fn find(connection: &mut DbConn, actor: &Actor, id: DeliveryId) -> Result<Envelope, Error> {
    require(actor, Permission::ManageMail)?;
    mail_messages::envelope(connection, id)?.ok_or(Error::NotFound)
}

/// The mail with its attempts, first to last, if the actor keeps the outbox.
pub fn show(connection: &mut DbConn, actor: &Actor, id: DeliveryId) -> Result<(Envelope, Vec<DeliveryAttempt>), Error> {
    let mail = find(connection, actor, id)?;
    Ok((mail, delivery_attempts::of_delivery(connection, id)?))
}

/// What waits in the outbox.
#[derive(Debug, Clone)]
pub struct Depth {
    /// Mails that are not sent; states without any are left out.
    pub unsent: Vec<(DeliveryState, i64)>,
    /// When the oldest mail that is still to be sent was written.
    pub oldest: Option<DateTime<Utc>>,
}

/// What waits in the outbox.
pub fn depth(connection: &mut DbConn, actor: &Actor) -> Result<Depth, Error> {
    require(actor, Permission::ManageMail)?;
    let mail = DeliveryChannel::Mail;
    Ok(Depth {
        unsent: delivery_queue::depth(connection, mail)?,
        oldest: delivery_queue::oldest_unsent(connection, mail)?,
    })
}

/// A page of mails, in the filter's order.
pub fn list(
    connection: &mut DbConn,
    actor: &Actor,
    filter: &EnvelopeFilter,
    window: &Window<DeliveryId>,
) -> Result<Page<Envelope, DeliveryId>, Error> {
    require(actor, Permission::ManageMail)?;
    let rows = mail_messages::envelopes(connection, filter, &window.part())?;
    let total = window.total(rows.len(), |_| mail_messages::count(connection, filter))?;
    Ok(Page::cut(rows, window, total, |mail| mail.id))
}

/// Sends a failed mail again, with the same Message-ID.
pub fn resend(tx: &mut Tx<'_>, id: DeliveryId) -> Result<Envelope, Error> {
    tx.require(Permission::ManageMail)?;
    let before = find(tx.conn, tx.actor, id)?;
    if !delivery_queue::revive(tx.conn, id, tx.now)? {
        return Err(Error::conflict(ResendRefusal::NotDead));
    }
    let details = Details::none().with("state", before.state, DeliveryState::Pending);
    tx.record_event(Noun::Mail, id.0, Action::Resent, Belongs::District, details)?;
    tx.delivery_queued();
    find(tx.conn, tx.actor, id)
}
