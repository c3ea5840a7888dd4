//! The outbox: how a mail gets in, and what its administrators see: envelope, state and error, never the content of a mail.

use super::recipients::Recipient;
use crate::{
    db::{
        backend::DbConn,
        outbox::{
            mail_messages::{self, Envelope, EnvelopeFilter, MailMessage},
            mail_queue,
        },
    },
    domain::{
        ids::MailId,
        outbox::mail::{MailKind, MailState},
        people::{actor::Actor, role::Permission},
        records::change::{Action, Noun},
    },
    mail::{compose::Rendered, envelope},
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

/// A mail that waits to be sent for the first time. An event is told to a recipient once: both make the key of the notice.
/// `domain` is the sender's.
pub(in crate::services) fn waiting(
    kind: MailKind,
    recipient: &Recipient,
    rendered: Rendered,
    event: &str,
    domain: &str,
    now: DateTime<Utc>,
) -> MailMessage {
    let id = MailId::new();
    MailMessage {
        id,
        kind,
        alert_id: None,
        recipient_id: recipient.user,
        to_address: recipient.address.clone(),
        to_name: recipient.name.clone(),
        subject: rendered.subject,
        body_text: rendered.text,
        body_html: rendered.html,
        message_id: envelope::message_id(id.0, domain),
        in_reply_to: None,
        notice_key: format!("{event}:{}", recipient.key()),
        state: MailState::Pending,
        attempts: 0,
        next_attempt_at: now.into(),
        leased_by: None,
        leased_until: None,
        last_error: None,
        created_at: now.into(),
        sent_at: None,
    }
}

/// The mail, if the actor keeps the outbox.
pub fn find(connection: &mut DbConn, actor: &Actor, id: MailId) -> Result<Envelope, Error> {
    require(actor, Permission::ManageMail)?;
    mail_messages::envelope(connection, id)?.ok_or(Error::NotFound)
}

/// What waits in the outbox.
#[derive(Debug, Clone)]
pub struct Depth {
    /// Mails that are not sent; states without any are left out.
    pub unsent: Vec<(MailState, i64)>,
    /// When the oldest mail that is still to be sent was written.
    pub oldest: Option<DateTime<Utc>>,
}

/// What waits in the outbox.
pub fn depth(connection: &mut DbConn, actor: &Actor) -> Result<Depth, Error> {
    require(actor, Permission::ManageMail)?;
    Ok(Depth { unsent: mail_queue::depth(connection)?, oldest: mail_queue::oldest_unsent(connection)? })
}

/// A page of mails, in the filter's order.
pub fn list(
    connection: &mut DbConn,
    actor: &Actor,
    filter: &EnvelopeFilter,
    window: &Window<MailId>,
) -> Result<Page<Envelope, MailId>, Error> {
    require(actor, Permission::ManageMail)?;
    let rows = mail_messages::envelopes(connection, filter, &window.part())?;
    let total = window.total(|_| mail_messages::count(connection, filter))?;
    Ok(Page::cut(rows, window, total, |mail| mail.id))
}

/// Sends a failed mail again, with the same Message-ID.
pub fn resend(tx: &mut Tx<'_>, id: MailId) -> Result<Envelope, Error> {
    tx.require(Permission::ManageMail)?;
    let before = find(tx.conn, tx.actor, id)?;
    if !mail_messages::revive(tx.conn, id, tx.now)? {
        return Err(Error::conflict(ResendRefusal::NotDead));
    }
    let details = Details::none().with("state", before.state, MailState::Pending);
    tx.record_event(Noun::Mail, id.0, Action::Resent, Belongs::District, details)?;
    tx.mail_queued();
    find(tx.conn, tx.actor, id)
}
