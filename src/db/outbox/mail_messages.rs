//! What mails say, and the mail queue as administrators see it: envelopes, never contents.

use crate::{
    db::{
        backend::{DbConn, MultiBackend, on_conn},
        keyset::{Order, Part},
        schema::{deliveries, mail_messages},
        values::Timestamp,
    },
    domain::{
        ids::{DeliveryId, UserId},
        outbox::delivery::{CancelReason, DeliveryKind, DeliveryState},
    },
};
use diesel::{dsl::InnerJoin, helper_types::IntoBoxed, prelude::*};

/// What one mail says. Its delivery has the same id.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = mail_messages)]
pub struct MailMessage {
    /// The delivery.
    pub id: DeliveryId,
    /// The subject line.
    pub subject: String,
    /// The text version.
    pub body_text: String,
    /// The HTML version.
    pub body_html: String,
    /// The Message-ID with its angle brackets, the same at every attempt.
    pub message_id: String,
}

/// Adds what mails say whose deliveries were just written.
pub fn insert(connection: &mut DbConn, rows: &[MailMessage]) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(mail_messages::table).values(rows).execute(c))
}

/// What the mail of a delivery says.
pub fn find(connection: &mut DbConn, id: DeliveryId) -> QueryResult<Option<MailMessage>> {
    mail_messages::table
        .filter(mail_messages::id.eq(id))
        .select(MailMessage::as_select())
        .get_result(connection)
        .optional()
}

/// A mail without what it says.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub struct Envelope {
    /// Its id.
    pub id: DeliveryId,
    /// Why it is sent.
    pub kind: DeliveryKind,
    /// The account it is for.
    pub recipient_id: Option<UserId>,
    /// The recipient's address.
    pub to_address: String,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// Its Message-ID.
    #[diesel(select_expression = mail_messages::message_id)]
    pub message_id: String,
    /// Its state.
    pub state: DeliveryState,
    /// Why it was taken out of the queue, if it was.
    pub cancel_reason: Option<CancelReason>,
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
    pub state: Option<DeliveryState>,
    /// Those sent for this reason.
    pub kind: Option<DeliveryKind>,
    /// Whether the oldest comes first, as in a queue; otherwise the newest.
    pub oldest_first: bool,
}

/// Deliveries with their mails.
type Mails<'q> = IntoBoxed<'q, InnerJoin<deliveries::table, mail_messages::table>, MultiBackend>;

impl EnvelopeFilter {
    /// The mails that the filter leaves.
    fn left<'q>(&self) -> Mails<'q> {
        let mut query = deliveries::table.inner_join(mail_messages::table).into_boxed();
        if let Some(state) = self.state {
            query = query.filter(deliveries::state.eq(state));
        }
        if let Some(kind) = self.kind {
            query = query.filter(deliveries::kind.eq(kind));
        }
        query
    }
}

/// The envelope with the id.
pub fn envelope(connection: &mut DbConn, id: DeliveryId) -> QueryResult<Option<Envelope>> {
    deliveries::table
        .inner_join(mail_messages::table)
        .filter(deliveries::id.eq(id))
        .select(Envelope::as_select())
        .get_result(connection)
        .optional()
}

/// A page of envelopes in the filter's order.
pub fn envelopes(
    connection: &mut DbConn,
    filter: &EnvelopeFilter,
    part: &Part<DeliveryId>,
) -> QueryResult<Vec<Envelope>> {
    const ID: &str = "deliveries.id";
    let order = if filter.oldest_first { Order::ascending(ID) } else { Order::descending(ID) };
    let query = filter.left().filter(part.beyond(order)).order(part.order(order)).limit(part.limit);
    query.select(Envelope::as_select()).load(connection)
}

/// The number of mails such a list holds.
pub fn count(connection: &mut DbConn, filter: &EnvelopeFilter) -> QueryResult<i64> {
    filter.left().count().get_result(connection)
}
