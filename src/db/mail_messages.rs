//! The outbox: mails as they were written, and what their managers and readers see of them. How the delivery claims and marks
//! them is in `mail_queue`.

use super::{
    backend::{DbConn, on_conn},
    schema::{digest_alerts, mail_messages},
    values::{AnyId, Timestamp},
};
use crate::domain::{
    ids::{AlertId, MailId, UserId},
    mail::{MailKind, MailState},
};
use diesel::prelude::*;

/// One mail to one person.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = mail_messages, treat_none_as_default_value = false)]
pub struct MailMessage {
    /// Its id, in the order of writing on one node.
    pub id: MailId,
    /// Why it is sent.
    pub kind: MailKind,
    /// The alert it is about; none for digests and trials.
    pub alert_id: Option<AlertId>,
    /// The account it is for; none for an address of the settings.
    pub recipient_id: Option<UserId>,
    /// The recipient's address when it was written.
    pub to_address: String,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// The subject line.
    pub subject: String,
    /// The text version.
    pub body_text: String,
    /// The HTML version.
    pub body_html: String,
    /// The Message-ID with its angle brackets, the same at every attempt.
    pub message_id: String,
    /// The id of the thread it belongs to: its `In-Reply-To` and `References`.
    pub in_reply_to: Option<String>,
    /// What it tells whom, unique: the same notice is written once, whoever computes it and however often.
    pub notice_key: String,
    /// How far it has got.
    pub state: MailState,
    /// Attempts made.
    pub attempts: i32,
    /// When the next attempt is due.
    pub next_attempt_at: Timestamp,
    /// The worker that has it.
    pub leased_by: Option<AnyId>,
    /// Until when, by the database's clock.
    pub leased_until: Option<Timestamp>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the mail server accepted it.
    pub sent_at: Option<Timestamp>,
}

/// Adds mails, leaving out those whose notice was written already; gives the number added. Twenty bound values a row, so at
/// most some 1,500 rows at once.
pub fn insert(connection: &mut DbConn, rows: &[MailMessage]) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(mail_messages::table)
        .values(rows)
        .on_conflict(mail_messages::notice_key)
        .do_nothing()
        .execute(c))
}

/// The mail with the id.
pub fn find(connection: &mut DbConn, id: MailId) -> QueryResult<Option<MailMessage>> {
    mail_messages::table
        .filter(mail_messages::id.eq(id))
        .select(MailMessage::as_select())
        .get_result(connection)
        .optional()
}

/// Somebody who was mailed about an alert.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Told {
    /// The alert.
    pub alert_id: AlertId,
    /// The account; none for an address of the settings.
    pub recipient_id: Option<UserId>,
    /// The address.
    pub to_address: String,
    /// The name; may be empty.
    pub to_name: String,
}

/// Everybody who was mailed about these alerts, by a mail of its own or in a digest, as often as there were mails. A mail that
/// still waits counts: it will be sent.
pub fn told_of(connection: &mut DbConn, ids: &[AlertId]) -> QueryResult<Vec<Told>> {
    let mut told: Vec<Told> = mail_messages::table
        .filter(mail_messages::alert_id.eq_any(ids.to_vec()))
        .order(mail_messages::id)
        .select((
            mail_messages::alert_id.assume_not_null(),
            mail_messages::recipient_id,
            mail_messages::to_address,
            mail_messages::to_name,
        ))
        .load(connection)?;
    let by_digest: Vec<Told> = digest_alerts::table
        .inner_join(mail_messages::table)
        .filter(digest_alerts::alert_id.eq_any(ids.to_vec()))
        .order(mail_messages::id)
        .select((
            digest_alerts::alert_id,
            mail_messages::recipient_id,
            mail_messages::to_address,
            mail_messages::to_name,
        ))
        .load(connection)?;
    told.extend(by_digest);
    Ok(told)
}
