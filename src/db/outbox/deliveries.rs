//! Deliveries as they were written, and who was told of what. How workers claim and mark them is in `delivery_queue`.

use crate::{
    db::{
        backend::{DbConn, on_conn},
        schema::{deliveries, delivery_attempts, delivery_subjects},
        values::{AnyId, Timestamp},
    },
    domain::{
        ids::{AlertId, DeliveryId, UserId},
        outbox::delivery::{CancelReason, DeliveryChannel, DeliveryKind, DeliveryState},
        records::change::Noun,
    },
};
use diesel::{dsl::exists, prelude::*};
use std::collections::BTreeSet;

/// One thing to be told to one recipient by one channel. What it says stands in the table of its channel.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
pub struct Delivery {
    /// Its id, in the order of writing on one node.
    pub id: DeliveryId,
    /// How it is told.
    pub channel: DeliveryChannel,
    /// Why it is told.
    pub kind: DeliveryKind,
    /// The account it is for; none for an address of the settings.
    pub recipient_id: Option<UserId>,
    /// The recipient's address when it was written or claimed last.
    pub to_address: String,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// What ties deliveries about one thing together; for mail a Message-ID, its `In-Reply-To` and `References`.
    pub thread: Option<String>,
    /// The notice and its recipient, unique: one notice is written once for each recipient, however often it is computed.
    pub notice_key: String,
    /// How far it has got.
    pub state: DeliveryState,
    /// Why it was taken out of the queue, if it was.
    pub cancel_reason: Option<CancelReason>,
    /// Attempts that count against it since it was written or sent again.
    pub attempts: i32,
    /// When the next attempt is due.
    pub next_attempt_at: Timestamp,
    /// The worker that has it.
    pub leased_by: Option<AnyId>,
    /// Until when, by the database's clock.
    pub leased_until: Option<Timestamp>,
    /// What went wrong at the last attempt; none when that one was accepted.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the other side accepted it.
    pub sent_at: Option<Timestamp>,
}

/// Adds deliveries, leaving out those whose notice was written already; gives the ids of those added. Seventeen bound values per
/// row, so at most some 1,900 rows at once.
pub fn insert(connection: &mut DbConn, rows: &[Delivery]) -> QueryResult<BTreeSet<DeliveryId>> {
    let added: Vec<DeliveryId> = on_conn!(connection, |c| diesel::insert_into(deliveries::table)
        .values(rows)
        .on_conflict(deliveries::notice_key)
        .do_nothing()
        .returning(deliveries::id)
        .get_results(c))?;
    Ok(added.into_iter().collect())
}

/// The deliveries about alerts, with the alert each is about.
#[diesel::dsl::auto_type(no_type_alias)]
fn about_alerts() -> _ {
    let alert: Noun = Noun::Alert;
    delivery_subjects::table.inner_join(deliveries::table).filter(delivery_subjects::noun.eq(alert))
}

/// Whether something was or will be told: a cancelled delivery was not, unless it was tried before; the other side may have
/// accepted it.
#[diesel::dsl::auto_type(no_type_alias)]
fn was_told() -> _ {
    let cancelled: DeliveryState = DeliveryState::Cancelled;
    deliveries::state
        .ne(cancelled)
        .or(exists(delivery_attempts::table.filter(delivery_attempts::delivery_id.eq(deliveries::id))))
}

/// Somebody who was told of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct ToldRecipient {
    /// The alert.
    pub alert_id: AlertId,
    /// The account; none for an address of the settings.
    pub recipient_id: Option<UserId>,
    /// The address.
    pub to_address: String,
    /// The name; may be empty.
    pub to_name: String,
}

/// Everybody who was told of these alerts, as often as there were deliveries. A delivery that still waits counts: it will leave.
pub fn told_of(connection: &mut DbConn, ids: &[AlertId]) -> QueryResult<Vec<ToldRecipient>> {
    about_alerts()
        .filter(delivery_subjects::noun_id.eq_any(ids.to_vec()))
        .filter(was_told())
        .order(deliveries::id)
        .select((delivery_subjects::noun_id, deliveries::recipient_id, deliveries::to_address, deliveries::to_name))
        .load(connection)
}

/// Which of these alerts the recipient of a delivery was told of by others, written at `until` or before. Corrections and directives
/// tell of nothing new. Recipients without an account are told apart by their addresses.
pub fn told_otherwise(
    connection: &mut DbConn,
    ids: &[AlertId],
    delivery: &Delivery,
    until: Option<Timestamp>,
) -> QueryResult<BTreeSet<AlertId>> {
    let mut query = about_alerts()
        .filter(delivery_subjects::noun_id.eq_any(ids.to_vec()))
        .filter(deliveries::kind.eq_any(DeliveryKind::ANNOUNCING))
        .filter(deliveries::id.ne(delivery.id))
        .filter(was_told())
        .select(delivery_subjects::noun_id)
        .into_boxed();
    query = match delivery.recipient_id {
        Some(user) => query.filter(deliveries::recipient_id.eq(user)),
        None => query
            .filter(deliveries::recipient_id.is_null())
            .filter(deliveries::to_address.eq(delivery.to_address.clone())),
    };
    if let Some(until) = until {
        query = query.filter(deliveries::created_at.le(until));
    }
    let told: Vec<AlertId> = query.load(connection)?;
    Ok(told.into_iter().collect())
}

/// Which of these addresses were told since an instant of an alert that was opened or raised: account and address, once for each
/// such alert, whether it has a delivery of its own or is part of a digest.
pub fn alerts_told_since(
    connection: &mut DbConn,
    since: Timestamp,
    addresses: &BTreeSet<&str>,
) -> QueryResult<Vec<(Option<UserId>, String)>> {
    let addresses: Vec<String> = addresses.iter().map(|&address| address.to_owned()).collect();
    about_alerts()
        .filter(deliveries::created_at.ge(since))
        .filter(deliveries::kind.eq_any(DeliveryKind::ANNOUNCING))
        .filter(deliveries::to_address.eq_any(addresses))
        .select((deliveries::recipient_id, deliveries::to_address))
        .load(connection)
}

/// One delivery about an alert, as readers of the alert see it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct AlertDelivery {
    /// The delivery.
    pub id: DeliveryId,
    /// Why it is told.
    pub kind: DeliveryKind,
    /// The account it is for.
    pub recipient_id: Option<UserId>,
    /// The name; may be empty.
    pub to_name: String,
    /// How far it has got.
    pub state: DeliveryState,
    /// Why it was taken out of the queue, if it was.
    pub cancel_reason: Option<CancelReason>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the other side accepted it.
    pub sent_at: Option<Timestamp>,
}

/// The deliveries about an alert, those of digests included, oldest first.
pub fn of_alert(connection: &mut DbConn, alert: AlertId) -> QueryResult<Vec<AlertDelivery>> {
    about_alerts()
        .filter(delivery_subjects::noun_id.eq(alert))
        .order(deliveries::id)
        .select((
            deliveries::id,
            deliveries::kind,
            deliveries::recipient_id,
            deliveries::to_name,
            deliveries::state,
            deliveries::cancel_reason,
            deliveries::created_at,
            deliveries::sent_at,
        ))
        .load(connection)
}
