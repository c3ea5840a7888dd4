//! The outbox: mails as they were written, and what administrators and readers see of them. How the delivery claims and
//! marks them is in `mail_queue`.

use crate::{
    db::{
        backend::{DbConn, MultiBackend, on_conn},
        keyset::{Order, Part},
        schema::{digest_alerts, mail_messages},
        values::{AnyId, Timestamp},
    },
    domain::{
        ids::{AlertId, MailId, UserId},
        outbox::mail::{MailKind, MailState},
    },
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeSet;

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
    /// The notice and its recipient, unique: one notice is written once for each recipient, however often it is
    /// computed.
    pub notice_key: String,
    /// Its state.
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

/// Adds mails, leaving out those whose notice was written already; gives the number added. Twenty bound values per row,
/// so at most some 1,500 rows at once.
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
pub struct MailedRecipient {
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
/// still waits counts: it will be sent. A cancelled one does not: it never will.
pub fn mailed_about(connection: &mut DbConn, ids: &[AlertId]) -> QueryResult<Vec<MailedRecipient>> {
    let mut told: Vec<MailedRecipient> = mail_messages::table
        .filter(mail_messages::alert_id.eq_any(ids.to_vec()))
        .filter(mail_messages::state.ne(MailState::Cancelled))
        .order(mail_messages::id)
        .select((
            mail_messages::alert_id.assume_not_null(),
            mail_messages::recipient_id,
            mail_messages::to_address,
            mail_messages::to_name,
        ))
        .load(connection)?;
    let by_digest: Vec<MailedRecipient> = digest_alerts::table
        .inner_join(mail_messages::table)
        .filter(digest_alerts::alert_id.eq_any(ids.to_vec()))
        .filter(mail_messages::state.ne(MailState::Cancelled))
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

/// Which of these addresses were mailed since an instant about an alert that was opened or raised: account and address,
/// once for each such alert, whether it has a mail of its own or is part of a digest.
pub fn alerts_told_since(
    connection: &mut DbConn,
    since: Timestamp,
    addresses: &BTreeSet<&str>,
) -> QueryResult<Vec<(Option<UserId>, String)>> {
    let addresses: Vec<String> = addresses.iter().map(|&address| address.to_owned()).collect();
    let recipient = (mail_messages::recipient_id, mail_messages::to_address);
    let mut told: Vec<(Option<UserId>, String)> = mail_messages::table
        .filter(mail_messages::created_at.ge(since))
        .filter(mail_messages::kind.eq_any([MailKind::AlertOpened, MailKind::AlertRaised]))
        .filter(mail_messages::to_address.eq_any(addresses.clone()))
        .select(recipient)
        .load(connection)?;
    let by_digest: Vec<(Option<UserId>, String)> = mail_messages::table
        .inner_join(digest_alerts::table)
        .filter(mail_messages::created_at.ge(since))
        .filter(mail_messages::to_address.eq_any(addresses))
        .select(recipient)
        .load(connection)?;
    told.extend(by_digest);
    Ok(told)
}

/// One mail about an alert, as readers of the alert see it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Delivery {
    /// The mail.
    pub id: MailId,
    /// Why it is sent.
    pub kind: MailKind,
    /// The account it is for.
    pub recipient_id: Option<UserId>,
    /// The name; may be empty.
    pub to_name: String,
    /// Its state.
    pub state: MailState,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the mail server accepted it.
    pub sent_at: Option<Timestamp>,
}

/// The mails about an alert, those of digests included, oldest first.
pub fn deliveries_of(connection: &mut DbConn, alert: AlertId) -> QueryResult<Vec<Delivery>> {
    let columns = (
        mail_messages::id,
        mail_messages::kind,
        mail_messages::recipient_id,
        mail_messages::to_name,
        mail_messages::state,
        mail_messages::created_at,
        mail_messages::sent_at,
    );
    let mut deliveries: Vec<Delivery> =
        mail_messages::table.filter(mail_messages::alert_id.eq(alert)).select(columns).load(connection)?;
    let digests: Vec<Delivery> = digest_alerts::table
        .inner_join(mail_messages::table)
        .filter(digest_alerts::alert_id.eq(alert))
        .select(columns)
        .load(connection)?;
    deliveries.extend(digests);
    deliveries.sort_by_key(|delivery| delivery.id);
    Ok(deliveries)
}

/// A mail without what it says.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = mail_messages)]
pub struct Envelope {
    /// Its id.
    pub id: MailId,
    /// Why it is sent.
    pub kind: MailKind,
    /// The account it is for.
    pub recipient_id: Option<UserId>,
    /// The recipient's address.
    pub to_address: String,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// Its Message-ID.
    pub message_id: String,
    /// Its state.
    pub state: MailState,
    /// Attempts made.
    pub attempts: i32,
    /// When the next attempt is due.
    pub next_attempt_at: Timestamp,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the mail server accepted it.
    pub sent_at: Option<Timestamp>,
}

/// Which mails a list of envelopes holds.
#[derive(Debug, Clone, Default)]
pub struct EnvelopeFilter {
    /// Those that got this far.
    pub state: Option<MailState>,
    /// Those sent for this reason.
    pub kind: Option<MailKind>,
    /// Whether the oldest comes first, as in a queue; otherwise the newest.
    pub oldest_first: bool,
}

impl EnvelopeFilter {
    /// The mails that the filter leaves.
    fn left<'q>(&self) -> mail_messages::BoxedQuery<'q, MultiBackend> {
        let mut query = mail_messages::table.into_boxed();
        if let Some(state) = self.state {
            query = query.filter(mail_messages::state.eq(state));
        }
        if let Some(kind) = self.kind {
            query = query.filter(mail_messages::kind.eq(kind));
        }
        query
    }
}

/// The envelope with the id.
pub fn envelope(connection: &mut DbConn, id: MailId) -> QueryResult<Option<Envelope>> {
    mail_messages::table
        .filter(mail_messages::id.eq(id))
        .select(Envelope::as_select())
        .get_result(connection)
        .optional()
}

/// A page of envelopes in the filter's order.
pub fn envelopes(connection: &mut DbConn, filter: &EnvelopeFilter, part: &Part<MailId>) -> QueryResult<Vec<Envelope>> {
    const ID: &str = "mail_messages.id";
    let order = if filter.oldest_first { Order::ascending(ID) } else { Order::descending(ID) };
    let query = filter.left().filter(part.beyond(order)).order(part.order(order)).limit(part.limit);
    query.select(Envelope::as_select()).load(connection)
}

/// The number of mails such a list holds.
pub fn count(connection: &mut DbConn, filter: &EnvelopeFilter) -> QueryResult<i64> {
    filter.left().count().get_result(connection)
}

/// Gives a dead mail another life; `false` when it is not dead.
pub fn revive(connection: &mut DbConn, id: MailId, now: DateTime<Utc>) -> QueryResult<bool> {
    let dead = mail_messages::table.filter(mail_messages::id.eq(id)).filter(mail_messages::state.eq(MailState::Dead));
    let revived = diesel::update(dead)
        .set((
            mail_messages::state.eq(MailState::Pending),
            mail_messages::attempts.eq(0),
            mail_messages::next_attempt_at.eq(Timestamp(now)),
        ))
        .execute(connection)?;
    Ok(revived == 1)
}
